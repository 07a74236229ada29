//! The provider's keys (RFC 7517), and signatures by them. Three algorithms are known; what a token's header says chooses among the
//! provider's keys and nothing else.

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value;

/// Seconds between two askings, whoever sends unknown key ids.
const PAUSE: i64 = 60;
/// Octets of a token, at most.
const LONGEST: usize = 64 << 10;
/// Keys that are kept, at most.
const MOST: usize = 50;

/// Why a token is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bad {
    Form,
    Algorithm,
    UnknownKey,
    Signature,
}

impl Bad {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Bad::Form => "the token is no signed JWT",
            Bad::Algorithm => "the token's algorithm is not RS256, PS256 or ES256",
            Bad::UnknownKey => "the token is signed by a key that the provider does not have",
            Bad::Signature => "the token's signature is wrong",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
}

struct Key {
    id: Option<String>,
    kind: Kind,
    /// The one algorithm that it is for, if it says so.
    only: Option<String>,
    key: DecodingKey,
}

/// The provider's keys as they were read last.
#[derive(Default)]
pub(super) struct Keys {
    keys: Vec<Key>,
    asked: Option<i64>,
}

impl Keys {
    /// Whether the provider may be asked again.
    pub(super) fn may_ask(&self, now: i64) -> bool {
        self.asked.is_none_or(|asked| now >= asked.saturating_add(PAUSE) || now < asked)
    }

    /// Keys that are not understood, or not for signatures, are left out.
    pub(super) fn replace(&mut self, set: &Value, now: i64) {
        let all = set.get("keys").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        self.keys = all.iter().take(MOST).filter_map(Key::read).collect();
        self.asked = Some(now);
    }

    /// The claims, once the signature is known to be one of these keys'.
    pub(super) fn verify(&self, token: &str) -> Result<Value, Bad> {
        if token.len() > LONGEST {
            return Err(Bad::Form);
        }
        let header = decode_header(token).map_err(|_| Bad::Form)?;
        let (kind, name) = match header.alg {
            Algorithm::RS256 => (Kind::Rsa, "RS256"),
            Algorithm::PS256 => (Kind::Rsa, "PS256"),
            Algorithm::ES256 => (Kind::P256, "ES256"),
            _ => return Err(Bad::Algorithm),
        };
        // RFC 7515 §4.1.11: what must be understood and is not.
        if header.crit.is_some() {
            return Err(Bad::Form);
        }
        let fits = |key: &&Key| key.kind == kind && key.only.as_deref().is_none_or(|only| only == name);
        let mut fitting =
            self.keys.iter().filter(fits).filter(|key| header.kid.is_none() || key.id == header.kid);
        // Without an id only the one key that there is can be meant.
        let (Some(key), None) = (fitting.next(), fitting.next()) else { return Err(Bad::UnknownKey) };
        let mut validation = Validation::new(header.alg);
        // Times and audience are judged by our clock, with the other claims.
        (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
        validation.required_spec_claims.clear();
        decode::<Value>(token, &key.key, &validation).map(|data| data.claims).map_err(|_| Bad::Signature)
    }
}

impl Key {
    fn read(jwk: &Value) -> Option<Key> {
        let text = |name: &str| jwk.get(name).and_then(Value::as_str);
        if text("use").is_some_and(|used| used != "sig") {
            return None;
        }
        let (kind, key) = match (text("kty")?, text("crv")) {
            // 2048 bits are 342 characters of base64url and more.
            ("RSA", _) if text("n")?.len() >= 341 => {
                (Kind::Rsa, DecodingKey::from_rsa_components(text("n")?, text("e")?).ok()?)
            }
            ("EC", Some("P-256")) => {
                (Kind::P256, DecodingKey::from_ec_components(text("x")?, text("y")?).ok()?)
            }
            _ => return None,
        };
        Some(Key {
            id: text("kid").map(ToOwned::to_owned),
            kind,
            only: text("alg").map(ToOwned::to_owned),
            key,
        })
    }
}
