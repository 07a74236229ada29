//! Request bodies and the answer of ScepActions (contract §6.1 to §6.4).

use super::format::{ErrorDescription, ExpirationDateUtc, HResult, IssuerName, SerialNumber, Thumbprint};
use super::result_code::ResultCode;
use crate::OtherMembers;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use std::fmt;

/// `certificateRequest`: standard padded base64 of the PKCS#10 exactly as the device sent it.
///
/// It holds the challengePassword, so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CertificateRequestText(String);

impl CertificateRequestText {
    /// From the DER as received; never from a re-encoding (contract §19, 15).
    #[must_use]
    pub fn from_der(der: &[u8]) -> Self {
        Self(STANDARD.encode(der))
    }

    /// The octets again. `None` if it is not standard padded base64.
    #[must_use]
    pub fn der(&self) -> Option<Vec<u8>> {
        STANDARD.decode(&self.0).ok()
    }

    /// The text on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CertificateRequestText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateRequestText({} characters)", self.0.len())
    }
}

/// What every body names: which enrolment, and who asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enrolment {
    /// SCEP's transactionID; the same in all calls of one enrolment.
    pub transaction_id: String,
    /// The request as received.
    pub certificate_request: CertificateRequestText,
    /// Free text: product and version.
    pub caller_info: String,
}

impl Enrolment {
    /// From the transactionID, the PKCS#10 as received and the product's name and version.
    #[must_use]
    pub fn new(transaction_id: &str, csr: &[u8], caller_info: &str) -> Self {
        Self {
            transaction_id: transaction_id.to_owned(),
            certificate_request: CertificateRequestText::from_der(csr),
            caller_info: caller_info.to_owned(),
        }
    }
}

/// Body of `validateRequest`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ValidateRequest {
    /// The one member.
    pub request: Enrolment,
}

/// Body of `successNotification`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuccessNotification {
    /// The one member.
    pub notification: Issued,
}

/// What `successNotification` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issued {
    /// Which enrolment.
    #[serde(flatten)]
    pub enrolment: Enrolment,
    /// SHA-1 of the certificate.
    pub certificate_thumbprint: Thumbprint,
    /// Its serial number.
    pub certificate_serial_number: SerialNumber,
    /// Its notAfter.
    pub certificate_expiration_date_utc: ExpirationDateUtc,
    /// The issuing CA's name.
    pub issuing_certificate_authority: IssuerName,
    /// The same name again: revocation requests are filtered by it. Other connectors leave it out.
    pub ca_configuration: Option<String>,
    /// And again. Other connectors leave it out.
    pub certificate_authority: Option<String>,
}

impl SuccessNotification {
    /// With the issuer's name in all three members (contract §9.1).
    #[must_use]
    pub fn new(
        enrolment: Enrolment,
        thumbprint: Thumbprint,
        serial: SerialNumber,
        expires: ExpirationDateUtc,
        issuer: IssuerName,
    ) -> Self {
        let name = Some(issuer.as_str().to_owned());
        Self {
            notification: Issued {
                enrolment,
                certificate_thumbprint: thumbprint,
                certificate_serial_number: serial,
                certificate_expiration_date_utc: expires,
                issuing_certificate_authority: issuer,
                ca_configuration: name.clone(),
                certificate_authority: name,
            },
        }
    }
}

/// Body of `failureNotification`: only for failures of ours after a successful validation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailureNotification {
    /// The one member.
    pub notification: Failed,
}

/// What `failureNotification` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Failed {
    /// Which enrolment.
    #[serde(flatten)]
    pub enrolment: Enrolment,
    /// Why, as a number.
    pub h_result: HResult,
    /// Why, in words.
    pub error_description: ErrorDescription,
}

impl FailureNotification {
    /// For this enrolment, with this reason.
    #[must_use]
    pub fn new(enrolment: Enrolment, h_result: HResult, description: &str) -> Self {
        let error_description = ErrorDescription::truncated(description);
        Self { notification: Failed { enrolment, h_result, error_description } }
    }
}

/// The answer to all three calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// `code`: required, a string.
    pub code: ResultCode,
    /// `errorDescription`: may be absent or null.
    pub error_description: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct AnswerMembers {
    code: String,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(flatten)]
    others: OtherMembers,
}

impl Answer {
    /// Reads one JSON object.
    ///
    /// # Errors
    /// Not one JSON object, `code` absent, repeated or not a string, `errorDescription` neither string nor null.
    pub fn parse(body: &[u8]) -> Result<Self, serde_json::Error> {
        let members: AnswerMembers = serde_json::from_slice(body)?;
        Ok(Self { code: ResultCode::parse(&members.code), error_description: members.error_description })
    }

