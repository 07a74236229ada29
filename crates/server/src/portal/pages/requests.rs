//! Asking for a certificate: by a form, with a key that is made in the browser or here, or with a request that was made elsewhere.

mod form;

use super::certificates::Listed;
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, encoded, url};
use crate::tokens::Scope;
use askama::Template;
use form::{Fields, Kind};
use pki::certificate::Certificate;
use pki::extension::{KeyUsage, purpose_name};
use pki::pem;
use serde::Deserialize;

/// A request, and what became of it.
#[derive(Clone, Debug, Deserialize)]
struct Asked {
    id: String,
    status: String,
    profile: String,
    endpoint: String,
    asked_by: String,
    subject: String,
    asked: String,
    held: Option<i64>,
    expires: Option<String>,
    code: Option<String>,
    sentence: Option<String>,
    fix: Option<String>,
    serial: Option<String>,
    not_after: Option<String>,
    certificate: Option<String>,
    #[serde(default)]
    chain: Vec<String>,
}

/// A request whose key was made here. It is shown once, and is in no other answer.
#[derive(Deserialize)]
struct Made {
    #[serde(flatten)]
    asked: Asked,
    pkcs12: Option<String>,
    password: Option<String>,
}

/// What a certificate is for (M185), as it says itself.
#[derive(Default)]
struct Purposes {
    /// Names, or identifiers where there is none, of the extended key usage.
    extended: Vec<String>,
    /// Key usages.
    usages: Vec<&'static str>,
}

impl Purposes {
    fn of(certificate: &Certificate) -> Purposes {
        let extended = certificate.extended_key_usage().ok().flatten().map(|all| all.0).unwrap_or_default();
        let named = |oid: &pki::Oid| purpose_name(oid).map_or_else(|| oid.to_string(), str::to_owned);
        let usages = certificate.key_usage().ok().flatten();
        Purposes {
            extended: extended.iter().map(named).collect(),
            usages: usages.into_iter().flat_map(KeyUsage::names).collect(),
        }
    }
}

/// A certificate profile to choose.
#[derive(Clone, Debug, Deserialize)]
struct Profile {
    name: String,
    display_name: String,
    state: String,
}

#[derive(Deserialize)]
struct Profiles {
    profiles: Vec<Profile>,
}

#[derive(Template)]
#[template(path = "requests.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    rows: Vec<Asked>,
    next: String,
}

#[derive(Template)]
#[template(path = "request-new.html")]
struct New<'a> {
    frame: &'a Frame,
    w: &'static Words,
    kind: Kind,
    fields: Fields,
    profiles: Vec<Profile>,
    /// Why the API did not take what was sent.
    problem: Option<Problem>,
}

#[derive(Template)]
#[template(path = "request.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    one: Made,
}

impl Asked {
    fn tone(&self) -> &'static str {
        match self.status.as_str() {
            "issued" => "good",
            "waiting" | "approved" | "open" => "wait",
            "unfinished" | "expired" => "warn",
            _ => "bad",
        }
    }

    fn standing(&self, w: &Words) -> String {
        w.word("request", &self.status)
    }

    /// For a file's name: letters, digits and hyphens of what was asked for.
    fn file(&self) -> String {
        let first = self.subject.split([',', '+']).next().unwrap_or_default();
        let name = first.rsplit('=').next().unwrap_or_default();
        let safe: String =
            name.chars().map(|one| if one.is_ascii_alphanumeric() { one } else { '-' }).collect();
        let trimmed = safe.trim_matches('-');
        if trimmed.is_empty() { "certificate".to_owned() } else { trimmed.chars().take(60).collect() }
    }

    /// What it is for; `None` while there is no certificate.
    fn purposes(&self) -> Option<Purposes> {
        let der = pem::decode("CERTIFICATE", self.certificate.as_ref()?).ok()?.into_iter().next()?;
        Some(Purposes::of(&Certificate::parse(&der).ok()?))
    }

    /// The certificate with those above it, PEM.
    fn bundle(&self) -> String {
        self.certificate.iter().chain(&self.chain).map(String::as_str).collect()
    }
}

impl Made {
    /// An address that holds the file itself: no second request, nothing kept here.
    fn file_address(&self) -> Option<String> {
        Some(format!("data:application/x-pkcs12;base64,{}", self.pkcs12.as_ref()?))
    }
}

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let asked = url(&["requests"], &[("cursor", visit.query("cursor"))]);
        let Listed { items: rows, next } = visit.api()?.get::<Listed<Asked>>(&asked).await?;
        let next = next.map(|cursor| format!("/requests?cursor={}", encoded(&cursor))).unwrap_or_default();
        Answer::page(&List { frame: &visit.frame, w: visit.words, rows, next })
    })
}

pub(super) fn new(visit: Visit) -> Shown {
    Box::pin(async move {
        let kind = Kind::parse(visit.query("kind"));
        let fields = Fields { profile: visit.query("profile").to_owned(), ..Fields::default() };
        filled_in(&visit, kind, fields, None).await
    })
}

/// The form with what was filled in, and with what was wrong.
async fn filled_in(
    visit: &Visit,
    kind: Kind,
    fields: Fields,
    problem: Option<Problem>,
) -> Result<Answer, Problem> {
    let profiles = profiles(visit).await?;
    Answer::page(&New { frame: &visit.frame, w: visit.words, kind, fields, profiles, problem })
}

/// Those that are published; none for who may not read them, and the name is typed then.
async fn profiles(visit: &Visit) -> Result<Vec<Profile>, Problem> {
    if !visit.frame.may(Scope::ProfileRead) {
        return Ok(Vec::new());
    }
    let Profiles { profiles } = visit.api()?.get(&url(&["ca", "profiles"], &[])).await?;
    Ok(profiles.into_iter().filter(|one| one.state != "draft").collect())
}

pub(super) fn create(visit: Visit) -> Shown {
    Box::pin(async move {
        let (kind, fields) = (Kind::parse(visit.field("kind")), Fields::of(&visit));
        match visit.api()?.post::<Made>(&url(&["requests"], &[]), &fields.body(kind)).await {
            // A key that was made here is in this answer alone; where there is none, the request has its own page.
            Ok(one) if one.pkcs12.is_some() => {
                Answer::page(&One { frame: &visit.frame, w: visit.words, one })
            }
            Ok(one) => Ok(Answer::See(format!("/requests/{}?done=asked", encoded(&one.asked.id)))),
            // What was typed is not lost over a slip.
            Err(problem) if (400..500).contains(&problem.status) => {
                filled_in(&visit, kind, fields, Some(problem)).await
            }
            Err(problem) => Err(problem),
        }
    })
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let asked: Asked = visit.api()?.get(&url(&["requests", visit.part("id")], &[])).await?;
        let one = Made { asked, pkcs12: None, password: None };
        Answer::page(&One { frame: &visit.frame, w: visit.words, one })
    })
}

#[cfg(test)]
mod tests;
