use super::{Asked, Listed, Part, Row, Summary, rendered};
use crate::portal::{Frame, Language, Problem, Words, markup};
use serde_json::{Value, json};

fn page(language: Language, summary: Part<Summary>, newest: Part<Listed<Row>>) -> String {
    let (frame, w) = (markup::frame(language), Words::of(language));
    let asked = Asked {
        summary,
        newest,
        health: Part::Withheld,
        authorities: Part::Withheld,
        connections: Part::Withheld,
        traffic: Part::Withheld,
    };
    checked(&asked, &frame, w)
}

fn checked(asked: &Asked, frame: &Frame, w: &'static Words) -> String {
    let page = markup::page(rendered(frame, w, asked));
    markup::check(&page);
    page
}

fn told<T: serde::de::DeserializeOwned>(value: Value) -> Part<T> {
    Part::Told(serde_json::from_value(value).unwrap())
}

fn full(foreign: &str) -> Value {
    let bar = |from: &str, count: u64| json!({ "from": from, "count": count });
    let count = |name: &str, count: u64| json!({ "name": name, "count": count });
    json!({
        "at": "2026-11-29T16:53:03Z", "behind": 2,
        "certificates": { "good": 9001, "held": 3, "revoked": 4, "expired": 5, "expiring": 7 },
        "expiring": [bar("2026-11-01T00:00:00Z", 3), bar("2026-12-01T00:00:00Z", 9), bar(foreign, 0)],
        "issued_by_minute": [bar("2026-11-29T16:52:00Z", 4), bar(foreign, u64::MAX)],
        "issued_by_day": [], "by_profile": [],
        "failures": [count("CHY-3004", 30), count("CHY-3002", 10), count(foreign, u64::MAX)],
        "by_platform": [count("windows", 7), count(foreign, 1)],
        "without_sid": [{ "profile": foreign, "live": 9, "without_sid": 4 }],
        "latency": { "p50_ms": 12, "p95_ms": 80 }, "waiting": 2, "undelivered": 1,
    })
}

#[test]
fn with_nothing_to_do_it_says_so() {
    let empty = || told::<Summary>(json!({ "certificates": { "good": 0 } }));
    let text = page(Language::En, empty(), told(json!({ "items": [], "next": null })));
    for part in
        ["Nothing needs you", "No device has asked yet", "/setup/start", "None in the last seven days"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    let german = page(Language::De, empty(), Part::Withheld);
    assert!(german.contains("Alles in Ordnung"), "{german}");
}

#[test]
fn what_needs_somebody_is_counted_and_leads_on() {
    let summary = told(full("2027-01-01T00:00:00Z"));
    let text = page(
        Language::En,
        summary,
        told(json!({ "items": [{ "outcome": "issued", "subject": "CN=pc" }], "next": null })),
    );
    for part in [
        "5 things need a look",
        "/approvals",
        "outcome=refused",
        "code=CHY-3004",
        "/renewals",
        "/certificates?status=good&#38;expires_after=2026-11-01&#38;expires_before=2026-12-01",
        "12 ms",
        "9001",
        "CN=pc",
        "data-live=\"3\" aria-live=\"polite\"",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn a_part_that_falls_takes_no_other_along() {
    let problem = || Problem {
        status: 503,
        code: "CHY-5001".into(),
        title: "<b>The store".into(),
        fix: "Wait.".into(),
    };
    let text = page(
        Language::En,
        Part::Missing(problem()),
        told(json!({ "items": [{ "subject": "CN=pc" }], "next": null })),
    );
    assert!(text.contains("&#60;b&#62;The store") && text.contains("CN=pc"), "{text}");
    page(Language::En, told(full("x")), Part::Missing(problem()));
    let withheld = page(Language::De, Part::Withheld, Part::Withheld);
    assert!(!withheld.contains("home-failures\""), "{withheld}");
}

#[test]
fn foreign_text_stays_text() {
    for foreign in markup::FOREIGN.iter() {
        let row = json!({ "at": foreign, "outcome": foreign, "subject": foreign, "transaction": foreign, "why": foreign });
        page(Language::De, told(full(foreign)), told(json!({ "items": [row], "next": null })));
    }
}

fn installation(foreign: &str) -> Asked {
    let own = |role: &str, end: &str| json!({ "name": role, "role": role, "subject": foreign, "not_after": end, "sha1": "AB12", "sha256": foreign, "retired_at": null });
    let retired = json!({ "name": "old", "role": "ra", "not_after": "2099-01-01T00:00:00Z", "retired_at": "2026-01-01T00:00:00Z" });
    let cas = json!([
        own("root", "2046-01-01T00:00:00Z"),
        own("issuing", "2036-01-01T00:00:00Z"),
        own("ra", "2026-12-01T00:00:00Z"),
        retired
    ]);
    let connections = json!([
        { "name": "once", "urls": ["https://ca.example/scep/once"], "validator": "one_time", "directory": null },
        { "name": foreign, "urls": ["https://ca.example/scep/intune", "https://ca.example/certsrv/mscep/mscep.dll"], "validator": "intune",
          "directory": { "name": foreign, "stale_since": "2026-11-29T00:00:00Z", "trouble": foreign } },
    ]);
    Asked {
        summary: told(full(foreign)),
        newest: Part::Withheld,
        health: told(json!({ "ready": false, "degraded": false, "troubles": [foreign], "reserves": [] })),
        authorities: told(json!({ "cas": cas })),
        connections: told(json!({ "connections": connections })),
        traffic: told(
            json!({ "funnel": { "capabilities": 9, "ca_certificates": 8, "requests": 7, "validated": 6, "issued": 5, "notified": 4 } }),
        ),
    }
}

#[test]
fn m146_the_root_and_the_address_for_intune_are_on_the_first_page() {
    for foreign in markup::FOREIGN.iter().map(String::as_str).chain(["intune"]) {
        for language in [Language::En, Language::De] {
            let text = checked(&installation(foreign), &markup::frame(language), Words::of(language));
            for part in
                ["href=\"/ca/root.cer\"", "AB12", "data-copy=\"address-1\"", "https://ca.example/scep/once"]
            {
                assert!(text.contains(part), "{part}: {text}");
            }
            let (intune, once) =
                (text.find("certsrv/mscep/mscep.dll").unwrap(), text.find("scep/once").unwrap());
            assert!(intune < once, "Intune's stands first");
        }
    }
}

#[test]
fn what_is_about_to_end_is_told_before_it_does() {
    let text = checked(&installation("x"), &markup::frame(Language::En), Words::of(Language::En));
    for part in [
        "no successor is there. Look into the log",
        "Does not serve",
        "Not read lately",
        "It signs; nothing to do",
        "Vouched for",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
