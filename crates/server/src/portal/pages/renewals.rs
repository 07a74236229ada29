//! Which certificates devices will renew when, and which ones should have been renewed and were not.

use super::enrolments::Listed;
use super::home::{Bar, points};
use crate::portal::show::seconds;
use crate::portal::{Answer, Columns, Frame, Listing, Problem, Shown, Visit, Words, encoded};
use askama::Template;
use serde::Deserialize;

/// What the API forecasts.
#[derive(Deserialize)]
struct Forecast {
    opening: Vec<Bar>,
    at_risk_count: u64,
    at_risk: Listed<Late>,
}

/// A certificate whose time to be renewed is past.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Late {
    serial: String,
    subject: String,
    device: Option<String>,
    user: Option<String>,
    profile: String,
    not_after: String,
}

#[derive(Template)]
#[template(path = "renewals.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    listing: Listing,
    picture: String,
    /// Renewals that may come within 90 days.
    coming: u64,
    late: Vec<Late>,
    late_count: u64,
    next: String,
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let listing = Listing::of(&visit, "/renewals", &[]);
        let forecast = visit.api()?.get(&listing.api(&["renewals"])).await?;
        rendered(&visit.frame, visit.words, listing, forecast)
    })
}

fn rendered(
    frame: &Frame,
    w: &'static Words,
    listing: Listing,
    forecast: Forecast,
) -> Result<Answer, Problem> {
    // `12-24`: the day within its year.
    let days = points(&forecast.opening, 5..10);
    let picture = Columns { id: "forecast", title: w.t("renewals-forecast"), points: &days, w };
    let picture = picture.render().unwrap_or_default();
    let coming = forecast.opening.iter().fold(0_u64, |sum, bar| sum.saturating_add(bar.count));
    let next = listing.next(forecast.at_risk.next.as_ref());
    let (late, late_count) = (forecast.at_risk.items, forecast.at_risk_count);
    Answer::page(&Page { frame, w, listing, picture, coming, late, late_count, next })
}

impl Late {
    fn name(&self) -> String {
        let names = [Some(&self.subject), self.device.as_ref(), self.user.as_ref(), Some(&self.serial)];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        name.map_or_else(String::new, |name| crate::portal::shown(name))
    }

    fn link(&self) -> String {
        format!("/certificates/{}", encoded(&self.serial))
    }

    /// The day on which it ends, by which the most urgent are seen.
    fn ends(&self) -> bool {
        seconds(&self.not_after).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, rendered};
    use crate::portal::{Language, Words, markup};
    use serde_json::{Value, json};

    fn page(language: Language, forecast: Value) -> String {
        let (frame, w) = (markup::frame(language), Words::of(language));
        let listing = Listing::made("/renewals", &[], &[]);
        let page = markup::page(rendered(&frame, w, listing, serde_json::from_value(forecast).unwrap()));
        markup::check(&page);
        page
    }

    #[test]
    fn nobody_late_is_said() {
        let none = json!({ "opening": [], "at_risk_count": 0, "at_risk": { "items": [], "next": null } });
        assert!(page(Language::En, none.clone()).contains("No device is late"));
        page(Language::De, none);
    }

    #[test]
    fn who_is_late_is_listed_with_a_way_to_the_certificate() {
        for foreign in markup::FOREIGN.iter().map(String::as_str).chain(["CN=pc"]) {
            let late = json!({ "serial": "0A", "subject": foreign, "device": foreign, "user": null, "profile": foreign, "not_after": "2026-12-01T00:00:00Z" });
            let opening =
                json!([{ "from": "2026-12-24T00:00:00Z", "count": 3 }, { "from": foreign, "count": 4 }]);
            let text = page(
                Language::En,
                json!({ "opening": opening, "at_risk_count": 81, "at_risk": { "items": [late], "next": "n" } }),
            );
            for part in
                ["/certificates/0A", "2026-12-01 00:00:00 UTC", "12-24", "81 ", "/renewals?cursor=n", "7 "]
            {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
    }
}
