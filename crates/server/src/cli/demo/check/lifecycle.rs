//! A certificate's whole life by the portal's pages: M150.

use super::super::ask;
use super::browser::{Browser, Page};
use super::html;
use super::lab::Lab;
use super::letter::Letter;
use super::verdict::{Verdict, ensure, granted};
use pki::certificate::Certificate;
use pki::crl::Reason;
use std::time::Duration;

/// Finds it by its name, as the search box does; the index follows a moment later.
async fn found(owner: &Browser, name: &str) -> Result<String, String> {
    for _ in 0..100 {
        let page = owner.page(&format!("/certificates?q={name}")).await?;
        let links = html::links(html::main(&page));
        let one = links.into_iter().find(|link| {
            link.strip_prefix("/certificates/")
                .is_some_and(|tail| tail.bytes().all(|one| one.is_ascii_hexdigit()))
        });
        if let Some(link) = one {
            return Ok(link);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("the search does not find {name}"))
}

/// Does what the certificate's page offers: to the page that asks, and its form as it stands.
async fn done(owner: &Browser, own: &str, deed: &str, reason: &str) -> Result<Page, String> {
    let page = owner.page(own).await?;
    let ask = html::links(&page).into_iter().find(|link| link.contains(&format!("deed={deed}&")));
    let asked = owner.page(&ask.ok_or_else(|| format!("{own} does not offer to {deed}"))?).await?;
    let fields = html::hidden(&asked, "/certificates/revoke");
    ensure!(!fields.is_empty(), "the page that asks has no form");
    let mut all: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    all.extend([("deed", deed), ("reason", reason)]);
    let done = owner.send("/certificates/revoke", &all).await?;
    ensure!(done.status == 303, "to {deed} answers {}", done.status);
    owner.get(&done.location).await
}

/// Holds, releases and revokes; after each, OCSP says what the page says.
async fn ended(lab: &Lab, own: &str, certificate: &Certificate) -> Result<(), String> {
    let front = lab.front().await?;
    for (deed, reason, says, status) in [
        ("hold", "", "On hold", Some(Reason::CertificateHold)),
        ("release", "", "Good", None),
        ("revoke", "keyCompromise", "Revoked", Some(Reason::KeyCompromise)),
    ] {
        let page = done(&front.owner, own, deed, reason).await?.text();
        let lead = html::between(&page, "<p class=\"lead\">", "</p>").unwrap_or_default();
        ensure!(lead.contains(says), "after {deed} the page says {lead}");
        ask::until(&lab.http, &front.server, certificate, status).await?;
    }
    let again = done(&front.owner, own, "release", "").await;
    ensure!(again.is_err(), "what is revoked for good is offered to be released");
    Ok(())
}

/// Renewed with a key of its own: the page of the old one leads to the new one.
async fn renewed(lab: &Lab) -> Result<(), String> {
    let front = lab.front().await?;
    let (key, next) = (lab.key()?, lab.key()?);
    let first = granted(lab.post(&front.server, "plain", Letter::new("m150-renews", key.clone())).await?)?;
    let page = format!("/certificates/{}", first.serial());
    ensure!(!front.owner.page(&page).await?.contains("Replaced by"), "control: renewed before it was");
    let letter = Letter { renews: Some((first, key)), ..Letter::new("m150-renews", next) };
    let second = granted(lab.post(&front.server, "plain", letter).await?)?;
    let new = format!("/certificates/{}", second.serial());
    for _ in 0..100 {
        let text = front.owner.page(&page).await?;
        if text.contains("Replaced by") && html::links(&text).contains(&new) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the old certificate's page does not lead to the new one".into())
}

/// How many renewals the page expects within its 90 days.
async fn coming(owner: &Browser) -> Result<u64, String> {
    let page = owner.page("/renewals").await?;
    let said = html::between(html::main(&page), "<p class=\"hint\">", " certificate").map(str::trim);
    said.and_then(|said| said.parse().ok()).ok_or_else(|| format!("the page of renewals says {said:?}"))
}

/// What is good for 30 days counts among the renewals that come; what is revoked does not.
async fn forecast(lab: &Lab) -> Result<(), String> {
    let front = lab.front().await?;
    let before = coming(&front.owner).await?;
    let brief = granted(lab.enrol(&front.server, "brief", super::lab::plan("m150-brief")).await?)?;
    expected(&front.owner, before + 1).await?;
    done(&front.owner, &format!("/certificates/{}", brief.serial()), "revoke", "superseded").await?;
    expected(&front.owner, before).await
}

async fn expected(owner: &Browser, due: u64) -> Result<(), String> {
    let mut seen = None;
    for _ in 0..100 {
        seen = Some(coming(owner).await?);
        if seen == Some(due) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("{due} renewals are to come, and the page says {seen:?}"))
}

pub(super) async fn m150(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let certificate = granted(lab.enrol(&front.server, "plain", super::lab::plan("m150-life")).await?)?;
    let own = found(&front.owner, "m150-life").await?;
    ensure!(own == format!("/certificates/{}", certificate.serial()), "the search leads to {own}");
    let file = front.owner.get(&format!("{own}/download/der")).await?;
    ensure!(file.body == certificate.der(), "the download is another certificate");
    ended(lab, &own, &certificate).await?;
    let list = front.owner.get("/certificates.csv?q=m150-life").await?;
    let (text, serial) = (list.text(), certificate.serial().to_string());
    let line = text.lines().find(|line| line.contains(&serial)).unwrap_or_default();
    ensure!(list.disposition.contains(".csv") && line.contains("revoked"), "the export has {line:?}");
    renewed(lab).await?;
    forecast(lab).await?;
    Ok("searched, viewed, held, released, revoked (OCSP after each), exported; a renewal leads from old to new, and those to come are counted".into())
}
