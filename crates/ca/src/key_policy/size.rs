//! Rule: the modulus has exactly one of the sizes that the profile lists (BR 6.1.5; mission row M21).

use super::RsaSize;
use crate::rejection::{KeyFault, Shown};

/// Number of significant bits of the big-endian number `modulus`.
#[must_use]
pub fn bit_length(modulus: &[u8]) -> u32 {
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let significant = modulus.get(zeros..).unwrap_or_default();
    let Some(first) = significant.first() else { return 0 };
    u32::try_from(significant.len()).unwrap_or(u32::MAX / 8).saturating_mul(8) - first.leading_zeros()
}

/// Checks the size; looks at the length and the first octet only, so that a huge key costs nothing.
///
/// # Errors
/// [`KeyFault::RsaSize`].
pub fn check(modulus: &[u8], allowed: &[RsaSize]) -> Result<(), KeyFault> {
    let bits = bit_length(modulus);
    if allowed.iter().any(|size| size.bits() == bits) {
        return Ok(());
    }
    Err(KeyFault::RsaSize { bits, allowed: Shown::list(allowed.iter().map(|size| size.bits())) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_policy::{KeyPolicy, fixtures};

    #[test]
    fn m21_default_sizes_are_2048_3072_4096() {
        let allowed = KeyPolicy::default().rsa;
        for modulus in [fixtures::good_2048(), fixtures::good_3072(), fixtures::good_4096()] {
            assert_eq!(check(&modulus, &allowed), Ok(()));
        }
    }

    #[test]
    fn m21_1024_is_refused_and_cannot_be_configured() {
        let fault = check(&fixtures::good_1024(), &KeyPolicy::default().rsa).unwrap_err();
        assert!(matches!(fault, KeyFault::RsaSize { bits: 1024, .. }));
        assert!(RsaSize::try_from(1024).is_err());
    }

    #[test]
    fn t35_sizes_off_by_a_bit_or_a_byte_are_refused() {
        let allowed = KeyPolicy::default().rsa;
        for (length, first, bits) in
            [(256, 0x7f, 2047), (257, 0x01, 2049), (257, 0x80, 2056), (64, 0x80, 512)]
        {
            let mut modulus = vec![0xff; length];
            modulus[0] = first;
            assert!(
                matches!(check(&modulus, &allowed), Err(KeyFault::RsaSize { bits: found, .. }) if found == bits)
            );
        }
        for bits in [0, 512, 2047, 2049, 4352, 16_384, u32::MAX] {
            assert!(RsaSize::try_from(bits).is_err());
        }
    }

    #[test]
    fn t35_empty_and_zero_moduli_have_no_bits() {
        assert_eq!((bit_length(&[]), bit_length(&[0, 0]), bit_length(&[0, 1])), (0, 0, 1));
    }
}
