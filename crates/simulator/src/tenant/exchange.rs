//! One HTTP exchange as values, so that the pretend services are plain functions.

use serde_json::Value;

/// A request as it arrived.
#[derive(Clone, Debug)]
pub struct Call {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Query without `?`; empty if there is none.
    pub query: String,
    /// Header names in lower case, values in Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte.
    pub body: Vec<u8>,
}

impl Call {
    /// The first header of that name (given in lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The token of `Authorization: Bearer …`.
    #[must_use]
    pub fn bearer(&self) -> Option<&str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }

    /// The body as text: UTF-8, else Latin-1, which is what Microsoft's Java client sends (contract section 5).
    #[must_use]
    pub fn text(&self) -> String {
        text_of(&self.body)
    }
}

/// UTF-8, else Latin-1.
pub(super) fn text_of(body: &[u8]) -> String {
    str::from_utf8(body).map_or_else(|_| body.iter().copied().map(char::from).collect(), str::to_owned)
}

/// An answer before it is turned into bytes.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers besides Content-Length and Connection.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A JSON answer.
    #[must_use]
    pub fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json; charset=utf-8", value.to_string())
    }

    /// An answer of any content type.
    #[must_use]
    pub fn text(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("content-type".into(), content_type.into())], body: body.into() }
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// The same with one more header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// The bytes on the wire, for faults that cut or disturb them.
    #[must_use]
    pub fn to_wire(&self) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} Scripted\r\n", self.status);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", self.body.len()));
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }
}

/// What the listener does with a request.
#[derive(Clone, Debug)]
pub enum Conduct {
    /// Answer properly.
    Reply(Answer),
    /// Answer properly after this many milliseconds.
    Late(Answer, u64),
    /// Write these bytes as they are, and then end the connection.
    Break(Vec<u8>, Ending),
}

/// How a connection ends that was broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Orderly close.
    Close,
    /// TCP reset.
    Reset,
    /// Stay silent for so many milliseconds, then close.
    Silence(u64),
}

/// Splits and decodes `a=b&c=d` (application/x-www-form-urlencoded).
#[must_use]
pub(crate) fn form_pairs(text: &str) -> Vec<(String, String)> {
    let pair = |part: &str| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        (form_decode(key), form_decode(value))
    };
    text.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// Decodes `%xx` and `+`; a broken escape stays as it is.
#[must_use]
pub(crate) fn form_decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escape = (*first == b'%').then(|| tail.get(..2)).flatten().and_then(hex_byte);
        match (first, escape) {
            (_, Some(byte)) => {
                out.push(byte);
                rest = tail.get(2..).unwrap_or_default();
                continue;
            }
            (b'+', None) => out.push(b' '),
            (other, None) => out.push(*other),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex_byte(pair: &[u8]) -> Option<u8> {
    let text = std::str::from_utf8(pair).ok()?;
    u8::from_str_radix(text, 16).ok()
}
