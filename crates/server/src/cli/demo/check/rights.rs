//! Who sets up, and who comes later: M209.

use super::browser::Browser;
use super::html;
use super::lab::{Lab, plan};
use super::settings;
use super::verdict::{Verdict, ensure, granted, trouble};
use crate::people::Role;
use axum::http::Method;

/// What is done to the CA as a whole, as method, path and body, with the roles to which it is open. Written out here: the check is
/// of the table, not by it.
const DEEDS: [(&str, &str, &str, &str); 9] = [
    ("POST", "people", "{\"login\":\"x-NAME\",\"role\":\"auditor\"}", "owner"),
    ("PATCH", "people/1", "{\"role\":\"auditor\"}", "owner"),
    ("POST", "people/1/link", "{}", "owner"),
    (
        "POST",
        "webhooks",
        "{\"name\":\"NAME\",\"url\":\"https://hooks.example.com/\",\"events\":[]}",
        "owner operator",
    ),
    ("PUT", "directory/plain", "[]", "owner operator"),
    ("POST", "policy/replay", "{}", "owner operator"),
    ("GET", "doctor", "", "owner operator"),
    ("POST", "certificates/AB/revoke", "{}", "owner operator helpdesk"),
    ("GET", "cas", "", "owner operator helpdesk auditor"),
];

/// Whether the API let this person come so far as to look at what was sent: anything but the refusal of a right that is lacking.
async fn passes(who: &Browser, (method, path, body): (&str, &str, &str), name: &str) -> Result<bool, String> {
    let method = Method::from_bytes(method.as_bytes()).map_err(trouble)?;
    let (status, text) = who.api(method, path, &body.replace("NAME", name)).await?;
    ensure!(status != 401 && status < 500, "{name} at {path}: {status} {text}");
    let refused = status == 403 && text.contains("CHY-6503");
    ensure!(refused || status != 403, "{name} at {path} is refused otherwise: {text}");
    Ok(!refused)
}

pub(super) async fn m209(lab: &Lab) -> Verdict {
    let server = lab.server(&settings::small("", "")).await?;
    let owner = Browser::first_owner(&lab.http, &server).await?;
    ensure!(Browser::first_owner(&lab.http, &server).await.is_err(), "the first owner's link is made twice");
    let mut people = vec![(Role::Owner, owner.clone())];
    for role in [Role::Operator, Role::Helpdesk, Role::Auditor, Role::Requester] {
        people.push((role, owner.invited(role.as_str(), role, ("", "")).await?));
    }
    let mut refused = 0;
    for (role, browser) in people.iter().rev() {
        for (method, path, body, open) in DEEDS {
            // What the owner may do to the first person, the owner would do to himself.
            if *role == Role::Owner && path.starts_with("people/1") {
                continue;
            }
            let due = open.split(' ').any(|one| one == role.as_str());
            let passed = passes(browser, (method, path, body), role.as_str()).await?;
            ensure!(passed == due, "{method} {path} is open to {role}: {passed}");
            refused += usize::from(!passed);
        }
        // Nobody makes a CA over the network: that takes whoever holds the keys.
        let (made, _) = browser.api(Method::POST, "cas", "{}").await?;
        ensure!(matches!(made, 404 | 405), "a CA can be made by {role}: {made}");
    }
    granted_later(&owner, &people).await?;
    granted(lab.enrol(&server, "plain", plan("m209")).await?)?;
    server.stop().await;
    Ok(format!(
        "the first owner comes in by the link, once; of four later roles {refused} deeds are refused; what an owner grants is allowed"
    ))
}

/// The operator becomes an owner, by an owner's deed and no one else's.
async fn granted_later(owner: &Browser, people: &[(Role, Browser)]) -> Result<(), String> {
    let operator = people.iter().find(|(role, _)| *role == Role::Operator).map(|(_, browser)| browser);
    let operator = operator.ok_or("there is no operator")?;
    let list = owner.page("/people").await?;
    let row = html::all(&list, "<tr>", "</tr>").into_iter().find(|row| row.contains("<bdi>operator</bdi>"));
    let link = row.and_then(|row| html::links(row).into_iter().next()).ok_or("the operator is not listed")?;
    let fields = [("name", "operator"), ("role", "owner"), ("profiles", ""), ("names", "")];
    let own = operator.send(&link, &fields).await?;
    ensure!(own.status == 403, "an operator makes himself an owner: {}", own.status);
    let given = owner.send(&link, &fields).await?;
    ensure!(
        given.status == 303,
        "an owner makes nobody an owner: {} {}",
        given.status,
        html::main(&given.text())
    );
    ensure!(owner.page(&link).await?.contains("value=\"owner\" selected"), "the operator is no owner");
    // Other rights are another session.
    let over = operator.get("/people").await?;
    ensure!(over.status == 303, "the old session has the new rights: {}", over.status);
    Ok(())
}
