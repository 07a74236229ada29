//! Token request and response (contract §3.1).

use crate::OtherMembers;
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Text that must not be seen: a client secret, an assertion, an access token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps it.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, to be sent and nothing else.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A tenant: GUID or domain name. Nothing that could change the URL it becomes part of.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tenant(String);

impl Tenant {
    /// `None` unless it consists of 1 to 253 letters, digits, dots and hyphens and neither starts nor ends with a dot.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let charset = text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
        let shape = (1..=253).contains(&text.len()) && !text.starts_with('.') && !text.ends_with('.');
        (charset && shape && !text.contains("..")).then(|| Self(text.to_owned()))
    }

    /// As given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `{authority}/{tenant}/oauth2/v2.0/token`; the authority may end in a slash or not (contract §19, 22).
#[must_use]
pub fn token_endpoint(authority: &str, tenant: &Tenant) -> String {
    format!("{}/{}/oauth2/v2.0/token", authority.trim_end_matches('/'), tenant.0)
}

/// How the application proves who it is.
#[derive(Clone, Copy, Debug)]
pub enum Credential<'a> {
    /// `client_secret`.
    Secret(&'a Secret),
    /// `client_assertion`: a JWT signed with the application's certificate.
    Assertion(&'a Secret),
}

/// A client credentials grant.
#[derive(Clone, Copy, Debug)]
pub struct TokenRequest<'a> {
    /// The application's id.
    pub client_id: &'a str,
    /// One resource, `/.default` at its end.
    pub scope: &'a str,
    /// The proof.
    pub credential: Credential<'a>,
}

/// Value of `client_assertion_type`.
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

impl<'a> TokenRequest<'a> {
    /// The form's fields in order, yet to be form-encoded.
    #[must_use]
    pub fn form(&self) -> Vec<(&'static str, &'a str)> {
        let mut fields =
            vec![("grant_type", "client_credentials"), ("client_id", self.client_id), ("scope", self.scope)];
        match self.credential {
            Credential::Secret(secret) => fields.push(("client_secret", secret.expose())),
            Credential::Assertion(jwt) => {
                fields.push(("client_assertion_type", ASSERTION_TYPE));
                fields.push(("client_assertion", jwt.expose()));
            }
        }
        fields
    }
}

/// A token, granted.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TokenResponse {
    /// `Bearer`, in any letter case (RFC 6749 §5.1).
    pub token_type: String,
    /// Seconds from now.
    #[serde(deserialize_with = "seconds")]
    pub expires_in: u64,
    /// Opaque.
    pub access_token: Secret,
    /// `ext_expires_in` and whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

impl TokenResponse {
    /// Reads the body of an answer with status 200.
    ///
    /// # Errors
    /// Says what is missing, never what was there.
    pub fn parse(body: &[u8]) -> Result<Self, UnreadableToken> {
        let read: Self = serde_json::from_slice(body).map_err(|_| UnreadableToken::Shape)?;
        if !read.token_type.eq_ignore_ascii_case("bearer") {
            return Err(UnreadableToken::NotBearer);
        }
        // RFC 6750 §2.1 b64token; anything else could split a header.
        let token = read.access_token.expose();
        let fits = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
        if token.is_empty() || token.len() > 32_768 || !token.bytes().all(fits) {
            return Err(UnreadableToken::NotAToken);
        }
        Ok(read)
    }
}

/// Why the answer holds no token. Carries none of its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnreadableToken {
    /// Not a JSON object with `token_type`, `expires_in` and `access_token`.
    Shape,
    /// `token_type` is not Bearer.
    NotBearer,
    /// `access_token` is empty, oversized or holds characters no token has.
    NotAToken,
}

impl fmt::Display for UnreadableToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shape => "the answer is not a JSON object with token_type, expires_in and access_token",
            Self::NotBearer => "token_type is not Bearer",
            Self::NotAToken => "access_token is not a token",
        })
    }
}

impl std::error::Error for UnreadableToken {}

fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    // The older endpoint writes the number as text.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Number(u64),
        Text(String),
    }
    match Written::deserialize(deserializer)? {
        Written::Number(number) => Ok(number),
        Written::Text(text) => text.parse().map_err(serde::de::Error::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_3_1_form_with_a_secret() {
        let secret = Secret::new("s3+cr t");
        let request =
            TokenRequest { client_id: "app", scope: "r//.default", credential: Credential::Secret(&secret) };
        assert_eq!(
            request.form(),
            [
                ("grant_type", "client_credentials"),
                ("client_id", "app"),
                ("scope", "r//.default"),
                ("client_secret", "s3+cr t")
            ]
        );
        assert!(!format!("{request:?}").contains("s3"));
    }

    #[test]
    fn contract_3_1_form_with_an_assertion() {
        let jwt = Secret::new("a.b.c");
        let request =
            TokenRequest { client_id: "app", scope: "r/.default", credential: Credential::Assertion(&jwt) };
        assert_eq!(
            request.form()[3..],
            [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", "a.b.c")
            ]
        );
    }

    #[test]
    fn contract_3_1_token_endpoint_with_and_without_slash() {
        let tenant = Tenant::parse("name.onmicrosoft.com").unwrap();
        for authority in ["https://login.microsoftonline.com", "https://login.microsoftonline.com/"] {
            assert_eq!(
                token_endpoint(authority, &tenant),
                "https://login.microsoftonline.com/name.onmicrosoft.com/oauth2/v2.0/token"
            );
        }
    }

    #[test]
    fn a_tenant_cannot_change_the_url() {
        for text in ["", ".", "..", "a/b", "a?b", "a#b", "a b", "a..b", "a%2fb", "a\\b", "a@b", "ü.example"]
        {
            assert!(Tenant::parse(text).is_none(), "{text}");
        }
        assert!(Tenant::parse("7b3f0f5e-9d6c-4c8e-8f57-1d0f0a1b2c3d").is_some());
    }

    #[test]
    fn contract_3_1_response_tolerates_unknown_members() {
        let body = br#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"eyJ.a-b_c.d","x":{}}"#;
        let token = TokenResponse::parse(body).unwrap();
        assert_eq!((token.expires_in, token.access_token.expose()), (3599, "eyJ.a-b_c.d"));
        assert!(!format!("{token:?}").contains("eyJ"));
        let text = br#"{"token_type":"bearer","expires_in":"60","access_token":"t"}"#;
        assert_eq!(TokenResponse::parse(text).unwrap().expires_in, 60);
    }

    #[test]
    fn what_is_not_a_bearer_token_is_refused_without_being_shown() {
        for body in [
            "",
            "{}",
            "[]",
            r#"["Bearer",3599,"t"]"#,
            r#"{"token_type":"Bearer","expires_in":3599}"#,
            r#"{"token_type":"pop","expires_in":3599,"access_token":"t"}"#,
            r#"{"token_type":"Bearer","expires_in":-1,"access_token":"t"}"#,
            r#"{"token_type":"Bearer","expires_in":null,"access_token":"t"}"#,
            r#"{"token_type":"Bearer","expires_in":3599,"access_token":""}"#,
            r#"{"token_type":"Bearer","expires_in":3599,"access_token":null}"#,
            r#"{"token_type":"Bearer","expires_in":3599,"access_token":"zebra\r\nX: y"}"#,
            r#"{"token_type":"Bearer","expires_in":3599,"access_token":"zebra"#,
            "<html>zebra</html>",
        ] {
            let error = TokenResponse::parse(body.as_bytes()).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("zebra"));
        }
    }
}