    /// The body that Intune sends; for simulators.
    #[must_use]
    pub fn to_json(&self) -> String {
        let description = self.error_description.as_deref().unwrap_or("");
        serde_json::json!({
            "@odata.context": "https://manage.microsoft.com/RACerts/StatelessScepRequestValidationService/$metadata#microsoft.management.services.api.scepRequestValidationResponse",
            "code": self.code.as_str(),
            "errorDescription": description,
        })
        .to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn enrolment() -> Enrolment {
        Enrolment::new(
            "251E592A777C82996C7CF96F3AAADCF996FC31FF",
            &[0x30, 0x03, 0xfb, 0xff, 0xfe],
            "Example CA v1.2",
        )
    }

    fn sent<T: Serialize>(body: &T) -> Value {
        serde_json::to_value(body).unwrap()
    }

    #[test]
    fn contract_6_1_validate_request_member_by_member() {
        assert_eq!(
            sent(&ValidateRequest { request: enrolment() }),
            json!({"request": {
                "transactionId": "251E592A777C82996C7CF96F3AAADCF996FC31FF",
                "certificateRequest": "MAP7//4=",
                "callerInfo": "Example CA v1.2"}})
        );
    }

    #[test]
    fn contract_6_2_success_notification_member_by_member() {
        let body = SuccessNotification::new(
            enrolment(),
            Thumbprint::from_sha1(&[0xab; 20]),
            SerialNumber::from_integer(&[0x00, 0xda, 0x4d]),
            ExpirationDateUtc::from_unix(1_812_730_280).unwrap(),
            IssuerName::new("Example Issuing CA").unwrap(),
        );
        assert_eq!(
            sent(&body),
            json!({"notification": {
                "transactionId": "251E592A777C82996C7CF96F3AAADCF996FC31FF",
                "certificateRequest": "MAP7//4=",
                "certificateThumbprint": "AB".repeat(20),
                "certificateSerialNumber": "DA4D",
                "certificateExpirationDateUtc": "2027-06-11T16:11:20.000Z",
                "issuingCertificateAuthority": "Example Issuing CA",
                "callerInfo": "Example CA v1.2",
                "caConfiguration": "Example Issuing CA",
                "certificateAuthority": "Example Issuing CA"}})
        );
    }

    #[test]
    fn contract_6_3_failure_notification_member_by_member() {
        assert_eq!(
            sent(&FailureNotification::new(enrolment(), HResult::FAIL, "CA key unavailable")),
            json!({"notification": {
                "transactionId": "251E592A777C82996C7CF96F3AAADCF996FC31FF",
                "certificateRequest": "MAP7//4=",
                "hResult": -2_147_467_259_i64,
                "errorDescription": "CA key unavailable",
                "callerInfo": "Example CA v1.2"}})
        );
    }

    #[test]
    fn contract_6_2_other_connectors_leave_the_ca_names_out_or_null() {
        let mut body = json!({"notification": {"transactionId": "1", "certificateRequest": "MAA=", "callerInfo": "x",
            "certificateThumbprint": "ab", "certificateSerialNumber": "1", "certificateExpirationDateUtc": "soon",
            "issuingCertificateAuthority": "CA", "later": {}}});
        serde_json::from_value::<SuccessNotification>(body.clone()).unwrap();
        body["notification"]["caConfiguration"] = Value::Null;
        serde_json::from_value::<SuccessNotification>(body).unwrap();
    }

    #[test]
    fn the_challenge_inside_the_request_is_not_shown() {
        let shown = format!("{:?}", ValidateRequest { request: enrolment() });
        assert!(!shown.contains("MAP7"), "{shown}");
    }

    #[test]
    fn contract_6_the_answer_tolerates_new_members_and_absent_description() {
        for body in [
            r#"{"@odata.context":"x","code":"Success","errorDescription":""}"#,
            r#"{"code":"Success","errorDescription":null}"#,
            r#"{"code":"Success"}"#,
            r#"{"code":"Success","newMember":{"a":[1]}}"#,
            "{\r\n \"errorDescription\": \"\", \"code\": \"Success\"}\n",
        ] {
            assert_eq!(Answer::parse(body.as_bytes()).unwrap().code, ResultCode::Success, "{body}");
        }
    }

    #[test]
    fn t20_what_is_not_an_object_with_one_code_is_no_answer() {
        for body in [
            "",
            "null",
            "true",
            "1",
            "\"Success\"",
            "[]",
            r#"["Success",""]"#,
            r#"[{"code":"Success"}]"#,
            "{}",
            r#"{"Code":"Success"}"#,
            r#"{"CODE":"Success"}"#,
            r#"{"value":{"code":"Success"}}"#,
            r#"{"code":1}"#,
            r#"{"code":true}"#,
            r#"{"code":null}"#,
            r#"{"code":["Success"]}"#,
            r#"{"code":{"value":"Success"}}"#,
            r#"{"code":"Success""#,
            r#"{"code":"Success"}{"code":"Success"}"#,
            r#"{"code":"Success"}x"#,
            r#"{"code":"SubjectNameMismatch","code":"Success"}"#,
            r#"{"code":"Success","code":"Success"}"#,
            r#"{"code":"Success","errorDescription":1}"#,
            r#"{"code":"Success","errorDescription":{}}"#,
            "<html><body>Success</body></html>",
            "code=Success",
            "\u{feff}{\"code\":\"Success\"}",
            "{'code':'Success'}",
            r#"{"code":"Success",}"#,
            r#"{"error":{"code":"Success","message":""}}"#,
            "{\"code\":\"Succ\ness\"}",
        ] {
            assert!(Answer::parse(body.as_bytes()).is_err(), "{body}");
        }
        assert!(Answer::parse(b"{\"code\":\"Success\",\"errorDescription\":\"\xfc\"}").is_err(), "Latin-1");
    }

    #[test]
    fn a_simulated_answer_reads_back() {
        let answer = Answer { code: ResultCode::ChallengeExpired, error_description: Some("expired".into()) };
        assert_eq!(Answer::parse(answer.to_json().as_bytes()).unwrap(), answer);
    }
}
