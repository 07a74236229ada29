//! One certificate: how it stands and why, whom it names, what it is for, what happened to it, and how to look at it with other programs.

use super::row::Row;
use super::told::{Against, Key, Link, Named, Purpose, Sighting, Status};
use crate::portal::chart::Validity;
use crate::portal::pages::cas::{self, Step};
use crate::portal::record::{self, Told};
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;
use pki::certificate::Certificate;
use pki::pem;
use serde::Deserialize;

/// What the API knows of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Detail {
    #[serde(flatten)]
    pub(super) row: Row,
    pub(super) issuer: String,
    pub(super) sha1: String,
    pub(super) sha256: String,
    pub(super) key: Key,
    pub(super) key_usage: Vec<String>,
    pub(super) extended_key_usage: Vec<Purpose>,
    pub(super) profile_version: u32,
    pub(super) transaction: String,
    pub(super) requested_at: String,
    pub(super) renewal_of: Option<Link>,
    pub(super) renewed_by: Option<Link>,
    pub(super) notification: Option<String>,
    pub(super) history: Vec<record::Entry>,
    pub(super) pem: String,
}

#[derive(Template)]
#[template(path = "certificate.html")]
pub(super) struct One<'a> {
    pub(super) frame: &'a Frame,
    pub(super) w: &'static Words,
    pub(super) one: Detail,
    pub(super) seen: Option<Sighting>,
    pub(super) because: Vec<Against>,
    pub(super) bound: Vec<Named>,
    /// From the root down to what issued it; empty where it is not known.
    pub(super) chain: Vec<Step>,
    pub(super) life: Option<Validity>,
    pub(super) asked: Asked,
}

/// How other programs ask about it: from the addresses that the certificate has within.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Asked {
    /// Fetches the issuer's certificate, and makes PEM of it.
    pub(super) fetch: String,
    /// Asks the OCSP responder.
    pub(super) ocsp: String,
    /// Where its revocation list is.
    pub(super) lists: Vec<String>,
}

pub(in crate::portal::pages) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let (api, serial) = (visit.api()?, visit.part("serial"));
        let one: Detail = api.get(&url(&["certificates", serial], &[])).await?;
        let status: Status = api.get(&url(&["certificates", serial, "status"], &[])).await?;
        let certificate = parsed(&one.pem);
        let life = certificate.as_ref().map(|it| Validity {
            from: it.not_before(),
            until: it.not_after(),
            now: visit.now,
            w: visit.words,
        });
        let asked = certificate.as_ref().map(Asked::of).unwrap_or_default();
        let chain = cas::above(&visit, &one.issuer).await;
        let Status { in_use: seen, because, names: bound } = status;
        let (frame, w) = (&*visit.frame, visit.words);
        Answer::page(&One { frame, w, one, seen, because, bound, chain, life, asked })
    })
}

/// As a file: `pem`, `der` or `chain`.
pub(in crate::portal::pages) fn download(visit: Visit) -> Shown {
    Box::pin(async move {
        let form = visit.part("form");
        if !["pem", "der", "chain"].contains(&form) {
            return Err(Problem::not_found());
        }
        let asked = url(&["certificates", visit.part("serial"), "download"], &[("format", form)]);
        Ok(Answer::File(visit.api()?.file(&asked).await?))
    })
}

fn parsed(text: &str) -> Option<Certificate> {
    let der = pem::decode("CERTIFICATE", text).ok()?.into_iter().next()?;
    Certificate::parse(&der).ok()
}

impl Asked {
    /// A certificate without these addresses gives empty lines, which are not shown.
    pub(super) fn of(certificate: &Certificate) -> Asked {
        let access = certificate.authority_info_access().ok();
        let ocsp = access.as_ref().and_then(|it| it.ocsp.first()).and_then(|url| quoted(url));
        let issuer = access.as_ref().and_then(|it| it.ca_issuers.first()).and_then(|url| quoted(url));
        let lists = certificate.crl_distribution_points().map(|points| points.0).unwrap_or_default();
        let (Some(ocsp), Some(issuer)) = (ocsp, issuer) else { return Asked { lists, ..Asked::default() } };
        let fetch = format!("curl -s {issuer} | openssl x509 -inform DER -out issuer.pem");
        let ocsp = format!(
            "openssl ocsp -issuer issuer.pem -serial 0x{} -url {ocsp} -CAfile issuer.pem -partial_chain",
            certificate.serial()
        );
        Asked { fetch, ocsp, lists }
    }
}

/// For a shell, as one word. What somebody copies from here must not do anything else.
fn quoted(url: &str) -> Option<String> {
    let plain = url.bytes().all(|one| one.is_ascii_graphic() && one != b'\'');
    plain.then(|| format!("'{url}'"))
}

impl One<'_> {
    /// The text that says what to do next.
    fn advice(&self) -> String {
        let due = self.life.as_ref().is_some_and(Validity::is_due);
        let days = self.life.as_ref().map_or(0, Validity::days_left);
        match self.one.row.status.as_str() {
            "good" if self.one.renewed_by.is_some() => self.w.t("advice-renewed"),
            "good" if due => self.w.n("advice-due", days),
            "good" => self.w.n("advice-good", days),
            "held" if self.because.iter().any(|one| one.rule == "manual") => self.w.t("advice-held-by-hand"),
            "held" => self.w.t("advice-held"),
            "revoked" => self.w.t("advice-revoked"),
            "expired" => self.w.t("advice-expired"),
            _ => String::new(),
        }
    }

    /// What happened to it, in words, the oldest first.
    fn history(&self) -> Vec<(u64, Told)> {
        self.one.history.iter().map(|entry| (entry.sequence, Told::of(entry, self.w))).collect()
    }

    fn may_act(&self) -> bool {
        self.frame.may_do("cert.revoke") && self.one.row.lives()
    }
}

#[cfg(test)]
mod tests;
