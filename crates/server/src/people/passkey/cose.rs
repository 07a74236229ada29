//! Public keys as `COSE_Key` (RFC 9052 §7, RFC 9053), and signatures by them.

use aws_lc_rs::rsa::PublicKeyComponents;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use minicbor::Decoder;
use minicbor::data::Type;

use super::Refused;

/// Signature algorithms of passkeys, as COSE numbers them; what is offered to browsers, the preferred first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::people) enum Algorithm {
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
    /// RSASSA-PKCS1-v1_5 with SHA-256: what older Windows Hello has.
    Rs256,
}

impl Algorithm {
    /// All, the preferred first.
    pub(in crate::people) const ALL: [Algorithm; 3] = [Algorithm::Es256, Algorithm::EdDsa, Algorithm::Rs256];

    /// Its number in the registry of COSE algorithms.
    #[must_use]
    pub(in crate::people) fn number(self) -> i64 {
        match self {
            Algorithm::Es256 => -7,
            Algorithm::EdDsa => -8,
            Algorithm::Rs256 => -257,
        }
    }
}

/// A passkey's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PublicKey {
    Es256([u8; 65]),
    EdDsa([u8; 32]),
    Rs256 { n: Vec<u8>, e: Vec<u8> },
}

/// The members of a key that are read. A label that is there twice, or is not known, refuses the key.
#[derive(Default)]
struct Members {
    kty: Option<i64>,
    alg: Option<i64>,
    /// crv of kty 1 and 2.
    crv: Option<i64>,
    /// n of kty 3.
    n: Option<Vec<u8>>,
    /// x of kty 1 and 2, e of kty 3.
    second: Option<Vec<u8>>,
    y: Option<Vec<u8>>,
}

impl PublicKey {
    /// All of `octets`.
    pub(super) fn parse(octets: &[u8]) -> Result<PublicKey, Refused> {
        let members = Members::parse(octets)?;
        let number = Algorithm::number;
        match (members.kty, members.alg) {
            (Some(2), Some(alg)) if alg == number(Algorithm::Es256) => members.es256(),
            (Some(1), Some(alg)) if alg == number(Algorithm::EdDsa) => members.eddsa(),
            (Some(3), Some(alg)) if alg == number(Algorithm::Rs256) => members.rs256(),
            _ => Err(Refused::Key),
        }
    }

    /// Whether the signature is by this key over these octets.
    pub(super) fn verify(&self, signed: &[u8], signature: &[u8]) -> Result<(), Refused> {
        let outcome = match self {
            PublicKey::Es256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(signed, signature)
            }
            PublicKey::EdDsa(key) => UnparsedPublicKey::new(&ED25519, key).verify(signed, signature),
            PublicKey::Rs256 { n, e } => {
                PublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, signed, signature)
            }
        };
        outcome.map_err(|_| Refused::Signature)
    }
}

impl Members {
    fn parse(octets: &[u8]) -> Result<Members, Refused> {
        let bad = |_| Refused::Key;
        let mut decoder = Decoder::new(octets);
        let count = decoder.map().map_err(bad)?.ok_or(Refused::Key)?;
        let mut members = Members::default();
        for _ in 0..count {
            let label = decoder.i64().map_err(bad)?;
            let kind = decoder.datatype().map_err(bad)?;
            let fresh = match (label, kind) {
                (1, _) => put(&mut members.kty, decoder.i64().map_err(bad)?),
                (3, _) => put(&mut members.alg, decoder.i64().map_err(bad)?),
                (-1, Type::Bytes) => put(&mut members.n, decoder.bytes().map_err(bad)?.to_vec()),
                (-1, _) => put(&mut members.crv, decoder.i64().map_err(bad)?),
                (-2, _) => put(&mut members.second, decoder.bytes().map_err(bad)?.to_vec()),
                (-3, _) => put(&mut members.y, decoder.bytes().map_err(bad)?.to_vec()),
                _ => false,
            };
            if !fresh {
                return Err(Refused::Key);
            }
        }
        if decoder.position() == octets.len() { Ok(members) } else { Err(Refused::Key) }
    }

    fn es256(self) -> Result<PublicKey, Refused> {
        let (Some(1), Some(x), Some(y), None) = (self.crv, self.second, self.y, self.n) else {
            return Err(Refused::Key);
        };
        let point = [[4].as_slice(), &x, &y].concat();
        if x.len() != 32 {
            return Err(Refused::Key);
        }
        point.try_into().map(PublicKey::Es256).map_err(|_| Refused::Key)
    }

    fn eddsa(self) -> Result<PublicKey, Refused> {
        let (Some(6), Some(x), None, None) = (self.crv, self.second, self.y, self.n) else {
            return Err(Refused::Key);
        };
        x.try_into().map(PublicKey::EdDsa).map_err(|_| Refused::Key)
    }

    fn rs256(self) -> Result<PublicKey, Refused> {
        let (None, Some(n), Some(e), None) = (self.crv, self.n, self.second, self.y) else {
            return Err(Refused::Key);
        };
        if (256..=1024).contains(&n.len()) { Ok(PublicKey::Rs256 { n, e }) } else { Err(Refused::Key) }
    }
}

fn put<T>(place: &mut Option<T>, value: T) -> bool {
    let fresh = place.is_none();
    *place = Some(value);
    fresh
}
