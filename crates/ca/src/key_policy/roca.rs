//! Rule: the modulus does not carry the fingerprint of Infineon's RSALib (ROCA, CVE-2017-15361; BR 6.1.1.3).
//!
//! Such primes are k·M + (65537^a mod M), with M the product of the first primes. Modulo every small prime the
//! modulus is then a power of 65537; a random modulus has that property with a chance of about 2^-28.
//! Nemec, Sys, Svenda, Klinec, Matyas: "The Return of Coppersmith's Attack", CCS 2017, §3.

use super::residue::residue;
use crate::rejection::KeyFault;

/// The first 39 primes, product of which is M for the smallest keys concerned; it divides every larger M.
const PRIMES: [u32; 39] = [
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103,
    107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
];

/// For each prime the set of powers of 65537, one bit per residue.
const POWERS: [[u64; 3]; 39] = powers();

const fn powers() -> [[u64; 3]; 39] {
    let mut table = [[0; 3]; 39];
    let mut row = 0;
    while row < PRIMES.len() {
        let prime = PRIMES[row];
        let mut power = 1 % prime;
        loop {
            table[row][(power / 64) as usize] |= 1 << (power % 64);
            power = power * (65_537 % prime) % prime;
            if power == 1 % prime {
                break;
            }
        }
        row += 1;
    }
    table
}

/// Whether `modulus` carries the fingerprint.
#[must_use]
pub fn has_fingerprint(modulus: &[u8]) -> bool {
    PRIMES.iter().zip(&POWERS).all(|(prime, powers)| {
        let rest = residue(modulus, *prime);
        let word = powers.get(rest as usize / 64).copied().unwrap_or_default();
        word >> (rest % 64) & 1 == 1
    })
}

/// Checks for the fingerprint.
///
/// # Errors
/// [`KeyFault::RsaRoca`].
pub fn check(modulus: &[u8]) -> Result<(), KeyFault> {
    if has_fingerprint(modulus) { Err(KeyFault::RsaRoca {}) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_policy::fixtures;

    #[test]
    fn t36_a_modulus_of_two_roca_primes_is_refused() {
        assert_eq!(check(&fixtures::roca_2048()), Err(KeyFault::RsaRoca {}));
    }

    #[test]
    fn t36_sound_moduli_pass() {
        for modulus in
            [fixtures::good_2048(), fixtures::good_3072(), fixtures::good_4096(), fixtures::close_42()]
        {
            assert_eq!(check(&modulus), Ok(()));
        }
    }

    #[test]
    fn t36_the_table_tells_random_numbers_apart() {
        // The product over all primes of (powers of 65537) / (units) bounds the false positives: below 2^-26.
        let chance: f64 = PRIMES
            .iter()
            .zip(&POWERS)
            .map(|(prime, powers)| {
                f64::from(powers.iter().map(|w| w.count_ones()).sum::<u32>()) / f64::from(prime - 1)
            })
            .product();
        assert!(chance < 2_f64.powi(-26), "{chance}");
    }
}
