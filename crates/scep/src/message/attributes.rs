//! The signed attributes of a pkiMessage (RFC 8894 §3.2.1): one value each, nothing twice.

use std::fmt;

use pki::attribute::Attribute;
use pki::cms::signed::SignedAttributes;
use pki::der::{Any, Reader, Tag};
use pki::{Oid, Time, text};

use super::{FailInfo, MessageType, Nonce, PkiStatus, TransactionId};

/// id-messageType, the VeriSign arc of RFC 8894 §3.2.1
pub const MESSAGE_TYPE: Oid = Oid::new_unwrap("2.16.840.1.113733.1.9.2");
/// id-pkiStatus
pub const PKI_STATUS: Oid = Oid::new_unwrap("2.16.840.1.113733.1.9.3");
/// id-failInfo
pub const FAIL_INFO: Oid = Oid::new_unwrap("2.16.840.1.113733.1.9.4");
/// id-senderNonce
pub const SENDER_NONCE: Oid = Oid::new_unwrap("2.16.840.1.113733.1.9.5");
/// id-recipientNonce
pub const RECIPIENT_NONCE: Oid = Oid::new_unwrap("2.16.840.1.113733.1.9.6");
/// id-transactionID
pub const TRANSACTION_ID: Oid = Oid::new_unwrap("2.16.840.1.113733.1.9.7");
/// id-scep-failInfoText
pub const FAIL_INFO_TEXT: Oid = Oid::new_unwrap("1.3.6.1.5.5.7.24.1");

/// What is wrong with an attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeFault {
    /// It must be there.
    Missing,
    /// It has no value or several.
    NotOneValue,
    /// Its value is of the wrong type, too long, or not among those allowed.
    Value,
}

impl fmt::Display for AttributeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::NotOneValue => "does not have exactly one value",
            Self::Value => "has a value that is not allowed",
        })
    }
}

/// Attributes as SCEP types them. That none is there twice was seen when they were parsed.
pub(crate) struct Typed<'a>(pub(crate) &'a SignedAttributes);

impl<'a> Typed<'a> {
    fn value(&self, oid: Oid) -> Result<Any<'a>, AttributeFault> {
        let value = self.0.value(&oid).map_err(|_| AttributeFault::NotOneValue)?;
        Reader::only(value.ok_or(AttributeFault::Missing)?).map_err(|_| AttributeFault::Value)
    }

    fn octets(&self, oid: Oid) -> Result<&'a [u8], AttributeFault> {
        let any = self.value(oid)?;
        if any.tag == Tag::OCTET_STRING { Ok(any.value) } else { Err(AttributeFault::Value) }
    }

    /// A string of any type: RFC 8894 wants PrintableString, and not everybody reads it.
    pub(crate) fn text(&self, oid: Oid) -> Result<String, AttributeFault> {
        let any = self.value(oid)?;
        text::decode(any.tag, any.value).map_err(|_| AttributeFault::Value)
    }

    pub(crate) fn time(&self, oid: Oid) -> Result<Time, AttributeFault> {
        Reader::new(self.value(oid)?.raw).time().map_err(|_| AttributeFault::Value)
    }

    pub(crate) fn transaction(&self) -> Result<TransactionId, AttributeFault> {
        TransactionId::from_text(&self.text(TRANSACTION_ID)?).ok_or(AttributeFault::Value)
    }

    pub(crate) fn nonce(&self, oid: Oid) -> Result<Nonce, AttributeFault> {
        Nonce::from_octets(self.octets(oid)?).ok_or(AttributeFault::Value)
    }

    pub(crate) fn message_type(&self) -> Result<MessageType, AttributeFault> {
        MessageType::from_text(&self.text(MESSAGE_TYPE)?).ok_or(AttributeFault::Value)
    }

    pub(crate) fn pki_status(&self) -> Result<PkiStatus, AttributeFault> {
        PkiStatus::from_text(&self.text(PKI_STATUS)?).ok_or(AttributeFault::Value)
    }

    pub(crate) fn fail_info(&self) -> Result<FailInfo, AttributeFault> {
        FailInfo::from_text(&self.text(FAIL_INFO)?).ok_or(AttributeFault::Value)
    }
}

/// PrintableString where the characters allow it (RFC 8894 §3.2.1), else UTF8String.
pub(crate) fn text_attribute(oid: Oid, value: &str) -> Attribute {
    let printable = value.bytes().all(text::is_printable);
    let tag = if printable { Tag::PRINTABLE_STRING } else { Tag::UTF8_STRING };
    Attribute::new(oid, |w| w.string(tag, value))
}

/// An OCTET STRING.
pub(crate) fn octets_attribute(oid: Oid, value: &[u8]) -> Attribute {
    Attribute::new(oid, |w| w.octet_string(value))
}
