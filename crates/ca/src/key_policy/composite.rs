//! Rule, on request: the modulus is neither a prime nor the power of a prime (NIST SP 800-89 §5.3.3 step d).

use crate::rejection::KeyFault;
use num_bigint::BigUint;

/// Checks gcd(2^n − 2, n) = 1. A prime p divides 2^p − 2, and p divides 2^(p^k) − 2 too (Fermat), so both forms share a
/// factor; a product of two random large primes does so with negligible chance. One modular exponentiation.
///
/// # Errors
/// [`KeyFault::RsaNotTwoPrimes`].
pub fn check(modulus: &[u8]) -> Result<(), KeyFault> {
    let n = BigUint::from_bytes_be(modulus);
    let two = BigUint::from(2_u32);
    let power = two.modpow(&n, &n);
    let difference = (power + &n - &two) % &n;
    if greatest_common_divisor(difference, n) == BigUint::from(1_u32) {
        Ok(())
    } else {
        Err(KeyFault::RsaNotTwoPrimes {})
    }
}

fn greatest_common_divisor(mut left: BigUint, mut right: BigUint) -> BigUint {
    while left != BigUint::ZERO {
        (left, right) = (&right % &left, left);
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_policy::fixtures;

    #[test]
    fn t35_a_prime_modulus_is_refused() {
        assert_eq!(check(&fixtures::prime_2048()), Err(KeyFault::RsaNotTwoPrimes {}));
    }

    #[test]
    fn t35_the_cube_of_a_prime_is_refused() {
        assert_eq!(check(&fixtures::cube_2048()), Err(KeyFault::RsaNotTwoPrimes {}));
    }

    #[test]
    fn t35_sound_keys_pass() {
        assert_eq!(check(&fixtures::good_2048()), Ok(()));
    }
}
