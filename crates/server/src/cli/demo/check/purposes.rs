//! What certificates are for, in words that people read: M156, M185.

use super::html;
use super::lab::{Lab, plan};
use super::letter::Letter;
use super::verdict::{Verdict, ensure, granted};
use crate::people::Role;

/// What a page says below "What it may be used for".
fn purposes(page: &str) -> String {
    let part = html::between(page, "<dt>What it may be used for</dt><dd>", "</dd>");
    part.map(html::plain).unwrap_or_default()
}

pub(super) async fn m156(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    for (endpoint, due, foreign) in [
        ("smime", "Secure Email", "Client Authentication"),
        ("plain", "Client Authentication", "Secure Email"),
    ] {
        let asked = plan(&format!("m156-{endpoint}"));
        let certificate = granted(lab.enrol(&front.server, endpoint, asked).await?)?;
        let page = front.owner.page(&format!("/certificates/{}", certificate.serial())).await?;
        let said = purposes(&page);
        ensure!(said.contains(due) && !said.contains(foreign), "a certificate of {endpoint} is for {said:?}");
    }
    Ok("the page of a certificate says Secure Email of one, Client Authentication of the other".into())
}

pub(super) async fn m185(lab: &Lab) -> Verdict {
    let front = lab.front().await?;
    let ada = front.owner.invited("m185-ada", Role::Requester, ("staff", "staff-*")).await?;
    let bob = front.owner.invited("m185-bob", Role::Requester, ("staff", "staff-*")).await?;
    let csr = pki::pem::encode("CERTIFICATE REQUEST", &Letter::new("staff-ada", lab.key()?).csr()?);
    let asked = ada.send("/requests/new", &[("kind", "csr"), ("profile", "staff"), ("csr", &csr)]).await?;
    ensure!(asked.status == 303, "the request answers {}: {}", asked.status, html::main(&asked.text()));
    let own = asked.location.split('?').next().unwrap_or_default().to_owned();
    let page = ada.page(&own).await?;
    let (said, page) = (purposes(&page), html::plain(&page));
    for word in ["Client Authentication", "Secure Email"] {
        ensure!(said.contains(word), "whoever asked reads {said:?}");
    }
    ensure!(page.contains("digitalSignature"), "the key usage is not said");
    ensure!(!said.contains("Server Authentication"), "control: it says what the certificate is not for");
    let (foreign, admins) = (bob.get(&own).await?.status, ada.get("/certificates").await?.status);
    ensure!(foreign == 404 && admins == 403, "another requester gets {foreign}, the list of all is {admins}");
    Ok("whoever asked reads both purposes and the key usage on the request's own page; nobody else's".into())
}
