//! Entra: the OAuth 2.0 client credentials grant (contract §3), and the device authorization grant (RFC 8628).

pub mod assertion;
pub mod device_code;
pub mod refusal;
pub mod token;

pub use assertion::{AssertionClaims, AssertionHeader};
pub use device_code::{DeviceCode, Poll, delegated_scope, device_code_endpoint};
pub use refusal::{AadSts, ErrorResponse};
pub use token::{Credential, Secret, Tenant, TokenRequest, TokenResponse, token_endpoint};

/// The scope for Graph: its resource with one trailing slash, then `.default`.
#[must_use]
pub fn graph_scope(resource: &str) -> String {
    format!("{}/.default", resource.trim_end_matches('/'))
}

/// The scope for Intune: **two** slashes, since the resource's identifier ends in one (contract §3.1, §19).
#[must_use]
pub fn intune_scope(resource: &str) -> String {
    format!("{}//.default", resource.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contract_3_1_scopes_of_graph_and_intune() {
        for slash in ["", "/"] {
            assert_eq!(
                graph_scope(&format!("https://graph.microsoft.com{slash}")),
                "https://graph.microsoft.com/.default"
            );
            assert_eq!(
                intune_scope(&format!("https://api.manage.microsoft.com{slash}")),
                "https://api.manage.microsoft.com//.default"
            );
        }
    }
}
