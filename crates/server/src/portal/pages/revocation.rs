//! What was revoked or put on hold lately, by whom and why, and whether relying parties can know of it.

use super::enrolments::Listed;
use crate::portal::record::{Entry, Told};
use crate::portal::show::{seconds, shown};
use crate::portal::{Answer, Bars, Frame, Part, Point, Problem, Shown, Visit, Words, url};
use crate::tokens::Scope;
use askama::Template;
use serde::Deserialize;

/// What relying parties ask, and what is out for them.
#[derive(Default, Deserialize)]
struct Traffic {
    ocsp: Ocsp,
    crls: Vec<Crl>,
}

/// OCSP questions by answer.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Ocsp {
    answered: u64,
    malformed: u64,
    unauthorized: u64,
    try_later: u64,
}

/// A CRL that is out.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Crl {
    name: String,
    number: Option<u64>,
    this_update: String,
    next_update: Option<String>,
    octets: u64,
}

/// A certificate on hold.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Held {
    serial: String,
    subject: String,
    device: Option<String>,
    revoked_at: Option<String>,
}

/// What the page asks for.
struct Asked {
    traffic: Part<Traffic>,
    revoked: Part<Listed<Entry>>,
    ended: Part<Listed<Entry>>,
    held: Part<Listed<Held>>,
    summary: Part<super::home::Now>,
}

#[derive(Template)]
#[template(path = "revocation.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    asked: &'a Asked,
    /// Revocations and ended holds together, the newest first.
    lately: Vec<Told>,
    ocsp: String,
    /// Whether a CRL is past its time.
    late: bool,
}

/// Rows of each kind that are shown.
const ROWS: &str = "20";

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let audit = |event: &str| url(&["audit"], &[("event", event), ("limit", ROWS)]);
        let (revoked, ended) = (audit("certificate.revoked"), audit("certificate.released"));
        let held = url(&["certificates"], &[("status", "held"), ("limit", ROWS)]);
        let (traffic, summary) = (url(&["traffic"], &[]), url(&["summary"], &[]));
        let (traffic, revoked, ended, held, summary) = tokio::join!(
            Part::of(&visit, Scope::CertRead, &traffic),
            Part::of(&visit, Scope::AuditRead, &revoked),
            Part::of(&visit, Scope::AuditRead, &ended),
            Part::of(&visit, Scope::CertRead, &held),
            Part::of(&visit, Scope::CertRead, &summary),
        );
        rendered(&visit.frame, visit.words, &Asked { traffic, revoked, ended, held, summary })
    })
}

fn rendered(frame: &Frame, w: &'static Words, asked: &Asked) -> Result<Answer, Problem> {
    let entries =
        [&asked.revoked, &asked.ended].into_iter().filter_map(Part::told).flat_map(|listed| &listed.items);
    let mut lately: Vec<&Entry> = entries.collect();
    lately.sort_by_key(|entry| std::cmp::Reverse(entry.sequence));
    let lately = lately.into_iter().map(|entry| Told::of(entry, w)).collect();
    let points = asked.traffic.told().map(|traffic| traffic.points(w)).unwrap_or_default();
    let ocsp = Bars { id: "ocsp-answers", title: w.t("revocation-ocsp-title"), points: &points, w };
    let ocsp = ocsp.render().unwrap_or_default();
    let now = asked.summary.told().and_then(|summary| seconds(&summary.at));
    let late = asked.traffic.told().is_some_and(|traffic| traffic.crls.iter().any(|crl| crl.is_late(now)));
    Answer::page(&Page { frame, w, asked, lately, ocsp, late })
}

impl Traffic {
    fn points(&self, w: &Words) -> Vec<Point> {
        let Ocsp { answered, malformed, unauthorized, try_later } = self.ocsp;
        let point = |text: &str, tone, count| Point { tone, ..Point::new(w.t(text), count) };
        vec![
            point("revocation-ocsp-answered", "good", answered),
            point("revocation-ocsp-unauthorized", "warn", unauthorized),
            point("revocation-ocsp-malformed", "warn", malformed),
            point("revocation-ocsp-later", "bad", try_later),
        ]
    }
}

impl Crl {
    fn is_late(&self, now: Option<i64>) -> bool {
        let next = self.next_update.as_deref().and_then(seconds);
        now.zip(next).is_some_and(|(now, next)| next <= now)
    }

    fn number(&self) -> String {
        self.number.map_or_else(|| "–".to_owned(), |number| number.to_string())
    }
}

impl Held {
    fn name(&self) -> String {
        let names = [Some(&self.subject), self.device.as_ref(), Some(&self.serial)];
        shown(names.into_iter().flatten().find(|name| !name.is_empty()).map_or("–", |name| name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Part, rendered};
    use crate::portal::{Language, Words, markup};
    use serde::de::DeserializeOwned;
    use serde_json::{Value, json};

    fn told<T: DeserializeOwned>(value: Value) -> Part<T> {
        Part::Told(serde_json::from_value(value).unwrap())
    }

    fn page(language: Language, asked: &Asked) -> String {
        let page = markup::page(rendered(&markup::frame(language), Words::of(language), asked));
        markup::check(&page);
        page
    }

    fn asked(foreign: &str, now: &str) -> Asked {
        let entry = |sequence: u64, event: &str| json!({ "sequence": sequence, "at": foreign, "event": event, "certificate": "0A", "detail": { "by": foreign } });
        let crl = json!({ "name": foreign, "number": 7, "this_update": "2026-11-29T10:00:00Z", "next_update": "2026-12-06T10:00:00Z", "octets": 900 });
        Asked {
            traffic: told(json!({ "ocsp": { "answered": 5, "try_later": 1 }, "crls": [crl] })),
            revoked: told(json!({ "items": [entry(3, "certificate.revoked")], "next": null })),
            ended: told(json!({ "items": [entry(4, "certificate.released")], "next": null })),
            held: told(
                json!({ "items": [{ "serial": "0B", "subject": foreign, "device": foreign, "revoked_at": foreign }], "next": null }),
            ),
            summary: told(json!({ "at": now })),
        }
    }

    #[test]
    fn what_was_done_by_whom_and_what_is_out_stands_on_one_page() {
        for foreign in markup::FOREIGN.iter().map(String::as_str).chain(["person ada"]) {
            let text = page(Language::En, &asked(foreign, "2026-11-30T00:00:00Z"));
            for part in ["/certificates/0A", "/certificates/0B", ">7<", "2026-12-06 10:00:00 UTC", "In time"]
            {
                assert!(text.contains(part), "{part}: {text}");
            }
            assert!(text.find("Hold ended") < text.find("Certificate revoked"), "the newest first");
        }
    }

    #[test]
    fn a_crl_past_its_time_is_said() {
        assert!(page(Language::En, &asked("x", "2026-12-06T10:00:00Z")).contains("Past its time"));
        let nothing = Asked {
            traffic: Part::Withheld,
            revoked: told(json!({ "items": [], "next": null })),
            ended: Part::Withheld,
            held: told(json!({ "items": [], "next": null })),
            summary: Part::Withheld,
        };
        assert!(page(Language::De, &nothing).contains("Nichts wurde widerrufen"));
    }
}
