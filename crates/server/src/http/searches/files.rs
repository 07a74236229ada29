//! What is given out as a file: a certificate, a list of certificates for a spreadsheet, the audit as lines.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, HeaderValue};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{CERTIFICATES, paging};
use crate::explanation::administrator;
use crate::http::access::Caller;
use crate::http::api::{self, ApiProblem};
use crate::http::openapi::Says;
use crate::http::paging::Asked;
use crate::http::servers::Shared;
use crate::http::{reply, stream};
use crate::search::{CertificateFilter, CertificateRow, Download, Finder, Paging, Sequel, heading, line};
use crate::store::Place;

/// Rows that are read at once.
const TOGETHER: u32 = 500;

/// A file with a fixed name: nothing of a certificate's text gets into a header.
fn file(kind: &'static str, disposition: &'static str, body: impl Into<axum::body::Body>) -> Response {
    let mut response = reply::bytes(StatusCode::OK, kind, body);
    response.headers_mut().insert(CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    response
}

/// As what a certificate is given out.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub(in crate::http) struct Format {
    /// `pem` (where nothing is said), `der`, or `chain`: PEM of the certificate, its issuer's and the root's.
    #[param(inline)]
    format: Option<Download>,
}

/// What the route says of itself.
pub(in crate::http) fn download_says() -> Says {
    Says::get("Give out a certificate")
        .part("serial", "The serial number, hexadecimal.")
        .asks::<Format>()
        .sends(
            200,
            &["application/x-pem-file", "application/pkix-cert"],
            "The certificate, as PEM or, with format=der, as DER.",
        )
        .refuses(404, &[administrator::SERIAL])
}

/// The handler.
pub(in crate::http) async fn download(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(serial): Path<String>,
    asked: Asked<Format>,
) -> Response {
    let format = asked.filter.format.unwrap_or(Download::Pem);
    match (format, shared.services.finder.download(&serial, format).await) {
        (_, Err(problem)) => api::refusal(&problem),
        (Download::Der, Ok(octets)) => {
            file("application/pkix-cert", "attachment; filename=\"certificate.cer\"", octets)
        }
        (Download::Pem, Ok(octets)) => {
            file("application/x-pem-file", "attachment; filename=\"certificate.pem\"", octets)
        }
        (Download::Chain, Ok(octets)) => {
            file("application/x-pem-file", "attachment; filename=\"chain.pem\"", octets)
        }
    }
}

/// What the route says of itself.
pub(in crate::http) fn export_says() -> Says {
    Says::get("Give out all certificates of a search for a spreadsheet")
        .details(
            "RFC 4180, with a heading. A cell that a spreadsheet would take for a formula gets an apostrophe in front. A file that breaks off \
             ends without the end of its transfer.",
        )
        .asks::<CertificateFilter>()
        .sends(200, &["text/csv"], "The list, as long as it is.")
}

/// The handler.
pub(in crate::http) async fn export(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<CertificateFilter>,
) -> Response {
    let finder = Arc::clone(&shared.services.finder);
    let first = async {
        // What is wrong with the question is told before the first octet is sent.
        let from: Paging<Place> = paging(&asked, CERTIFICATES)?;
        finder.certificates(asked.filter.clone(), Paging { limit: TOGETHER, ..from }).await
    };
    let first: Result<_, ApiProblem> = first.await;
    let first = match first {
        Ok(first) => first,
        Err(problem) => return api::refusal(&problem),
    };
    let (sender, body) = stream::pair();
    tokio::spawn(list(finder, sender, asked.filter, first));
    file("text/csv; charset=utf-8", "attachment; filename=\"certificates.csv\"", body)
}

async fn list(
    finder: Arc<Finder>,
    sender: stream::Sender,
    filter: CertificateFilter,
    first: Sequel<CertificateRow, Place>,
) {
    let (mut page, mut lines) = (first, heading());
    loop {
        lines.extend(page.items.iter().flat_map(line));
        if !sender.send(Bytes::from(std::mem::take(&mut lines))).await {
            return;
        }
        let Some(place) = page.next else { return };
        page = match finder.certificates(filter.clone(), Paging { limit: TOGETHER, after: Some(place) }).await
        {
            Ok(page) => page,
            Err(_) => return sender.fail().await,
        };
    }
}

/// From where on.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
pub(in crate::http) struct After {
    /// Only rows with a greater sequence number: the last of what was fetched before.
    after: u64,
}

/// What the route says of itself.
pub(in crate::http) fn audit_lines_says() -> Says {
    Says::get("Give out the audit as lines of JSON")
        .details("Oldest first, one row a line, up to the newest.")
        .asks::<After>()
        .sends(200, &["application/jsonl"], "The rows, as many as there are.")
}

/// The handler.
pub(in crate::http) async fn audit_lines(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<After>,
) -> Response {
    let finder = Arc::clone(&shared.services.finder);
    match finder.audit_lines(asked.filter.after, TOGETHER).await {
        Err(problem) => api::refusal(&problem),
        Ok((text, last)) => {
            let (sender, body) = stream::pair();
            tokio::spawn(lines(finder, sender, text, last));
            file("application/jsonl", "attachment; filename=\"audit.jsonl\"", body)
        }
    }
}

async fn lines(finder: Arc<Finder>, sender: stream::Sender, first: String, last: Option<u64>) {
    let (mut text, mut last) = (first, last);
    while let Some(sequence) = last {
        if !sender.send(Bytes::from(text)).await {
            return;
        }
        (text, last) = match finder.audit_lines(sequence, TOGETHER).await {
            Ok(page) => page,
            Err(_) => return sender.fail().await,
        };
    }
}
