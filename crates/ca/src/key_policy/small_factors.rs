//! Rule: no prime up to 751 divides the modulus (BR 6.1.6: "no factors smaller than 752").

use super::residue::residue;
use crate::rejection::KeyFault;

/// The odd primes up to 751.
const PRIMES: [u32; 132] = odd_primes();

const fn odd_primes() -> [u32; 132] {
    let mut primes = [0; 132];
    let (mut count, mut candidate) = (0, 3);
    while count < primes.len() {
        let mut divisor = 3;
        while divisor * divisor <= candidate && candidate % divisor != 0 {
            divisor += 2;
        }
        if divisor * divisor > candidate {
            primes[count] = candidate;
            count += 1;
        }
        candidate += 2;
    }
    primes
}

/// Checks divisibility: three primes at a time, since a product of three stays below 2^32.
///
/// # Errors
/// [`KeyFault::RsaSmallFactor`] with the factor.
pub fn check(modulus: &[u8]) -> Result<(), KeyFault> {
    for group in PRIMES.chunks(3) {
        let rest = residue(modulus, group.iter().product());
        if let Some(factor) = group.iter().copied().find(|prime| rest.is_multiple_of(*prime)) {
            return Err(KeyFault::RsaSmallFactor { factor });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_policy::fixtures;
    use num_bigint::BigUint;

    #[test]
    fn t36_the_table_ends_at_751() {
        assert_eq!((PRIMES[0], PRIMES[1], PRIMES[131]), (3, 5, 751));
    }

    #[test]
    fn t36_every_prime_up_to_751_is_found() {
        let modulus = BigUint::from_bytes_be(&fixtures::good_2048());
        for prime in PRIMES {
            let mut multiple = &modulus - &modulus % prime;
            if !multiple.bit(0) {
                multiple += prime;
            }
            let found = check(&multiple.to_bytes_be());
            assert!(
                matches!(found, Err(KeyFault::RsaSmallFactor { factor }) if prime % factor == 0 || factor < prime)
            );
        }
    }

    #[test]
    fn t36_sound_keys_and_the_next_prime_pass() {
        assert_eq!(check(&fixtures::good_4096()), Ok(()));
        assert_eq!(check(&757_u32.to_be_bytes()), Ok(()));
    }
}
