use std::fmt;

use pki::Time;
use pki::certificate::Certificate;
use pki::cms::signed::{SignatureFault, SignedData};
use pki::extension::KeyUsage;

use crate::caps::{Capabilities, Capability};

/// The answer to GetCACert: CA and RA certificates. Whether they are the right ones, only a fingerprint says
/// ([`CaCertificates::with_fingerprint`]) or the TLS that they came through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaCertificates(Vec<Certificate>);

/// Why an answer to GetCACert or GetNextCACert is of no use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotCaCertificates {
    /// Neither a certificate nor certs-only CMS, or empty.
    Malformed,
    /// GetNextCACert not signed by the current CA (RFC 8894 §4.7.1).
    NotSignedByCurrent,
    /// Signed, and the signature is wrong.
    Signature(SignatureFault),
}

impl fmt::Display for NotCaCertificates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("the answer holds no certificates"),
            Self::NotSignedByCurrent => f.write_str("the answer is not signed by the current authority"),
            Self::Signature(fault) => fault.fmt(f),
        }
    }
}

impl std::error::Error for NotCaCertificates {}

impl CaCertificates {
    /// Reads one certificate or certs-only CMS. The content is looked at, not the Content-Type: servers get that wrong.
    ///
    /// # Errors
    /// [`NotCaCertificates::Malformed`].
    pub fn parse(body: &[u8]) -> Result<Self, NotCaCertificates> {
        if let Ok(only) = Certificate::parse(body) {
            return Ok(Self(vec![only]));
        }
        let signed = SignedData::parse(body).map_err(|_| NotCaCertificates::Malformed)?;
        let parsed = signed.certificates.iter().map(|der| Certificate::parse(der));
        let list: Vec<Certificate> =
            parsed.collect::<Result<_, _>>().map_err(|_| NotCaCertificates::Malformed)?;
        if list.is_empty() { Err(NotCaCertificates::Malformed) } else { Ok(Self(list)) }
    }

    /// Reads the answer to GetNextCACert, which one of the current certificates must have signed.
    ///
    /// # Errors
    /// [`NotCaCertificates`].
    pub fn parse_next(&self, body: &[u8]) -> Result<Self, NotCaCertificates> {
        let signed = SignedData::parse(body).map_err(|_| NotCaCertificates::Malformed)?;
        let [info] = signed.signers.as_slice() else { return Err(NotCaCertificates::NotSignedByCurrent) };
        let signer = self.0.iter().find(|certificate| certificate.is_ca() && info.sid.means(certificate));
        let signer = signer.ok_or(NotCaCertificates::NotSignedByCurrent)?;
        let content = signed.content.as_deref().unwrap_or_default();
        info.verify(signer.key(), &signed.content_type, content).map_err(NotCaCertificates::Signature)?;
        Self::parse(content)
    }

    /// Those that descend by signature from the certificate with this fingerprint, it included: what a client that
    /// knows one fingerprint may believe of the answer (RFC 8894 §2.2). `None` if no certificate has it.
    #[must_use]
    pub fn trusted_by(&self, sha256: &[u8; 32]) -> Option<Self> {
        let mut trusted = vec![self.with_fingerprint(sha256)?.clone()];
        // Each round goes one step down the chain, and a chain is no longer than the list.
        for _ in &self.0 {
            let descends = |one: &&Certificate| {
                let signed_by = |ca: &Certificate| {
                    ca.is_ca() && ca.subject().matches(one.issuer()) && one.verify_signed_by(ca.key()).is_ok()
                };
                !trusted.contains(one) && trusted.iter().any(signed_by)
            };
            let next: Vec<Certificate> = self.0.iter().filter(descends).cloned().collect();
            trusted.extend(next);
        }
        Some(Self(self.0.iter().filter(|one| trusted.contains(one)).cloned().collect()))
    }

    /// All certificates, in the order sent: those that may have signed a CertRep.
    #[must_use]
    pub fn all(&self) -> &[Certificate] {
        &self.0
    }

    /// Whether one of them has this SHA-256 fingerprint (RFC 8894 §2.2).
    #[must_use]
    pub fn with_fingerprint(&self, sha256: &[u8; 32]) -> Option<&Certificate> {
        self.0.iter().find(|certificate| certificate.sha256() == *sha256)
    }

    /// The CA's certificate: the one that issued another of them, or the first that is a CA.
    #[must_use]
    pub fn ca(&self) -> Option<&Certificate> {
        let ra = self.0.iter().find(|certificate| !certificate.is_ca());
        let issuer =
            ra.and_then(|ra| self.0.iter().find(|ca| ca.is_ca() && ca.subject().matches(ra.issuer())));
        issuer.or_else(|| self.0.iter().find(|certificate| certificate.is_ca()))
    }

    /// The certificate to encrypt requests to: RSA, keyEncipherment where it says anything, an RA before a CA.
    #[must_use]
    pub fn recipient(&self) -> Option<&Certificate> {
        let able = |certificate: &&Certificate| {
            let usage = certificate.key_usage().ok();
            certificate.key().is_rsa()
                && usage
                    .is_some_and(|usage| usage.is_none_or(|usage| usage.contains(KeyUsage::KEY_ENCIPHERMENT)))
        };
        let mut able: Vec<&Certificate> = self.0.iter().filter(able).collect();
        able.sort_by_key(|certificate| certificate.is_ca());
        able.first().copied()
    }

    /// The recipients valid at `at`, as [`CaCertificates::recipient`] would choose among them.
    #[must_use]
    pub fn valid_at(&self, at: Time) -> Self {
        Self(self.0.iter().filter(|certificate| certificate.is_valid_at(at)).cloned().collect())
    }
}

/// Whether capabilities are less than an earlier answer or the configuration promised: GetCACaps is not
/// authenticated, so that somebody in between may have taken them away (RFC 8894 §7.5).
#[must_use]
pub fn is_downgrade(expected: &Capabilities, seen: &Capabilities) -> bool {
    let weighs = [Capability::ScepStandard, Capability::Aes, Capability::Sha256, Capability::Sha512];
    weighs.into_iter().any(|capability| expected.has(capability) && !seen.has(capability))
}
