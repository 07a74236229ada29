//! Access tokens: made here, and checked here by the pretend Graph and Intune.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::key::KeyKind;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::keys::{KeyError, RsaKey};

/// Claims of an access token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TokenClaims {
    /// The resource, as the scope spelt it.
    pub aud: String,
    /// `{authority}{tenant id}/v2.0`.
    pub iss: String,
    /// Not before, unix seconds.
    pub nbf: i64,
    /// Issued at.
    pub iat: i64,
    /// Expiry.
    pub exp: i64,
    /// The application.
    pub appid: String,
    /// `1` by secret, `2` by certificate.
    pub appidacr: String,
    /// The tenant.
    pub tid: String,
    /// Application permissions on the resource.
    pub roles: Vec<String>,
    /// Delegated permissions, separated by blanks, where a person signed in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scp: Option<String>,
    /// That person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upn: Option<String>,
    /// Makes each token different.
    pub uti: String,
}

impl TokenClaims {
    /// Whether any of these permissions is among those of the application, or of the person.
    #[must_use]
    pub(crate) fn may(&self, any: &[&str]) -> bool {
        let delegated = self.scp.as_deref().unwrap_or_default().split(' ');
        self.roles.iter().map(String::as_str).chain(delegated).any(|held| any.contains(&held))
    }
}

/// A token as a client presents it: opaque to clients.
pub(crate) type AccessToken = String;

/// Signs tokens and recognises its own.
pub(crate) struct TokenIssuer {
    key: RsaKey,
}

impl TokenIssuer {
    /// An issuer with this key.
    #[must_use]
    pub(crate) fn new(key: RsaKey) -> Self {
        Self { key }
    }

    /// A signed token (RS256).
    ///
    /// # Errors
    /// The crypto library failed.
    pub(crate) fn issue(&self, claims: &TokenClaims) -> Result<AccessToken, KeyError> {
        let header = json!({ "typ": "JWT", "alg": "RS256", "kid": self.key_id() });
        let body = json!(claims);
        let text = format!("{}.{}", segment(&header), segment(&body));
        let signature = self.key.sign(Digest::Sha256, text.as_bytes())?;
        Ok(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// The claims of a token of this issuer; none if it is another's or was changed.
    #[must_use]
    pub(crate) fn read(&self, token: &str) -> Option<TokenClaims> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let algorithm = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);
        self.key.public().verify(algorithm, text.as_bytes(), &signature).ok()?;
        let (_, body) = text.split_once('.')?;
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(body).ok()?).ok()
    }

    /// The public key as a JWK set.
    #[must_use]
    pub(crate) fn jwks(&self) -> Value {
        let KeyKind::Rsa { modulus, exponent } = self.key.public().kind() else {
            return json!({ "keys": [] });
        };
        let (n, e) = (URL_SAFE_NO_PAD.encode(modulus), URL_SAFE_NO_PAD.encode(exponent));
        json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.key_id(), "n": n, "e": e }] })
    }

    fn key_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.key.public().key_id())
    }
}

fn segment(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(value.to_string())
}
