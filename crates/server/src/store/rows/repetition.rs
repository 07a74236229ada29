//! What programs asked to be done once.

use pki::Time;

/// SHA-256 over who asks and the text of the key; neither is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OnceKey(pub [u8; 32]);

/// Something to be done once.
#[derive(Clone, Copy, Debug)]
pub struct NewRepetition {
    /// Under which key.
    pub key: OnceKey,
    /// SHA-256 over who asks.
    pub caller: [u8; 32],
    /// SHA-256 over what is asked.
    pub fingerprint: [u8; 32],
    /// Now.
    pub at: Time,
}

impl NewRepetition {
    /// For how long it is remembered, in seconds.
    pub const KEPT: i64 = 24 * 60 * 60;
    /// After how many seconds without outcome it is believed to be lost: far more than any request takes.
    pub const LOST: i64 = 120;
    /// How many one caller may have at a time.
    pub const MOST: u32 = 10_000;
    /// The longest answer that is kept, in octets.
    pub const LONGEST: usize = 4 << 10;
}

/// An answer as it was given, but for what is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// HTTP's status.
    pub status: u16,
    /// JSON.
    pub body: String,
}

/// What is to be done about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new: do it, and tell what came of it.
    New,
    /// Somebody is doing it.
    UnderWay,
    /// Something else was asked under this key.
    Other,
    /// It is done.
    Done(KeptAnswer),
    /// The caller has too many.
    Full,
}
