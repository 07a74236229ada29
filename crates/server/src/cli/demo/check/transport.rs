//! Long addresses and outages: M40, M44.

use super::super::running::Running;
use super::lab::{Lab, plan, told};
use super::letter::{Letter, Sealed};
use super::settings;
use super::verdict::{Verdict, ensure, granted, trouble};
use crate::clock::Clock;
use pki::Time;
use pki::attribute::Attribute;
use scep::client::{GetStyle, get_url};
use simulator::fleet::{GaveUp, Outcome};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

/// M40: the length that Intune's documentation asks for.
const LONG: usize = 40_960;

/// An attribute that nobody knows, of so many octets.
fn ballast(octets: usize) -> Attribute {
    let oid = pki::Oid::new_unwrap("1.3.6.1.4.1.99999.1");
    Attribute::new(oid, |w| w.octet_string(&vec![0x55; octets]))
}

/// A message for the plain endpoint that is so many octets heavier than usual, and its URL.
async fn heavy(lab: &Lab, octets: usize) -> Result<(Letter, Sealed, String), String> {
    let to = lab.introduction(&lab.main, "plain").await?;
    let recipient = to.certificates.recipient().ok_or("no recipient")?;
    let mut letter = Letter::new(&format!("long-{octets}"), lab.key()?);
    letter.attributes = vec![ballast(octets)];
    letter.challenge = Some(lab.challenge(&lab.main, "plain", None).await?);
    let sealed = letter.seal(recipient, lab.tenant.clock.now())?;
    let url = get_url(&lab.main.url("plain"), "PKIOperation", Some(&sealed.message), GetStyle::Escaped);
    Ok((letter, sealed, url))
}

pub(super) async fn m40(lab: &Lab) -> Verdict {
    let (letter, sealed, url) = heavy(lab, 27_000).await?;
    ensure!(url.len() >= LONG, "the URL has {} octets only", url.len());
    let answer = lab.http.get(&url).send().await.map_err(trouble)?;
    ensure!(answer.status().as_u16() == 200, "{} octets of URL answer {}", url.len(), answer.status());
    let body = answer.bytes().await.map_err(trouble)?;
    let to = lab.introduction(&lab.main, "plain").await?;
    granted(sealed.read(&body, &to, &letter.key)?)?;
    let (_, _, longer) = heavy(lab, 60_000).await?;
    let status = bare_status(lab, &longer).await?;
    ensure!(status.starts_with("HTTP/1.1 414"), "control: {} octets of URL answer {status}", longer.len());
    Ok(format!("a URL of {} octets enrols; one of {} is 414", url.len(), longer.len()))
}

/// The status line for a URL that is too long for HTTP libraries.
async fn bare_status(lab: &Lab, url: &str) -> Result<String, String> {
    let host = lab.main.addresses.scep;
    let target = url.strip_prefix(&format!("http://{host}")).ok_or("another host")?;
    let mut stream = TcpStream::connect(host).await.map_err(trouble)?;
    // The server may answer and close before it has read all.
    let _ = stream.write_all(format!("GET {target} HTTP/1.1\r\nhost: {host}\r\n\r\n").as_bytes()).await;
    let mut head = [0; 64];
    let read = stream.read(&mut head).await.map_err(trouble)?;
    let text = String::from_utf8_lossy(head.get(..read).unwrap_or_default()).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// A clock that can be lost, as machines without a battery lose theirs.
struct Losable(simulator::clock::Clock);

impl Clock for Losable {
    fn now(&self) -> Time {
        Time::from_unix(self.0.now())
    }
}

pub(super) async fn m44(lab: &Lab) -> Verdict {
    let clock = simulator::clock::Clock::system();
    let directory = lab.scratch.path().join("m44");
    let text = settings::small("", "");
    let server = Running::start_by(&directory, &text, Arc::new(Losable(clock.clone())))
        .await
        .map_err(|failure| told(&failure))?;
    let challenge = lab.challenge(&server, "plain", None).await?;
    let key = lab.key()?;
    let letter = || {
        let mut letter = Letter::new("outage", key.clone());
        letter.challenge = Some(challenge.clone());
        letter
    };
    // 1970: the CA cannot know what time it is, and signs nothing.
    let lost = clock.now();
    clock.advance(-lost);
    let outcome = lab.post(&server, "plain", letter()).await?;
    let unavailable = matches!(outcome, Outcome::GaveUp(GaveUp::Status { status: 503, .. }));
    ensure!(unavailable, "an outage ends with {}", outcome.sentence());
    let events = lab.refusals.recent();
    let event = events.iter().rev().find(|told| told.text("event") == Some("scep_refused"));
    let code = event.and_then(|told| told.text("error_code")).unwrap_or_default().to_owned();
    ensure!(code == "CHY-2504", "the event says {code:?}");
    clock.advance(lost);
    granted(lab.post(&server, "plain", letter()).await?)?;
    server.stop().await;
    granted(lab.enrol(&lab.main, "plain", plan("control")).await?)?;
    Ok("no time of day: 503 and an event with CHY-2504; afterwards the same challenge enrols".into())
}
