//! OCSP over HTTP: RFC 6960 appendix A, with the caching headers of RFC 5019 §6.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, ETAG, EXPIRES, LAST_MODIFIED};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::Response;
use http_body_util::{BodyExt as _, Limited};
use pki::Time;
use pki::ocsp::{ErrorStatus, MAX_REQUEST, from_path};

use super::gateway::BoxFuture;
use super::reply;
use super::servers::Shared;

/// Knows what to say of certificates.
pub trait OcspResponder: Send + Sync {
    /// The answer to an `OCSPRequest`, whatever it is.
    fn answer<'a>(&'a self, request: &'a [u8]) -> BoxFuture<'a, OcspReply>;
}

/// An `OCSPResponse`, and how long it may be kept.
pub struct OcspReply {
    /// The whole of it, DER.
    pub der: Vec<u8>,
    /// `answered`, `malformed`, `unauthorized` or `try_later`.
    pub result: &'static str,
    /// How it may be kept; `None` where it must not be.
    pub fresh: Option<Freshness>,
}

/// How an answer may be kept.
pub struct Freshness {
    /// thisUpdate
    pub from: Time,
    /// nextUpdate
    pub until: Time,
    /// How long HTTP caches may keep it.
    pub max_age: Duration,
    /// What tells it from every other answer.
    pub signature: Vec<u8>,
}

impl OcspReply {
    /// An answer that is none.
    #[must_use]
    pub fn error(status: ErrorStatus, result: &'static str) -> OcspReply {
        OcspReply { der: status.der().to_vec(), result, fresh: None }
    }
}

/// `/ocsp` with any tail: the request is in the tail, or in the body whatever its content type.
pub(super) async fn ocsp(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = match parts.method {
        Method::GET | Method::HEAD => from_path(parts.uri.path().trim_start_matches("/ocsp")).ok(),
        Method::POST => read(&shared, body).await,
        _ => return reply::text(StatusCode::METHOD_NOT_ALLOWED, "OCSP uses GET and POST\n"),
    };
    let answer = match &asked {
        Some(asked) => shared.services.ocsp.answer(asked).await,
        None => OcspReply::error(ErrorStatus::MalformedRequest, "malformed"),
    };
    shared.services.metrics.ocsp_request(answer.result);
    let mut response = reply::bytes(StatusCode::OK, "application/ocsp-response", answer.der);
    if let Some(fresh) = answer.fresh.filter(|_| parts.method != Method::POST) {
        kept(response.headers_mut(), &fresh);
    }
    response
}

/// `None` for a body that is longer than a request can be, slow, or cut off.
async fn read(shared: &Shared, body: Body) -> Option<Vec<u8>> {
    let collected = Limited::new(body, MAX_REQUEST).collect();
    let collected = tokio::time::timeout(shared.limits.body_timeout, collected).await;
    Some(collected.ok()?.ok()?.to_bytes().to_vec())
}

/// RFC 5019 §6.2
fn kept(headers: &mut HeaderMap, fresh: &Freshness) {
    let seconds = fresh.max_age.as_secs();
    let control = format!("max-age={seconds}, public, no-transform, must-revalidate");
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    set(CACHE_CONTROL, &control);
    set(LAST_MODIFIED, &date(fresh.from));
    set(EXPIRES, &date(fresh.until));
    set(ETAG, &etag(&fresh.signature));
}

/// A part of the signature, which is another for each answer: the octets of ECDSA's r, behind its header.
fn etag(signature: &[u8]) -> String {
    let mut tag = String::with_capacity(34);
    tag.push('"');
    for octet in signature.iter().skip(5).take(16) {
        // Writing into a String cannot fail.
        let _ = write!(tag, "{octet:02x}");
    }
    tag.push('"');
    tag
}

/// RFC 9110 §5.6.7
fn date(at: Time) -> String {
    let since = Duration::from_secs(u64::try_from(at.unix()).unwrap_or(0));
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + since)
}
