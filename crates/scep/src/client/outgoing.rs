use std::fmt;

use pki::RandomFailed;
use pki::algorithm::SignatureAlgorithm;

use super::Exchange;
use super::writing::ber;
use super::writing::signed::Unsigned;

/// A request that lacks its signature. The key stays with the caller.
pub struct Outgoing {
    pub(super) unsigned: Unsigned,
    pub(super) streamed: bool,
    pub(super) exchange: Exchange,
}

impl Outgoing {
    /// The octets to sign, not hashed yet: the signed attributes as a SET (RFC 5652 §5.4).
    #[must_use]
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.unsigned.to_be_signed()
    }

    /// How to sign them.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.unsigned.algorithm
    }

    /// The message to send, and what reads the answer to it.
    #[must_use]
    pub fn signed(self, signature: &[u8]) -> (Vec<u8>, Exchange) {
        let der = self.unsigned.signed(signature);
        (if self.streamed { ber::streamed(&der) } else { der }, self.exchange)
    }
}

/// Why a request cannot be made: ours, or the caller's choice of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CannotSend {
    /// No recipient was given, and no password.
    NoRecipient,
    /// Nothing can be encrypted to a recipient's key.
    RecipientKey,
    /// The signer's key is of a kind that signs no CMS here.
    SignerKey,
    /// The habits ask for a nonce of no octets, or of more than 64.
    NonceLength,
    /// The dice failed.
    Random,
}

impl fmt::Display for CannotSend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoRecipient => "there is nobody to encrypt the request to",
            Self::RecipientKey => "nothing can be encrypted to the recipient's key",
            Self::SignerKey => "the signer's key is of a kind that is not supported",
            Self::NonceLength => "a nonce has 1 to 64 octets",
            Self::Random => "the source of randomness did not answer",
        })
    }
}

impl std::error::Error for CannotSend {}

impl From<RandomFailed> for CannotSend {
    fn from(_: RandomFailed) -> Self {
        Self::Random
    }
}
