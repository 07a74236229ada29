//! `uploadRevocationResults` (contract §9.2).

use super::download::{MaxRequests, RequestContext};
use super::failure::{Failure, SUCCESS_NUMBER};
use crate::OtherMembers;
use crate::intune::format::ErrorDescription;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What became of one request. That it succeeded exactly where its code is `None` cannot be said otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outcome {
    request_context: RequestContext,
    succeeded: bool,
    /// The number in a string, as the Java client and EJBCA send it.
    error_code: String,
    error_message: ErrorDescription,
}

impl Outcome {
    /// The certificate is revoked, now or since before.
    #[must_use]
    pub fn revoked(context: RequestContext) -> Self {
        Self::new(context, true, SUCCESS_NUMBER, "")
    }

    /// It is not, and why. The message is for administrators and is cut to 255 characters.
    #[must_use]
    pub fn failed(context: RequestContext, failure: Failure, message: &str) -> Self {
        Self::new(context, false, failure.number(), message)
    }

    fn new(request_context: RequestContext, succeeded: bool, number: u16, message: &str) -> Self {
        let error_message = ErrorDescription::truncated(message);
        Self { request_context, succeeded, error_code: number.to_string(), error_message }
    }

    /// Which request.
    #[must_use]
    pub fn context(&self) -> &RequestContext {
        &self.request_context
    }

    /// Whether the certificate is revoked.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.succeeded
    }
}

/// Body of the request: never empty, never more than a download hands out (no other limit is published).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Upload {
    results: Vec<Outcome>,
}

impl Upload {
    /// As many bodies as it takes; none for no results.
    #[must_use]
    pub fn batches(results: &[Outcome]) -> Vec<Self> {
        let most = usize::from(MaxRequests::MOST.get());
        results.chunks(most).map(|chunk| Self { results: chunk.to_vec() }).collect()
    }

    /// What it says.
    #[must_use]
    pub fn results(&self) -> &[Outcome] {
        &self.results
    }
}

#[derive(Deserialize)]
struct Answer {
    value: Value,
    #[serde(flatten)]
    _others: OtherMembers,
}

/// Whether an answer with status 200 says that the results are recorded: `value` is `true` or the word `"true"`.
/// Anything else, and what is no JSON object, means: upload again.
#[must_use]
pub fn recorded(body: &[u8]) -> bool {
    match serde_json::from_slice::<Answer>(body).map(|answer| answer.value) {
        Ok(Value::Bool(said)) => said,
        Ok(Value::String(word)) => word.eq_ignore_ascii_case("true"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn context(text: &str) -> RequestContext {
        RequestContext::new(text).unwrap()
    }

    #[test]
    fn contract_9_2_the_body_member_by_member() {
        let results = [
            Outcome::revoked(context("a")),
            Outcome::failed(context("b"), Failure::CertificateNotFoundError, "no such serial"),
        ];
        let [body] = Upload::batches(&results).try_into().unwrap();
        assert_eq!(
            serde_json::to_value(&body).unwrap(),
            json!({"results": [
                {"requestContext": "a", "succeeded": true, "errorCode": "0", "errorMessage": ""},
                {"requestContext": "b", "succeeded": false, "errorCode": "4004", "errorMessage": "no such serial"},
            ]})
        );
    }

    #[test]
    fn contract_9_2_batches_are_neither_empty_nor_too_large() {
        assert_eq!(Upload::batches(&[]), []);
        let results: Vec<_> = (0..1_001).map(|n| Outcome::revoked(context(&n.to_string()))).collect();
        let sizes: Vec<_> = Upload::batches(&results).iter().map(|body| body.results().len()).collect();
        assert_eq!(sizes, [500, 500, 1]);
    }

    #[test]
    fn contract_9_2_only_true_is_recorded() {
        for body in [r#"{"@odata.context":"x","value":true}"#, r#"{"value":"true"}"#, r#"{"value":"True"}"#] {
            assert!(recorded(body.as_bytes()), "{body}");
        }
        for body in [
            "",
            "true",
            "[true]",
            "{}",
            r#"{"value":false}"#,
            r#"{"value":"false"}"#,
            r#"{"value":1}"#,
            r#"{"value":null}"#,
            r#"{"value":[true]}"#,
            r#"{"Value":true}"#,
            r#"{"value":false,"value":true}"#,
            r#"{"value":true}x"#,
            r#"{"error":{"code":"x","value":true}}"#,
            "<html>true</html>",
        ] {
            assert!(!recorded(body.as_bytes()), "{body}");
        }
    }
}
