//! transactionID and nonces (RFC 8894 §3.2.1.1, §3.2.1.5).

use std::fmt;

use pki::{Random, RandomFailed};

/// The longest transactionID accepted. certmonger's has 77 characters; micromdm takes and echoes 200 kB.
pub const MAX_TRANSACTION_ID: usize = 256;
/// The longest nonce accepted, in octets.
pub const MAX_NONCE: usize = 64;
/// Octets in a nonce made here (RFC 8894 §3.2.1.5).
pub const MADE_NONCE: usize = 16;

/// transactionID: 1 to [`MAX_TRANSACTION_ID`] visible ASCII characters or spaces.
///
/// RFC 8894 §3.2.1.1 wants a PrintableString. Real ones are hexadecimal, decimal, base64 or a constant with a space.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransactionId(String);

impl TransactionId {
    /// Takes the text as it is; `None` if empty, too long, or with anything but visible ASCII and spaces.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let fits = (1..=MAX_TRANSACTION_ID).contains(&text.len());
        (fits && text.bytes().all(|octet| (0x20..0x7f).contains(&octet))).then(|| Self(text.to_owned()))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// senderNonce or recipientNonce: 1 to [`MAX_NONCE`] octets. Old iOS sends 8; RFC 8894 wants 16.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(Vec<u8>);

impl Nonce {
    /// Takes octets from the wire; `None` if there are none or too many.
    #[must_use]
    pub fn from_octets(octets: &[u8]) -> Option<Self> {
        (1..=MAX_NONCE).contains(&octets.len()).then(|| Self(octets.to_vec()))
    }

    /// A fresh nonce of [`MADE_NONCE`] octets.
    ///
    /// # Errors
    /// [`RandomFailed`] if the dice fail.
    pub fn fresh(random: &mut dyn Random) -> Result<Self, RandomFailed> {
        let mut octets = vec![0; MADE_NONCE];
        random.fill(&mut octets)?;
        Ok(Self(octets))
    }

    /// The octets.
    #[must_use]
    pub fn as_octets(&self) -> &[u8] {
        &self.0
    }
}
