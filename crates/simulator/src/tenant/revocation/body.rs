//! The bodies of the two calls, with this crate's own eyes. The .NET client writes member names in Pascal case or in
//! camel case, depending on what ran before, so names are compared in any letter case (contract section 9.2).

use serde_json::{Map, Value};

use super::queue::Uploaded;
use crate::tenant::World;

/// Names and numbers of the error codes.
const CODES: [(&str, u16); 13] = [
    ("None", 0),
    ("NonRetryableServiceException", 4_000),
    ("DataSerializationError", 4_001),
    ("ParameterDataInvalidError", 4_002),
    ("CryptographyError", 4_003),
    ("CertificateNotFoundError", 4_004),
    ("ConflictError", 4_005),
    ("NotSupportedError", 4_006),
    ("PayloadTooLargeError", 4_007),
    ("RetryableServiceException", 4_100),
    ("ServiceUnavailableException", 4_101),
    ("ServiceTooBusyException", 4_102),
    ("AuthenticationException", 4_103),
];

fn member<'a>(members: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// Body of the download.
pub(super) struct Download {
    pub(super) max_requests: usize,
    pub(super) issuer_name: Option<String>,
}

impl Download {
    pub(super) fn read(world: &World, body: &Value) -> Result<Self, String> {
        let outer = body.as_object().ok_or("The body must be an object.")?;
        let inner = member(outer, "downloadParameters").and_then(Value::as_object);
        let inner = inner.ok_or("The member 'downloadParameters' is required.")?;
        let count =
            member(inner, "maxRequests").and_then(Value::as_u64).filter(|count| (1..=500).contains(count));
        let max_requests = count.and_then(|count| usize::try_from(count).ok());
        let issuer_name = match member(inner, "issuerName") {
            None | Some(Value::Null) => None,
            // The empty string is as good as none.
            Some(Value::String(name)) => Some(name.clone()).filter(|name| !name.is_empty()),
            Some(_) => return Err("The member 'issuerName' must be a string.".into()),
        };
        if issuer_name.as_ref().is_some_and(|name| name.chars().count() > 256) {
            return Err("issuerName is longer than 256 characters.".into());
        }
        if max_requests.is_some_and(|count| count > 100) {
            world.breach("maxRequests is over the recommended 100");
        }
        Ok(Self { max_requests: max_requests.ok_or("maxRequests must be 1 to 500.")?, issuer_name })
    }
}

/// Results by requestContext.
pub(super) fn results(body: &Value) -> Result<Vec<(String, Uploaded)>, String> {
    let list = body.as_object().and_then(|outer| member(outer, "results")).and_then(Value::as_array);
    let list = list
        .filter(|list| !list.is_empty())
        .ok_or("The member 'results' must be a list that is not empty.")?;
    list.iter().map(result).collect()
}

fn result(value: &Value) -> Result<(String, Uploaded), String> {
    let members = value.as_object().ok_or("A result must be an object.")?;
    let context = member(members, "requestContext").and_then(Value::as_str).filter(|text| !text.is_empty());
    let context = context.ok_or("The member 'requestContext' must be a non-empty string.")?;
    let succeeded = member(members, "succeeded").and_then(Value::as_bool);
    let succeeded = succeeded.ok_or("The member 'succeeded' must be a boolean.")?;
    let error_code = code(member(members, "errorCode"))?;
    if succeeded != (error_code == 0) {
        return Err("A result succeeded exactly if its errorCode is None.".into());
    }
    let error_message = match member(members, "errorMessage") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => return Err("The member 'errorMessage' must be a string.".into()),
    };
    Ok((context.to_owned(), Uploaded { succeeded, error_code, error_message }))
}

/// The number as a string (Java) or a number, or the name (.NET); left out it is `None`.
fn code(value: Option<&Value>) -> Result<u16, String> {
    let text = match value {
        None | Some(Value::Null) => return Ok(0),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        Some(_) => return Err("The member 'errorCode' must be a string or a number.".into()),
    };
    let known =
        CODES.iter().find(|(name, number)| name.eq_ignore_ascii_case(&text) || number.to_string() == text);
    known.map(|(_, number)| *number).ok_or_else(|| format!("errorCode '{text}' is unknown."))
}
