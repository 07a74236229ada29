//! The client assertion: a JWT signed with the application's certificate (contract §3.1).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

/// How long an assertion lives, in seconds; as MSAL.
pub const LIFETIME: i64 = 600;

/// JWT header. RS256 names the certificate by `x5t`, PS256 by `x5t#S256`, as MSAL does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionHeader {
    /// `RS256` or `PS256`.
    pub alg: String,
    /// `JWT`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub typ: Option<String>,
    /// base64url of the certificate's SHA-1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x5t: Option<String>,
    /// base64url of the certificate's SHA-256.
    #[serde(rename = "x5t#S256", default, skip_serializing_if = "Option::is_none")]
    pub x5t_s256: Option<String>,
}

impl AssertionHeader {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[must_use]
    pub fn rs256(certificate_sha1: &[u8; 20]) -> Self {
        let x5t = Some(URL_SAFE_NO_PAD.encode(certificate_sha1));
        Self { alg: "RS256".into(), typ: Some("JWT".into()), x5t, x5t_s256: None }
    }

    /// RSASSA-PSS with SHA-256.
    #[must_use]
    pub fn ps256(certificate_sha256: &[u8; 32]) -> Self {
        let x5t_s256 = Some(URL_SAFE_NO_PAD.encode(certificate_sha256));
        Self { alg: "PS256".into(), typ: Some("JWT".into()), x5t: None, x5t_s256 }
    }
}

/// JWT claims.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssertionClaims {
    /// The token endpoint, the tenant written as in the request's URL.
    pub aud: String,
    /// The application's id.
    pub iss: String,
    /// The application's id.
    pub sub: String,
    /// A new GUID per assertion.
    pub jti: String,
    /// Not before, Unix seconds.
    pub nbf: i64,
    /// Expiry, Unix seconds.
    pub exp: i64,
    /// Issued at, Unix seconds.
    pub iat: i64,
}

impl AssertionClaims {
    /// For one request at `now` (Unix seconds), named by the GUID `jti`.
    #[must_use]
    pub fn new(token_endpoint: &str, client_id: &str, jti: String, now: i64) -> Self {
        Self {
            aud: token_endpoint.to_owned(),
            iss: client_id.to_owned(),
            sub: client_id.to_owned(),
            jti,
            nbf: now,
            exp: now.saturating_add(LIFETIME),
            iat: now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, to_value};

    #[test]
    fn contract_3_1_claims_member_by_member() {
        let claims =
            AssertionClaims::new("https://login.example/t/oauth2/v2.0/token", "app", "guid".into(), 1_000);
        assert_eq!(
            to_value(claims).unwrap(),
            json!({"aud": "https://login.example/t/oauth2/v2.0/token", "iss": "app", "sub": "app", "jti": "guid",
                   "nbf": 1000, "exp": 1600, "iat": 1000})
        );
    }

    #[test]
    fn contract_3_1_headers_name_the_certificate() {
        assert_eq!(
            to_value(AssertionHeader::rs256(&[0xff; 20])).unwrap(),
            json!({"alg": "RS256", "typ": "JWT", "x5t": "__________________________8"})
        );
        assert_eq!(
            to_value(AssertionHeader::ps256(&[0; 32])).unwrap(),
            json!({"alg": "PS256", "typ": "JWT", "x5t#S256": "A".repeat(43)})
        );
    }
}
