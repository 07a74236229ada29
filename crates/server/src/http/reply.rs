//! Answers that are not SCEP messages.

use std::time::Duration;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, Response, StatusCode};

/// Plain text that nobody caches.
pub(super) fn text(status: StatusCode, text: impl Into<String>) -> Response<Body> {
    let text: String = text.into();
    bytes(status, "text/plain; charset=utf-8", text.into_bytes())
}

/// `body` as `content_type`, exactly; hyper adds Content-Length.
pub(super) fn bytes(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Adds `Retry-After`, in whole seconds and at least one.
pub(super) fn retry_after(mut response: Response<Body>, after: Duration) -> Response<Body> {
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(after.as_secs().max(1)));
    response
}
