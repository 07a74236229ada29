use std::fmt;

use pki::algorithm::{ContentCipher, Digest, KeyTransport};
use pki::certificate::Certificate;
use pki::cms::enveloped::{EnvelopedData, RecipientInfo};
use pki::cms::signed::{SignedData, SignerInfo};
use pki::oid;

use super::Policy;
use super::checks::{
    check_algorithms, check_key, check_signing_time, named, read_envelope, refusal, signer_certificate,
};
use super::reply::{Refused, ReplyTo};
use crate::message::attributes::Typed;
use crate::message::{AttributeFault, MessageType, SENDER_NONCE, TransactionId};
use crate::refusal::Refusal;

/// A pkiMessage whose signature verifies, with its envelope still closed. Nothing is believed but that the holder of
/// the signer's key sent it.
pub struct Received {
    pub(super) policy: Policy,
    pub(super) kind: MessageType,
    pub(super) signer: Certificate,
    pub(super) envelope: EnvelopedData,
    pub(super) cipher: ContentCipher,
    pub(super) reply_to: ReplyTo,
}

impl fmt::Debug for Received {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({:?}, {}, {:?})", self.kind, self.reply_to.transaction, self.signer)
    }
}

/// What opens the envelope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvelopeKey {
    /// Nothing has to be opened (CertPoll): go on with [`Received::unopened`].
    NotNeeded {
        /// Which of our certificates it is addressed to.
        recipient: usize,
    },
    /// Our private key: unwrap, and go on with [`Received::open`], whatever came of it.
    Wrapped {
        /// Which of our certificates, as an index into those given.
        recipient: usize,
        /// How the content key was wrapped.
        transport: KeyTransport,
        /// The wrapped content key.
        wrapped: Vec<u8>,
    },
    /// A challengePassword (RFC 8894 §3.1): go on with [`Received::open_with_challenges`].
    Password,
}

/// The private key did not unwrap the content key. Why is not said, and must not be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnwrapFailed;

impl fmt::Display for UnwrapFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the content key could not be unwrapped")
    }
}

impl std::error::Error for UnwrapFailed {}

impl Received {
    /// Reads a pkiMessage in BER or DER, verifies its signature, and checks everything that can be checked without a
    /// private key.
    ///
    /// # Errors
    /// [`Refused`], the peer's fault in every case.
    pub fn parse(message: &[u8], policy: &Policy) -> Result<Self, Refused> {
        if message.len() > policy.max_message {
            return Err(Refusal::TooLarge.into());
        }
        let signed = SignedData::parse(message).map_err(Refusal::Malformed)?;
        // Of several signers, one could be checked and another believed (threat 4).
        let [info] = signed.signers.as_slice() else {
            return Err(Refusal::SignerInfos(signed.signers.len()).into());
        };
        let attributes = info.attributes.as_ref().ok_or(Refusal::SignedAttributesMissing)?;
        let typed = Typed(attributes);
        let reply_to = ReplyTo {
            transaction: typed.transaction().map_err(named("transactionID"))?,
            recipient_nonce: typed.nonce(SENDER_NONCE).map_err(named("senderNonce"))?,
            digest: info.digest().unwrap_or(Digest::Sha256),
            sealing: None,
        };
        Self::checked(&signed, info, &typed, policy, reply_to.clone())
            .map_err(|refusal| Refused { refusal, reply_to: Some(Box::new(reply_to)) })
    }

    /// What follows once it is known where to send a failure.
    fn checked(
        signed: &SignedData,
        info: &SignerInfo,
        attributes: &Typed<'_>,
        policy: &Policy,
        reply_to: ReplyTo,
    ) -> Result<Self, Refusal> {
        if signed.content_type != oid::DATA {
            return Err(Refusal::NotSignedData);
        }
        let content = signed.content.as_deref().ok_or(Refusal::NotEnvelopedData)?;
        check_algorithms(signed, info, policy)?;
        // A type that the authorisation does not know is a way around it (CVE-2026-30836): refused before decrypting.
        let kind = attributes.message_type().map_err(|fault| match fault {
            AttributeFault::Value => Refusal::MessageTypeUnknown,
            other => Refusal::Attribute("messageType", other),
        })?;
        if kind == MessageType::CertRep {
            return Err(Refusal::MessageTypeNotARequest);
        }
        check_signing_time(attributes, policy)?;
        let (envelope, cipher) = read_envelope(content, policy)?;
        let signer = signer_certificate(signed, info)?;
        check_key(&signer, info)?;
        info.verify(signer.key(), &signed.content_type, content).map_err(|fault| refusal(fault, info))?;
        Ok(Self { policy: *policy, kind, signer, envelope, cipher, reply_to })
    }

    /// What the sender wants.
    #[must_use]
    pub fn message_type(&self) -> MessageType {
        self.kind
    }

    /// The transaction that it belongs to.
    #[must_use]
    pub fn transaction(&self) -> &TransactionId {
        &self.reply_to.transaction
    }

    /// The certificate that it is signed with, from the message itself: nobody has vouched for it yet.
    #[must_use]
    pub fn signer(&self) -> &Certificate {
        &self.signer
    }

    /// Where a FAILURE goes, whatever happens next. SUCCESS needs the [`ReplyTo`] of [`super::Opened`].
    #[must_use]
    pub fn reply_to(&self) -> &ReplyTo {
        &self.reply_to
    }

    /// What opens the envelope, given our certificates: one, or two during a roll-over (RFC 8894 §5.1).
    ///
    /// The recipient is found by issuer and serial number or by key identifier. Where none matches and there is one
    /// recipient and one certificate of ours, these two must be meant: some devices mangle names.
    ///
    /// # Errors
    /// [`Refused`], the peer's fault.
    pub fn envelope_key(&self, ours: &[&Certificate]) -> Result<EnvelopeKey, Refused> {
        self.find_key(ours).map_err(|refusal| self.refused(refusal))
    }

    fn find_key(&self, ours: &[&Certificate]) -> Result<EnvelopeKey, Refusal> {
        let recipients = &self.envelope.recipients;
        if let [RecipientInfo::Password(_)] = recipients.as_slice() {
            return Ok(EnvelopeKey::Password);
        }
        let mut matches = Vec::new();
        for info in recipients {
            if let RecipientInfo::KeyTransport { rid, algorithm, encrypted_key } = info {
                let found = ours.iter().position(|certificate| rid.means(certificate));
                let only = (recipients.len() == 1 && ours.len() == 1).then_some(0);
                matches.extend(found.or(only).map(|index| (index, algorithm, encrypted_key)));
            }
        }
        // Of two recipients that are us, the second would be an oracle for the first (threat 3).
        let (recipient, algorithm, wrapped) = match matches.as_slice() {
            [one] => *one,
            [] => return Err(Refusal::RecipientUnknown),
            _ => return Err(Refusal::RecipientAmbiguous),
        };
        let transport = KeyTransport::from_identifier(algorithm).map_err(|_| Refusal::KeyTransport)?;
        // RFC 8894 §3.3.3: a poll is known by recipient and transactionID. An elliptic key's reply needs more.
        if self.kind == MessageType::CertPoll && self.signer.key().is_rsa() {
            return Ok(EnvelopeKey::NotNeeded { recipient });
        }
        Ok(EnvelopeKey::Wrapped { recipient, transport, wrapped: wrapped.clone() })
    }

    pub(super) fn refused(&self, refusal: Refusal) -> Refused {
        Refused { refusal, reply_to: Some(Box::new(self.reply_to.clone())) }
    }
}
