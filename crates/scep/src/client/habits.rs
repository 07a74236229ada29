use pki::Time;
use pki::algorithm::{ContentCipher, Digest, KeyTransport};

/// How a client writes its messages. The default is what RFC 8894 asks for; the rest is what real clients do, so that
/// a server can be tried with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Habits {
    /// The digest of message and attributes. RFC 8894 §2.9: SHA-256.
    pub digest: Digest,
    /// The content cipher. RFC 8894 §2.9: AES-128.
    pub cipher: ContentCipher,
    /// How the content key travels. Windows sends RSAES-OAEP.
    pub transport: KeyTransport,
    /// The outside of both CMS layers. jscep and Apple's clients stream BER.
    pub encoding: Encoding,
    /// The order of the signed attributes. DER sorts them; some clients do not.
    pub order: Order,
    /// How RecipientInfo names the recipient.
    pub recipient: RecipientName,
    /// Whether the SignerInfo names its signer by key identifier.
    pub signer_by_key_id: bool,
    /// Whether the SignerInfo says rsaEncryption (RFC 3370) or shaNWithRSAEncryption (RFC 5754) for RSA.
    pub rsa_encryption: bool,
    /// Octets of senderNonce. RFC 8894 §3.2.1.5: 16; old iOS: 8.
    pub nonce_length: usize,
    /// signingTime, for those who send one.
    pub signing_time: Option<Time>,
    /// Encrypt the request to its challenge instead of the RA's key (RFC 8894 §3.1).
    pub password_recipient: bool,
    /// Renew with messageType 19 instead of 17, as sscep, jscep, certmonger, Cisco and macOS do.
    pub renew_as_pkcs_req: bool,
}

impl Default for Habits {
    fn default() -> Self {
        Self {
            digest: Digest::Sha256,
            cipher: ContentCipher::Aes128Cbc,
            transport: KeyTransport::Pkcs1,
            encoding: Encoding::Der,
            order: Order::Sorted,
            recipient: RecipientName::IssuerAndSerial,
            signer_by_key_id: false,
            rsa_encryption: true,
            nonce_length: crate::message::MADE_NONCE,
            signing_time: None,
            password_recipient: false,
            renew_as_pkcs_req: false,
        }
    }
}

/// The outside encoding of CMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Definite lengths.
    Der,
    /// Indefinite lengths, content in pieces.
    StreamedBer,
}

/// The order of signed attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// DER's order of SET OF.
    Sorted,
    /// As they were added, and signed so.
    AsAdded,
}

/// The RecipientIdentifier of RFC 5652 §6.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecipientName {
    /// issuerAndSerialNumber.
    IssuerAndSerial,
    /// subjectKeyIdentifier, RecipientInfo version 2.
    KeyIdentifier,
}
