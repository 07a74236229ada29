//! Rule: Fermat's method does not factor the modulus in 110 rounds (BR 6.1.1.3 asks for 100; Boulder runs 110).

use super::residue::residue;
use crate::rejection::KeyFault;
use num_bigint::BigUint;

/// Rounds run.
pub const ROUNDS: u32 = 110;

/// Small moduli with few squares: a number that is no square modulo one of them is none at all. 4 of 5 candidates
/// fall at the first; all six let through one in about 400, so that large roots are hardly ever taken.
const SIEVES: [u64; 6] = [64, 63, 65, 11, 17, 19];
/// Product of the sieves; below 2^32.
const SIEVE: u64 = 64 * 63 * 65 * 11 * 17 * 19;

/// For each sieve the set of squares, one bit per residue.
const SQUARES: [[u64; 2]; 6] = squares();

const fn squares() -> [[u64; 2]; 6] {
    let mut table = [[0; 2]; 6];
    let mut row = 0;
    while row < SIEVES.len() {
        let mut root = 0;
        while root < SIEVES[row] {
            let square = root * root % SIEVES[row];
            table[row][(square / 64) as usize] |= 1 << (square % 64);
            root += 1;
        }
        row += 1;
    }
    table
}

fn may_be_square(rest: u64) -> bool {
    SIEVES.iter().zip(&SQUARES).all(|(sieve, squares)| {
        let rest = rest % sieve;
        squares.get((rest / 64) as usize).is_some_and(|word| word >> (rest % 64) & 1 == 1)
    })
}

/// Looks for a² − n = b² with a from ⌈√n⌉ upwards.
///
/// # Errors
/// [`KeyFault::RsaClosePrimes`] with the round that found a factor.
pub fn check(modulus: &[u8]) -> Result<(), KeyFault> {
    let n = BigUint::from_bytes_be(modulus);
    let mut a = n.sqrt();
    if &a * &a < n {
        a += 1_u32;
    }
    let sieve = u32::try_from(SIEVE).unwrap_or_default();
    let n_rest = u64::from(residue(modulus, sieve));
    let a_rest = u64::from(residue(&a.to_bytes_be(), sieve));
    for round in 0..ROUNDS {
        // (a + round)² − n modulo the sieve; the product of two residues below 2^32 fits 64 bits.
        let candidate = (a_rest + u64::from(round)) % SIEVE;
        let rest = (candidate * candidate % SIEVE + SIEVE - n_rest) % SIEVE;
        if may_be_square(rest) && is_square(&a, round, &n) {
            return Err(KeyFault::RsaClosePrimes { rounds: round + 1 });
        }
    }
    Ok(())
}

fn is_square(a: &BigUint, round: u32, n: &BigUint) -> bool {
    let a = a + round;
    let difference = &a * &a - n;
    let root = difference.sqrt();
    &root * &root == difference
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_policy::fixtures;

    #[test]
    fn t36_neighbouring_primes_fall_in_the_first_round() {
        assert_eq!(check(&fixtures::close_0()), Err(KeyFault::RsaClosePrimes { rounds: 1 }));
    }

    #[test]
    fn t36_a_modulus_that_takes_43_rounds_is_refused() {
        assert_eq!(check(&fixtures::close_42()), Err(KeyFault::RsaClosePrimes { rounds: 43 }));
    }

    #[test]
    fn t36_a_modulus_just_inside_110_rounds_is_refused() {
        assert_eq!(check(&fixtures::close_105()), Err(KeyFault::RsaClosePrimes { rounds: 106 }));
    }

    #[test]
    fn t36_beyond_110_rounds_and_sound_keys_pass() {
        for modulus in [fixtures::close_200(), fixtures::good_2048(), fixtures::good_4096()] {
            assert_eq!(check(&modulus), Ok(()));
        }
    }

    #[test]
    fn t35_the_square_of_a_prime_is_refused() {
        assert_eq!(check(&fixtures::square_2048()), Err(KeyFault::RsaClosePrimes { rounds: 1 }));
    }
}
