//! The way through setting up: M147, M203.

use super::super::stage;
use super::browser::Browser;
use super::html;
use super::lab::{Lab, plan, told};
use super::verdict::{Verdict, ensure, granted, trouble};
use std::os::unix::fs::PermissionsExt as _;

/// Pages that the source names, each with what it has to have, in the order of its steps.
const PAGES: [(&str, &str); 5] = [
    ("/cas", "/cas/files/default.cer"),
    ("/requests/new?kind=csr", "name=\"csr\""),
    ("/templates", "/templates/device"),
    ("/policies", "name=\"rules\""),
    ("/connections", "/certsrv/mscep/mscep.dll"),
];

/// The steps that the first page lists.
async fn steps(owner: &Browser) -> Result<Vec<String>, String> {
    let start = owner.page("/setup/start").await?;
    let list = html::between(&start, "<ol class=\"steps\"", "</ol>").ok_or("there is no list of steps")?;
    Ok(html::links(list))
}

/// Where a step's last link leads on to.
fn next(page: &str) -> Option<String> {
    let links = html::all(html::main(page), "<a href=\"", "</a>");
    let on = links.into_iter().find(|link| link.ends_with('→'))?;
    on.split_once('"').map(|(to, _)| html::plain(to))
}

pub(super) async fn m147(lab: &Lab) -> Verdict {
    let owner = &lab.front().await?.owner;
    for (path, holds) in PAGES {
        let page = owner.page(path).await?;
        ensure!(html::main(&page).contains(holds), "{path} does not have {holds}");
    }
    let listed = steps(owner).await?;
    let (mut walked, mut pages) = (Vec::new(), Vec::new());
    let mut here = listed.first().cloned();
    while let Some(path) = here.filter(|_| walked.len() < 20) {
        let page = owner.page(&path).await?;
        pages.extend(html::links(html::main(&page)).into_iter().filter(|link| !link.starts_with("/setup")));
        here = next(&page);
        walked.push(path);
    }
    ensure!(walked == listed, "the steps lead {walked:?}, and the list is {listed:?}");
    let order = ["/cas", "/connections", "/templates", "/policies", "/profiles"];
    let mut met: Vec<&str> = pages.iter().map(String::as_str).filter(|page| order.contains(page)).collect();
    met.dedup();
    ensure!(met == order, "on the way are {met:?}");
    Ok(format!("five pages are there; {} steps lead through {}", walked.len(), order.join(", ")))
}

/// What a step's test says: green or not, and why.
async fn tested(owner: &Browser, step: &str) -> Result<(bool, String), String> {
    let page = owner.page(step).await?;
    let button =
        html::between(html::main(&page), &format!("<form action=\"{step}\" method=\"post\""), "</form>");
    ensure!(button.is_some_and(|form| form.contains("<button>")), "{step} has no test");
    let answer = owner.send(step, &[]).await?;
    ensure!(answer.status == 200, "the test of {step} answers {}", answer.status);
    let text = answer.text();
    let note =
        html::between(html::main(&text), "<div class=\"note ", "</div>").ok_or("the test says nothing")?;
    let why = html::between(note, "<bdi>", "</bdi>").map(html::plain).unwrap_or_default();
    Ok((note.starts_with("good"), why))
}

/// A server on which no step is done as it should be.
async fn broken(lab: &Lab) -> Result<(super::super::running::Running, Browser), String> {
    let access = stage::access(&lab.scratch, &lab.tenant).map_err(|failure| told(&failure))?;
    let wrong = lab.scratch.write("wizard-secret", "not-the-secret").map_err(|failure| told(&failure))?;
    let secret = lab.scratch.path().join("client-secret");
    let access = access.replace(&secret.display().to_string(), &wrong.display().to_string());
    let text = format!(
        "[listen]\nscep = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n\
         [[policy]]\nname = \"nobody\"\nrefuse = \"No.\"\n\
         [[profile]]\nname = \"device\"\nstate = \"draft\"\n\
         [[endpoint]]\nname = \"intune\"\nprofile = \"device\"\nvalidator = \"intune\"\n{access}"
    );
    let place = lab.scratch.path().join("wizard");
    let server =
        super::super::running::Running::start(&place, &text).await.map_err(|failure| told(&failure))?;
    let key = place.join("data/keys/challenge-hash");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).map_err(trouble)?;
    let owner = Browser::first_owner(&lab.http, &server).await?;
    Ok((server, owner))
}

pub(super) async fn m203(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    granted(lab.enrol(&front.server, "plain", plan("m203")).await?)?;
    let hook = [("name", "m203"), ("url", front.hook.as_str()), ("event", "enrolment.refused")];
    let added = front.owner.send("/webhooks", &hook).await?;
    ensure!(added.status < 400, "the webhook is not added: {} {}", added.status, html::main(&added.text()));
    let (server, owner) = broken(lab).await?;
    let mut causes = Vec::new();
    for step in steps(&owner).await? {
        let (green, why) = tested(&front.owner, &step).await?;
        ensure!(green, "where all is set up {step} is red: {why}");
        let (green, why) = tested(&owner, &step).await?;
        ensure!(!green && !why.is_empty(), "where nothing is {step} is green: {why}");
        causes.push(why);
    }
    server.stop().await;
    let different: std::collections::BTreeSet<&String> = causes.iter().collect();
    ensure!(different.len() == causes.len(), "steps share a cause: {causes:?}");
    let auditor = front.owner.invited("m203", crate::people::Role::Auditor, ("", "")).await?;
    let refused = auditor.send("/setup/connection", &[]).await?.text();
    ensure!(!refused.contains("<div class=\"note good"), "who may not test gets a green light");
    Ok(format!(
        "{} steps, each green where it is done and red with its cause where not: {}",
        causes.len(),
        causes.join(" | ")
    ))
}
