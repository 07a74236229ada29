use super::story::{End, Story};
use super::{Certificate, Record, rendered};
use crate::portal::{Language, Part, Words, markup};
use serde_json::{Value, json};

fn record(events: Value) -> Record {
    serde_json::from_value(json!({ "transaction": "T1", "events": events })).unwrap()
}

fn refused() -> Value {
    json!({
        "at": "2026-11-29T10:00:00Z", "event": "request.refused", "code": "CHY-3005", "why": "subject, RDN 2: other",
        "endpoint": "once", "peer": "10.0.0.7", "transaction": "T1",
        "difference": { "element": "subject, RDN 2", "expected": "OU=Devices", "found": "OU=Servers", "rule": "The rule.", "row": "threat 13" },
        "policy": { "rule": "managed", "outcome": "deny", "facts": { "endpoint": "once", "device": { "known": true } } },
    })
}

fn issued() -> Value {
    json!({ "before": { "capabilities": "2026-11-29T10:04:55Z", "ca_certificates": "2026-11-29T10:04:57Z" }, "at": "2026-11-29T10:05:00Z", "event": "certificate.reserved", "by": "one_time", "serial": "0A", "subject": "CN=pc",
            "status": "good", "transaction": "T1", "notices": ["shortened"] })
}

fn page(events: Value, certificate: Part<Certificate>) -> String {
    let (frame, w) = (markup::frame(Language::De), Words::of(Language::De));
    markup::page(rendered(&frame, w, &record(events), certificate))
}

#[test]
fn a_refusal_shows_both_sides_with_the_difference_marked_and_what_to_do() {
    let text = page(json!([refused()]), Part::Withheld);
    markup::check(&text);
    assert!(text.contains("OU=<mark>Device</mark>s") && text.contains("OU=<mark>Server</mark>s"), "{text}");
    let fix = crate::portal::show::entry("CHY-3005").unwrap().fix;
    for part in [
        "/docs/errors/CHY-3005",
        "code=CHY-3005",
        "threat 13",
        "managed",
        "device.known",
        "GetCACaps",
        &fix[..20],
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn the_newest_decision_is_how_it_ended() {
    let w = Words::of(Language::En);
    let end = |events: Value| Story::of(&record(events), None, w).end;
    assert_eq!(end(json!([refused(), issued()])), End::Issued);
    assert_eq!(end(json!([issued(), refused()])), End::Refused);
    assert_eq!(end(json!([])), End::Unfinished);
    let event = |kind: &str, status: &str| json!([{ "at": "", "event": kind, "status": status }]);
    assert_eq!(end(event("certificate.reserved", "reserved")), End::Unfinished);
    assert_eq!(end(event("certificate.reserved", "revoked")), End::Issued);
    assert_eq!(end(event("request.held", "")), End::Waits);
    assert_eq!(end(event("request.denied", "")), End::Denied);
}

#[test]
fn what_befell_the_certificate_goes_on_in_the_picture() {
    let entry = |sequence: u64, at: &str, event: &str| json!({ "sequence": sequence, "at": at, "event": event, "detail": {} });
    let certificate: Certificate = serde_json::from_value(json!({
        "serial": "0A", "notification": "accepted",
        "history": [
            entry(1, "2026-11-29T10:05:00Z", "certificate.reserved"),
            entry(2, "2026-11-29T10:05:01Z", "certificate.issued"),
            entry(9, "2026-12-01T00:00:00Z", "certificate.revoked"),
        ],
    }))
    .unwrap();
    let story = Story::of(&record(json!([refused(), issued()])), Some(&certificate), Words::of(Language::En));
    let times: Vec<_> = story.steps.iter().take(2).map(|step| step.at.as_deref()).collect();
    assert_eq!(times, [Some("2026-11-29T10:04:55Z"), Some("2026-11-29T10:04:57Z")], "the calls before");
    let steps: Vec<&str> = story.steps.iter().map(|step| &*step.label).collect();
    assert_eq!(
        steps[2..],
        ["Request refused", "Certificate recorded", "Certificate issued", "Certificate revoked"]
    );
    let text = page(json!([issued()]), Part::Told(certificate));
    assert!(
        text.contains("/certificates/0A") && text.contains("one_time") && text.contains("shortened"),
        "{text}"
    );
}

#[test]
fn foreign_text_stays_text_wherever_it_stands() {
    for foreign in markup::FOREIGN.iter() {
        let mut event = refused();
        for member in [
            "why",
            "endpoint",
            "peer",
            "transaction",
            "not_compared",
            "by",
            "code",
            "subject",
            "at",
            "event",
            "serial",
        ] {
            let mut one = event.clone();
            one[member] = foreign.as_str().into();
            markup::check(&page(json!([one]), Part::Withheld));
        }
        event["before"] = json!({ "capabilities": foreign, "ca_certificates": foreign });
        event["difference"]["found"] = foreign.as_str().into();
        event["difference"]["element"] = foreign.as_str().into();
        event["policy"]["facts"] = json!({ foreign.as_str(): [foreign] });
        event["policy"]["rule"] = foreign.as_str().into();
        let certificate =
            json!({ "serial": foreign, "device": foreign, "user": foreign, "notification": foreign });
        let certificate = serde_json::from_value(certificate).unwrap();
        markup::check(&page(json!([event]), Part::Told(certificate)));
        let mut record = record(json!([refused()]));
        record.transaction = foreign.clone();
        let (frame, w) = (markup::frame(Language::En), Words::of(Language::En));
        markup::check(&markup::page(rendered(&frame, w, &record, Part::Withheld)));
    }
}
