//! What a relying party fetches: CA certificates and CRLs.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::CACHE_CONTROL;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use pki::pem;

use super::reply;
use super::servers::Shared;

/// Gives out what is public.
pub trait Publications: Send + Sync {
    /// The certificate of the CA called `name` in that form, or its chain for [`CertificateFile::P7b`].
    fn ca_certificate(&self, name: &str, form: CertificateFile) -> Option<Vec<u8>>;
    /// The current CRL of the CA called `name`, or with `-` and a number the part of it, DER.
    fn crl(&self, name: &str) -> Option<Bytes>;
}

/// Forms of a certificate file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateFile {
    /// DER (RFC 2585).
    Cer,
    /// PEM, with the chain behind it.
    Pem,
    /// A certs-only CMS with the chain.
    P7b,
}

/// `/ca/{name}.cer|.pem|.p7b`
pub(super) async fn ca(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    let (form, content_type) = match file.rsplit_once('.') {
        Some((_, "cer")) => (CertificateFile::Cer, "application/pkix-cert"),
        Some((_, "pem")) => (CertificateFile::Pem, "application/pem-certificate-chain"),
        Some((_, "p7b")) => (CertificateFile::P7b, "application/x-pkcs7-certificates"),
        _ => return absent(),
    };
    let name = file.rsplit_once('.').map_or("", |(name, _)| name);
    shared
        .services
        .publications
        .ca_certificate(name, form)
        .map_or_else(absent, |body| found(content_type, body))
}

/// `/crl/{name}.crl`, and `.pem` for those who cannot read DER (Microsoft Entra's certificate-based sign-in).
pub(super) async fn crl(State(shared): State<Arc<Shared>>, Path(file): Path<String>) -> Response {
    let (name, form) = file.rsplit_once('.').unwrap_or_default();
    let list = shared.services.publications.crl(name);
    match (list, form) {
        // RFC 2585 §4.2.
        (Some(der), "crl") => found("application/pkix-crl", der),
        (Some(der), "pem") => found("application/x-pem-file", pem::encode("X509 CRL", &der)),
        _ => absent(),
    }
}

fn found(content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = reply::bytes(StatusCode::OK, content_type, body);
    // Short, so that a revocation is not hidden by a cache; long enough to carry a burst.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    response
}

fn absent() -> Response {
    reply::text(
        StatusCode::NOT_FOUND,
        "There is no such file. CA certificates are /ca/<name>.cer, CRLs /crl/<name>.crl\n",
    )
}
