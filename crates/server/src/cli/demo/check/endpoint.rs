//! Where and how the endpoint answers: M37 to M39, M41 to M43, M46.

use super::lab::{Lab, plan};
use super::letter::Letter;
use super::settings;
use super::takeaway;
use super::verdict::{Verdict, ensure, granted, refused, trouble};
use simulator::fleet::RequestPlan;
use simulator::tenant::Platform;
use std::collections::BTreeSet;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const NDES: &str = "/certsrv/mscep/mscep.dll";

fn at(lab: &Lab, path: &str) -> String {
    format!("http://{}{path}", lab.main.addresses.scep)
}

pub(super) async fn m37(lab: &Lab) -> Verdict {
    for path in [NDES.to_owned(), format!("{NDES}/pkiclient.exe"), "/scep/intune/pkiclient.exe".into()] {
        let (status, body) = lab.get(&at(lab, &format!("{path}?operation=GetCACaps"))).await?;
        ensure!(status == 200 && body.contains("POSTPKIOperation"), "{path}: {status} {body:?}");
    }
    let (status, _) = lab.get(&at(lab, "/certsrv/other.dll?operation=GetCACaps")).await?;
    ensure!(status == 404, "control: another path answers {status}");
    let copied = takeaway::copied(lab).await?;
    Ok(format!("GetCACaps at NDES' path, with and without /pkiclient.exe; elsewhere 404; {copied}"))
}

pub(super) async fn m38(lab: &Lab) -> Verdict {
    let challenge = lab.challenge(&lab.main, "plain", None).await?;
    let plan = RequestPlan { challenge: Some(challenge), ..plan("two-doors") };
    let device = lab.device(Platform::Windows);
    let key = lab.key()?;
    refused(&lab.attempt(&lab.main, "apple", (&device, &plan, &key)).await?, "CHY-3002")?;
    refused(&lab.attempt(&lab.main, "asked", (&device, &plan, &key)).await?, "CHY-3002")?;
    granted(lab.attempt(&lab.main, "plain", (&device, &plan, &key)).await?)?;
    Ok("a challenge of one endpoint is refused at two others and good at its own".into())
}

pub(super) async fn m39(lab: &Lab) -> Verdict {
    let mut connections = BTreeSet::new();
    for round in 0..2 {
        let to = lab.introduction(&lab.main, "plain").await?;
        let mut letter = Letter::new(&format!("three-calls-{round}"), lab.key()?);
        letter.challenge = Some(lab.challenge(&lab.main, "plain", None).await?);
        let sealed =
            letter.seal(to.certificates.recipient().ok_or("no recipient")?, lab.tenant.clock.now())?;
        // A connection that is kept by hand: pools open another one whenever they please.
        let mut stream = TcpStream::connect(lab.main.addresses.scep).await.map_err(trouble)?;
        call(&mut stream, "GET", "GetCACaps", &[]).await?;
        call(&mut stream, "GET", "GetCACert", &[]).await?;
        let body = call(&mut stream, "POST", "PKIOperation", &sealed.message).await?;
        granted(sealed.read(&body, &to, &letter.key)?)?;
        connections.insert(three_calls(lab)?);
    }
    ensure!(connections.len() == 2, "control: two devices have one correlation id");
    Ok("GetCACaps, GetCACert, PKIOperation and the issuance carry one connection, each device its own".into())
}

/// One request on a connection that stays open, and the body of its answer.
async fn call(stream: &mut TcpStream, method: &str, operation: &str, body: &[u8]) -> Result<Vec<u8>, String> {
    let head = format!(
        "{method} /scep/plain?operation={operation} HTTP/1.1\r\nhost: lab\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(&[head.as_bytes(), body].concat()).await.map_err(trouble)?;
    let (mut answer, mut piece) = (Vec::new(), [0; 4_096]);
    loop {
        let read = stream.read(&mut piece).await.map_err(trouble)?;
        ensure!(read > 0, "{operation}: the connection ended");
        answer.extend_from_slice(piece.get(..read).unwrap_or_default());
        if let Some(body) = whole(&answer) {
            return Ok(body);
        }
    }
}

/// The body, once all of it is there.
fn whole(answer: &[u8]) -> Option<Vec<u8>> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let head = String::from_utf8_lossy(answer.get(..end)?).to_ascii_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "))?.parse().ok()?;
    let body = answer.get(end..)?;
    (body.len() >= length).then(|| body.to_vec())
}

