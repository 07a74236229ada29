//! Serial numbers: 20 octets, positive, 128 bits of them random (RFC 5280 §4.1.2.2; threat 40).
//!
//! One octet names the node (0x01 to 0x7f, so that the number is positive and has no leading zero), three count
//! minutes since 2020 (so that an index over serials grows at one end), sixteen are random. M17's "seed for the serial"
//! is the row that binds a certificate to its object; nothing about the subject is in the number.

use pki::certificate::Serial;
use pki::{Random, RandomFailed, Time};

/// 2020-01-01T00:00:00Z.
const EPOCH: i64 = 1_577_836_800;

/// Which node of the server draws: two nodes never draw the same number, even with the same random octets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node(u8);

impl Node {
    /// The only node of a single server.
    pub const FIRST: Self = Self(1);
}

impl TryFrom<u8> for Node {
    type Error = &'static str;

    fn try_from(number: u8) -> Result<Self, Self::Error> {
        if (0x01..=0x7f).contains(&number) { Ok(Self(number)) } else { Err("a node's number is 1 to 127") }
    }
}

/// Draws a serial number. The caller reserves it in the store, and draws again where it is taken.
///
/// # Errors
/// [`RandomFailed`].
pub fn draw(node: Node, now: Time, random: &mut dyn Random) -> Result<Serial, RandomFailed> {
    let minutes = now.unix().saturating_sub(EPOCH).div_euclid(60).to_be_bytes();
    let mut octets = [0; 20];
    let (head, tail) = octets.split_at_mut(4);
    // The low three octets of the count; they begin anew in 2051.
    for (octet, value) in head.iter_mut().zip(std::iter::once(node.0).chain(minutes.into_iter().skip(5))) {
        *octet = value;
    }
    random.fill(tail)?;
    Ok(Serial::new(&octets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    struct Library;

    impl Random for Library {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
            aws_lc_rs::rand::fill(out).map_err(|_| RandomFailed)
        }
    }

    struct Broken;

    impl Random for Broken {
        fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomFailed> {
            Err(RandomFailed)
        }
    }

    #[test]
    fn t40_serials_are_positive_unique_and_20_octets() {
        let mut seen = HashSet::new();
        for number in 0..100_000_u32 {
            let node = Node::try_from(u8::try_from(number % 127 + 1).unwrap()).unwrap();
            // Nodes and minutes come again and again: what makes the numbers differ is chance.
            let at = Time::from_unix(i64::from(number % 10) * 40_000);
            let serial = draw(node, at, &mut Library).unwrap();
            let octets = serial.octets().to_vec();
            assert!(octets.len() == 20 && (0x01..=0x7f).contains(&octets[0]));
            assert!(seen.insert(octets));
        }
    }

    #[test]
    fn t40_every_random_bit_is_set_half_of_the_time() {
        let mut counts = [0_u32; 128];
        for _ in 0..20_000 {
            let serial = draw(Node::FIRST, Time::from_unix(EPOCH), &mut Library).unwrap();
            let random = u128::from_be_bytes(serial.octets()[4..].try_into().unwrap());
            counts
                .iter_mut()
                .enumerate()
                .for_each(|(bit, count)| *count += u32::from(random >> bit & 1 == 1));
        }
        // Six standard deviations of a fair coin: sqrt(20,000)/2 = 70.7.
        assert!(counts.iter().all(|count| count.abs_diff(10_000) < 425), "{counts:?}");
    }

    #[test]
    fn t40_a_later_minute_sorts_later() {
        let at =
            |minutes: i64| draw(Node::FIRST, Time::from_unix(EPOCH + 60 * minutes), &mut Library).unwrap();
        assert!(at(1) < at(2) && at(255) < at(256) && at(3_600_000) < at(3_600_001));
    }

    #[test]
    fn v30_without_randomness_there_is_no_serial() {
        assert!(draw(Node::FIRST, Time::from_unix(EPOCH), &mut Broken).is_err());
        assert!(Node::try_from(0).is_err() && Node::try_from(0x80).is_err());
    }
}
