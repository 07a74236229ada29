use std::fmt;

use pki::RandomFailed;
use pki::algorithm::SignatureAlgorithm;
use pki::cms::signed::SignedDraft;

/// An answer that lacks nothing but its signature. The key stays with the caller: a file, a token, a vault.
pub struct Draft {
    unsigned: SignedDraft,
    to_be_signed: Vec<u8>,
}

impl Draft {
    pub(super) fn new(unsigned: SignedDraft) -> Self {
        let to_be_signed = unsigned.to_be_signed();
        Self { unsigned, to_be_signed }
    }

    /// The octets to sign, not hashed yet: the signed attributes as a SET (RFC 5652 §5.4).
    #[must_use]
    pub fn to_be_signed(&self) -> &[u8] {
        &self.to_be_signed
    }

    /// How to sign them.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.unsigned.algorithm
    }

    /// The whole message.
    #[must_use]
    pub fn signed(&self, signature: &[u8]) -> Vec<u8> {
        // Fails only for attributes that are no SET, and these are one.
        self.unsigned.finish(&self.to_be_signed, signature).unwrap_or_default()
    }
}

/// Why an answer cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CannotAnswer {
    /// The dice failed. Ours.
    Random,
    /// The request did not say how to encrypt the answer: it was refused before its envelope was looked at. Ours.
    NobodyToEncryptTo,
    /// Nothing can be encrypted to the signer's key. The peer's.
    RecipientKey,
    /// The key of our certificate is of a kind that signs no CMS. The administrator's.
    SigningKey,
    /// SUCCESS without a certificate. Ours.
    NoCertificate,
}

impl fmt::Display for CannotAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Random => "the source of randomness did not answer",
            Self::NobodyToEncryptTo => "the request does not say how to encrypt the answer",
            Self::RecipientKey => "nothing can be encrypted to the key that signed the request",
            Self::SigningKey => "the certificate that signs answers has a key of an unsupported kind",
            Self::NoCertificate => "there is no certificate to answer with",
        })
    }
}

impl std::error::Error for CannotAnswer {}

impl From<RandomFailed> for CannotAnswer {
    fn from(_: RandomFailed) -> Self {
        Self::Random
    }
}
