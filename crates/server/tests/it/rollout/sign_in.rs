//! Signing in by device code.

use super::desk::Desk;
use std::process::Output;
use std::time::{Duration, Instant};

const WORDS: [&str; 9] = [
    "intune",
    "apply",
    "wifi.toml",
    "--root",
    "root.pem",
    "--group",
    "Wi-Fi pilot",
    "--device-code",
    "--yes",
];

/// Begins, has the person answer once the code is there, and waits for the end.
async fn answered(desk: &Desk, answer: impl Fn(&Desk, &str)) -> Output {
    let known = desk.tenant.codes().sign_ins().len();
    let child = desk.begin(&WORDS);
    let began = Instant::now();
    let code = loop {
        let code = desk.tenant.codes().sign_ins().get(known).map(|one| one.user_code.clone());
        match code {
            Some(code) => break code,
            None => assert!(began.elapsed() < Duration::from_secs(20), "no sign-in begins"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    answer(desk, &code);
    let output = child.wait_with_output().unwrap();
    let shown = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(shown.contains("https://microsoft.com/devicelogin") && shown.contains(&code), "{shown}");
    output
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc_8628_a_person_who_agrees_writes_and_the_token_is_told_to_nobody() {
    let desk = Desk::open().await;
    let output = answered(&desk, |desk, code| {
        assert!(desk.tenant.codes().approve(code, "ada@contoso.example"));
    })
    .await;
    assert!(output.status.success(), "{output:?}");
    assert_eq!(desk.tenant.deployed()[0].targets.len(), 1);
    let bearer = |one: &simulator::tenant::Recorded| {
        one.headers.iter().find(|header| header.0 == "authorization").map(|header| header.1.clone())
    };
    let sent: Vec<String> = desk.writes().iter().filter_map(bearer).collect();
    assert_eq!(sent.len(), 4);
    let told = [output.stdout, output.stderr].concat();
    for header in sent {
        let token = header.trim_start_matches("Bearer ").to_owned();
        assert!(!String::from_utf8_lossy(&told).contains(&token[..40]), "the token is printed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rfc_8628_denied_expired_and_not_a_public_client() {
    let desk = Desk::open().await;
    let denied = answered(&desk, |desk, code| assert!(desk.tenant.codes().deny(code))).await;
    let told = String::from_utf8_lossy(&denied.stderr).into_owned();
    assert!(
        denied.status.code() == Some(1) && told.contains("CHY-6074") && told.contains("said no"),
        "{told}"
    );
    let expired = answered(&desk, |desk, _| desk.tenant.clock.advance(1_000)).await;
    let told = String::from_utf8_lossy(&expired.stderr).into_owned();
    assert!(
        expired.status.code() == Some(1) && told.contains("CHY-6074") && told.contains("before it ended"),
        "{told}"
    );
    let mut app = desk.tenant.application(&desk.tenant.credentials().client_id).unwrap();
    app.public = false;
    desk.tenant.register(app);
    let told = desk.says(1, &WORDS);
    assert!(told.contains("CHY-5111") && told.contains("public client flows"), "{told}");
    assert!(desk.writes().is_empty());
}
