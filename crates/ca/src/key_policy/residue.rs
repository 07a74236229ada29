//! Remainders of a large number by small divisors, without a large-number library.

/// Remainder of the big-endian number `number` divided by `divisor`.
///
/// `divisor` zero gives zero: there is no such divisor in the tables of this crate.
#[must_use]
pub fn residue(number: &[u8], divisor: u32) -> u32 {
    let Some(divisor) = std::num::NonZeroU64::new(u64::from(divisor)) else { return 0 };
    let (head, words) = number.as_rchunks::<4>();
    let start = head.iter().fold(0_u64, |carry, byte| (carry << 8 | u64::from(*byte)) % divisor);
    // The carry stays below 2^32, so that carry * 2^32 + word fits 64 bits.
    let rest = words
        .iter()
        .fold(start, |carry, word| (carry << 32 | u64::from(u32::from_be_bytes(*word))) % divisor);
    u32::try_from(rest).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::residue;
    use num_bigint::BigUint;

    #[test]
    fn residues_agree_with_num_bigint() {
        let number = crate::key_policy::fixtures::good_3072();
        for length in [0, 1, 3, 4, 5, 7, 100, number.len()] {
            let part = &number[..length];
            for divisor in [1_u32, 2, 3, 251, 65_537, u32::MAX, u32::MAX - 4] {
                assert_eq!(BigUint::from(residue(part, divisor)), BigUint::from_bytes_be(part) % divisor);
            }
        }
    }
}
