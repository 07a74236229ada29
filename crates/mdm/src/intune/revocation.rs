//! CertificateAuthorityRequests: what Intune wants revoked, and what became of it (contract §9).
//!
//! Microsoft says that the download call is to be removed, and names no successor; nothing else may hang on this module.

pub mod download;
pub mod failure;
pub mod serial;
pub mod upload;

pub use download::{Download, Downloaded, MaxRequests, RequestContext, RevocationRequest};
pub use failure::Failure;
pub use serial::SerialCandidates;
pub use upload::{Outcome, Upload, recorded};

/// Value of the `api-version` *header* of CertificateAuthorityRequests (contract §5).
pub const API_VERSION: &str = "5019-05-05";

/// Seconds for which Intune withholds further requests after a download (contract §9.1).
pub const COOL_DOWN: u32 = 3_600;

/// The two calls of CertificateAuthorityRequests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// What is to be revoked?
    Download,
    /// This became of it.
    Upload,
}

impl Call {
    /// The last path segment.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::Download => "downloadRevocationRequests",
            Self::Upload => "uploadRevocationResults",
        }
    }

    /// `{uri}/CertificateAuthorityRequests/{call}`; a trailing slash of the discovered `uri` is trimmed (contract §4).
    #[must_use]
    pub fn url(self, discovered_uri: &str) -> String {
        format!("{}/CertificateAuthorityRequests/{}", discovered_uri.trim_end_matches('/'), self.segment())
    }
}
