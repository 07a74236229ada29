//! What needs somebody, a card each: what is so, and what to do.

use super::Asked;
use super::figures::{Summary, Unmapped};
use super::start::{Authorities, Connections};
use crate::portal::show::{day, seconds, shown};
use crate::portal::{Words, address};
use serde::Deserialize;

/// One thing.
pub(super) struct Card {
    /// `good`, `warn`, `bad` or `wait`.
    pub(super) tone: &'static str,
    pub(super) title: String,
    /// The state in a word or two.
    pub(super) state: String,
    /// What it means, and what to do.
    pub(super) text: String,
    /// What the server says itself.
    pub(super) details: Vec<String>,
    /// Where.
    pub(super) link: String,
    /// What the link says.
    pub(super) go: String,
}

/// How the server is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Health {
    pub(super) ready: bool,
    pub(super) troubles: Vec<String>,
    pub(super) reserves: Vec<String>,
}

/// Days before its end in which a certificate of our own is looked after. Its successor comes by itself well before.
const CLOSE: i64 = 14;

impl Card {
    /// Whether it is not as it should be, or waits for a person.
    pub(super) fn needs_somebody(&self) -> bool {
        self.tone != "good"
    }
}

/// All of them: first how the server is, then what waits.
pub(super) fn of(asked: &Asked, w: &Words) -> Vec<Card> {
    let now = asked.summary.told().and_then(|summary| seconds(&summary.at));
    let mut cards: Vec<Card> = asked.health.told().map(|health| server(health, w)).into_iter().collect();
    if let Some(authorities) = asked.authorities.told() {
        let roles = ["issuing", "ra", "ocsp"].into_iter();
        cards.extend(roles.filter_map(|role| own(authorities, role, now, w)));
    }
    cards.extend(asked.connections.told().and_then(|connections| directories(connections, w)));
    cards.extend(asked.summary.told().into_iter().flat_map(|summary| waiting(summary, w)));
    cards
}

fn card(name: &str, tone: &'static str, state: String, w: &Words) -> Card {
    let text = |part: &str| w.t(&format!("home-{name}-{part}"));
    let text_of = if tone == "good" { "well" } else { "do" };
    let details = Vec::new();
    Card {
        tone,
        title: text("title"),
        state,
        text: text(text_of),
        details,
        link: String::new(),
        go: text("go"),
    }
}

fn server(health: &Health, w: &Words) -> Card {
    let (tone, state) = match (health.ready, health.reserves.is_empty()) {
        (true, true) => ("good", w.t("home-ready")),
        (true, false) => ("warn", w.t("home-degraded")),
        (false, _) => ("bad", w.t("home-not-ready")),
    };
    let details = health.troubles.iter().chain(&health.reserves).map(|text| shown(text)).collect();
    Card { details, link: "/doctor".into(), ..card("server", tone, state, w) }
}

/// The certificate of our own that is in use in a role.
fn own(authorities: &Authorities, role: &str, now: Option<i64>, w: &Words) -> Option<Card> {
    let newest = authorities.newest(role)?;
    let close = now.zip(seconds(&newest.not_after)).is_some_and(|(now, end)| end - now < CLOSE * 86_400);
    let tone = if close { "bad" } else { "good" };
    let state = w.x("home-until", day(&newest.not_after));
    Some(Card { link: "/cas".into(), ..card(role, tone, state, w) })
}

/// The directories that certificates follow.
fn directories(connections: &Connections, w: &Words) -> Option<Card> {
    let followed: Vec<_> = connections.connections.iter().filter_map(|one| one.directory.as_ref()).collect();
    if followed.is_empty() {
        return None;
    }
    let stale: Vec<String> = followed
        .iter()
        .filter(|one| one.stale_since.is_some())
        .map(|one| format!("{}: {}", shown(&one.name), shown(one.trouble.as_deref().unwrap_or("?"))))
        .collect();
    let tone = if stale.is_empty() { "good" } else { "bad" };
    let state = w.t(if stale.is_empty() { "home-fresh" } else { "home-stale" });
    Some(Card { details: stale, link: "/connections".into(), ..card("directory", tone, state, w) })
}

/// What waits for somebody, counted.
fn waiting(summary: &Summary, w: &Words) -> Vec<Card> {
    let counted = |name: &str, count: u64, tone: &'static str, link: &str| {
        let (tone, state) = if count == 0 { ("good", w.t("home-well")) } else { (tone, count.to_string()) };
        Card { link: link.to_owned(), ..card(name, tone, state, w) }
    };
    let refused = summary.failures.iter().fold(0_u64, |sum, one| sum.saturating_add(one.count));
    let unmapped = summary.without_sid.iter().fold(0_u64, |sum, one| sum.saturating_add(one.without_sid));
    let mut cards = vec![
        counted("waiting", summary.waiting, "wait", "/approvals"),
        counted("refused", refused, "warn", &address("/enrolments", &[("outcome", "refused")])),
        counted("undelivered", summary.undelivered, "bad", "/connections"),
        counted("expiring", summary.certificates.expiring, "warn", "/renewals"),
    ];
    if unmapped > 0 {
        let of = |one: &Unmapped| format!("{}: {} / {}", shown(&one.profile), one.without_sid, one.live);
        let details = summary.without_sid.iter().filter(|one| one.without_sid > 0).map(of).collect();
        cards.push(Card { details, ..counted("unmapped", unmapped, "warn", "/certificates") });
    }
    cards
}
