//! Sixty and more transport faults, none of which may end in a certificate.

use super::Fault;

/// A named fault of the transport, applicable to every hop.
#[derive(Clone, Debug)]
pub struct TransportFault {
    /// Short name for tables.
    pub name: String,
    /// What happens.
    pub fault: Fault,
}

/// Statuses that are no success and no redirect.
const STATUSES: [u16; 30] = [
    304, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 417, 421, 422, 425,
    429, 431, 451, 500, 501, 502, 503, 504, 511,
];

const JSON: &str = "application/json";

/// Bodies that are no proper answer, each with status 200.
const BODIES: [(&str, &str, &str); 17] = [
    ("empty body", JSON, ""),
    ("white space", JSON, " \r\n\t "),
    ("null", JSON, "null"),
    ("true", JSON, "true"),
    ("a number", JSON, "1"),
    ("a string", JSON, "\"Success\""),
    ("an empty list", JSON, "[]"),
    ("a list for the object", JSON, r#"["Success",""]"#),
    ("an empty object", JSON, "{}"),
    ("plain text", "text/plain", "Success"),
    ("code is null", JSON, r#"{"code":null,"errorDescription":""}"#),
    ("code is a number", JSON, r#"{"code":0,"errorDescription":""}"#),
    ("code is true", JSON, r#"{"code":true,"errorDescription":""}"#),
    ("code is a list", JSON, r#"{"code":["Success"],"errorDescription":""}"#),
    ("code with a blank", JSON, r#"{"code":"Success ","errorDescription":""}"#),
    ("Code in Pascal case", JSON, r#"{"Code":"Success","ErrorDescription":""}"#),
    ("text after the object", JSON, r#"{"code":"Success","errorDescription":""}garbage"#),
];

/// Bytes that are no HTTP response.
const RAW: [(&str, &str); 5] = [
    ("HTTP/0.9", "Success"),
    ("garbage status line", "HTTP/1.1 2OO OK\r\ncontent-length: 0\r\n\r\n"),
    ("two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}"),
    ("negative length", "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n{}"),
    ("broken chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n{}"),
];

/// Faults of the transport. `silence_ms` is how long a silent peer stays silent: more than the gateway's time limit.
#[must_use]
pub fn transport_faults(silence_ms: u64) -> Vec<TransportFault> {
    let mut all = connection_faults(silence_ms);
    all.extend(
        STATUSES.map(|status| named(format!("HTTP {status}"), Fault::Status { status, retry_after: None })),
    );
    for status in [429, 503] {
        all.push(named(format!("HTTP {status} later"), Fault::Status { status, retry_after: Some(1) }));
    }
    all.push(named("HTTP 204", Fault::Status { status: 204, retry_after: None }));
    all.extend(
        [301, 302, 303, 307, 308]
            .map(|status| named(format!("redirect {status}"), Fault::Redirect { status, location: None })),
    );
    all.extend([200, 403, 502].map(|status| named(format!("HTML {status}"), Fault::Html { status })));
    all.extend(BODIES.map(|(name, content_type, text)| {
        named(name, Fault::Body { status: 200, content_type: content_type.into(), text: text.into() })
    }));
    all.extend(RAW.map(|(name, text)| named(name, Fault::Raw { text: text.into() })));
    all
}

fn connection_faults(silence_ms: u64) -> Vec<TransportFault> {
    vec![
        named("TLS failure", Fault::TlsFailure),
        named("close", Fault::Close),
        named("reset", Fault::Reset),
        named("reset in the body", Fault::ResetInBody),
        named("cut in the head", Fault::Cut { bytes: 12 }),
        named("cut before the body", Fault::Cut { bytes: 60 }),
        named("silence", Fault::Hang { ms: silence_ms }),
        named("silence in the body", Fault::HangInBody { ms: silence_ms }),
        named("too late", Fault::Delay { ms: silence_ms }),
        named("truncated JSON", Fault::TruncatedJson),
        named("64 MiB of blanks", Fault::Oversized { bytes: 64 << 20 }),
    ]
}

fn named(name: impl Into<String>, fault: Fault) -> TransportFault {
    TransportFault { name: name.into(), fault }
}
