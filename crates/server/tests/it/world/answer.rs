//! What the server answered, read without trust in the client under test.

use super::World;
use pki::algorithm::KeyTransport;
use pki::certificate::Certificate;
use pki::cms::enveloped::{EnvelopedData, RecipientInfo};
use pki::cms::signed::SignedData;
use pki::der::Reader;
use pki::{Oid, oid};
use scep::message::{FAIL_INFO, FAIL_INFO_TEXT, PKI_STATUS, RECIPIENT_NONCE, SENDER_NONCE};
use simulator::fleet::DeviceKey;
use std::fmt;

/// An answer to PKIOperation.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Told {
    /// HTTP's.
    pub(crate) status: u16,
    /// `0`, `2` or `3`; empty where there is no CertRep.
    pub(crate) pki_status: String,
    /// `0` to `4`; empty without.
    pub(crate) fail_info: String,
    /// failInfoText or, without CertRep, the body as text.
    pub(crate) text: String,
    /// As received.
    pub(crate) body: Vec<u8>,
    /// senderNonce and recipientNonce.
    pub(crate) nonces: [Vec<u8>; 2],
}

impl fmt::Debug for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shape())
    }
}

impl World {
    /// Sends a pkiMessage and reads the answer, whose signature must be the RA's.
    pub(crate) async fn post(&self, endpoint: &str, message: Vec<u8>) -> Told {
        self.try_post(endpoint, message).await.unwrap()
    }

    /// The same, where the server may hang up.
    pub(crate) async fn try_post(&self, endpoint: &str, message: Vec<u8>) -> reqwest::Result<Told> {
        let url = format!("{}?operation=PKIOperation", self.url(endpoint));
        let request = self.http.post(url).header("content-type", "application/x-pki-message").body(message);
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        Ok(Told::read(status, answer.bytes().await?.to_vec(), &self.ra()))
    }

    /// That nothing is recorded beyond `before` certificates, and that the answer is a refusal with a code.
    pub(crate) async fn assert_refused(&self, told: &Told, before: u64, what: &str) {
        assert!(told.is_refusal(), "{what}: {told:?}");
        assert!(told.code().is_some() || told.fail_info == "4", "{what}: no code in {told:?}");
        assert_eq!(self.issued().await, before, "{what}");
    }
}

impl Told {
    pub(crate) fn read(status: u16, body: Vec<u8>, ra: &Certificate) -> Told {
        let mut told = Told {
            status,
            pki_status: String::new(),
            fail_info: String::new(),
            text: String::from_utf8_lossy(&body).into_owned(),
            body,
            nonces: [Vec::new(), Vec::new()],
        };
        let Ok(signed) = SignedData::parse(&told.body) else { return told };
        let [info] = signed.signers.as_slice() else { panic!("not one signer") };
        let content = signed.content.as_deref().unwrap_or_default();
        info.verify(ra.key(), &signed.content_type, content).expect("the RA signs every CertRep");
        let value = |oid: &Oid| info.attributes.as_ref().and_then(|all| all.value(oid).unwrap());
        let text = |oid: &Oid| {
            let any = value(oid).map(|der| Reader::only(der).unwrap().value.to_vec());
            any.unwrap_or_default()
        };
        let string = |oid: &Oid| String::from_utf8(text(oid)).unwrap();
        told.pki_status = string(&PKI_STATUS);
        told.fail_info = string(&FAIL_INFO);
        told.text = string(&FAIL_INFO_TEXT);
        told.nonces = [text(&SENDER_NONCE), text(&RECIPIENT_NONCE)];
        told
    }

    /// `CHY-….`, if it says one.
    pub(crate) fn code(&self) -> Option<&str> {
        self.text.strip_prefix("CHY-").and_then(|_| self.text.get(..8))
    }

    pub(crate) fn is_success(&self) -> bool {
        self.status == 200 && self.pki_status == "0"
    }

    /// FAILURE, or HTTP 400 and 413 where no CertRep can be made.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.status, 400 | 413) || (self.status == 200 && self.pki_status == "2")
    }

    /// What a client may compare: status, length, failInfo, text.
    pub(crate) fn shape(&self) -> (u16, usize, &str, &str, &str) {
        let text = if self.is_success() { "" } else { &*self.text };
        (self.status, self.body.len(), &self.pki_status, &self.fail_info, text)
    }

    /// The first certificate of a SUCCESS, decrypted.
    pub(crate) fn certificate(&self, key: &DeviceKey) -> Option<Certificate> {
        let inner = self.envelope(key)?;
        let certificates = SignedData::parse(&inner).ok()?.certificates;
        Certificate::parse(certificates.first()?).ok()
    }

    /// What the envelope of a SUCCESS holds, if `key` opens it.
    pub(crate) fn envelope(&self, key: &DeviceKey) -> Option<Vec<u8>> {
        if !self.is_success() {
            return None;
        }
        let signed = SignedData::parse(&self.body).ok()?;
        assert_eq!(signed.content_type, oid::DATA);
        let envelope = EnvelopedData::parse(signed.content.as_deref()?).ok()?;
        let [RecipientInfo::KeyTransport { algorithm, encrypted_key, .. }] = envelope.recipients.as_slice()
        else {
            panic!("an answer has one recipient")
        };
        let content_key = key.unwrap(KeyTransport::from_identifier(algorithm).ok()?, encrypted_key).ok()?;
        envelope.open(&content_key).ok()
    }
}
