//! Entra's error answers, and what the administrator must do about each (contract §3.1).

use crate::OtherMembers;
use serde::{Deserialize, Serialize};

/// Body of an answer with status 400 or 401.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorResponse {
    /// OAuth's word, such as `invalid_client`.
    pub error: String,
    /// Text that starts with `AADSTS…`.
    #[serde(default)]
    pub error_description: Option<String>,
    /// The AADSTS numbers.
    #[serde(default)]
    pub error_codes: Vec<u32>,
    /// `YYYY-MM-DD HH:MM:SSZ`.
    #[serde(default)]
    pub timestamp: Option<String>,
    /// Microsoft's trace.
    #[serde(default)]
    pub trace_id: Option<String>,
    /// Echo of `client-request-id`.
    #[serde(default)]
    pub correlation_id: Option<String>,
    /// Whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

impl ErrorResponse {
    /// Reads a body; `None` if it is not Entra's.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The first AADSTS number, from `error_codes` or else from the description.
    #[must_use]
    pub fn code(&self) -> Option<AadSts> {
        let written = || {
            let text = self.error_description.as_deref()?.strip_prefix("AADSTS")?;
            text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        self.error_codes.first().copied().or_else(written).map(AadSts::from_number)
    }
}

/// Entra's reasons that an administrator can mend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AadSts {
    /// 70011: the scope is not valid.
    BadScope,
    /// 7000215: the secret is wrong.
    WrongSecret,
    /// 7000222: the secret or certificate has expired.
    ExpiredSecret,
    /// 700027: the assertion's signature or certificate is not accepted.
    BadAssertion,
    /// 700016: no such application in the tenant.
    UnknownApplication,
    /// 90002: no such tenant.
    UnknownTenant,
    /// 500011: no such resource in the tenant.
    UnknownResource,
    /// 65001: nobody has consented.
    NoConsent,
    /// 7000218: the application may not be used without a credential of its own.
    NotPublic,
    /// Any other number.
    Unknown(u32),
}

impl AadSts {
    /// From Entra's number.
    #[must_use]
    pub fn from_number(number: u32) -> Self {
        match number {
            70011 => Self::BadScope,
            7_000_215 => Self::WrongSecret,
            7_000_222 => Self::ExpiredSecret,
            700_027 => Self::BadAssertion,
            700_016 => Self::UnknownApplication,
            90002 => Self::UnknownTenant,
            500_011 => Self::UnknownResource,
            65_001 => Self::NoConsent,
            7_000_218 => Self::NotPublic,
            other => Self::Unknown(other),
        }
    }

    /// Entra's number.
    #[must_use]
    pub fn number(self) -> u32 {
        match self {
            Self::BadScope => 70011,
            Self::WrongSecret => 7_000_215,
            Self::ExpiredSecret => 7_000_222,
            Self::BadAssertion => 700_027,
            Self::UnknownApplication => 700_016,
            Self::UnknownTenant => 90002,
            Self::UnknownResource => 500_011,
            Self::NoConsent => 65_001,
            Self::NotPublic => 7_000_218,
            Self::Unknown(number) => number,
        }
    }

    /// What the administrator must do.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::BadScope => {
                "Check the configured Intune and Graph resource URLs: the scope made of them is not one Entra knows."
            }
            Self::WrongSecret => {
                "Copy the client secret's value again, not its id; if it is lost, make a new one in the app registration."
            }
            Self::ExpiredSecret => {
                "Make a new client secret or upload a new certificate in the app registration and configure it here."
            }
            Self::BadAssertion => {
                "Upload the certificate that belongs to the configured key to the app registration; check the clock."
            }
            Self::UnknownApplication => {
                "Check the application id and the tenant: the app registration does not exist in that tenant."
            }
            Self::UnknownTenant => "Check the tenant: use its GUID or its name.onmicrosoft.com domain.",
            Self::UnknownResource => {
                "The tenant does not know Intune: check its Intune licence and the configured resource URL."
            }
            Self::NoConsent => {
                "Add the delegated permissions to the app registration and have an administrator consent to them."
            }
            Self::NotPublic => {
                "Allow public client flows in the app registration (Authentication), or name another --client-id."
            }
            Self::Unknown(_) => {
                "Look the AADSTS number up in Microsoft's documentation or the tenant's sign-in log."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_3_1_error_shape() {
        let body = br#"{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided. Trace ID: t Correlation ID: c Timestamp: 2026-11-21 05:00:00Z","error_codes":[7000215],"timestamp":"2026-11-21 05:00:00Z","trace_id":"t","correlation_id":"c","error_uri":"https://login.example/error?code=7000215"}"#;
        let error = ErrorResponse::parse(body).unwrap();
        assert_eq!((error.error.as_str(), error.code()), ("invalid_client", Some(AadSts::WrongSecret)));
    }

    #[test]
    fn the_number_is_read_from_the_text_when_the_list_is_absent() {
        let error =
            ErrorResponse::parse(br#"{"error":"invalid_request","error_description":"AADSTS90002: Tenant"}"#);
        assert_eq!(error.unwrap().code(), Some(AadSts::UnknownTenant));
        assert_eq!(ErrorResponse::parse(br#"{"error":"x"}"#).unwrap().code(), None);
        assert_eq!(ErrorResponse::parse(b"<html>"), None);
    }

    #[test]
    fn contract_3_1_nine_reasons_have_advice_of_their_own() {
        let numbers = [70011, 7_000_215, 7_000_222, 700_027, 700_016, 90002, 500_011, 65_001, 7_000_218];
        let general = AadSts::Unknown(1).advice();
        for number in numbers {
            let code = AadSts::from_number(number);
            assert_eq!(code.number(), number);
            assert_ne!(code.advice(), general, "{number}");
        }
    }
}
