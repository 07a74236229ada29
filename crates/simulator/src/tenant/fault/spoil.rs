//! What each fault does to an answer.

use serde_json::{Value, json};

use super::{Fault, Hop};
use crate::tenant::exchange::{Answer, Conduct, Ending};
use crate::tenant::graph::{SCEP_SERVICE, is_scep_service};

/// Name of the header that marks an answer disturbed on purpose.
const MARK: &str = "x-sim-injected";

/// Applies `fault` to the proper answer. `proper` is not called when the fault replaces the service.
pub(crate) fn conduct(fault: &Fault, hop: Hop, proper: impl FnOnce() -> Answer) -> Conduct {
    let answer = if fault.works_first() { proper() } else { Answer::empty(500) };
    broken(fault, &answer).unwrap_or_else(|| match fault {
        Fault::Delay { ms } => Conduct::Late(answer, *ms),
        other => Conduct::Reply(spoilt(other, hop, answer).with_header(MARK, "1")),
    })
}

/// Faults of the connection.
fn broken(fault: &Fault, answer: &Answer) -> Option<Conduct> {
    let wire = answer.to_wire();
    let half = wire.len().saturating_sub(answer.body.len().div_ceil(2));
    Some(match fault {
        Fault::Hang { ms } => Conduct::Break(Vec::new(), Ending::Silence(*ms)),
        Fault::HangInBody { ms } => Conduct::Break(first(&wire, half), Ending::Silence(*ms)),
        Fault::Close => Conduct::Break(Vec::new(), Ending::Close),
        Fault::Reset => Conduct::Break(Vec::new(), Ending::Reset),
        Fault::ResetInBody => Conduct::Break(first(&wire, half), Ending::Reset),
        Fault::Cut { bytes } => Conduct::Break(first(&wire, *bytes), Ending::Close),
        Fault::Raw { text } => Conduct::Break(latin1(text), Ending::Close),
        _ => return None,
    })
}

fn spoilt(fault: &Fault, hop: Hop, answer: Answer) -> Answer {
    match fault {
        Fault::Status { status, retry_after } => refused(*status, *retry_after),
        Fault::Redirect { status, location } => {
            let to = location.clone().unwrap_or_else(|| "https://elsewhere.invalid/".into());
            Answer::empty(*status).with_header("location", to)
        }
        Fault::Html { status } => Answer::text(*status, "text/html", "<html><body>Proxy error</body></html>"),
        Fault::Body { status, content_type, text } => Answer::text(*status, content_type, latin1(text)),
        Fault::TruncatedJson => {
            let keep = answer.body.len() / 2;
            Answer { body: first(&answer.body, keep), ..answer }
        }
        Fault::Oversized { bytes } => {
            let mut body = vec![b' '; bytes.saturating_sub(answer.body.len())];
            body.extend_from_slice(&answer.body);
            Answer { body, ..answer }
        }
        Fault::Code { code } => {
            Answer::json(200, &json!({ "code": code, "errorDescription": "Refused on order." }))
        }
        Fault::TokenError { code } => crate::tenant::entra::refusal(*code, "Refused on order.", 0),
        _ => on_json(answer, |body| match hop {
            Hop::Endpoints => spoil_endpoints(fault, body),
            graph if Hop::OF_GRAPH.contains(&graph) => spoil_page(fault, body),
            _ => spoil_result(fault, body),
        }),
    }
}

fn refused(status: u16, retry_after: Option<u32>) -> Answer {
    if matches!(status, 204 | 205 | 304) {
        return Answer::empty(status);
    }
    let message = json!({ "_version": 3, "Message": "Refused on order." }).to_string();
    let answer = Answer::json(status, &json!({ "error": { "code": "InternalError", "message": message } }));
    match retry_after {
        Some(seconds) => answer.with_header("retry-after", seconds.to_string()),
        None => answer,
    }
}

fn on_json(answer: Answer, change: impl FnOnce(&mut Value)) -> Answer {
    let Ok(mut value) = serde_json::from_slice(&answer.body) else { return answer };
    change(&mut value);
    Answer { body: value.to_string().into_bytes(), ..answer }
}

fn spoil_result(fault: &Fault, body: &mut Value) {
    let Some(members) = body.as_object_mut() else { return };
    match fault {
        Fault::LowerCaseCode => {
            let code = members.get("code").and_then(Value::as_str).unwrap_or_default().to_lowercase();
            members.insert("code".into(), code.into());
        }
        Fault::MissingCode => {
            members.remove("code");
        }
        Fault::MissingDescription => {
            members.remove("errorDescription");
        }
        Fault::NullDescription => {
            members.insert("errorDescription".into(), Value::Null);
        }
        _ => {}
    }
}

/// A page of the directory; the true links are lost.
fn spoil_page(fault: &Fault, body: &mut Value) {
    if let (Fault::NextLinkTo { uri }, Some(members)) = (fault, body.as_object_mut()) {
        members.remove("@odata.deltaLink");
        members.insert("@odata.nextLink".into(), uri.clone().into());
    }
}

fn spoil_endpoints(fault: &Fault, body: &mut Value) {
    if let Fault::NextLinkTo { uri } = fault {
        keep_endpoints(body, |entry| !is_scep_service(entry));
        if let Some(members) = body.as_object_mut() {
            members.insert("@odata.nextLink".into(), uri.clone().into());
        }
        return;
    }
    let Some(list) = body.get_mut("value").and_then(Value::as_array_mut) else { return };
    match fault {
        Fault::MissingEndpoint => list.retain(|entry| !is_scep_service(entry)),
        Fault::EndpointUri { uri } => set_uri(list, uri),
        Fault::DuplicateEndpoint { genuine_first } => {
            let twin = json!({ "providerName": SCEP_SERVICE, "uri": "https://127.0.0.1:9/stale" });
            let at = if *genuine_first { list.len() } else { 0 };
            list.insert(at, twin);
        }
        Fault::LegacyNames => list.iter_mut().for_each(legacy_name),
        _ => {}
    }
}

fn keep_endpoints(body: &mut Value, keep: impl Fn(&Value) -> bool) {
    if let Some(list) = body.get_mut("value").and_then(Value::as_array_mut) {
        list.retain(keep);
    }
}

fn set_uri(list: &mut [Value], uri: &str) {
    for entry in list.iter_mut().filter(|entry| is_scep_service(entry)) {
        if let Some(members) = entry.as_object_mut() {
            members.insert("uri".into(), uri.into());
        }
    }
}

fn legacy_name(entry: &mut Value) {
    if let Some(members) = entry.as_object_mut() {
        let name = members.remove("providerName").unwrap_or_default();
        let upper = name.as_str().unwrap_or_default().to_uppercase();
        members.insert("serviceName".into(), upper.into());
    }
}

fn first(bytes: &[u8], count: usize) -> Vec<u8> {
    bytes.iter().copied().take(count).collect()
}

/// Characters above U+00FF cannot be sent and become `?`.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect()
}
