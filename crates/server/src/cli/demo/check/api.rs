//! Who may revoke by the administrative API: M157, M158.

use super::super::ask;
use super::super::running::Running;
use super::lab::{Lab, plan};
use super::verdict::{Verdict, ensure, granted, trouble};
use crate::clock::{Clock, SystemClock};
use crate::keys::SystemRandom;
use crate::tokens::{Grant, Scope, TokenName, grant};
use pki::certificate::Certificate;
use pki::crl::Reason;
use serde_json::Value;

pub(super) async fn token(server: &Running, name: &str, scope: Scope) -> Result<String, String> {
    let name = TokenName::parse(name).ok_or("the token's name is none")?;
    let wanted = Grant { name, scopes: vec![scope], expires_at: None };
    let text = grant(&*server.store, &mut SystemRandom, wanted, "check", SystemClock.now()).await;
    Ok(text.map_err(trouble)?.reveal_secret().to_owned())
}

/// Asks the API to revoke; gives HTTP status and answer.
async fn revoke(lab: &Lab, certificate: &Certificate, token: &str) -> Result<(u16, Value), String> {
    let (admin, serial) = (lab.main.addresses.admin, certificate.serial());
    let url = format!("http://{admin}/api/v1/certificates/{serial}/revoke");
    let request = lab.http.post(url).bearer_auth(token).body("{\"reason\":\"superseded\"}");
    let answer = request.send().await.map_err(trouble)?;
    let status = answer.status().as_u16();
    let body = answer.bytes().await.map_err(trouble)?;
    Ok((status, serde_json::from_slice(&body).map_err(trouble)?))
}

/// Whether the newest audit rows hold one of this event with these texts in it.
async fn on_record(lab: &Lab, event: &str, texts: &[&str]) -> Result<bool, String> {
    let head = lab.main.store.audit_head().await.map_err(trouble)?.sequence;
    let rows = lab.main.store.audit(head.saturating_sub(10), 10).await.map_err(trouble)?;
    let is = |row: &str| row.contains(event) && texts.iter().all(|text| row.contains(text));
    Ok(rows.iter().any(|row| is(&row.event)))
}

async fn enrolled(lab: &Lab, name: &str) -> Result<Certificate, String> {
    granted(lab.enrol(&lab.main, "plain", plan(name)).await?)
}

pub(super) async fn m157(lab: &Lab) -> Verdict {
    let certificate = enrolled(lab, "m157").await?;
    let (reader, revoker) = (
        token(&lab.main, "m157-reader", Scope::CertRead).await?,
        token(&lab.main, "m157", Scope::CertRevoke).await?,
    );
    let (status, body) = revoke(lab, &certificate, &reader).await?;
    ensure!(status == 403 && body["code"] == "CHY-6033", "without the scope: {status} {body}");
    let told = on_record(lab, "token.refused", &["m157-reader", "cert.revoke"]).await?;
    ensure!(told, "the refusal is not on record");
    ensure!(ask::status(&lab.http, &lab.main, &certificate).await?.is_none(), "control: not good before");
    let (status, body) = revoke(lab, &certificate, &revoker).await?;
    ensure!(status == 200 && body["result"] == "revoked", "with the scope: {status} {body}");
    let took = ask::until(&lab.http, &lab.main, &certificate, Some(Reason::Superseded)).await?;
    Ok(format!(
        "without cert.revoke 403, CHY-6033 and an audit row; with it revoked, and OCSP says so after {took:.1?}"
    ))
}

pub(super) async fn m158(lab: &Lab) -> Verdict {
    for name in ["m158-help-desk", "m158-mdm"] {
        let certificate = enrolled(lab, name).await?;
        let token = token(&lab.main, name, Scope::CertRevoke).await?;
        let (status, body) = revoke(lab, &certificate, &token).await?;
        ensure!(status == 200 && body["result"] == "revoked", "{name}: {status} {body}");
        let told = on_record(lab, "certificate.revoked", &[&format!("token {name}")]).await?;
        ensure!(told, "the audit does not name {name}");
        ask::until(&lab.http, &lab.main, &certificate, Some(Reason::Superseded)).await?;
    }
    Ok("two tokens, each with cert.revoke: either revokes, and the audit has each by its own name".into())
}
