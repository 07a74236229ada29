//! Rule: the modulus is odd (BR 6.1.6).

use crate::rejection::KeyFault;

/// Checks the lowest bit.
///
/// # Errors
/// [`KeyFault::RsaEvenModulus`].
pub fn check(modulus: &[u8]) -> Result<(), KeyFault> {
    match modulus.last() {
        Some(last) if last % 2 == 1 => Ok(()),
        _ => Err(KeyFault::RsaEvenModulus {}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_policy::fixtures;

    #[test]
    fn t35_an_even_modulus_is_refused() {
        let mut modulus = fixtures::good_2048();
        assert_eq!(check(&modulus), Ok(()));
        *modulus.last_mut().unwrap() ^= 1;
        assert_eq!(check(&modulus), Err(KeyFault::RsaEvenModulus {}));
        assert_eq!(check(&[]), Err(KeyFault::RsaEvenModulus {}));
    }
}
