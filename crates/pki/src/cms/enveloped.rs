//! `EnvelopedData` (RFC 5652 §6): read, opened with a content key, made.

use super::content::{self, Undecipherable};
use super::password::PasswordRecipient;
use super::{CertificateId, content_info, open_content_info};
use crate::algorithm::{AlgorithmIdentifier, ContentCipher, KeyTransport};
use crate::ber;
use crate::der::{Error, Reader, Tag, Writer};
use crate::key::{CannotEncrypt, PublicKey};
use crate::{Oid, oid};

/// More recipients than any message of ours carries.
const MAX_RECIPIENTS: usize = 16;

/// `RecipientInfo` (RFC 5652 §6.2)
#[derive(Clone)]
pub enum RecipientInfo {
    /// KeyTransRecipientInfo: the content key encrypted to an RSA key
    KeyTransport {
        /// Whose key
        rid: CertificateId,
        /// How, as received
        algorithm: AlgorithmIdentifier,
        /// The wrapped content key
        encrypted_key: Vec<u8>,
    },
    /// PasswordRecipientInfo: the content key encrypted with a key derived from a password
    Password(PasswordRecipient),
    /// Key agreement, preshared keys and the rest, by their tag
    Other(Tag),
}

impl RecipientInfo {
    fn read(reader: &mut Reader<'_>) -> Result<RecipientInfo, Error> {
        let any = reader.any()?;
        match any.tag {
            Tag::SEQUENCE => {
                let mut fields = Reader::new(any.value);
                fields.u32()?;
                let rid = CertificateId::read(&mut fields)?;
                let algorithm = AlgorithmIdentifier::read(&mut fields)?;
                let encrypted_key = fields.octet_string()?.to_vec();
                fields.finish()?;
                Ok(RecipientInfo::KeyTransport { rid, algorithm, encrypted_key })
            }
            Tag(0xa3) => PasswordRecipient::parse(any.value).map(RecipientInfo::Password),
            other => Ok(RecipientInfo::Other(other)),
        }
    }
}

/// `EnvelopedData`, read. Nothing is decrypted yet.
#[derive(Clone)]
pub struct EnvelopedData {
    /// To whom
    pub recipients: Vec<RecipientInfo>,
    /// The type of what is inside
    pub content_type: Oid,
    /// contentEncryptionAlgorithm, as received
    pub algorithm: AlgorithmIdentifier,
    ciphertext: Vec<u8>,
}

impl EnvelopedData {
    /// Reads a ContentInfo of type envelopedData, in BER or DER, that is all of `bytes`.
    ///
    /// # Errors
    /// The rule that was broken.
    pub fn parse(bytes: &[u8]) -> Result<EnvelopedData, Error> {
        let der = ber::to_der(bytes)?;
        let mut fields = open_content_info(&der, oid::ENVELOPED_DATA)?;
        fields.u32()?;
        fields.optional(Tag::constructed(0))?;
        let mut set = fields.set()?;
        let mut recipients = Vec::new();
        while !set.is_empty() {
            if recipients.len() == MAX_RECIPIENTS {
                return Err(Error::Size);
            }
            recipients.push(RecipientInfo::read(&mut set)?);
        }
        let mut encrypted = fields.sequence()?;
        let content_type = encrypted.oid()?;
        let algorithm = AlgorithmIdentifier::read(&mut encrypted)?;
        // encryptedContent [0] IMPLICIT OCTET STRING, which BER may have in pieces.
        let content = encrypted.any()?;
        if content.tag.0 & !0x20 != Tag::primitive(0).0 {
            return Err(Error::UnexpectedTag { expected: Tag::primitive(0), found: content.tag });
        }
        let ciphertext = ber::joined(content.tag, content.value)?.into_owned();
        encrypted.finish()?;
        fields.optional(Tag::constructed(1))?;
        fields.finish()?;
        Ok(EnvelopedData { recipients, content_type, algorithm, ciphertext })
    }

    /// The cipher, if it is one of those that this project knows.
    #[must_use]
    pub fn cipher(&self) -> Option<ContentCipher> {
        ContentCipher::from_oid(&self.algorithm.oid)
    }

    /// Decrypts the content.
    ///
    /// # Errors
    /// [`Undecipherable`], whatever the reason.
    pub fn open(&self, content_key: &[u8]) -> Result<Vec<u8>, Undecipherable> {
        let cipher = self.cipher().ok_or(Undecipherable)?;
        let parameters = self.algorithm.parameters.as_deref().ok_or(Undecipherable)?;
        let iv = Reader::new(parameters).octet_string().map_err(|_| Undecipherable)?;
        content::decrypt(cipher, content_key, iv, &self.ciphertext)
    }
}

/// A content key with its cipher and initialization vector, drawn by the caller.
pub struct ContentKey<'a> {
    /// The cipher
    pub cipher: ContentCipher,
    /// [`ContentCipher::key_length`] octets, secret and used once
    pub key: &'a [u8],
    /// [`ContentCipher::block_length`] octets, unpredictable
    pub iv: &'a [u8],
}

/// Why an envelope could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// The recipient's key takes no content key
    Recipient(CannotEncrypt),
    /// The content key or initialization vector has a wrong length
    ContentKey(Undecipherable),
}

/// An envelope to the holder of an RSA key.
///
/// # Errors
/// [`SealFault`].
pub fn seal(
    rid: &CertificateId,
    key: &PublicKey,
    transport: KeyTransport,
    content_key: &ContentKey<'_>,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealFault> {
    let encrypted_key = key.encrypt(transport, content_key.key).map_err(SealFault::Recipient)?;
    let recipient = |w: &mut Writer| {
        w.sequence(|w| {
            w.u32(rid.recipient_version());
            rid.write(w);
            transport.write(w);
            w.octet_string(&encrypted_key);
        });
    };
    let version = if rid.recipient_version() == 0 { 0 } else { 2 };
    write(version, recipient, content_key, plaintext)
}

/// An envelope to whoever knows a password (RFC 8894 §3.1 for keys that cannot encrypt). The recipient is made by
/// [`PasswordRecipient::wrap`] around the same content key.
///
/// # Errors
/// [`SealFault`].
pub fn seal_with_password(
    recipient: &PasswordRecipient,
    content_key: &ContentKey<'_>,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealFault> {
    // RFC 5652 §6.1: version 3 where a pwri is present.
    write(3, |w| recipient.write(w), content_key, plaintext)
}

fn write(
    version: u32,
    recipient: impl FnOnce(&mut Writer),
    content_key: &ContentKey<'_>,
    plaintext: &[u8],
) -> Result<Vec<u8>, SealFault> {
    let ContentKey { cipher, key, iv } = *content_key;
    let ciphertext = content::encrypt(cipher, key, iv, plaintext).map_err(SealFault::ContentKey)?;
    Ok(content_info(&oid::ENVELOPED_DATA, |w| {
        w.u32(version);
        w.set(recipient);
        w.sequence(|w| {
            w.oid(&oid::DATA);
            w.sequence(|w| {
                w.oid(&cipher.oid());
                w.octet_string(iv);
            });
            w.tlv(Tag::primitive(0), &ciphertext);
        });
    }))
}
