//! Style, scripts and pictures, from within the binary.

use super::headers;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderValue, IF_NONE_MATCH};
use axum::response::{IntoResponse as _, Response};

const CSS: &str = "text/css; charset=utf-8";
const JS: &str = "text/javascript; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// Name, type and content.
const ASSETS: &[(&str, &str, &str)] = &[
    ("chancery.css", CSS, include_str!("../../assets/chancery.css")),
    ("chancery.js", JS, include_str!("../../assets/chancery.js")),
    ("people.js", JS, include_str!("../../assets/people.js")),
    ("request.js", JS, include_str!("../../assets/request.js")),
    ("seal.svg", SVG, include_str!("../../assets/seal.svg")),
];

/// The handler.
pub(super) async fn asset(Path(name): Path<String>, asked: HeaderMap) -> Response {
    let Some((_, kind, content)) = ASSETS.iter().find(|(known, ..)| *known == name) else {
        let mut response = StatusCode::NOT_FOUND.into_response();
        headers::protect(response.headers_mut());
        return response;
    };
    let tag = tag(content);
    let mut response = if asked.get(IF_NONE_MATCH).is_some_and(|it| it.as_bytes() == tag.as_bytes()) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        (*content).into_response()
    };
    let head = response.headers_mut();
    head.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    head.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        head.insert(ETAG, tag);
    }
    headers::protect(head);
    response
}

/// RFC 9110 §8.8.3.
fn tag(content: &str) -> String {
    use aws_lc_rs::digest::{SHA256, digest};
    let hash = digest(&SHA256, content.as_bytes());
    let short: String = hash.as_ref().iter().take(8).map(|octet| format!("{octet:02x}")).collect();
    format!("\"{short}\"")
}
