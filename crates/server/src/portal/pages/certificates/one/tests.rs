use super::{Against, Asked, Detail, Named, One, Sighting};
use crate::portal::pages::desk;
use crate::portal::{Frame, Words, markup};
use askama::Template as _;
use serde_json::{Value, json};

const AT: &str = "2026-11-29T16:57:44Z";

/// With `text` wherever a stranger may have written it.
fn detail(text: &str) -> Value {
    json!({
        "serial": "4F21", "subject": text, "names": [text, text], "status": "good", "profile": "device",
        "endpoint": "once", "device": text, "user": text, "requested_by": text, "not_before": AT, "not_after": AT,
        "issued_at": AT, "revoked_at": AT, "reason": "keyCompromise", "issuer": text, "sha1": "AB", "sha256": "CD",
        "key": { "kind": "P-256", "bits": 256, "sha256": "EF" }, "key_usage": ["digitalSignature"],
        "extended_key_usage": [{ "oid": "1.2.3", "name": null }, { "oid": "1.2", "name": text }],
        "profile_version": 3, "transaction": text, "requested_at": AT,
        "renewal_of": { "serial": "4F20", "at": AT, "by": "renewal" },
        "renewed_by": { "serial": "4F22", "at": AT, "by": "renewal" }, "notification": "accepted",
        "history": [{ "sequence": 7, "at": AT, "event": text, "certificate": "4F21", "hash": "AA",
                      "detail": { "by": text, "why": text, "transaction": text, "other": { text: text } } }],
        "pem": "no PEM", "bound": [], "known": [], "because": [],
    })
}

fn page<'a>(frame: &'a Frame, w: &'static Words, text: &str) -> One<'a> {
    let one: Detail = serde_json::from_value(detail(text)).unwrap();
    let because: Vec<Against> = serde_json::from_value(json!([
        { "rule": text, "since": AT, "reason": "keyCompromise", "because": text, "permanent": true }
    ]))
    .unwrap();
    let bound: Vec<Named> = serde_json::from_value(json!([
        { "kind": text, "key": text, "evidence": text, "directory": text, "read_at": AT, "object": text,
          "facts": [{ "fact": text, "value": text, "since": AT }] }
    ]))
    .unwrap();
    let seen: Sighting =
        serde_json::from_value(json!({ "since": AT, "by": text, "lately": "x", "lately_by": text })).unwrap();
    let asked = Asked { fetch: "curl".to_owned(), ocsp: "openssl".to_owned(), lists: vec![text.to_owned()] };
    One { frame, w, one, seen: Some(seen), because, bound, chain: Vec::new(), life: None, asked }
}

#[test]
fn t_xss_hostile_text_is_text_in_each_field_of_a_certificate() {
    let (frame, w) = desk::frame("helpdesk");
    for foreign in markup::FOREIGN.iter() {
        markup::check(&page(&frame, w, foreign).render().unwrap());
    }
}

#[test]
fn who_may_revoke_is_offered_it_and_others_are_not() {
    for (role, offered) in [("helpdesk", true), ("auditor", false)] {
        let (frame, w) = desk::frame(role);
        let text = page(&frame, w, "x").render().unwrap();
        assert_eq!(text.contains("/certificates/ask?deed=revoke"), offered, "{role}");
        assert_eq!(text.contains("/certificates/ask?deed=hold"), offered, "{role}");
    }
    let (frame, w) = desk::frame("helpdesk");
    let mut gone = page(&frame, w, "x");
    gone.one.row.status = "revoked".to_owned();
    assert!(!gone.render().unwrap().contains("deed=revoke"), "what is revoked is not revoked again");
}

#[test]
fn m156_a_purpose_is_shown_by_name_and_in_words() {
    let (frame, w) = desk::frame("auditor");
    let mut one = page(&frame, w, "x");
    one.one.extended_key_usage =
        serde_json::from_value(json!([{ "oid": "1.3.6.1.5.5.7.3.4", "name": "Secure Email" }])).unwrap();
    let text = one.render().unwrap();
    assert!(text.contains("Secure e-mail") && text.contains("Secure Email"), "{text}");
}

#[test]
fn each_standing_says_what_to_do_next() {
    let (frame, w) = desk::frame("auditor");
    for (status, advice) in [
        ("good", "advice-renewed"),
        ("held", "advice-held"),
        ("revoked", "advice-revoked"),
        ("expired", "advice-expired"),
    ] {
        let mut one = page(&frame, w, "x");
        one.one.row.status = status.to_owned();
        assert_eq!(one.advice(), w.t(advice));
    }
}

#[test]
fn a_line_for_a_shell_is_one_command_whatever_the_address() {
    assert_eq!(
        super::quoted("http://ca.example/ocsp?a=b&c").as_deref(),
        Some("'http://ca.example/ocsp?a=b&c'")
    );
    for hostile in ["http://x/'; rm -rf ~; '", "http://x/\n id", "http://x/ y", "http://x/\u{fc}"] {
        assert_eq!(super::quoted(hostile), None, "{hostile}");
    }
}
