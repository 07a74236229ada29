//! One certificate, and everything that is known of it.

use pki::certificate::{Certificate, Serial};
use pki::extension::purpose_name;
use pki::key::KeyKind;
use pki::pem;

use super::answers::{
    Against, CertificateDetail, CertificateKey, CertificateLink, CertificateName, Known, Purpose,
};
use super::finder::{Finder, unread};
use super::rows::{self, hex};
use crate::explanation::administrator;
use crate::http::ApiProblem;
use crate::store::{Binding, CertificateId, Hit, NotificationState, ReplacedBy, Stored, TrailSought};
use pki::crl::Reason;

/// Rows of the audit that are told.
const HISTORY: u32 = 100;
const LABEL: &str = "CERTIFICATE";

/// As what a certificate is given out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Download {
    /// RFC 7468.
    Pem,
    /// As it was signed.
    Der,
    /// RFC 7468: the certificate, its issuer's and the root's.
    Chain,
}

impl Finder {
    /// Everything that is known of the certificate with this serial number.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub async fn certificate(&self, serial: &str) -> Result<CertificateDetail, ApiProblem> {
        let stored = self.stored(serial).await?;
        let (der, certificate) = parsed(&stored)?;
        let bindings = self.store.bindings(stored.id).await.map_err(|_| unread())?;
        let hit = self.hit(&stored, &certificate, &bindings).await?;
        let relatives = self.store.relatives(stored.id).await.map_err(|_| unread())?;
        // Renewals are on record in the store; the index knows the others.
        let older = match stored.supersedes {
            Some(id) => Some((id, ReplacedBy::Renewal)),
            None => relatives.older,
        };
        let purposes =
            certificate.extended_key_usage().ok().flatten().map(|usage| usage.0).unwrap_or_default();
        let usage = certificate.key_usage().ok().flatten();
        let mut known = Vec::new();
        for key in [hit.entry.device.clone(), hit.entry.user.clone()].into_iter().flatten() {
            known.extend(self.known(&key).await?);
        }
        Ok(CertificateDetail {
            issuer: certificate.issuer().to_string(),
            sha1: hex(&certificate.sha1()),
            sha256: hex(&certificate.sha256()),
            key: key(&certificate),
            key_usage: usage.iter().flat_map(|usage| usage.names()).map(str::to_owned).collect(),
            extended_key_usage: purposes
                .iter()
                .map(|oid| Purpose { oid: oid.to_string(), name: purpose_name(oid).map(str::to_owned) })
                .collect(),
            profile_version: stored.profile_version,
            transaction: stored.transaction_id.clone(),
            requested_at: stored.reserved_at.to_string(),
            bound: bindings.iter().map(bound).collect(),
            known,
            because: self.against(stored.id).await?,
            renewal_of: self.link(older).await?,
            renewed_by: self.link(relatives.newer).await?,
            notification: stored.notification.map(notification),
            history: self.history(stored.id).await?,
            pem: pem::encode(LABEL, der),
            row: rows::certificate(hit, self.clock.now()),
        })
    }

    /// The certificate itself.
    ///
    /// # Errors
    /// There is none, or the store cannot be read.
    pub async fn download(&self, serial: &str, format: Download) -> Result<Vec<u8>, ApiProblem> {
        let stored = self.stored(serial).await?;
        let (der, _) = parsed(&stored)?;
        Ok(match format {
            Download::Der => der.to_vec(),
            Download::Pem => pem::encode(LABEL, der).into_bytes(),
            Download::Chain => {
                let above = self.around.chain();
                let all = std::iter::once(der).chain(above.iter().map(Vec::as_slice));
                all.map(|der| pem::encode(LABEL, der)).collect::<String>().into_bytes()
            }
        })
    }

    /// As the index has it, or as it will once the index has followed.
    async fn hit(
        &self,
        stored: &Stored,
        certificate: &Certificate,
        bindings: &[Binding],
    ) -> Result<Hit, ApiProblem> {
        let found = self.store.hits(vec![stored.id]).await.map_err(|_| unread())?;
        if let Some(hit) = found.into_iter().next() {
            return Ok(hit);
        }
        let entry = super::rows::entry(stored, certificate, bindings);
        Ok(Hit { entry, revocation: stored.revocation })
    }

    async fn against(&self, id: CertificateId) -> Result<Vec<Against>, ApiProblem> {
        let grounds = self.store.grounds(id).await.map_err(|_| unread())?;
        let against = |ground: crate::store::Ground| Against {
            rule: ground.rule.as_str().to_owned(),
            since: ground.at.to_string(),
            reason: rows::reason(ground.reason),
            because: ground.said,
            permanent: ground.reason != Reason::CertificateHold.code(),
        };
        Ok(grounds.into_iter().map(against).collect())
    }

    async fn link(
        &self,
        to: Option<(CertificateId, ReplacedBy)>,
    ) -> Result<Option<CertificateLink>, ApiProblem> {
        let Some((id, how)) = to else { return Ok(None) };
        let stored = self.store.certificate(id).await.map_err(|_| unread())?;
        let by = match how {
            ReplacedBy::Renewal => "renewal",
            ReplacedBy::SameHolder => "same_holder",
        };
        Ok(stored.map(|stored| CertificateLink {
            serial: Serial::new(&stored.serial).to_string(),
            at: stored.reserved_at.to_string(),
            by: by.to_owned(),
        }))
    }

    async fn history(&self, id: CertificateId) -> Result<Vec<super::AuditEntry>, ApiProblem> {
        let sought = TrailSought { certificate: Some(id), limit: HISTORY, ..TrailSought::default() };
        let mut trail = self.store.trail(sought).await.map_err(|_| unread())?;
        trail.rows.reverse();
        self.entries(&trail.rows).await
    }

    /// What directories know of a device or user.
    pub(super) async fn known(&self, key: &str) -> Result<Vec<Known>, ApiProblem> {
        let found = self.store.known_of(key).await.map_err(|_| unread())?;
        Ok(found.into_iter().map(|(directory, record)| rows::known(directory, &record)).collect())
    }
}

/// What is not issued, or cannot be read, is no certificate to anybody.
fn parsed(stored: &Stored) -> Result<(&[u8], Certificate), ApiProblem> {
    let der = stored.der().ok_or_else(|| ApiProblem::new(404, administrator::SERIAL))?;
    let certificate = Certificate::parse(der).map_err(|_| unread())?;
    Ok((der, certificate))
}

fn key(certificate: &Certificate) -> CertificateKey {
    let key = certificate.key();
    let kind = match key.kind() {
        KeyKind::Rsa { .. } => "RSA",
        KeyKind::P256 { .. } => "P-256",
        KeyKind::P384 { .. } => "P-384",
        _ => "other",
    };
    CertificateKey { kind: kind.to_owned(), bits: key.size(), sha256: hex(&key.fingerprint()) }
}

fn bound(binding: &Binding) -> CertificateName {
    CertificateName {
        kind: binding.named.as_str().to_owned(),
        key: binding.key.clone(),
        evidence: binding.evidence.clone(),
        directory: Some(binding.source.clone()),
    }
}

fn notification(state: NotificationState) -> String {
    match state {
        NotificationState::Pending => "pending",
        NotificationState::Accepted => "accepted",
        NotificationState::Dead => "dead",
    }
    .to_owned()
}
