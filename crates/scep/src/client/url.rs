use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What RFC 3986 §2.3 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// How a client writes base64 into the query. All are seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GetStyle {
    /// Percent-encoded, as RFC 8894 §4.1 wants.
    Escaped,
    /// As it is, with `+`, `/` and `=`: jscep and macOS.
    Raw,
    /// In lines of 64 with `%0A`, percent-encoded: strongSwan, sscep, Cisco.
    Lines,
    /// Percent-encoded, without padding.
    Unpadded,
    /// Percent-encoded, `message` before `operation`: micromdm.
    MessageFirst,
}

/// The URL of a request. `base` is the server's, without query. `message` is the pkiMessage for `PKIOperation`, a CA
/// identifier or nothing for the others.
#[must_use]
pub fn get_url(base: &str, operation: &str, message: Option<&[u8]>, style: GetStyle) -> String {
    let Some(message) = message else { return format!("{base}?operation={operation}") };
    let text = if operation == "PKIOperation" {
        STANDARD.encode(message)
    } else {
        String::from_utf8_lossy(message).into_owned()
    };
    let text = match style {
        GetStyle::Lines => lines(&text),
        GetStyle::Unpadded => text.trim_end_matches('=').to_owned(),
        GetStyle::Escaped | GetStyle::Raw | GetStyle::MessageFirst => text,
    };
    let escaped = utf8_percent_encode(&text, UNRESERVED);
    match style {
        GetStyle::Raw => format!("{base}?operation={operation}&message={text}"),
        GetStyle::MessageFirst => format!("{base}?message={escaped}&operation={operation}"),
        GetStyle::Escaped | GetStyle::Lines | GetStyle::Unpadded => {
            format!("{base}?operation={operation}&message={escaped}")
        }
    }
}

fn lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 64 + 1);
    for (at, character) in text.char_indices() {
        if at > 0 && at % 64 == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    out.push('\n');
    out
}
