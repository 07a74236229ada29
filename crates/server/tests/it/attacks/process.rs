//! The real program at its most talkative: what it writes can be read by machines, and holds no secret.

use crate::world::{Csr, SHARED, Serving, World};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chancery::keys::SystemRandom;
use chancery::tokens::{Grant, Scope, TokenName, grant};
use pki::algorithm::Digest;
use serde_json::Value;
use simulator::dice::hex;
use simulator::fleet::RequestPlan;
use simulator::tenant::{Fault, Hop, Rule, When};
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;

/// Two hundred texts that would steer a terminal, end a line or look like another log line.
fn payloads() -> Vec<String> {
    let steering = [
        "\n",
        "\r\n",
        "\r",
        "\t",
        "\0",
        "\u{8}",
        "\u{1b}[2J",
        "\u{1b}]0;x\u{7}",
        "\u{9b}31m",
        "\u{7f}",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\u{202e}",
        "\u{2066}",
        "\u{feff}",
        "\"",
        "\\",
        "\\n",
        "\",\"level\":\"error",
    ];
    let lines = [
        "{\"level\":\"info\",\"event\":\"certificate_issued\"}",
        "2026-11-21T00:00:00Z INFO certificate issued",
        "'; DROP TABLE certificates; --",
        "../../../../etc/passwd",
        "${jndi:ldap://127.0.0.1/x}",
        "%n%s%x",
        "$(reboot)",
        "<script>alert(1)</script>",
        "CN=x,O=y",
        "\u{1f512}",
    ];
    steering.iter().flat_map(|one| lines.iter().map(move |line| format!("a{one}{line}"))).collect()
}

async fn inject(world: &World, payload: &str) {
    let device = world.device("phone");
    let text = |csr: Csr| csr.signed(&device.key);
    let csr = Csr { challenge: Some(SHARED.into()), ..Csr::named(payload, "") };
    let sans = vec![pki::general_name::GeneralName::Uri(payload.into())];
    let named = Csr { names: sans, ..Csr::named("phone", SHARED) };
    for request in [text(csr), text(named)] {
        // What of it is allowed may be issued; what is written about it is what counts here.
        world.post("fixed", device.pkcs_req(world, &request)).await;
    }
    let encoded: String = payload.bytes().map(|octet| format!("%{octet:02x}")).collect();
    let _ =
        world.http.get(format!("{}?operation={encoded}&message={encoded}", world.url("fixed"))).send().await;
    let _ =
        world.http.get(format!("http://{}/scep/{encoded}?operation=GetCACaps", world.at.scep)).send().await;
    // Raw octets in the target and in a header, as no library sends them.
    let mut stream = TcpStream::connect(world.at.scep).unwrap();
    let raw = format!("GET /scep/fixed?{payload} HTTP/1.1\r\nHost: x\r\nUser-Agent: {payload}\r\n\r\n");
    let _ = stream.write_all(raw.as_bytes());
}

