use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::attribute::Attribute;
use pki::certificate::Certificate;
use pki::cms::signed::{SignedDraft, certs_only};
use pki::cms::{CertificateId, enveloped};
use pki::key::KeyKind;
use pki::{Random, oid};

use super::draft::{CannotAnswer, Draft};
use super::reply::{ReplyTo, SealFor};
use crate::message::attributes::{octets_attribute, text_attribute};
use crate::message::{
    FAIL_INFO, FAIL_INFO_TEXT, FailInfo, MESSAGE_TYPE, MessageType, Nonce, PKI_STATUS, PkiStatus,
    RECIPIENT_NONCE, SENDER_NONCE, TRANSACTION_ID,
};

/// What a CertRep says (RFC 8894 §3.3.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// SUCCESS with certificates in DER: the issued one first, alone unless the profile adds the CA's. The order is
    /// kept on the wire, since iOS takes the first.
    Success {
        /// At least one.
        certificates: Vec<Vec<u8>>,
    },
    /// SUCCESS to GetCRL: the CRL in DER, and nothing else (RFC 8894 §4.6.1).
    Crl(Vec<u8>),
    /// FAILURE.
    Failure {
        /// Why, in RFC 8894's five words.
        fail_info: FailInfo,
        /// failInfoText, safe for anybody to read; for people only (RFC 8894 §3.2.1.4).
        text: Option<String>,
    },
    /// PENDING: to be approved by hand.
    Pending,
}

impl Answer {
    /// The failure that a refusal becomes: its failInfo, and its sentence if `with_text`.
    #[must_use]
    pub fn refused(refusal: &crate::Refusal, with_text: bool) -> Self {
        Self::Failure { fail_info: refusal.fail_info(), text: with_text.then(|| refusal.to_string()) }
    }

    /// The pkiStatus of the answer.
    #[must_use]
    pub const fn status(&self) -> PkiStatus {
        match self {
            Self::Success { .. } | Self::Crl(_) => PkiStatus::Success,
            Self::Failure { .. } => PkiStatus::Failure,
            Self::Pending => PkiStatus::Pending,
        }
    }

    /// Writes the answer, up to the signature by the key of `signer`, the RA's certificate. The reply speaks the
    /// request's digest (SHA-256 for a SHA-1 request) and content cipher.
    ///
    /// # Errors
    /// [`CannotAnswer`].
    pub fn draft(
        &self,
        reply_to: &ReplyTo,
        signer: &Certificate,
        random: &mut dyn Random,
    ) -> Result<Draft, CannotAnswer> {
        // Nothing here is signed with SHA-1: the crypto library refuses, and readers of SHA-1 read SHA-256.
        let digest = if reply_to.digest == Digest::Sha1 { Digest::Sha256 } else { reply_to.digest };
        let algorithm = signature_algorithm(signer, digest).ok_or(CannotAnswer::SigningKey)?;
        Ok(Draft::new(SignedDraft {
            content_type: oid::DATA,
            content: self.content(reply_to, random)?,
            certificates: vec![signer.der().to_vec()],
            sid: CertificateId::of(signer),
            algorithm,
            attributes: self.attributes(reply_to, random)?,
        }))
    }

    /// The envelope; for FAILURE and PENDING an empty OCTET STRING. RFC 8894 §3 wants it left out, which certmonger
    /// takes for a broken reply and retries for ever; every client tried reads the empty string.
    fn content(&self, reply_to: &ReplyTo, random: &mut dyn Random) -> Result<Vec<u8>, CannotAnswer> {
        let message = match self {
            Self::Failure { .. } | Self::Pending => return Ok(Vec::new()),
            Self::Crl(crl) => certs_only(&[], &[crl]),
            Self::Success { certificates } if certificates.is_empty() => {
                return Err(CannotAnswer::NoCertificate);
            }
            Self::Success { certificates } => {
                let list: Vec<&[u8]> = certificates.iter().map(Vec::as_slice).collect();
                certs_only(&list, &[])
            }
        };
        let seal_for = reply_to.sealing.as_ref().ok_or(CannotAnswer::NobodyToEncryptTo)?;
        seal(seal_for, &message, random)
    }

    fn attributes(
        &self,
        reply_to: &ReplyTo,
        random: &mut dyn Random,
    ) -> Result<Vec<Attribute>, CannotAnswer> {
        // RFC 8894 §3.2.1.5: a nonce of ours, and certmonger insists on it.
        let nonce = Nonce::fresh(random)?;
        let mut list = vec![
            text_attribute(MESSAGE_TYPE, MessageType::CertRep.text()),
            text_attribute(TRANSACTION_ID, reply_to.transaction.as_str()),
            text_attribute(PKI_STATUS, self.status().text()),
            octets_attribute(SENDER_NONCE, nonce.as_octets()),
            octets_attribute(RECIPIENT_NONCE, reply_to.recipient_nonce.as_octets()),
        ];
        if let Self::Failure { fail_info, text } = self {
            list.push(text_attribute(FAIL_INFO, fail_info.text()));
            let write = |text: &String| {
                Attribute::new(FAIL_INFO_TEXT, |w| w.string(pki::der::Tag::UTF8_STRING, text))
            };
            list.extend(text.iter().map(write));
        }
        Ok(list)
    }
}

fn seal(seal_for: &SealFor, message: &[u8], random: &mut dyn Random) -> Result<Vec<u8>, CannotAnswer> {
    let key = crate::envelope::DrawnKey::draw(seal_for.cipher, random)?;
    match &seal_for.recipient {
        super::reply::Recipient::Signer(certificate, transport) => {
            let rid = CertificateId::of(certificate);
            enveloped::seal(&rid, certificate.key(), *transport, &key.content_key(), message)
                .map_err(|_| CannotAnswer::RecipientKey)
        }
        super::reply::Recipient::Password(challenge) => {
            crate::envelope::seal_with_password(challenge, &key, message, random)
                .map_err(|_| CannotAnswer::Random)
        }
    }
}

/// The algorithm with which a certificate's key signs CMS; `None` for keys of other kinds.
pub(crate) fn signature_algorithm(signer: &Certificate, digest: Digest) -> Option<SignatureAlgorithm> {
    match signer.key().kind() {
        KeyKind::Rsa { .. } => Some(SignatureAlgorithm::RsaPkcs1(digest)),
        KeyKind::P256 { .. } | KeyKind::P384 { .. } => Some(SignatureAlgorithm::Ecdsa(digest)),
        KeyKind::Other(_) => None,
    }
}
