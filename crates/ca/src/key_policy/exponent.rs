//! Rule: the public exponent is 65537 (BR 6.1.6 recommends 2^16+1 ≤ e; Boulder accepts this one only).

use crate::rejection::{KeyFault, Shown};

/// 65537 in big-endian octets.
const F4: [u8; 3] = [1, 0, 1];

/// Checks the exponent, given as big-endian octets with or without leading zeros.
///
/// # Errors
/// [`KeyFault::RsaExponent`].
pub fn check(exponent: &[u8]) -> Result<(), KeyFault> {
    let zeros = exponent.iter().take_while(|byte| **byte == 0).count();
    if exponent.get(zeros..) == Some(&F4) {
        return Ok(());
    }
    let hex: String = exponent.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Err(KeyFault::RsaExponent { exponent: Shown::new(&hex) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t35_only_65537_is_accepted() {
        assert_eq!(check(&[1, 0, 1]), Ok(()));
        assert_eq!(check(&[0, 1, 0, 1]), Ok(()));
        let refused: [&[u8]; 8] =
            [&[], &[0], &[1], &[3], &[17], &[1, 0, 0], &[1, 0, 3], &[1, 0, 0, 0, 0, 0, 0, 0, 1]];
        for exponent in refused {
            assert!(matches!(check(exponent), Err(KeyFault::RsaExponent { .. })), "{exponent:?}");
        }
    }
}
