use core::fmt;

/// The source of randomness, given as an argument so that a test can choose it.
pub trait Random {
    /// Fills `out` with unpredictable octets.
    ///
    /// # Errors
    /// [`RandomFailed`] when the source cannot answer; the caller must then give up what it was making.
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed>;
}

/// The source of randomness did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RandomFailed;

impl fmt::Display for RandomFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the source of randomness did not answer")
    }
}

impl core::error::Error for RandomFailed {}