fn lines(log: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(log).expect("the log is UTF-8");
    let parsed = text.lines().map(|line| {
        serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {}", line.escape_debug()))
    });
    parsed.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn v29_t79_every_line_of_the_log_is_one_object_whatever_devices_send() {
    let mut world = World::start().await;
    let serving = Serving::instead(&mut world, Path::new(env!("CARGO_BIN_EXE_chancery"))).await;
    let payloads = payloads();
    assert_eq!(payloads.len(), 200);
    for payload in &payloads {
        inject(&world, payload).await;
    }
    let (log, _) = serving.ended();
    assert!(!log.iter().any(|octet| octet.is_ascii_control() && *octet != b'\n'), "raw control characters");
    let lines = lines(&log);
    let refused = lines.iter().filter(|line| line["event"] == "scep_refused").count();
    assert!(refused >= 200, "control: the log tells of refusals: {refused}");
    let known = ["trace", "debug", "info", "warn", "error"];
    for line in &lines {
        assert!(known.iter().any(|level| line["level"] == *level) && line["ts"].is_string(), "{line}");
    }
    let forged = |line: &Value| line["event"] == "certificate_issued" && line["serial"].is_null();
    assert!(!lines.iter().any(forged), "a line of a device's making");
}

/// All ways in which a secret may be written.
fn spellings(secret: &[u8]) -> Vec<String> {
    let mut all = vec![hex(secret), hex(secret).to_uppercase()];
    all.extend(std::str::from_utf8(secret).ok().map(str::to_owned));
    all.push(format!("{secret:?}").trim_matches(['[', ']']).to_owned());
    for skipped in 0..3 {
        // Base64 of a text that holds it at any offset: the groups that hold nothing else.
        let Some(inner) = secret.get(skipped..) else { continue };
        let whole = inner.len() / 3 * 3;
        if whole >= 12 {
            all.push(STANDARD.encode(&inner[..whole]));
            all.push(URL_SAFE_NO_PAD.encode(&inner[..whole]));
        }
    }
    all
}

/// Private keys, by pieces, so that any encoding around them does not matter.
fn keys(world: &World) -> Vec<Vec<u8>> {
    let directory = world.home.path().join("data/keys");
    let files =
        std::fs::read_dir(directory).unwrap().map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    let pieces = |key: Vec<u8>| {
        // The head of PKCS #8 is the same for every key.
        let from = if key.len() > 64 { 40 } else { 0 };
        key[from..].chunks(24).filter(|piece| piece.len() == 24).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    files.flat_map(pieces).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn v10_done_9_the_log_of_a_whole_run_holds_no_secret() {
    let mut world = World::with_tenant().await;
    let token = "zebra-admin-token-0123456789abcdef0123";
    world.home.add_admin_token(token);
    let serving = Serving::instead(&mut world, Path::new(env!("CARGO_BIN_EXE_chancery"))).await;
    let made = made_token(&world).await;
    let mut secrets: Vec<Vec<u8>> = vec![SHARED.into(), token.into(), made.clone().into_bytes()];
    secrets.extend(run(&world, &[token, &made]).await);
    secrets.push(world.tenant().credentials().secret.clone().into_bytes());
    secrets.push(world.tenant().credentials().private_key[40..80].to_vec());
    for seen in world.tenant().journal().requests() {
        let bearer = seen.headers.iter().filter(|(name, _)| name == "authorization");
        secrets.extend(bearer.map(|(_, value)| value.trim_start_matches("Bearer ").as_bytes().to_vec()));
    }
    secrets.extend(keys(&world));
    let (log, said) = serving.ended();
    let lines = lines(&log);
    for event in ["listening", "certificate_issued", "scep_refused"] {
        assert!(lines.iter().any(|line| line["event"] == event), "control: {event}");
    }
    assert!(
        lines.iter().any(|line| line["level"] == "trace" || line["level"] == "debug"),
        "control: talkative"
    );
    let text = String::from_utf8([log, said].concat()).unwrap();
    assert!(secrets.len() >= 40, "{}", secrets.len());
    for (at, secret) in secrets.iter().enumerate() {
        for spelling in spellings(secret) {
            assert!(!text.contains(&spelling), "secret {at} is in the log as {}…", &spelling[..6]);
        }
    }
    let public = world.issuing().subject().common_name().unwrap();
    assert!(
        spellings(b"phone").iter().any(|one| text.contains(one)),
        "control: the search finds names; {public}"
    );
}

/// A token that may make challenges and nothing else.
async fn made_token(world: &World) -> String {
    let name = TokenName::parse("kiosk").unwrap();
    let wanted = Grant { name, scopes: vec![Scope::ChallengeNew], expires_at: None };
    let now = pki::Time::from_unix(world.clock.now());
    let made = grant(&*world.store, &mut SystemRandom, wanted, "test", now).await.unwrap();
    made.reveal_secret().to_owned()
}

/// Everything that a server hears in a day; gives the challenges that were used.
async fn run(world: &World, tokens: &[&str]) -> Vec<Vec<u8>> {
    let mut used = Vec::new();
    let device = world.device("phone");
    for challenge in [world.challenge("once", None).await, world.challenge("other", None).await] {
        // Spent, spent again, at another endpoint, and as a guess at the static one.
        for endpoint in ["once", "once", "other", "fixed", "intune"] {
            device.asks(world, endpoint, &device.csr(&challenge)).await;
        }
        let _ = world
            .http
            .get(format!("{}?operation=PKIOperation&message={challenge}", world.url("once")))
            .send()
            .await;
        used.push(challenge.into_bytes());
    }
    device.asks(world, "fixed", &device.csr(SHARED)).await;
    let url = format!("http://{}/api/v1/challenges", world.at.admin);
    for bearer in tokens.iter().chain(&["wrong", "chy_wrong"]) {
        let beyond = format!("http://{}/api/v1/certificates/1/status", world.at.admin);
        world.http.get(beyond).bearer_auth(bearer).send().await.unwrap();
        let request = world.http.post(&url).bearer_auth(bearer).body("{\"endpoint\":\"once\"}");
        let answer = request.send().await.unwrap();
        let body: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
        used.extend(body["challenge"].as_str().map(|text| text.as_bytes().to_vec()));
    }
    used.extend(run_intune(world).await);
    used
}

async fn run_intune(world: &World) -> Vec<Vec<u8>> {
    let mut used = Vec::new();
    let html = Fault::Html { status: 502 };
    let echo = Fault::Body { status: 400, content_type: "text/plain".into(), text: "no".into() };
    let faults = [
        (Hop::GraphToken, Fault::TokenError { code: 7_000_215 }),
        (Hop::Endpoints, html.clone()),
        (Hop::IntuneToken, echo.clone()),
        (Hop::ValidateRequest, html),
        (Hop::ValidateRequest, Fault::Close),
        (Hop::ValidateRequest, Fault::Code { code: "ChallengeExpired".into() }),
        (Hop::ValidateRequest, Fault::Status { status: 401, retry_after: None }),
        (Hop::SuccessNotification, echo),
    ];
    for (hop, fault) in
        faults.into_iter().map(|(hop, fault)| (hop, Some(fault))).chain([(Hop::GraphToken, None)])
    {
        if let Some(fault) = fault {
            world.tenant().faults().order(Rule { hop, fault, when: When::Times(2), after: 0 });
        }
        for plan in [world.delivered(), world.delivered()] {
            let plan: RequestPlan = plan;
            let device = world.device("phone");
            let csr = plan.sign(&device.key, Digest::Sha256).unwrap();
            world.post("intune", device.pkcs_req(world, &csr)).await;
            used.extend(plan.challenge.map(|text| text.into_bytes()[1000..1064].to_vec()));
        }
        world.tenant().faults().clear();
    }
    used
}
