//! Revoking, holding and releasing, as the page before asked. The API does it, and refuses it to whoever may not.

use super::ask::{Deed, Whose};
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, encoded, url};
use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

/// What became of one.
#[derive(Clone, Debug, Deserialize)]
struct Done {
    serial: String,
    result: String,
    changed: bool,
}

/// What became of all.
#[derive(Debug, Deserialize)]
struct All {
    certificates: Vec<Done>,
    changed: u64,
}

#[derive(Template)]
#[template(path = "certificates-done.html")]
struct Outcome<'a> {
    frame: &'a Frame,
    w: &'static Words,
    deed: Deed,
    all: All,
}

pub(in crate::portal::pages) fn carry_out(visit: Visit) -> Shown {
    Box::pin(async move {
        let deed = Deed::parse(visit.field("deed")).ok_or_else(Problem::not_found)?;
        let reason = deed.reason(visit.field("reason"));
        let whose = Whose::of(&visit);
        let all: All =
            visit.api()?.post(&url(&["certificates", "revoke"], &[]), &body(&whose, reason)).await?;
        // Of one there is a page that shows how it stands now.
        match (&whose, all.certificates.as_slice()) {
            (Whose::Serials(_), [one]) if one.changed => {
                let path = format!("/certificates/{}?done={}", encoded(&one.serial), done(deed));
                Ok(Answer::See(path))
            }
            _ => Answer::page(&Outcome { frame: &visit.frame, w: visit.words, deed, all }),
        }
    })
}

fn body(whose: &Whose, reason: &str) -> Value {
    match whose {
        Whose::Serials(serials) => json!({ "serials": serials, "reason": reason }),
        Whose::Device(id) => json!({ "device": id, "reason": reason }),
        Whose::User(upn) => json!({ "user": upn, "reason": reason }),
    }
}

/// The text's name.
fn done(deed: Deed) -> &'static str {
    match deed {
        Deed::Revoke => "revoked",
        Deed::Hold => "held",
        Deed::Release => "released",
    }
}
