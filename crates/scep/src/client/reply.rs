use std::fmt;

use pki::algorithm::KeyTransport;
use pki::certificate::Certificate;
use pki::cms::enveloped::{EnvelopedData, RecipientInfo};
use pki::cms::signed::{SignatureFault, SignedData};
use pki::{der, oid};

use super::Sealed;
use crate::message::attributes::Typed;
use crate::message::{
    AttributeFault, Challenge, FAIL_INFO_TEXT, FailInfo, MessageType, Nonce, PkiStatus, RECIPIENT_NONCE,
    TransactionId,
};

/// One message sent, and the one answer that belongs to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    pub(super) kind: MessageType,
    pub(super) transaction: TransactionId,
    pub(super) sender_nonce: Nonce,
    pub(super) password: Option<Challenge>,
}

/// What the server answered, verified.
#[derive(Debug)]
pub enum Reply {
    /// SUCCESS; the certificates are in an envelope.
    Success(Box<Sealed>),
    /// FAILURE.
    Failure {
        /// The reason.
        fail_info: FailInfo,
        /// The server's own words, for people; to be shown escaped.
        text: Option<String>,
    },
    /// PENDING: poll.
    Pending,
}

/// Why an answer is not believed: the server's fault, or somebody's in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotBelieved {
    /// Not SignedData with one signer.
    Malformed(der::Error),
    /// No signer, or several.
    Signers,
    /// Signed by none of the certificates that GetCACert gave.
    UnknownSigner,
    /// The signature or what it covers does not verify.
    Signature(SignatureFault),
    /// An attribute is wrong.
    Attribute(&'static str, AttributeFault),
    /// Not a CertRep.
    NotCertRep,
    /// Another transaction's answer (RFC 8894 §3.2.1.1).
    OtherTransaction,
    /// recipientNonce is not the nonce that was sent: a replay (RFC 8894 §3.2.1.5).
    OtherNonce,
    /// SUCCESS without an envelope.
    NoEnvelope,
}

impl fmt::Display for NotBelieved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "the answer is not CMS: {error}"),
            Self::Signers => f.write_str("the answer does not have one signer"),
            Self::UnknownSigner => {
                f.write_str("the answer is signed by none of the authority's certificates")
            }
            Self::Signature(fault) => fault.fmt(f),
            Self::Attribute(name, fault) => write!(f, "the attribute {name} {fault}"),
            Self::NotCertRep => f.write_str("the answer is not a CertRep"),
            Self::OtherTransaction => f.write_str("the answer belongs to another transaction"),
            Self::OtherNonce => f.write_str("the answer is to another message"),
            Self::NoEnvelope => f.write_str("the answer holds no envelope"),
        }
    }
}

impl std::error::Error for NotBelieved {}

impl Exchange {
    /// The type of the message sent.
    #[must_use]
    pub fn message_type(&self) -> MessageType {
        self.kind
    }

    /// The transactionID of the message sent.
    #[must_use]
    pub fn transaction(&self) -> &TransactionId {
        &self.transaction
    }

    /// The senderNonce of the message sent.
    #[must_use]
    pub fn sender_nonce(&self) -> &Nonce {
        &self.sender_nonce
    }

    /// Reads the answer. It must be signed by one of `authorities`, the certificates of GetCACert, of which the
    /// client knows by fingerprint or TLS that they are right.
    ///
    /// # Errors
    /// [`NotBelieved`].
    pub fn read(&self, message: &[u8], authorities: &[Certificate]) -> Result<Reply, NotBelieved> {
        let signed = SignedData::parse(message).map_err(NotBelieved::Malformed)?;
        let [info] = signed.signers.as_slice() else { return Err(NotBelieved::Signers) };
        // Never the certificate in the message: anybody can put one there (threat 11).
        let signer = authorities.iter().find(|certificate| info.sid.means(certificate));
        let signer = signer.ok_or(NotBelieved::UnknownSigner)?;
        let content = signed.content.as_deref().unwrap_or_default();
        info.verify(signer.key(), &signed.content_type, content).map_err(NotBelieved::Signature)?;
        let attributes = info.attributes.as_ref();
        let attributes = attributes.ok_or(NotBelieved::Signature(SignatureFault::NoAttributes))?;
        let status = self.check(&Typed(attributes))?;
        self.reply(status, &Typed(attributes), content)
    }

    fn check(&self, attributes: &Typed<'_>) -> Result<PkiStatus, NotBelieved> {
        if attributes.message_type().map_err(attribute("messageType"))? != MessageType::CertRep {
            return Err(NotBelieved::NotCertRep);
        }
        if attributes.transaction().map_err(attribute("transactionID"))? != self.transaction {
            return Err(NotBelieved::OtherTransaction);
        }
        let nonce = attributes.nonce(RECIPIENT_NONCE).map_err(attribute("recipientNonce"))?;
        if nonce != self.sender_nonce {
            return Err(NotBelieved::OtherNonce);
        }
        attributes.pki_status().map_err(attribute("pkiStatus"))
    }

    fn reply(&self, status: PkiStatus, attributes: &Typed<'_>, content: &[u8]) -> Result<Reply, NotBelieved> {
        match status {
            PkiStatus::Pending => Ok(Reply::Pending),
            PkiStatus::Failure => {
                let fail_info = attributes.fail_info().map_err(attribute("failInfo"))?;
                Ok(Reply::Failure { fail_info, text: attributes.text(FAIL_INFO_TEXT).ok() })
            }
            PkiStatus::Success => {
                let envelope = EnvelopedData::parse(content).map_err(|_| NotBelieved::NoEnvelope)?;
                if envelope.content_type != oid::DATA {
                    return Err(NotBelieved::NoEnvelope);
                }
                Ok(Reply::Success(Box::new(Sealed { envelope, password: self.password.clone() })))
            }
        }
    }
}

fn attribute(name: &'static str) -> impl Fn(AttributeFault) -> NotBelieved {
    move |fault| NotBelieved::Attribute(name, fault)
}

impl Sealed {
    /// What the client's private key has to unwrap; `None` if the challenge opens the envelope.
    #[must_use]
    pub fn wrapped_key(&self) -> Option<(KeyTransport, &[u8])> {
        self.envelope.recipients.iter().find_map(|recipient| match recipient {
            RecipientInfo::KeyTransport { algorithm, encrypted_key, .. } => {
                Some((KeyTransport::from_identifier(algorithm).ok()?, encrypted_key.as_slice()))
            }
            RecipientInfo::Password(_) | RecipientInfo::Other(_) => None,
        })
    }
}