/// The connection that the last three calls and their certificate share.
fn three_calls(lab: &Lab) -> Result<String, String> {
    let events = lab.refusals.recent();
    let mut calls: Vec<(String, String)> = events
        .iter()
        .rev()
        .filter(|told| told.text("event") == Some("scep_request"))
        .take(3)
        .map(|told| {
            let text = |field| told.text(field).unwrap_or_default().to_owned();
            (text("operation"), text("connection"))
        })
        .collect();
    calls.reverse();
    let [(caps, first), (certificates, second), (operation, third)] = calls.as_slice() else {
        return Err("the log has fewer than three calls".into());
    };
    let names = [caps.as_str(), certificates, operation];
    ensure!(names == ["GetCACaps", "GetCACert", "PKIOperation"], "the calls are {names:?}");
    ensure!(!first.is_empty() && first == second && second == third, "{first}, {second} and {third} differ");
    let issued = events.iter().rev().find(|told| told.text("event") == Some("certificate_issued"));
    ensure!(issued.and_then(|told| told.text("connection")) == Some(first), "the issuance has another");
    Ok(first.clone())
}

pub(super) async fn m41(lab: &Lab) -> Verdict {
    let queries =
        ["", "?operation=GetCACaps", "?operation=GetCACert", "?operation=PKIOperation&message=AAAA", "?x=y"];
    for path in [NDES, "/scep/intune", "/scep/plain/", "/scep/page", "/cgi-bin/pkiclient.exe"] {
        for query in queries {
            let answer = lab.http.get(at(lab, &format!("{path}{query}"))).send().await.map_err(trouble)?;
            let (status, headers) = (answer.status().as_u16(), answer.headers());
            let login = headers.contains_key("www-authenticate") || headers.contains_key("location");
            let asks = matches!(status, 401 | 407) || (300..400).contains(&status);
            ensure!(!login && !asks, "{path}{query} answers {status} and asks for a login: {login}");
        }
    }
    let api = format!("http://{}/api/v1/challenges", lab.main.addresses.admin);
    let control = lab.http.post(api).body("{}").send().await.map_err(trouble)?;
    ensure!(control.status().as_u16() >= 401, "control: the API answers {}", control.status());
    Ok("no SCEP path answers 401, 407 or a redirect; the administrative API does ask".into())
}

pub(super) async fn m42(lab: &Lab) -> Verdict {
    let (bare, body) = lab.get(&at(lab, NDES)).await?;
    ensure!(bare == 403, "a bare GET answers {bare}: {body}");
    let (asked, _) = lab.get(&at(lab, &format!("{NDES}?operation=GetCACaps"))).await?;
    ensure!(asked == 200, "control: with an operation {asked}");
    Ok("a bare GET answers 403, one with an operation 200".into())
}

pub(super) async fn m43(lab: &Lab) -> Verdict {
    let (shown, page) = lab.get(&at(lab, "/scep/page")).await?;
    let html = page.to_ascii_lowercase();
    ensure!(shown == 200 && html.contains("<html"), "with the switch: {shown} {page:?}");
    let (usual, _) = lab.get(&at(lab, "/scep/plain")).await?;
    ensure!(usual == 403, "without the switch: {usual}");
    Ok("the page is there with ndes_page, and 403 without, which is the default".into())
}

pub(super) async fn m46(lab: &Lab) -> Verdict {
    let server = lab.server(&settings::small("", "")).await?;
    let addresses = server.addresses;
    for (what, path) in [
        (addresses.scep, "/scep/plain?operation=GetCACaps"),
        (addresses.scep, "/healthz"),
        (addresses.admin, "/readyz"),
    ] {
        ensure!(what.port() != 0, "the server does not say its port");
        let (status, _) = lab.get(&format!("http://{what}{path}")).await?;
        ensure!(status == 200, "{what}{path} answers {status}");
    }
    server.stop().await;
    let after = lab.get(&format!("http://{}/healthz", addresses.scep)).await;
    ensure!(after.is_err(), "control: a stopped server is still reachable");
    Ok("a device reaches the address that the server reports, and not after it stopped".into())
}
