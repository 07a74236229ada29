//! Every fault at every hop: nothing vouches, nothing is acknowledged, nothing secret is told (threats 20 and 21).

use super::far_end::*;
use chancery::validators::intune::{Hop, Intune, Observe};
use chancery::validators::{Validator, Verdict};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Faults below and in HTTP.
fn transport() -> Vec<(&'static str, Deed)> {
    let raw = |text: &str| Deed::Raw(text.as_bytes().to_vec());
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 60\r\n\r\n";
    let huge = "x".repeat(2 << 20);
    vec![
        ("close before reading", Deed::CloseUnread),
        ("reset before reading", Deed::ResetUnread),
        ("hang before reading", Deed::HangUnread),
        ("close after reading", Deed::Raw(Vec::new())),
        ("reset after reading", Deed::RawThenReset(Vec::new())),
        ("hang after reading", Deed::RawThenHang(Vec::new())),
        ("head, then hang", Deed::RawThenHang(head.into())),
        ("head, then close", raw(head)),
        ("half a body, then close", raw(&format!("{head}{{\"code\":\"Success\"}}"))),
        ("half a body, then reset", Deed::RawThenReset(format!("{head}{{\"code\":\"Success\"}}").into())),
        ("half a body, then hang", Deed::RawThenHang(format!("{head}{{\"code\":\"Success\"}}").into())),
        ("slow drip", Deed::Drip),
        ("later than the budget", Deed::Late(Duration::from_secs(2))),
        ("garbage", Deed::Raw(vec![0x80; 300])),
        ("a TLS alert", Deed::Raw(vec![0x15, 3, 3, 0, 2, 2, 40])),
        ("HTTP/2", Deed::Raw(b"\0\0\x06\x04\0\0\0\0\0\0\x04\0\0\xff\xff".to_vec())),
        ("SSH", raw("SSH-2.0-OpenSSH_9.6\r\n")),
        ("no status", raw("HTTP/1.1 \r\n\r\n")),
        ("status in letters", raw("HTTP/1.1 abc OK\r\n\r\n")),
        ("status 99", raw("HTTP/1.1 99 OK\r\nContent-Length: 0\r\n\r\n")),
        ("HTTP/9.9", raw("HTTP/9.9 200 OK\r\nContent-Length: 18\r\n\r\n{\"code\":\"Success\"}")),
        ("100 alone", raw("HTTP/1.1 100 Continue\r\n\r\n")),
        (
            "101",
            raw(
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n{\"code\":\"Success\"}",
            ),
        ),
        (
            "bad chunk size",
            raw(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{\"code\":\"Success\"}\r\n0\r\n\r\n",
            ),
        ),
        (
            "chunks without end",
            raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n12\r\n{\"code\":\"Success\"}\r\n"),
        ),
        (
            "two lengths",
            raw("HTTP/1.1 200 OK\r\nContent-Length: 18\r\nContent-Length: 19\r\n\r\n{\"code\":\"Success\"}"),
        ),
        ("negative length", raw("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{\"code\":\"Success\"}")),
        ("header without end", raw(&format!("HTTP/1.1 200 OK\r\nX: {huge}"))),
        (
            "header with NUL",
            raw("HTTP/1.1 200 OK\r\nX: a\0b\r\nContent-Length: 18\r\n\r\n{\"code\":\"Success\"}"),
        ),
        ("2 MiB body", Deed::Body(format!("{{\"code\":\"Success\",\"x\":\"{huge}\"}}").into())),
        ("2 MiB of spaces before", Deed::Body(format!("{}{SUCCESS}", " ".repeat(2 << 20)).into())),
        (
            "2 MiB in chunks",
            Deed::Status(
                200,
                "Transfer-Encoding: chunked\r\n",
                format!("200000\r\n{huge}\r\n0\r\n\r\n").into(),
            ),
        ),
    ]
}

/// Status 200 with a body that says no, or nothing.
fn bodies() -> Vec<String> {
    let deep = format!("{{\"code\":\"Success\",\"x\":{}{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let word = |word: &str| format!("{{\"code\":{}}}", serde_json::to_string(word).unwrap());
    let mut bodies: Vec<String> = [
        "success",
        "SUCCESS",
        "Success ",
        " Success",
        "1",
        "0",
        "",
        "true",
        "OK",
        "Succeeded",
        "Success\0",
        "Ѕuccess",
    ]
    .map(word)
    .to_vec();
    bodies.extend(
        [
            "",
            " ",
            "null",
            "true",
            "1",
            "\"Success\"",
            "Success",
            "[]",
            "[\"Success\",\"\"]",
            "[{\"code\":\"Success\"}]",
            "{}",
            "{\"Code\":\"Success\"}",
            "{\"CODE\":\"Success\"}",
            "{\"code\":1}",
            "{\"code\":true}",
            "{\"code\":null}",
            "{\"code\":[\"Success\"]}",
            "{\"code\":{\"code\":\"Success\"}}",
            "{\"value\":{\"code\":\"Success\"}}",
            "{\"value\":true}",
            "{\"code\":\"Success\"",
            "{\"code\":\"Succ",
            "{\"code\":\"Success\"}}",
            "{\"code\":\"Success\"} {\"code\":\"Success\"}",
            "{\"code\":\"Success\"}\0",
            "{\"code\":\"Success\",}",
            "{'code':'Success'}",
            "{code:\"Success\"}",
            "{\"code\":\"SubjectNameMismatch\",\"code\":\"Success\"}",
            "{\"code\":\"Success\",\"code\":\"ChallengeExpired\"}",
            "{\"code\":\"Success\",\"errorDescription\":1}",
            "{\"code\":\"Success\",\"errorDescription\":[]}",
            "{\"error\":{\"code\":\"Success\",\"message\":\"\"}}",
            "<html><body>Success</body></html>",
            "<?xml version=\"1.0\"?><code>Success</code>",
            "code=Success",
            "callback({\"code\":\"Success\"})",
            "\u{feff}{\"code\":\"Success\"}",
            ")]}'\n{\"code\":\"Success\"}",
            "{\"\\u0063ode\":\"success\"}",
            "// ok\n{\"code\":\"Success\"}",
            "NaN",
        ]
        .map(String::from),
    );
    bodies.push(deep);
    bodies
}

fn octets() -> Vec<Vec<u8>> {
    let utf16: Vec<u8> = "{\"code\":\"Success\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        utf16,
        b"{\"code\":\"Success\",\"errorDescription\":\"\xfc\"}".to_vec(),
        b"\x1f\x8b\x08\0\0\0\0\0".to_vec(),
    ]
}

fn faults() -> Vec<(String, Deed)> {
    let mut all: Vec<(String, Deed)> =
        transport().into_iter().map(|(name, deed)| (name.to_owned(), deed)).collect();
    // Every other status, with the good body: the status alone must refuse.
    let statuses = [
        300, 301, 302, 303, 304, 305, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411,
        412, 413, 414, 415, 416, 417, 418, 421, 422, 423, 425, 426, 428, 429, 431, 451, 500, 501, 502, 503,
        504, 505, 507, 508, 511, 520, 599, 600, 999,
    ];
    all.extend(statuses.map(|status| (format!("status {status}"), Deed::GoodWith(status, ""))));
    all.push(("204".into(), Deed::Status(204, "", Vec::new())));
    all.push(("302 to itself".into(), Deed::GoodWith(302, "Location: /fe/ScepActions/validateRequest\r\n")));
    all.extend(bodies().into_iter().map(|body| (format!("body {body:.60}"), Deed::Body(body.into()))));
    all.extend(octets().into_iter().map(|body| (format!("octets {:x?}", &body[..8]), Deed::Body(body))));
    all
}

const HOPS: [(Part, bool); 5] = [
    (Part::Entra, true),
    (Part::Graph, true),
    (Part::Intune, true),
    (Part::Entra, false),
    (Part::Intune, false),
];

async fn fails_closed(world: &World, (part, validating): (Part, bool), name: &str, deed: Deed) -> String {
    world.place(part).always(deed);
    let validator = world.validator();
    let refused = if validating {
        match judge(&validator).await {
            Verdict::Refused(refusal) => refusal,
            Verdict::Vouched(_) => panic!("{name} at {part:?} vouched"),
        }
    } else {
        match issued(&validator).await {
            Err(refusal) => refusal,
            Ok(()) => panic!("{name} at {part:?} acknowledged"),
        }
    };
    let range = if part == Part::Intune { 3101..=5199 } else { 5101..=5199 };
    assert!(range.contains(&refused.code.0), "{name} at {part:?}: {refused}");
    if part != Part::Intune {
        assert!(world.intune.seen().is_empty(), "{name} at {part:?}: Intune was asked nevertheless");
    }
    format!("{refused} {} {refused:?}", refused.public)
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn t20_t21_no_fault_at_any_hop_issues_and_none_tells_a_secret() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let faults = faults();
    assert!(faults.len() >= 60, "{}", faults.len());
    let mut told = String::new();
    for hop in HOPS {
        for (name, deed) in &faults {
            let world = World::open().await;
            told.push_str(&fails_closed(&world, hop, name, deed.clone()).await);
        }
    }
    told.push_str(&String::from_utf8_lossy(&log.0.lock().unwrap()));
    assert!(told.contains("Intune answered"), "the log was captured");
    assert!(!told.contains("zebra"), "secret, token or challenge was told");
}

#[tokio::test]
async fn t20_control_without_fault_the_same_world_vouches() {
    let world = World::open().await;
    assert!(matches!(judge(&world.validator()).await, Verdict::Vouched(_)));
    issued(&world.validator()).await.unwrap();
}

#[tokio::test]
async fn a_far_end_that_echoes_secrets_does_not_put_them_into_refusals() {
    let world = World::open().await;
    let long = "QUJD".repeat(100);
    let body =
        format!(r#"{{"error":"invalid_client","error_description":"AADSTS7000215: {SECRET} {long}"}}"#);
    world.entra.then(Deed::Status(401, "", body.into()));
    let refused = refusal(judge(&world.validator()).await);
    assert_eq!(refused.code.0, 5111);
    assert!(refused.fix.contains("client secret's value"), "{refused}");
    assert!(!refused.operator.contains("zebra") && !refused.operator.contains(&long), "{refused}");
}

#[tokio::test]
async fn t21_one_enrolment_never_outlives_its_deadline() {
    let world = World::open().await;
    world.intune.always(Deed::RawThenHang(Vec::new()));
    let started = tokio::time::Instant::now();
    assert_eq!(refusal(judge(&world.validator()).await).code.0, 5103);
    assert!(started.elapsed() < Duration::from_millis(1500), "{:?}", started.elapsed());
}

#[tokio::test]
async fn t21_the_hop_that_hangs_is_named() {
    for (part, name) in [(Part::Entra, "Entra"), (Part::Graph, "Graph"), (Part::Intune, "Intune")] {
        let world = World::open().await;
        world.place(part).always(Deed::RawThenHang(Vec::new()));
        let refused = refusal(judge(&world.validator()).await);
        assert!(refused.operator.starts_with(&format!("{name} did not answer")), "{refused}");
    }
}

#[tokio::test]
async fn t21_the_check_of_a_connection_ends_at_its_deadline_too() {
    let world = World::open().await;
    let intune = Intune::new(world.settings(), None).unwrap();
    let soon = || tokio::time::Instant::now() + Duration::from_millis(200);
    assert_eq!(intune.check(soon()).await.unwrap(), format!("{}fe", world.intune.url()));
    let world = World::open().await;
    let intune = Intune::new(world.settings(), None).unwrap();
    world.graph.always(Deed::HangUnread);
    assert_eq!(intune.check(soon()).await.unwrap_err().code.0, 5103);
}

#[tokio::test]
async fn every_exchange_is_observed() {
    let world = World::open().await;
    let observed = Arc::new(Mutex::new(Vec::new()));
    let to = Arc::clone(&observed);
    let observe: Observe = Arc::new(move |seen| to.lock().unwrap().push((seen.hop, seen.outcome)));
    let validator = Validator::Intune(Box::new(Intune::new(world.settings(), Some(observe)).unwrap()));
    world.intune.then(Deed::GoodWith(503, "")).then(Deed::CloseUnread);
    refusal(judge(&validator).await);
    let hops = [(Hop::Graph, Ok(200)), (Hop::Entra, Ok(200)), (Hop::Intune, Ok(503)), (Hop::Graph, Ok(200))];
    let expected = [&[(Hop::Entra, Ok(200))], &hops[..], &[(Hop::Intune, Err("broken"))]].concat();
    assert_eq!(*observed.lock().unwrap(), expected);
}
