//! `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): what changes something is done once for each key, however
//! often it is asked. Whoever lost the answer asks again under the same key and gets it again.
//!
//! What was done is kept for 24 hours with its answer, but for what is secret in it. A refusal did nothing, so its key is free
//! again. A request without the header is done as it comes.

use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::Response;
use pki::algorithm::sha256;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::reply;
use super::servers::Shared;
use crate::explanation::rest;
use crate::store::{Begun, KeptAnswer, OnceKey};

/// The header's name.
pub(super) const HEADER: &str = "idempotency-key";

/// Says that an answer is one that was kept.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The longest key, in characters.
const LONGEST: usize = 255;

/// Something to be done once.
#[derive(Clone, Copy, Debug)]
pub struct Once {
    /// SHA-256 over who asks and the key's text.
    pub key: OnceKey,
    /// SHA-256 over who asks.
    pub caller: [u8; 32],
    /// SHA-256 over what is asked.
    pub fingerprint: [u8; 32],
}

/// Remembers what was done.
pub trait Repetitions: Send + Sync {
    /// Whether it is to be done now.
    fn begin(&self, once: Once) -> BoxFuture<'_, Result<Begun, ApiProblem>>;

    /// What came of it; `None` where nothing was done.
    fn end(&self, key: OnceKey, answer: Option<KeptAnswer>) -> BoxFuture<'_, ()>;
}

/// A request that changes something, read to its end.
pub(super) struct Deed {
    octets: Bytes,
    once: Option<Once>,
}

impl Deed {
    /// Reads it; the body has `most` octets at most.
    pub(super) async fn read(
        shared: &Shared,
        caller: &Caller,
        request: Request,
        most: usize,
    ) -> Result<Deed, ApiProblem> {
        let (parts, body) = request.into_parts();
        let key = key(&parts.headers)?;
        let octets = api::body(shared, body, most).await?;
        let once = key.map(|key| {
            let asked = [parts.method.as_str().as_bytes(), parts.uri.path().as_bytes(), &octets];
            Once {
                key: OnceKey(digest(&[caller.as_str().as_bytes(), key.as_bytes()])),
                caller: digest(&[caller.as_str().as_bytes()]),
                fingerprint: digest(&asked),
            }
        });
        Ok(Deed { octets, once })
    }

    /// The body as a JSON object; no body is an empty object.
    pub(super) fn object<T: DeserializeOwned + Default>(&self) -> Result<T, ApiProblem> {
        api::parsed(&self.octets)
    }

    /// Does it, or gives the answer of when it was done. `keep` is what of an answer may be kept: nothing secret, and short
    /// enough, since an answer that is not kept leaves the key free.
    pub(super) async fn done<T: Serialize>(
        self,
        shared: &Shared,
        status: impl FnOnce(&T) -> StatusCode,
        keep: impl FnOnce(&T) -> T,
        act: impl Future<Output = Result<T, ApiProblem>>,
    ) -> Response {
        let Some(once) = self.once else {
            let outcome = act.await;
            return api::answered_with(outcome.as_ref().map_or(StatusCode::OK, status), outcome);
        };
        let repetitions = &shared.services.repetitions;
        let refused = match repetitions.begin(once).await {
            Ok(Begun::New) => {
                let outcome = act.await;
                let status = outcome.as_ref().map_or(StatusCode::OK, status);
                let kept = outcome.as_ref().ok().and_then(|told| serde_json::to_string(&keep(told)).ok());
                let kept = kept.map(|body| KeptAnswer { status: status.as_u16(), body });
                repetitions.end(once.key, kept).await;
                return api::answered_with(status, outcome);
            }
            Ok(Begun::Done(answer)) => return replayed(answer),
            Ok(Begun::Other) => ApiProblem::new(422, rest::KEY_REUSED),
            Ok(Begun::UnderWay) => ApiProblem::new(409, rest::KEY_IN_USE),
            Ok(Begun::Full) => ApiProblem::new(429, rest::KEYS_FULL),
            Err(problem) => problem,
        };
        api::refusal(&refused)
    }
}

fn replayed(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = reply::bytes(status, "application/json", answer.body.into_bytes());
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

/// The key, with or without the quotation marks of a structured field (RFC 8941 §3.3.3).
fn key(headers: &HeaderMap) -> Result<Option<String>, ApiProblem> {
    let mut given = headers.get_all(HEADER).iter();
    let (Some(value), more) = (given.next(), given.next()) else { return Ok(None) };
    let text = value.to_str().ok().filter(|_| more.is_none()).unwrap_or_default();
    let bare = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(text);
    let plain = bare.bytes().all(|one| one.is_ascii_graphic() && !b"\"\\,;".contains(&one));
    if bare.is_empty() || bare.len() > LONGEST || !plain {
        return Err(ApiProblem::new(400, rest::KEY));
    }
    Ok(Some(bare.to_owned()))
}

/// Of all these, each with its length before it, so that none can run into the next.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut all = Vec::new();
    for part in parts {
        all.extend_from_slice(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        all.extend_from_slice(part);
    }
    sha256(&all)
}

#[cfg(test)]
mod tests {
    use super::{HEADER, digest, key};
    use axum::http::{HeaderMap, HeaderValue};

    fn of(values: &[&str]) -> Result<Option<String>, String> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(HEADER, HeaderValue::from_str(value).unwrap());
        }
        key(&headers).map_err(|problem| problem.code.to_string())
    }

    #[test]
    fn a_key_is_one_word_quoted_or_not() {
        let uuid = "8e03978e-40d5-43dd-bc93-6894a57f9324";
        assert_eq!(of(&[]), Ok(None));
        for given in [uuid.to_owned(), format!("\"{uuid}\"")] {
            assert_eq!(of(&[&given]), Ok(Some(uuid.to_owned())));
        }
        let long = "k".repeat(256);
        for wrong in ["", "\"\"", "two words", "a\"b", "\"a", "a;b=c", "a,b", "ä", &long] {
            assert_eq!(of(&[wrong]), Err("CHY-6204".to_owned()), "{wrong}");
        }
        assert_eq!(of(&["a", "b"]), Err("CHY-6204".to_owned()), "two keys");
    }

    #[test]
    fn no_part_runs_into_the_next() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
    }
}
