//! The way that devices go, tried from here: what stands between must let long requests through.

use super::Examination;
use crate::config::Config;
use crate::explanation::administrator;
use std::time::{Duration, Instant};

/// A PKIOperation by GET of an RSA-4096 key: the longest that devices send.
const LONG: usize = 40_000;

pub(super) async fn examine(config: &Config, via: &str, examination: &mut Examination) {
    let configured = config.public_url.as_ref().map(|url| url.as_str());
    let Some(base) = Some(via).filter(|via| !via.is_empty()).or(configured) else {
        let fix = "set public_url, or name a URL after --via";
        return examination.found(administrator::WAY, "there is no public_url to try", fix);
    };
    let base = base.trim_end_matches('/');
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build();
    let Ok(client) = client else {
        return examination.found(administrator::WAY, "no HTTP client could be made", "restart the machine");
    };
    let healthy = ask(&client, &format!("{base}/healthz")).await;
    if !told(
        "GET /healthz",
        base,
        healthy,
        "see that the server runs and that the proxy points to it",
        examination,
    ) {
        return;
    }
    // Any endpoint: what is tried is the way there.
    let Some(endpoint) = config.endpoints.iter().find(|one| one.speaks_scep()) else { return };
    let message = "A".repeat(LONG);
    let long = format!("{base}/scep/{}?operation=GetCACaps&message={message}", endpoint.name.as_str());
    let fix = "let the proxy pass URIs of 64 KiB (nginx: large_client_header_buffers 4 64k) without asking who calls";
    told("a GET of 40 KB", base, ask(&client, &long).await, fix, examination);
}

/// Milliseconds, or why not.
async fn ask(client: &reqwest::Client, url: &str) -> Result<u128, String> {
    let since = Instant::now();
    match client.get(url).send().await {
        Ok(answer) if answer.status() == 200 => Ok(since.elapsed().as_millis()),
        Ok(answer) => Err(format!("it answers {}", answer.status().as_u16())),
        Err(error) if error.is_timeout() => Err("no answer in 10 s".to_owned()),
        Err(error) if error.is_connect() => Err("no connection (name, port, firewall or TLS)".to_owned()),
        Err(error) => Err(error.without_url().to_string()),
    }
}

fn told(
    what: &'static str,
    base: &str,
    came: Result<u128, String>,
    fix: &str,
    examination: &mut Examination,
) -> bool {
    match came {
        Ok(milliseconds) => {
            examination.well(what, format!("{base} answers in {milliseconds} ms"));
            true
        }
        Err(why) => {
            examination.found(administrator::WAY, format!("{what} to {base}: {why}"), fix);
            false
        }
    }
}
