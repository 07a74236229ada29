//! The bodies of the three actions, read strictly and with this crate's own eyes (contract section 6).

use pki::algorithm::sha256;
use serde_json::{Map, Value};

use crate::tenant::World;

/// Body of validateRequest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ValidateRequest {
    /// SCEP's transactionID.
    pub transaction_id: String,
    /// Base64 of the PKCS#10.
    pub certificate_request: String,
    /// Product and version.
    pub caller_info: String,
}

/// Body of successNotification; the strings are kept exactly as reported (M152).
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the wire")]
pub struct SuccessNotification {
    pub transaction_id: String,
    /// SHA-256 of the base64: ten thousand whole requests would fill the memory.
    pub certificate_request: [u8; 32],
    pub certificate_thumbprint: String,
    pub certificate_serial_number: String,
    pub certificate_expiration_date_utc: String,
    pub issuing_certificate_authority: String,
    pub caller_info: String,
    pub ca_configuration: Option<String>,
    pub certificate_authority: Option<String>,
}

/// Body of failureNotification.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the wire")]
pub struct FailureNotification {
    pub transaction_id: String,
    /// SHA-256 of the base64: ten thousand whole requests would fill the memory.
    pub certificate_request: [u8; 32],
    pub h_result: i64,
    pub error_description: String,
    pub caller_info: String,
}

impl ValidateRequest {
    pub(super) fn read(world: &World, body: &Value) -> Result<Self, String> {
        let known = ["transactionId", "certificateRequest", "callerInfo"];
        let members = Members::open(world, body, "request", &known)?;
        Ok(Self {
            transaction_id: members.filled("transactionId")?,
            certificate_request: members.filled("certificateRequest")?,
            caller_info: members.filled("callerInfo")?,
        })
    }
}

impl SuccessNotification {
    pub(super) fn read(world: &World, body: &Value) -> Result<Self, String> {
        let known = [
            "transactionId",
            "certificateRequest",
            "certificateThumbprint",
            "certificateSerialNumber",
            "certificateExpirationDateUtc",
            "issuingCertificateAuthority",
            "callerInfo",
            "caConfiguration",
            "certificateAuthority",
        ];
        let members = Members::open(world, body, "notification", &known)?;
        Ok(Self {
            transaction_id: members.filled("transactionId")?,
            certificate_request: sha256(members.filled("certificateRequest")?.as_bytes()),
            certificate_thumbprint: members.filled("certificateThumbprint")?,
            certificate_serial_number: members.filled("certificateSerialNumber")?,
            certificate_expiration_date_utc: members.filled("certificateExpirationDateUtc")?,
            issuing_certificate_authority: members.filled("issuingCertificateAuthority")?,
            caller_info: members.filled("callerInfo")?,
            ca_configuration: members.optional("caConfiguration")?,
            certificate_authority: members.optional("certificateAuthority")?,
        })
    }
}

impl FailureNotification {
    pub(super) fn read(world: &World, body: &Value) -> Result<Self, String> {
        let known = ["transactionId", "certificateRequest", "hResult", "errorDescription", "callerInfo"];
        let members = Members::open(world, body, "notification", &known)?;
        let number = members.0.get("hResult").and_then(Value::as_i64);
        // Signed in Java's sample, unsigned in others.
        let in_range = number.filter(|value| (-(1_i64 << 31)..1_i64 << 32).contains(value));
        Ok(Self {
            transaction_id: members.filled("transactionId")?,
            certificate_request: sha256(members.filled("certificateRequest")?.as_bytes()),
            h_result: in_range.ok_or("hResult must be a 32-bit integer")?,
            error_description: members.filled("errorDescription")?,
            caller_info: members.filled("callerInfo")?,
        })
    }
}

struct Members<'a>(&'a Map<String, Value>);

impl<'a> Members<'a> {
    fn open(world: &World, body: &'a Value, envelope: &str, known: &[&str]) -> Result<Self, String> {
        let outer = body.as_object().ok_or("The body must be an object.")?;
        let inner = outer.get(envelope).and_then(Value::as_object);
        let inner = inner.ok_or_else(|| format!("The member '{envelope}' is required."))?;
        for name in outer.keys().filter(|name| *name != envelope) {
            world.breach(format!("unknown member '{name}' beside '{envelope}'"));
        }
        for name in inner.keys().filter(|name| !known.contains(&name.as_str())) {
            world.breach(format!("unknown member '{name}' in '{envelope}'"));
        }
        Ok(Self(inner))
    }

    fn filled(&self, name: &str) -> Result<String, String> {
        let text = self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        text.map(str::to_owned).ok_or_else(|| format!("The member '{name}' must be a non-empty string."))
    }

    /// Absent, null (C#) or a string.
    fn optional(&self, name: &str) -> Result<Option<String>, String> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.clone())),
            Some(_) => Err(format!("The member '{name}' must be a string.")),
        }
    }
}
