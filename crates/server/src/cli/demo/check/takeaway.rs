//! What whoever sets up an MDM takes from the portal: M1, M37's button, M146.

use super::browser::Browser;
use super::html;
use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use pki::certificate::Certificate;

pub(super) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

pub(super) async fn m1(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let home = front.owner.page("/").await?;
    let link = html::links(html::main(&home)).into_iter().find(|link| link.ends_with(".cer"));
    let link = link.ok_or("the first page gives out no .cer")?;
    let stranger = Browser::stranger(&lab.http, &front.server);
    let file = stranger.get(&link).await?;
    ensure!(file.status == 200, "without login {link} answers {}", file.status);
    let named = file.disposition.is_empty() || file.disposition.contains(".cer\"");
    ensure!(named, "the file is called {}", file.disposition);
    let root = Certificate::parse(&file.body).map_err(|error| format!("{link} is no DER: {error}"))?;
    ensure!(root.subject().matches(root.issuer()), "{} is no root", root.subject());
    ensure!(file.body == front.server.authority.root.der(), "it is not the root that devices meet");
    let (sha1, sha256) = (hex(&root.sha1()), hex(&root.sha256()));
    for (id, print) in [("root-sha1", &sha1), ("root-sha256", &sha256)] {
        let shown = html::code(&home, id);
        ensure!(shown.as_ref() == Some(print), "the page shows {shown:?}, the file has {print}");
    }
    let cas = front.owner.page("/cas").await?;
    ensure!(cas.contains(&sha1) && cas.contains(&sha256), "the CAs' page shows other thumbprints");
    let (closed, public) = (stranger.get("/cas").await?, front.here(&format!("{}{link}", front.url)));
    ensure!(closed.status == 303, "control: without login the CAs' page answers {}", closed.status);
    let answer = lab.http.get(&public).send().await.map_err(trouble)?;
    let same = answer.bytes().await.map_err(trouble)?;
    ensure!(*same == *file.body, "{public} is another file");
    Ok(format!("{link} without login is DER of the root; SHA-1 {sha1} as the page says"))
}

/// What the button beside "Intune MDM" copies.
fn for_intune(page: &str) -> Vec<String> {
    html::between(page, "Intune MDM", "</dd>").map(html::copied).unwrap_or_default()
}

/// The portal's side of M37: what is copied is the URL, and the URL answers.
pub(super) async fn copied(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let due = format!("{}/certsrv/mscep/mscep.dll", front.url);
    let home = for_intune(&front.owner.page("/").await?);
    ensure!(home.contains(&due), "\"Intune MDM\" copies {home:?}, not {due}");
    let connection = html::copied(&front.owner.page("/connections/intune").await?);
    for url in [due.clone(), format!("{due}/pkiclient.exe")] {
        ensure!(connection.contains(&url), "the connection copies {connection:?}, not {url}");
        let (status, body) = lab.get(&front.here(&format!("{url}?operation=GetCACaps"))).await?;
        ensure!(status == 200 && body.contains("POSTPKIOperation"), "{url}: {status}");
    }
    Ok(format!("the button under Intune MDM copies {due}"))
}

/// Clicks from the first page to something that pages have: one to use it there, one more for each page between.
async fn clicks(owner: &Browser, has: impl Fn(&str) -> bool) -> Result<usize, String> {
    let home = owner.page("/").await?;
    if has(html::main(&home)) {
        return Ok(1);
    }
    for link in html::links(&home).into_iter().filter(|link| link.starts_with('/')) {
        let page = owner.get(&link).await?;
        if page.status == 200 && has(html::main(&page.text())) {
            return Ok(2);
        }
    }
    Err("nothing within two clicks has it".into())
}

pub(super) async fn m146(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let file = |page: &str| html::links(page).iter().any(|link| link.ends_with("/root.cer"));
    let address = |page: &str| !for_intune(page).is_empty();
    let (to_file, to_address) = (clicks(&front.owner, file).await?, clicks(&front.owner, address).await?);
    ensure!(to_file <= 2 && to_address <= 2, "{to_file} and {to_address} clicks");
    let none = clicks(&front.owner, |page| page.contains("href=\"/ca/nobody.cer\"")).await;
    ensure!(none.is_err(), "control: what is nowhere was found");
    let requester = front.owner.invited("m146", crate::people::Role::Auditor, ("", "")).await?;
    ensure!(clicks(&requester, file).await? <= 2, "who may read alone does not find the file");
    Ok(format!(
        "from the first page: the certificate in {to_file} click, the URL under Intune MDM in {to_address}"
    ))
}
