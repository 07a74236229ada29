//! Intune: ScepActions (contract §5 and §6) and CertificateAuthorityRequests ([`revocation`], contract §9).

pub mod body;
mod expectation;
pub mod explanation;
pub mod format;
pub mod result_code;
pub mod revocation;

pub use body::{
    Answer, CertificateRequestText, Enrolment, FailureNotification, SuccessNotification, ValidateRequest,
};
pub use expectation::{Expectation, SubjectMismatch};
pub use explanation::{Explanation, SuggestedFailInfo};
pub use format::{ErrorDescription, ExpirationDateUtc, HResult, IssuerName, SerialNumber, Thumbprint};
pub use result_code::ResultCode;

/// Entra application id of Intune, looked up in Graph (contract §4).
pub const APP_ID: &str = "0000000a-0000-0000-c000-000000000000";
/// Discovery's name for the service behind ScepActions.
pub const SCEP_SERVICE: &str = "ScepRequestValidationFEService";
/// Discovery's name for the service behind CertificateAuthorityRequests.
pub const REVOCATION_SERVICE: &str = "PkiConnectorFEService";
/// Value of the `api-version` *header* of ScepActions (contract §5).
pub const API_VERSION: &str = "2018-02-20";
/// The application role that Intune asks for.
pub const ROLE: &str = "scep_challenge_provider";

/// Header names that are not standard (contract §5).
pub mod header {
    /// A new GUID per call; Microsoft's support calls it the activity id.
    pub const CLIENT_REQUEST_ID: &str = "client-request-id";
    /// A header, not a query parameter.
    pub const API_VERSION: &str = "api-version";
    /// Product and version. Without a hyphen, as the reference client sends it.
    pub const USER_AGENT_SIC: &str = "UserAgent";
}

/// The three calls of ScepActions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Before issuing: may this request be granted?
    ValidateRequest,
    /// After issuing, before delivering.
    SuccessNotification,
    /// Issuing failed, by our fault, after a successful validation.
    FailureNotification,
}

impl Action {
    /// The last path segment.
    #[must_use]
    pub fn segment(self) -> &'static str {
        match self {
            Self::ValidateRequest => "validateRequest",
            Self::SuccessNotification => "successNotification",
            Self::FailureNotification => "failureNotification",
        }
    }

    /// `{uri}/ScepActions/{action}`; a trailing slash of the discovered `uri` is trimmed (contract §4).
    #[must_use]
    pub fn url(self, discovered_uri: &str) -> String {
        format!("{}/ScepActions/{}", discovered_uri.trim_end_matches('/'), self.segment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_4_url_building_trims_the_trailing_slash() {
        for uri in ["https://fef.manage.microsoft.com/a/b", "https://fef.manage.microsoft.com/a/b/"] {
            assert_eq!(
                Action::SuccessNotification.url(uri),
                "https://fef.manage.microsoft.com/a/b/ScepActions/successNotification"
            );
        }
    }
}
