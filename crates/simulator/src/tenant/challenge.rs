//! The challenge blob: base64(CMS SignedData(tenant){EnvelopedData(tenant){JSON}}), about 5 KB, opaque to devices.
//!
//! The real format is not published; this one is ours (contract section 10), and really encrypted and signed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::algorithm::{ContentCipher, Digest, KeyTransport, SignatureAlgorithm};
use pki::certificate::Certificate;
use pki::cms::CertificateId;
use pki::cms::enveloped::{ContentKey, EnvelopedData, RecipientInfo, seal};
use pki::cms::signed::{SignedData, SignedDraft};
use pki::name::Name;
use serde::{Deserialize, Serialize};

use super::code::{Code, Verdict};
use super::directory::San;
use crate::identity::self_signed;
use crate::keys::{KeyError, RsaKey};

/// What the tenant expects of a request, as it stands in the blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    /// Identifier of this delivery.
    pub certificate_request_id: String,
    /// Tenant.
    pub tenant_id: String,
    /// Intune's device id.
    pub device_id: String,
    /// User, for user certificates.
    pub user_id: Option<String>,
    /// Profile delivered.
    pub profile_id: String,
    /// Expected subject, as the profile writes it.
    pub subject: String,
    /// Expected alternative names.
    pub sans: Vec<San>,
    /// Expected RSA bits.
    pub key_length: u32,
    /// Expected key usage, numbers as in the Windows CSP; 0 for any.
    pub key_usage: u16,
    /// Expected extended key usages.
    pub extended_key_usages: Vec<String>,
    /// False on platforms whose clients leave them out.
    pub extended_key_usage_required: bool,
    /// Keys registered in Entra; none if any key will do.
    pub registered_keys: Option<Vec<String>>,
    /// Generated password.
    pub password: String,
    /// Unix seconds.
    pub created: i64,
    /// Unix seconds.
    pub expires: i64,
}

/// A fault in the making of a blob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BlobFault {
    /// Text that is no base64 of a CMS.
    Gibberish,
    /// Signed by somebody else, well.
    ForeignSigner,
    /// The signature does not verify.
    ForgedSignature,
    /// Encrypted to somebody else.
    ForeignRecipient,
    /// What is inside is not JSON.
    NotJson,
}

struct Holder {
    key: RsaKey,
    certificate: Certificate,
}

impl Holder {
    fn generate(name: &str, now: i64) -> Result<Self, KeyError> {
        let key = RsaKey::generate(2048)?;
        let name = Name::from_pairs(&[(pki::oid::CN, name)]);
        // Two tenants must not have signers of the same name and serial.
        let mut serial = key.public().key_id();
        serial[0] = 1;
        let der = self_signed(&key, name, &serial, now)?;
        let certificate = Certificate::parse(&der).map_err(|_| KeyError("read its own certificate"))?;
        Ok(Self { key, certificate })
    }
}

/// The tenant's keys for challenges.
pub struct Seals {
    signer: Holder,
    recipient: Holder,
}

