//! The first page: whether all is well, what needs somebody, and how enrolments go right now.

mod cards;
mod figures;
mod start;
#[cfg(test)]
mod tests;

use super::enrolments::{Listed, Row};
use crate::portal::{Answer, Bars, Columns, Frame, Part, Point, Problem, Shown, Visit, Words, url};
use crate::tokens::Scope;
use askama::Template;
use cards::{Card, Health};
pub(super) use figures::{Bar, Now, points};
use figures::{Summary, Traffic};
use start::{Authorities, Connections};

/// What the page asks for.
struct Asked {
    summary: Part<Summary>,
    newest: Part<Listed<Row>>,
    health: Part<Health>,
    authorities: Part<Authorities>,
    connections: Part<Connections>,
    traffic: Part<Traffic>,
}

#[derive(Template)]
#[template(path = "home.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    asked: &'a Asked,
    cards: Vec<Card>,
    /// How many of the cards need somebody.
    needs: usize,
    failures: Vec<Failure>,
    minutes: Drawn,
    months: Drawn,
    platforms: Drawn,
    codes: Drawn,
    funnel: Drawn,
}

/// A picture, already drawn.
type Drawn = String;

/// A reason for which requests are refused.
struct Failure {
    code: String,
    sentence: &'static str,
    fix: &'static str,
    count: u64,
    /// Of all refusals, with those of the lines above, in whole percent.
    together: u64,
    link: String,
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let asked = asked(&visit).await;
        rendered(&visit.frame, visit.words, &asked)
    })
}

async fn asked(visit: &Visit) -> Asked {
    let of = |name: &str| url(&[name], &[]);
    let newest = url(&["enrolments"], &[("limit", "10")]);
    let (summary, traffic) = (of("summary"), of("traffic"));
    let (health, authorities, connections) = (of("health"), of("cas"), of("connections"));
    let (summary, traffic, newest, health, authorities, connections) = tokio::join!(
        Part::of(visit, Scope::CertRead, &summary),
        Part::of(visit, Scope::CertRead, &traffic),
        Part::of(visit, Scope::EnrolmentRead, &newest),
        Part::of(visit, Scope::SystemRead, &health),
        Part::of(visit, Scope::SystemRead, &authorities),
        Part::of(visit, Scope::SystemRead, &connections),
    );
    Asked { summary, newest, health, authorities, connections, traffic }
}

fn rendered(frame: &Frame, w: &'static Words, asked: &Asked) -> Result<Answer, Problem> {
    let none = Summary::default();
    let summary = asked.summary.told().unwrap_or(&none);
    let cards = cards::of(asked, w);
    let needs = cards.iter().filter(|card| card.needs_somebody()).count();
    let columns = |id, title: &str, points: &[Point]| {
        Columns { id, title: w.t(title), points, w }.render().unwrap_or_default()
    };
    let bars = |id, title: &str, points: &[Point]| {
        Bars { id, title: w.t(title), points, w }.render().unwrap_or_default()
    };
    Answer::page(&Page {
        frame,
        w,
        asked,
        needs,
        cards,
        failures: figures::failures(summary),
        minutes: columns("per-minute", "home-minutes", &figures::minutes(summary)),
        months: columns("expiry", "home-expiry-title", &figures::months(summary)),
        platforms: bars("platforms", "home-platforms", &figures::counts(&summary.by_platform)),
        funnel: bars(
            "funnel",
            "home-funnel-title",
            &asked.traffic.told().map(|one| one.funnel(w)).unwrap_or_default(),
        ),
        codes: bars("pareto", "home-failures-title", &figures::codes(summary)),
    })
}
