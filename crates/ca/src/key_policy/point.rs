//! Rule: an elliptic-curve key is an uncompressed point on its named curve (RFC 5480 §2.2, SP 800-56A §5.6.2.3.3).

use super::Curve;
use crate::rejection::{KeyFault, Shown};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ECDSA_P384_SHA384_ASN1, ParsedPublicKey};

/// First octet of an uncompressed point (SEC 1 §2.3.3). Compressed (02, 03) and hybrid (06, 07) forms are refused:
/// RFC 5480 §2.2 forbids hybrid and leaves compressed to choice.
const UNCOMPRESSED: u8 = 4;

/// Checks form, length and the curve's equation; the library runs the full public-key validation. Both curves have
/// the cofactor 1, so a point on the curve that is not infinity has the right order.
///
/// # Errors
/// [`KeyFault::EcPoint`].
pub fn check(curve: Curve, point: &[u8]) -> Result<(), KeyFault> {
    let (length, valid) = match curve {
        Curve::P256 => (65, ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).is_ok()),
        Curve::P384 => (97, ParsedPublicKey::new(&ECDSA_P384_SHA384_ASN1, point).is_ok()),
    };
    if valid && point.len() == length && point.first() == Some(&UNCOMPRESSED) {
        return Ok(());
    }
    Err(KeyFault::EcPoint { curve: Shown::new(&curve.to_string()), length: point.len() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::signature::{
        ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair,
    };

    fn points() -> [(Curve, Vec<u8>); 2] {
        let p256 = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let p384 = EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap();
        [
            (Curve::P256, p256.public_key().as_ref().to_vec()),
            (Curve::P384, p384.public_key().as_ref().to_vec()),
        ]
    }

    #[test]
    fn t37_sound_points_pass() {
        for (curve, point) in points() {
            assert_eq!(check(curve, &point), Ok(()));
        }
    }

    #[test]
    fn t37_points_off_the_curve_are_refused() {
        for (curve, point) in points() {
            for octet in 1..point.len() {
                let mut bent = point.clone();
                bent[octet] ^= 1;
                assert!(check(curve, &bent).is_err(), "{curve} octet {octet}");
            }
        }
    }

    #[test]
    fn t37_infinity_zero_and_coordinates_beyond_the_field_are_refused() {
        for (curve, length) in [(Curve::P256, 65), (Curve::P384, 97)] {
            let mut zero = vec![0; length];
            assert!(
                check(curve, &[0]).is_err() && check(curve, &[]).is_err() && check(curve, &zero).is_err()
            );
            zero[0] = UNCOMPRESSED;
            assert!(check(curve, &zero).is_err());
            let mut beyond = vec![0xff; length];
            beyond[0] = UNCOMPRESSED;
            assert!(check(curve, &beyond).is_err());
        }
    }

    #[test]
    fn t37_compressed_hybrid_long_and_short_forms_are_refused() {
        for (curve, point) in points() {
            let half = (point.len() - 1) / 2;
            let sign = point.last().unwrap() & 1;
            let compressed = [&[2 + sign], &point[1..=half]].concat();
            let mut hybrid = point.clone();
            hybrid[0] = 6 + sign;
            let long = [point.as_slice(), &[0]].concat();
            for bad in [compressed, hybrid, long, point[..point.len() - 1].to_vec()] {
                assert!(check(curve, &bad).is_err());
            }
        }
    }

    #[test]
    fn t37_a_point_of_the_other_curve_is_refused() {
        let [(_, p256), (_, p384)] = points();
        assert!(check(Curve::P384, &p256).is_err() && check(Curve::P256, &p384).is_err());
    }
}
