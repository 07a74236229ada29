use std::fmt;

use pki::algorithm::{ContentCipher, Digest, KeyTransport};
use pki::certificate::Certificate;

use crate::message::{Challenge, Nonce, TransactionId};
use crate::refusal::Refusal;

/// Where an answer goes, and how it must be written to be read there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyTo {
    pub(super) transaction: TransactionId,
    pub(super) recipient_nonce: Nonce,
    pub(super) digest: Digest,
    pub(super) sealing: Option<SealFor>,
}

/// The request's own cipher and key transport, and the key that the reply is encrypted to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SealFor {
    pub(super) cipher: ContentCipher,
    pub(super) recipient: Recipient,
}

#[derive(Clone, PartialEq, Eq)]
pub(super) enum Recipient {
    /// RFC 8894 §2.3: the certificate that signed the request.
    Signer(Box<Certificate>, KeyTransport),
    /// RFC 8894 §3.1: the challengePassword, where the signer's key cannot decrypt.
    Password(Challenge),
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signer(..) => "Signer",
            Self::Password(_) => "Password",
        })
    }
}

impl ReplyTo {
    /// The transaction that the answer belongs to.
    #[must_use]
    pub fn transaction(&self) -> &TransactionId {
        &self.transaction
    }
}

/// A message that is refused, and whether the peer can be told in its own protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Which rule was broken.
    pub refusal: Refusal,
    /// Where to send a CertRep FAILURE. `None` if the message did not say: HTTP 400 is all that is left.
    pub reply_to: Option<Box<ReplyTo>>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.refusal.fmt(f)
    }
}

impl std::error::Error for Refused {}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self { refusal, reply_to: None }
    }
}