impl Seals {
    /// New keys.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn generate(now: i64) -> Result<Self, KeyError> {
        Ok(Self {
            signer: Holder::generate("Simulated Intune challenge signing", now)?,
            recipient: Holder::generate("Simulated Intune challenge encryption", now)?,
        })
    }

    /// Makes a blob.
    ///
    /// # Errors
    /// The crypto library failed.
    pub fn seal(&self, payload: &Payload, fault: Option<BlobFault>) -> Result<String, KeyError> {
        const TEXT: usize = 2_150;
        let mut json = serde_json::to_vec(payload).map_err(|_| KeyError("write JSON"))?;
        // Blanks after the object bring every blob to the size of the real one.
        json.resize(json.len().max(TEXT), b' ');
        if fault == Some(BlobFault::NotJson) {
            json.insert(0, b'<');
        }
        if fault == Some(BlobFault::Gibberish) {
            return Ok(STANDARD.encode(&json));
        }
        let (signer, recipient) = match fault {
            // Each key serves as the other's stranger.
            Some(BlobFault::ForeignSigner) => (&self.recipient, &self.recipient),
            Some(BlobFault::ForeignRecipient) => (&self.signer, &self.signer),
            _ => (&self.signer, &self.recipient),
        };
        let envelope = envelop(recipient, &json)?;
        let mut blob = sign(signer, envelope)?;
        if let (Some(BlobFault::ForgedSignature), Some(last)) = (fault, blob.last_mut()) {
            *last ^= 1;
        }
        Ok(STANDARD.encode(blob))
    }

    /// Opens a blob.
    ///
    /// # Errors
    /// The verdict that Intune's enum has for it.
    pub fn open(&self, blob: &str) -> Result<Payload, Verdict> {
        let undecodable = |why: &str| Verdict::new(Code::ChallengeDecodingError, why);
        let bytes = STANDARD.decode(blob.trim()).map_err(|_| undecodable("Challenge is not base64."))?;
        let signed = SignedData::parse(&bytes).map_err(|_| undecodable("Challenge is not CMS."))?;
        let content = self.verified(&signed)?;
        let envelope =
            EnvelopedData::parse(content).map_err(|_| undecodable("Challenge holds no envelope."))?;
        let json = self.decrypted(&envelope).ok_or_else(|| {
            Verdict::new(Code::ChallengeDecryptionError, "Challenge does not decrypt with this tenant's key.")
        })?;
        serde_json::from_slice(&json).map_err(|_| {
            Verdict::new(Code::ChallengeDeserializationError, "Challenge does not hold what it should.")
        })
    }

    fn verified<'a>(&self, signed: &'a SignedData) -> Result<&'a [u8], Verdict> {
        let ([signer], Some(content)) = (signed.signers.as_slice(), signed.content.as_deref()) else {
            return Err(Verdict::new(
                Code::ChallengeDecodingError,
                "Challenge has not one signer and content.",
            ));
        };
        if !signer.sid.means(&self.signer.certificate) {
            let text = "Challenge is signed by an unexpected certificate.";
            return Err(Verdict::new(Code::SigningCertThumbprintMismatch, text));
        }
        signer.verify(self.signer.key.public(), &signed.content_type, content).map_err(|_| {
            Verdict::new(Code::SignatureValidationFailed, "Signature of the challenge is not valid.")
        })?;
        Ok(content)
    }

    fn decrypted(&self, envelope: &EnvelopedData) -> Option<Vec<u8>> {
        let [RecipientInfo::KeyTransport { rid, encrypted_key, .. }] = envelope.recipients.as_slice() else {
            return None;
        };
        if !rid.means(&self.recipient.certificate) {
            return None;
        }
        let key = self.recipient.key.unwrap(KeyTransport::Oaep(Digest::Sha256), encrypted_key).ok()?;
        envelope.open(&key).ok()
    }
}

fn envelop(recipient: &Holder, plaintext: &[u8]) -> Result<Vec<u8>, KeyError> {
    let (mut key, mut iv) = ([0; 32], [0; 16]);
    for secret in [key.as_mut_slice(), iv.as_mut_slice()] {
        aws_lc_rs::rand::fill(secret).map_err(|_| KeyError("draw a key"))?;
    }
    let content_key = ContentKey { cipher: ContentCipher::Aes256Cbc, key: &key, iv: &iv };
    let rid = CertificateId::of(&recipient.certificate);
    let transport = KeyTransport::Oaep(Digest::Sha256);
    seal(&rid, recipient.key.public(), transport, &content_key, plaintext)
        .map_err(|_| KeyError("make an envelope"))
}

fn sign(signer: &Holder, content: Vec<u8>) -> Result<Vec<u8>, KeyError> {
    let draft = SignedDraft {
        content_type: pki::oid::ENVELOPED_DATA,
        content,
        certificates: vec![signer.certificate.der().to_vec()],
        sid: CertificateId::of(&signer.certificate),
        algorithm: SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
        attributes: Vec::new(),
    };
    let signed = draft.to_be_signed();
    let signature = signer.key.sign(Digest::Sha256, &signed)?;
    draft.finish(&signed, &signature).map_err(|_| KeyError("assemble a signed blob"))
}
