//! `downloadRevocationRequests` (contract §9.1).

use super::serial::SerialCandidates;
use crate::OtherMembers;
use crate::intune::format::IssuerName;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How many requests to hand out at most: 1 to 500, as the reference clients enforce.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct MaxRequests(u16);

impl MaxRequests {
    /// What Microsoft recommends not to exceed.
    pub const RECOMMENDED: Self = Self(100);
    /// The limit.
    pub const MOST: Self = Self(500);

    /// `None` outside 1 to 500.
    #[must_use]
    pub fn new(count: u16) -> Option<Self> {
        (1..=Self::MOST.0).contains(&count).then_some(Self(count))
    }

    /// The count.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

/// Body of the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Download {
    /// The one member.
    pub download_parameters: DownloadParameters,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DownloadParameters {
    /// At most so many.
    pub max_requests: MaxRequests,
    /// Only those whose caConfiguration is this. Intune filters after it has counted off `max_requests`, so that an
    /// empty answer with a filter proves nothing. Null for all.
    pub issuer_name: Option<String>,
}

impl Download {
    /// All, or those of one issuer, by the name that was reported with its certificates.
    #[must_use]
    pub fn new(max_requests: MaxRequests, issuer: Option<&IssuerName>) -> Self {
        let issuer_name = issuer.map(|name| name.as_str().to_owned());
        Self { download_parameters: DownloadParameters { max_requests, issuer_name } }
    }
}

/// Intune's handle of one request: opaque, and to be handed back as it is.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct RequestContext(String);

impl RequestContext {
    /// `None` if it is empty.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// Verbatim.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for RequestContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestContext({} bytes)", self.0.len())
    }
}

/// One certificate that Intune wants revoked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationRequest {
    /// To be handed back with the result.
    pub context: RequestContext,
    /// The serial number as sent: to show. Empty if it was missing.
    pub serial_text: String,
    /// What it may mean. `None` if nothing: the result is [`super::Failure::ParameterDataInvalidError`].
    pub serial: Option<SerialCandidates>,
    /// As it was reported with the certificate; may be null.
    pub issuer_name: Option<String>,
    /// As it was reported with the certificate; may be null.
    pub ca_configuration: Option<String>,
}

/// The answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Downloaded {
    /// What is to be revoked, and answered for, each.
    pub requests: Vec<RevocationRequest>,
    /// Requests without a context: nobody can answer for them.
    pub unanswerable: usize,
}

#[derive(Deserialize)]
struct Body {
    value: Vec<OtherMembers>,
    #[serde(flatten)]
    _others: OtherMembers,
}

impl Downloaded {
    /// Reads the body of an answer with status 200. One odd request does not hide the others.
    ///
    /// # Errors
    /// Not one JSON object with a list `value` of objects.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        let body: Body = serde_json::from_slice(body)?;
        let mut downloaded = Self::default();
        for members in &body.value {
            match request(members) {
                Some(request) => downloaded.requests.push(request),
                None => downloaded.unanswerable += 1,
            }
        }
        Ok(downloaded)
    }
}

fn request(members: &OtherMembers) -> Option<RevocationRequest> {
    let text = |name: &str| members.get(name).and_then(serde_json::Value::as_str);
    let serial_text = text("serialNumber").unwrap_or_default();
    Some(RevocationRequest {
        context: RequestContext::new(text("requestContext")?)?,
        serial_text: serial_text.to_owned(),
        serial: SerialCandidates::parse(serial_text),
        issuer_name: text("issuerName").map(str::to_owned),
        ca_configuration: text("caConfiguration").map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn contract_9_1_the_body_member_by_member() {
        assert_eq!(
            serde_json::to_value(Download::new(MaxRequests::RECOMMENDED, None)).unwrap(),
            json!({"downloadParameters": {"maxRequests": 100, "issuerName": null}})
        );
        let issuer = IssuerName::new("Example Issuing CA").unwrap();
        assert_eq!(
            serde_json::to_value(Download::new(MaxRequests::MOST, Some(&issuer))).unwrap(),
            json!({"downloadParameters": {"maxRequests": 500, "issuerName": "Example Issuing CA"}})
        );
        assert_eq!((MaxRequests::new(0), MaxRequests::new(501)), (None, None));
        assert_eq!(MaxRequests::new(500), Some(MaxRequests::MOST));
    }

    #[test]
    fn contract_9_1_requests_with_and_without_names() {
        let body = r#"{"@odata.context":"https://manage.microsoft.com/RACerts/StatelessPkiConnectorService/$metadata#Collection(microsoft.management.services.api.caRevocationRequest)",
          "value":[
            {"requestContext":"eyJhIjoxfQ==","serialNumber":"5a4dbd24970cfb42","issuerName":"I","caConfiguration":"C","later":1},
            {"requestContext":" kept as it is ","serialNumber":"12","issuerName":null},
            {"requestContext":"odd serial","serialNumber":"see attachment"},
            {"requestContext":"no serial"},
            {"serialNumber":"01"},{"requestContext":"","serialNumber":"01"},{"requestContext":7}]}"#;
        let downloaded = Downloaded::parse(body.as_bytes()).unwrap();
        let [full, bare, odd, none] = downloaded.requests.as_slice() else { panic!("four can be answered") };
        assert_eq!(full.serial.as_ref().unwrap().hexadecimal().unwrap().as_str(), "5A4DBD24970CFB42");
        assert_eq!((full.issuer_name.as_deref(), full.ca_configuration.as_deref()), (Some("I"), Some("C")));
        assert_eq!((bare.context.as_str(), &bare.issuer_name), (" kept as it is ", &None));
        assert_eq!((odd.serial_text.as_str(), &odd.serial), ("see attachment", &None));
        assert_eq!((none.serial_text.as_str(), &none.serial), ("", &None));
        assert_eq!(downloaded.unanswerable, 3);
        assert!(!format!("{full:?}").contains("eyJh"), "a context is opaque");
    }

    #[test]
    fn what_is_no_list_of_requests() {
        for body in ["", "[]", "{}", r#"{"value":null}"#, r#"{"value":true}"#, r#"{"value":[1]}"#, "<html>"] {
            assert!(Downloaded::parse(body.as_bytes()).is_err(), "{body}");
        }
        assert_eq!(Downloaded::parse(br#"{"value":[]}"#).unwrap(), Downloaded::default());
    }
}
