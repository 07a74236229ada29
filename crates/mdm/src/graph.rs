//! Graph: service discovery (contract §4), the OData error envelope (contract §5), and what the directory and Intune
//! say of devices and users (contract §14).
//!
//! A page of the directory is read by [`Page::parse`], which gives an [`Entry`] for each object: what cannot be read is
//! told of that object alone, so that one odd device does not hide all others. Delta pages hold parts of objects, in
//! any order and repeated; [`Gathered`] puts them together.

pub mod configuration;
pub mod device;
pub mod gathered;
pub mod group_member;
pub mod identifier;
pub mod instant;
pub mod link;
pub mod managed_device;
pub mod member;
pub mod page;
pub mod refusal;
pub mod request;
pub mod risky_user;
pub mod state;
pub mod user;

pub use configuration::{CertificateState, Configuration, DirectoryGroup, Spread};
pub use device::Device;
pub use gathered::{Gathered, Known};
pub use group_member::GroupMember;
pub use identifier::{ConfigurationId, EntraDeviceId, IntuneDeviceId, ObjectId, StateId, Upn};
pub use link::{Link, Origin};
pub use managed_device::ManagedDevice;
pub use member::{Item, Member, Odd, Reading, Why};
pub use page::{Entry, Follow, Page, PageError, RemovalReason, one};
pub use refusal::Refusal;
pub use risky_user::RiskyUser;
pub use state::{ComplianceState, ManagementState, OwnerType, RiskLevel, RiskState};
pub use user::User;

use crate::OtherMembers;
use serde::{Deserialize, Serialize};

/// `{graph}/v1.0/servicePrincipals/appId={app}/endpoints`: `appId=` without quotes or parentheses.
#[must_use]
pub fn endpoints_url(graph: &str, app_id: &str) -> String {
    format!("{}/v1.0/servicePrincipals/appId={app_id}/endpoints", graph.trim_end_matches('/'))
}

/// One page of endpoints.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Many Intune services; a name may occur more than once.
    pub value: Vec<Endpoint>,
    /// Where the next page is; followed verbatim.
    #[serde(rename = "@odata.nextLink", default, skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// Whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

/// One endpoint. Only the name and the address are read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    /// Graph's name for the service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider_name: Option<String>,
    /// The older directory's name for the service, read when the other is missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_name: Option<String>,
    /// Base URL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uri: Option<String>,
    /// Whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

impl Endpoints {
    /// Reads the body of an answer with status 200.
    ///
    /// # Errors
    /// Not a JSON object with a list `value` of objects.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(body)
    }

    /// The first address under that name, in any letter case, without trailing slashes (contract §4).
    #[must_use]
    pub fn find(&self, service: &str) -> Option<&str> {
        self.value.iter().find_map(|endpoint| endpoint.address_of(service))
    }
}

impl Endpoint {
    fn address_of(&self, service: &str) -> Option<&str> {
        let name = self.provider_name.as_deref().or(self.service_name.as_deref())?;
        let uri = self.uri.as_deref()?.trim_end_matches('/');
        (name.eq_ignore_ascii_case(service) && !uri.is_empty()).then_some(uri)
    }
}

/// The body of an error of Graph or Intune.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorEnvelope {
    /// The one member.
    pub error: ErrorBody,
    /// Whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// Such as `InternalError` or `Authorization_RequestDenied`.
    #[serde(default)]
    pub code: Option<String>,
    /// Text; Intune puts JSON text in it.
    #[serde(default)]
    pub message: Option<String>,
    /// Whatever else.
    #[serde(flatten)]
    pub others: OtherMembers,
}

impl ErrorEnvelope {
    /// Reads a body; `None` if it is not such an envelope.
    #[must_use]
    pub fn parse(body: &[u8]) -> Option<Self> {
        serde_json::from_slice(body).ok()
    }

    /// The message; of a message that is itself JSON, its `Message`.
    #[must_use]
    pub fn text(&self) -> Option<String> {
        let message = self.error.message.as_deref()?;
        let nested: Option<OtherMembers> = serde_json::from_str(message).ok();
        let within = nested.as_ref().and_then(|members| members.get("Message")?.as_str());
        Some(within.unwrap_or(message).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intune::{APP_ID, REVOCATION_SERVICE, SCEP_SERVICE};

    const PAGE: &str = r#"{"@odata.context":"https://graph.microsoft.com/v1.0/$metadata#servicePrincipals('x')/endpoints",
      "value":[
       {"id":"1","providerName":"Other","uri":"https://other.manage.microsoft.com/"},
       {"id":"2","deletedDateTime":null,"capability":"c","providerId":"p","providerName":"scepREQUESTvalidationFEservice",
        "providerResourceId":"r","uri":"https://fef.msuc02.manage.microsoft.com/RACerts/Scep//"},
       {"providerName":"ScepRequestValidationFEService","uri":"https://second.manage.microsoft.com"},
       {"providerName":null,"serviceName":"PkiConnectorFEService","uri":"https://pki.manage.microsoft.com/"}]}"#;

    #[test]
    fn contract_4_discovery_url() {
        for graph in ["https://graph.microsoft.com", "https://graph.microsoft.com/"] {
            assert_eq!(
                endpoints_url(graph, APP_ID),
                "https://graph.microsoft.com/v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints"
            );
        }
    }

    #[test]
    fn contract_4_first_of_a_name_in_any_case_without_slash() {
        let page = Endpoints::parse(PAGE.as_bytes()).unwrap();
        assert_eq!(page.find(SCEP_SERVICE), Some("https://fef.msuc02.manage.microsoft.com/RACerts/Scep"));
        assert_eq!(page.find(REVOCATION_SERVICE), Some("https://pki.manage.microsoft.com"));
        assert_eq!(page.find("Absent"), None);
    }

    #[test]
    fn contract_4_next_link_and_rows_without_address() {
        let page = Endpoints::parse(
            br#"{"value":[{"providerName":"ScepRequestValidationFEService","uri":null}],"@odata.nextLink":"https://graph/next"}"#,
        )
        .unwrap();
        assert_eq!(page.find(SCEP_SERVICE), None);
        assert_eq!(page.next_link.as_deref(), Some("https://graph/next"));
    }

    #[test]
    fn what_is_no_list_of_endpoints_is_refused() {
        for body in [
            "",
            "{}",
            "[]",
            "[[]]",
            r#"{"value":null}"#,
            r#"{"value":{}}"#,
            r#"{"value":[1]}"#,
            r#"{"value":[[]]}"#,
        ] {
            assert!(Endpoints::parse(body.as_bytes()).is_err(), "{body}");
        }
    }

    #[test]
    fn contract_5_the_message_within_the_message() {
        let body = r#"{"error":{"code":"InternalError","message":"{\r\n  \"_version\": 3,\r\n  \"Message\": \"An internal server error has occurred\"}"}}"#;
        let envelope = ErrorEnvelope::parse(body.as_bytes()).unwrap();
        assert_eq!(envelope.text().as_deref(), Some("An internal server error has occurred"));
        let plain = ErrorEnvelope::parse(
            br#"{"error":{"code":"a","message":"Insufficient privileges","innerError":{}}}"#,
        );
        assert_eq!(plain.unwrap().text().as_deref(), Some("Insufficient privileges"));
    }
}
