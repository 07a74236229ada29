//! What an HTTP request asks for (RFC 8894 §4.1): method, raw query and body become an [`Operation`].
//!
//! The query is read raw. A form decoder would turn `+` into a space, and jscep and macOS send base64 with `+` as it is.

use std::fmt;

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use percent_encoding::percent_decode_str;

/// The longest query accepted, in octets. certmonger's are about 4 kB; an RSA-4096 request with a 3 kB challenge 12 kB.
pub const MAX_QUERY: usize = 64 * 1024;

// RFC 8894 §4.1 asks for RFC 4648 §4 base64 with padding; clients that leave the padding out are understood.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The two HTTP methods of SCEP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// GET: everything is in the query.
    Get,
    /// POST: the message is the body (RFC 8894 §4.1).
    Post,
}

/// What the client wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Capability list, RFC 8894 §3.5.1.
    GetCaCaps,
    /// CA and RA certificates, RFC 8894 §4.2. A `message=` (the CA identifier of the drafts) is ignored.
    GetCaCert,
    /// Roll-over certificates, RFC 8894 §4.7.
    GetNextCaCert,
    /// Left over from draft-nourse-scep; certmonger still asks.
    GetCaCertChain,
    /// A pkiMessage, RFC 8894 §4.3: CMS in BER, nothing of it looked at yet.
    PkiOperation(Vec<u8>),
}

/// Why a request is no SCEP operation. All are the peer's fault: HTTP 400, or 414 for [`TooLong`](Self::TooLong).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationError {
    /// More than [`MAX_QUERY`] octets of query.
    TooLong,
    /// No `operation` parameter.
    MissingOperation,
    /// An `operation` that neither RFC 8894 nor the drafts know.
    UnknownOperation,
    /// `operation` or `message` given twice: two readers could see two requests.
    DuplicateParameter,
    /// `PKIOperation` without a message.
    MissingMessage,
    /// `message` is not base64 after one round of percent-decoding (RFC 8894 §4.1).
    MessageNotBase64,
}

impl fmt::Display for OperationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::TooLong => "the query is longer than 64 KiB",
            Self::MissingOperation => "the query has no operation parameter",
            Self::UnknownOperation => "the operation is not one of SCEP",
            Self::DuplicateParameter => "the query has operation or message twice",
            Self::MissingMessage => "PKIOperation came without a message",
            Self::MessageNotBase64 => "the message parameter is not base64, percent-encoded once",
        })
    }
}

impl std::error::Error for OperationError {}

impl Operation {
    /// Reads one request. `query` is what follows `?`, undecoded and without the `?`; empty if there was none.
    ///
    /// On POST the body is the message and the query is not looked at: RFC 8894 §4.3 notes that many CAs ignore it
    /// there, and clients rely on that. A POST without body is read as if it were GET.
    ///
    /// # Errors
    /// [`OperationError`], the peer's fault in every case.
    pub fn decode(method: Method, query: &str, body: &[u8]) -> Result<Self, OperationError> {
        if query.len() > MAX_QUERY {
            return Err(OperationError::TooLong);
        }
        if method == Method::Post && !body.is_empty() {
            return Ok(Self::PkiOperation(body.to_vec()));
        }
        let parameters = Parameters::read(query)?;
        let operation = parameters.operation.ok_or(OperationError::MissingOperation)?;
        let operation = percent_decode_str(operation).decode_utf8_lossy();
        // Case is tolerated: the names of RFC 8894 §4 differ in nothing else.
        match operation.trim().to_ascii_lowercase().as_str() {
            "getcacaps" => Ok(Self::GetCaCaps),
            "getcacert" => Ok(Self::GetCaCert),
            "getnextcacert" => Ok(Self::GetNextCaCert),
            "getcacertchain" => Ok(Self::GetCaCertChain),
            "pkioperation" => Ok(Self::PkiOperation(decode_message(parameters.message)?)),
            "" => Err(OperationError::MissingOperation),
            _ => Err(OperationError::UnknownOperation),
        }
    }
}

/// The two parameters of SCEP, still percent-encoded. Others are ignored.
#[derive(Default)]
struct Parameters<'a> {
    operation: Option<&'a str>,
    message: Option<&'a str>,
}

impl<'a> Parameters<'a> {
    fn read(query: &'a str) -> Result<Self, OperationError> {
        let mut found = Self::default();
        for pair in query.split('&') {
            // Only the first `=` separates: base64 padding may follow unescaped.
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let slot = match percent_decode_str(name).decode_utf8_lossy().to_ascii_lowercase().as_str() {
                "operation" => &mut found.operation,
                "message" => &mut found.message,
                _ => continue,
            };
            if slot.replace(value).is_some() {
                return Err(OperationError::DuplicateParameter);
            }
        }
        Ok(found)
    }
}

/// One round of percent-decoding, line breaks out, base64. A `%` left over (double encoding) is not base64.
///
/// A space was a `+` before some proxy or form decoder had it, but for those at the end: nobody breaks lines with
/// spaces.
fn decode_message(encoded: Option<&str>) -> Result<Vec<u8>, OperationError> {
    let decoded: Vec<u8> = percent_decode_str(encoded.unwrap_or("")).collect();
    let text: Vec<u8> = decoded
        .trim_ascii_end()
        .iter()
        .map(|octet| if *octet == b' ' { b'+' } else { *octet })
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    if text.is_empty() {
        return Err(OperationError::MissingMessage);
    }
    BASE64.decode(text).map_err(|_| OperationError::MessageNotBase64)
}
