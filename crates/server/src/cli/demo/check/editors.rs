//! The portal's side of rows whose core is proved elsewhere: M15, M28, M29, M93, M153, M192.

use super::super::running::Running;
use super::browser::Browser;
use super::html;
use super::lab::Lab;
use super::verdict::ensure;
use crate::people::Role;
use pki::csr::CertificateRequest;
use std::collections::BTreeMap;
use std::time::Duration;

const REVIEW: &str = "preset=wifi-device&platform=windows&url=https://ca.example/scep/wifi";

/// M15: what is valid for more than 24 months is shown with its reason, and not handed out.
pub(super) async fn too_long(lab: &Lab) -> Result<(), String> {
    let owner = &lab.front().await?.owner;
    for (months, handed_out) in [(24, true), (25, false)] {
        let address = format!("{REVIEW}&months={months}");
        let page = owner.page(&format!("/profiles/review?{address}")).await?;
        let offered = html::links(html::main(&page)).iter().any(|link| link.starts_with("/profiles/file"));
        let file = owner.get(&format!("/profiles/file?form=graph&{address}")).await?.status;
        ensure!(offered == handed_out && (file == 200) == handed_out, "{months} months: {offered}, {file}");
        ensure!(page.contains("PRF-601") != handed_out, "{months} months: the reason is shown: {handed_out}");
    }
    Ok(())
}

/// M28: who may read profiles sees the list, and cannot ask by them.
pub(super) async fn reader(lab: &Lab) -> Result<(), String> {
    let front = lab.front().await?;
    let reader = front.owner.invited("m28", Role::Auditor, ("", "")).await?;
    let list = reader.page("/templates").await?;
    ensure!(html::links(&list).contains(&"/templates/device".to_owned()), "the list lacks a profile");
    for path in ["/requests/new", "/requests"] {
        let status = reader.get(path).await?.status;
        ensure!(status == 403, "who may read profiles gets {status} at {path}");
    }
    Ok(())
}

/// M29: how a profile stands in the portal's list.
pub(super) async fn standing(owner: &Browser, name: &str) -> Result<String, String> {
    let list = owner.page("/templates").await?;
    let rows = html::all(html::main(&list), "<tr>", "</tr>");
    let row = rows.into_iter().find(|row| html::links(row).contains(&format!("/templates/{name}")));
    let pill = row.and_then(|row| html::between(row, "<span class=\"pill ", "</span>"));
    Ok(pill.unwrap_or_default().rsplit(' ').next().unwrap_or_default().to_owned())
}

/// M93: an edit is looked over, and nothing is written anywhere.
pub(super) async fn reviewed(lab: &Lab) -> Result<(), String> {
    let owner = &lab.front().await?.owner;
    let deployed = || lab.tenant.deployed().into_iter().map(|one| one.profile).collect::<Vec<_>>();
    let before = deployed();
    let mut texts = Vec::new();
    for size in [2048, 4096] {
        let page = owner.page(&format!("/profiles/review?{REVIEW}&key_size={size}")).await?;
        let text = html::between(&page, "<pre id=\"toml-windows\">", "</pre>").map(html::plain);
        texts.push(text.ok_or("the review does not show the profile")?);
    }
    let [one, other] = texts.as_slice() else { return Err("there are not two profiles".into()) };
    let shown = async |after: &str| -> Result<String, String> {
        let fields = [("before", one.as_str()), ("after", after), ("platform", "windows")];
        let page = owner.send("/profiles/diff", &fields).await?;
        ensure!(page.status == 200, "the comparison answers {}", page.status);
        Ok(html::main(&page.text()).to_owned())
    };
    let (same, edited) = (shown(one).await?, shown(other).await?);
    ensure!(same.contains("The two say the same."), "control: a profile differs from itself");
    let says = ["<code>key_size</code>", "2048", "4096"].iter().all(|text| edited.contains(text));
    ensure!(says && edited.contains("enrol again"), "the edit is shown as {edited}");
    ensure!(deployed() == before, "a review writes into the tenant");
    Ok(())
}

/// M153: rules are edited on the page, and the preview of the certificate follows; nothing comes of it.
pub(super) async fn previewed(
    lab: &Lab,
    server: &Running,
    asked: &CertificateRequest,
    rules: &str,
) -> Result<(), String> {
    let owner = Browser::first_owner(&lab.http, server).await?;
    let editor = owner.page("/policies").await?;
    let text = html::between(
        &editor,
        "<textarea id=\"test-rules\" name=\"rules\" spellcheck=\"false\">",
        "</textarea>",
    );
    ensure!(
        text.is_some_and(|text| text.contains("guests")),
        "the editor does not begin with the rules in force"
    );
    let csr = pki::pem::encode("CERTIFICATE REQUEST", asked.der());
    let before = lab.reserved(server).await?;
    let preview = async |rules: &str| -> Result<String, String> {
        let fields = [("csr", csr.as_str()), ("endpoint", "plain"), ("rules", rules)];
        let page = owner.send("/policies/test", &fields).await?;
        ensure!(page.status == 200, "the test answers {}: {}", page.status, html::main(&page.text()));
        Ok(html::main(&page.text()).to_owned())
    };
    let edited = rules.replace("guest-device", "visitor");
    let (in_force, changed) = (preview(rules).await?, preview(&edited).await?);
    ensure!(
        in_force.contains("<dd>short</dd>") && in_force.contains("emailProtection"),
        "in force: {in_force}"
    );
    ensure!(changed.contains("<dd>plain</dd>") && !changed.contains("emailProtection"), "edited: {changed}");
    ensure!(lab.reserved(server).await? == before, "a preview issues");
    Ok(())
}

/// M192: the first page counts them for each profile, as the report does.
pub(super) async fn unmapped(lab: &Lab, due: &BTreeMap<String, (u64, u64)>) -> Result<(), String> {
    let owner = lab.owner().await?;
    let mut seen = String::new();
    for _ in 0..100 {
        let home = owner.page("/").await?;
        let cards = html::all(&home, "<li class=\"card\">", "</li>\n");
        let card = cards.into_iter().find(|card| card.contains("Without a security identifier"));
        seen = card.unwrap_or_default().to_owned();
        let says = |(profile, (without, live)): (&String, &(u64, u64))| {
            *without == 0 || seen.contains(&format!("<bdi>{profile}: {without} / {live}</bdi>"))
        };
        if !seen.is_empty() && due.iter().all(says) {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err(format!("the report has {due:?}, the first page {seen}"))
}
