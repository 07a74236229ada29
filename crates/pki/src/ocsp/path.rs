use super::MAX_REQUEST;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use core::fmt;
use percent_encoding::percent_decode_str;

/// Padding may be missing: some proxies take `=` away.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The path holds no base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotARequest;

impl fmt::Display for NotARequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the path holds no base64")
    }
}

impl core::error::Error for NotARequest {}

/// The request in a GET's path, behind the responder's own (RFC 6960 §A.1: base64, then percent-encoded). Tolerant of
/// what clients and proxies make of it: no or partial percent-encoding, `+` become a space, the URL alphabet, line breaks,
/// doubled slashes before it, missing padding. A request begins with a SEQUENCE, so its base64 with `M`, never with `/`.
///
/// # Errors
/// [`NotARequest`]; also for more than [`MAX_REQUEST`] octets.
pub fn from_path(path: &str) -> Result<Vec<u8>, NotARequest> {
    // Each octet takes four thirds of a character, and a character at most three in percent-encoding.
    if path.len() > MAX_REQUEST * 4 + 64 {
        return Err(NotARequest);
    }
    let text = percent_decode_str(path.trim_start_matches('/')).filter_map(|octet| match octet {
        b'\r' | b'\n' => None,
        b' ' | b'-' => Some(b'+'),
        b'_' => Some(b'/'),
        other => Some(other),
    });
    let text: Vec<u8> = text.skip_while(|octet| *octet == b'/').collect();
    BASE64.decode(text).map_err(|_| NotARequest)
}
