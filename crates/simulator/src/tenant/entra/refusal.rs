//! Entra's error bodies.

use serde_json::json;

use crate::clock::entra_stamp;
use crate::tenant::exchange::Answer;

/// The error answer for an AADSTS number; `why` is the sentence after it.
#[must_use]
pub(crate) fn refusal(code: u32, why: &str, now: i64) -> Answer {
    let (status, error) = match code {
        // The secret or the assertion is wrong, absent or expired.
        7_000_215 | 7_000_222 | 7_000_216 | 700_027 | 50_012 => (401, "invalid_client"),
        700_016 => (400, "unauthorized_client"),
        70_011 => (400, "invalid_scope"),
        500_011 => (400, "invalid_resource"),
        70_003 => (400, "unsupported_grant_type"),
        65_001 => (400, "invalid_grant"),
        7_000_218 => (401, "invalid_client"),
        _ => (400, "invalid_request"),
    };
    worded(status, error, code, why, now)
}

/// The same with OAuth's own word, for grants that have several with one number.
#[must_use]
pub(crate) fn worded(status: u16, error: &str, code: u32, why: &str, now: i64) -> Answer {
    let (trace, correlation) =
        ("00000000-5150-4000-a000-000000000000", "00000000-5150-4000-a000-000000000001");
    let stamp = entra_stamp(now);
    let text =
        format!("AADSTS{code}: {why} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}");
    Answer::json(
        status,
        &json!({
            "error": error,
            "error_description": text,
            "error_codes": [code],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": format!("https://login.microsoftonline.com/error?code={code}"),
        }),
    )
}
