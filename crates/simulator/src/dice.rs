//! Seeded randomness: the same seed gives the same identifiers and the same faults.
//!
//! Keys are not drawn from here: the crypto library has its own generator and takes no other.

use aws_lc_rs::digest;

/// A stream of bytes that depends on nothing but its seed and label.
#[derive(Debug)]
pub struct Dice {
    seed: Vec<u8>,
    drawn: u64,
}

impl Dice {
    /// Streams of one seed with different labels are independent of each other.
    #[must_use]
    pub fn new(seed: u64, label: &str) -> Self {
        let mut bytes = seed.to_be_bytes().to_vec();
        bytes.extend_from_slice(label.as_bytes());
        Self { seed: bytes, drawn: 0 }
    }

    /// The next 32 bytes.
    pub fn block(&mut self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.seed);
        context.update(&self.drawn.to_be_bytes());
        self.drawn += 1;
        let mut out = [0; 32];
        for (to, from) in out.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        out
    }

    /// Fills `out`.
    pub fn fill_bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            for (to, from) in chunk.iter_mut().zip(self.block()) {
                *to = from;
            }
        }
    }

    /// A number below `bound`; 0 if `bound` is 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_be_bytes(bytes).checked_rem(bound).unwrap_or(0)
    }

    /// True with probability `chance` (0 to 1).
    pub fn falls_within(&mut self, chance: f64) -> bool {
        let permille = self.below(1_000_000);
        f64::from(u32::try_from(permille).unwrap_or(u32::MAX)) < chance * 1_000_000.0
    }

    /// A random GUID in lower case (RFC 9562 version 4).
    pub fn guid(&mut self) -> String {
        let mut bytes = [0_u8; 16];
        self.fill_bytes(&mut bytes);
        let mut hex = hex(&bytes);
        hex.replace_range(12..13, "4");
        hex.replace_range(16..17, "a");
        for at in [20, 16, 12, 8] {
            hex.insert(at, '-');
        }
        hex
    }
}

/// Lower-case hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
