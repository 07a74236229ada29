//! OCSP, asked as any relying party asks.

use super::running::Running;
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::crl::Reason;
use pki::ocsp::{BasicResponse, CertId, CertStatus, OcspRequest};
use simulator::fleet::HttpClient;
use std::time::{Duration, Instant};

/// How long a status may take to change: two readings, and a margin for a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// What OCSP says of a certificate: `None` for good.
///
/// # Errors
/// No answer, none that verifies, or one that does not know the certificate.
pub(super) async fn status(
    http: &HttpClient,
    server: &Running,
    certificate: &Certificate,
) -> Result<Option<Reason>, String> {
    let trouble = |error: &dyn std::fmt::Display| error.to_string();
    let issuing = &server.authority.issuing.certificate;
    let request = OcspRequest::plain(&CertId::new(Digest::Sha1, issuing, certificate.serial()));
    let url = format!("http://{}/ocsp", server.addresses.scep);
    let answer = http.post(url).body(request).send().await.map_err(|error| trouble(&error))?;
    let body = answer.bytes().await.map_err(|error| trouble(&error))?;
    let response = BasicResponse::parse(&body).map_err(|error| trouble(&error))?;
    let signer = server.authority.responder(crate::authority::Ca::Issuing).ok_or("no OCSP signer")?;
    response.verify_signed_by(signer.certificate.key()).map_err(|error| trouble(&error))?;
    match response.responses.first().map(|one| one.status) {
        Some(CertStatus::Good) => Ok(None),
        Some(CertStatus::Revoked { reason, .. }) => Ok(Some(reason)),
        _ => Err("OCSP does not know the certificate".into()),
    }
}

/// Waits until OCSP says that; gives how long it took.
///
/// # Errors
/// As [`status`], or it never said so.
pub(super) async fn until(
    http: &HttpClient,
    server: &Running,
    certificate: &Certificate,
    expected: Option<Reason>,
) -> Result<Duration, String> {
    let began = Instant::now();
    loop {
        let said = status(http, server, certificate).await?;
        if said == expected {
            return Ok(began.elapsed());
        }
        if began.elapsed() > PATIENCE {
            return Err(format!("OCSP still says {said:?}, not {expected:?}"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until OCSP says another thing than before; gives how long it took.
///
/// # Errors
/// As [`status`], or it never did.
pub(super) async fn changed(
    http: &HttpClient,
    server: &Running,
    certificate: &Certificate,
    before: Option<Reason>,
) -> Result<Duration, String> {
    let began = Instant::now();
    while status(http, server, certificate).await? == before {
        if began.elapsed() > PATIENCE {
            return Err(format!("OCSP still says {before:?}"));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(began.elapsed())
}
