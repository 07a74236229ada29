//! Audit: which RSA moduli of a set share a prime with another one (batch GCD; Bernstein, "How to find smooth parts of
//! integers", 2004; Heninger et al., "Mining Your Ps and Qs", 2012).
//!
//! A generator without entropy gives two devices one prime, and anybody who has both certificates both private keys.
//! One request does not show it, so this looks at all that were certified.

use num_bigint::BigUint;
use std::collections::BTreeMap;

/// Below so many bits the library's own division is the quickest.
const PLAIN_BITS: u64 = 1 << 13;

/// The places, ascending, of moduli (big-endian) that share a factor with a different modulus of the set. The same
/// modulus twice shares nothing: that is a renewal with the same key.
#[must_use]
pub fn shared_primes(moduli: &[Vec<u8>]) -> Vec<usize> {
    let mut places: BTreeMap<BigUint, Vec<usize>> = BTreeMap::new();
    for (place, modulus) in moduli.iter().enumerate() {
        places.entry(BigUint::from_bytes_be(modulus)).or_default().push(place);
    }
    places.remove(&BigUint::ZERO);
    let distinct: Vec<&BigUint> = places.keys().collect();
    let weak = remainders(&distinct).into_iter().zip(&distinct).filter(|(cofactor, modulus)| {
        // What all others leave modulo this one: it has a factor in common with this one where one of them has.
        greatest_common_divisor(cofactor.clone(), (**modulus).clone()) != BigUint::from(1_u32)
    });
    let mut found: Vec<usize> =
        weak.filter_map(|(_, modulus)| places.get(*modulus)).flatten().copied().collect();
    found.sort_unstable();
    found
}

/// For each modulus n of the product P: (P mod n²) / n, which is P/n mod n.
fn remainders(moduli: &[&BigUint]) -> Vec<BigUint> {
    let mut tree = vec![moduli.iter().map(|one| (*one).clone()).collect::<Vec<BigUint>>()];
    while let Some(level) = tree.last().filter(|level| level.len() > 1) {
        let product = |pair: &[BigUint]| pair.iter().product();
        let above = level.chunks(2).map(product).collect();
        tree.push(above);
    }
    let mut rests = tree.pop().unwrap_or_default();
    while let Some(level) = tree.pop() {
        let parents = rests.iter().flat_map(|rest| [rest, rest]);
        rests = level.iter().zip(parents).map(|(node, rest)| modulo(rest, &(node * node))).collect();
    }
    rests.iter().zip(moduli).map(|(rest, modulus)| rest / *modulus).collect()
}

/// `x mod m`. For large numbers by a reciprocal: the library divides in quadratic time and multiplies faster.
fn modulo(x: &BigUint, m: &BigUint) -> BigUint {
    let bits = m.bits();
    if bits <= PLAIN_BITS || x < m || x.bits() > 2 * bits {
        return x % m;
    }
    let quotient = (x * reciprocal(m)) >> (2 * bits);
    let mut rest = x - quotient * m;
    while rest >= *m {
        rest -= m;
    }
    rest
}

/// `4^bits(m) / m`, never too large and too small by little: Newton's iteration from half the digits.
fn reciprocal(m: &BigUint) -> BigUint {
    let bits = m.bits();
    if bits <= PLAIN_BITS {
        return (BigUint::from(1_u32) << (2 * bits)) / m;
    }
    // The divisor's upper half, rounded up, so that its reciprocal is not too large.
    let dropped = bits / 2 - 2;
    let upper = (m >> dropped) + 1_u32;
    let kept = upper.bits();
    let near = reciprocal(&upper) << (2 * bits - dropped - 2 * kept);
    let twice = &near << 1_u32;
    let correction = ((m * &near * &near) >> (2 * bits)) + 1_u32;
    twice - correction
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
    use proptest::prelude::*;

    /// Distinct odd numbers without a factor below 2^61 in common would need primes; Fermat numbers are coprime.
    fn fermat_number(n: u32) -> BigUint {
        (BigUint::from(1_u32) << (1_u64 << n)) + 1_u32
    }

    fn product(left: u32, right: u32) -> Vec<u8> {
        (fermat_number(left) * fermat_number(right)).to_bytes_be()
    }

    #[test]
    fn two_moduli_with_a_common_factor_are_found_among_others() {
        // Places 1 and 3 have the tenth in common; 0 and 4 are one key.
        let moduli = [product(5, 6), product(9, 10), product(7, 8), product(10, 11), product(5, 6)];
        assert_eq!(shared_primes(&moduli), [1, 3]);
    }

    #[test]
    fn a_modulus_whose_two_factors_are_both_shared_is_found() {
        assert_eq!(shared_primes(&[product(5, 6), product(6, 7), product(7, 8), product(9, 10)]), [0, 1, 2]);
    }

    #[test]
    fn none_one_and_nonsense_share_nothing() {
        assert_eq!(shared_primes(&[]), [0_usize; 0]);
        assert_eq!(shared_primes(&[product(5, 6)]), [0_usize; 0]);
        assert_eq!(shared_primes(&[vec![], vec![0], vec![0]]), [0_usize; 0]);
    }

    #[test]
    fn moduli_larger_than_plain_division_takes_are_told_apart() {
        let moduli: Vec<Vec<u8>> = (0..6).map(|n| product(2 * n, 2 * n + 1)).collect();
        assert_eq!(shared_primes(&moduli), [0_usize; 0]);
        let mut planted = moduli;
        planted.push(product(10, 12));
        assert_eq!(shared_primes(&planted), [5, 6]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn division_by_reciprocal_is_division(
            x in proptest::collection::vec(any::<u8>(), 1..9000),
            m in proptest::collection::vec(any::<u8>(), 1025..4500),
        ) {
            let (x, m) = (BigUint::from_bytes_be(&x), BigUint::from_bytes_be(&m));
            prop_assume!(m != BigUint::ZERO);
            prop_assert_eq!(modulo(&x, &m), &x % &m);
        }
    }
}
