//! The list: every filter stands in the address, so that it can be kept and passed on.

use super::row::{Listed, Row};
use crate::portal::{Answer, Frame, Shown, Visit, Words, encoded, url};
use askama::Template;

/// What the API filters by, as the address has it too. The first is the one search box for everything.
const FILTERS: [&str; 15] = [
    "q",
    "status",
    "profile",
    "endpoint",
    "device",
    "user",
    "requester",
    "serial",
    "thumbprint",
    "expires_after",
    "expires_before",
    "expires_within_days",
    "issued_after",
    "issued_before",
    "limit",
];

/// Where the page goes on.
const CURSOR: &str = "cursor";

/// The filters of one visit that say something.
pub(super) struct Filters<'a>(Vec<(&'static str, &'a str)>);

#[derive(Template)]
#[template(path = "certificates.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    filters: Filters<'a>,
    rows: Vec<Row>,
    /// The address of what follows; empty where nothing does.
    next: String,
    /// The same as a file.
    export: String,
}

impl<'a> Filters<'a> {
    fn of(visit: &'a Visit) -> Filters<'a> {
        let given = FILTERS.iter().map(|name| (*name, visit.query(name).trim()));
        Filters(given.filter(|(_, value)| !value.is_empty()).collect())
    }

    /// What a filter says; empty where it says nothing.
    fn get(&self, name: &str) -> &'a str {
        self.0.iter().find(|(one, _)| *one == name).map_or("", |(_, value)| value)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.get(name) == value
    }

    /// Whether one beside the search box is set, so that they are shown open.
    fn has_more(&self) -> bool {
        self.0.iter().any(|(name, _)| !matches!(*name, "q" | "status"))
    }

    /// This page's own address at `path`, from `cursor` on.
    fn address(&self, path: &str, cursor: &str) -> String {
        let pairs = self.0.iter().copied().chain((!cursor.is_empty()).then_some((CURSOR, cursor)));
        let pairs: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }
}

pub(in crate::portal::pages) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let filters = Filters::of(&visit);
        let mut asked = filters.0.clone();
        asked.push((CURSOR, visit.query(CURSOR)));
        let Listed { items: rows, next } =
            visit.api()?.get::<Listed<Row>>(&url(&["certificates"], &asked)).await?;
        let next = next.map(|cursor| filters.address("/certificates", &cursor)).unwrap_or_default();
        let export = filters.address("/certificates.csv", "");
        Answer::page(&List { frame: &visit.frame, w: visit.words, filters, rows, next, export })
    })
}

/// What the list shows, all of it, for a spreadsheet.
pub(in crate::portal::pages) fn csv(visit: Visit) -> Shown {
    Box::pin(async move {
        let filters = Filters::of(&visit);
        Ok(Answer::File(visit.api()?.file(&url(&["certificates.csv"], &filters.0)).await?))
    })
}

#[cfg(test)]
mod tests {
    use super::{Filters, List, Row};
    use crate::portal::markup;
    use crate::portal::pages::desk;
    use askama::Template as _;
    use serde_json::json;

    fn row(text: &str, status: &str) -> Row {
        serde_json::from_value(json!({
            "serial": "4F21", "subject": text, "names": [text], "status": status, "profile": "device",
            "endpoint": "once", "device": text, "user": text, "requested_by": text,
            "not_before": "2026-11-29T16:57:44Z", "not_after": "2026-11-29T16:57:44Z",
            "issued_at": "2026-11-29T16:57:44Z", "revoked_at": null, "reason": null,
        }))
        .unwrap()
    }

    #[test]
    fn a_filter_stands_in_the_address_as_one_value() {
        let filters = Filters(vec![("q", "a&status=b #"), ("status", "good")]);
        let address = filters.address("/certificates", "c+/=");
        assert_eq!(address, "/certificates?q=a%26status%3Db%20%23&status=good&cursor=c%2B%2F%3D");
        assert_eq!(Filters(Vec::new()).address("/certificates.csv", ""), "/certificates.csv");
    }

    #[test]
    fn t_xss_hostile_text_is_text_in_the_list_and_in_its_filters() {
        let (frame, w) = desk::frame("helpdesk");
        let page = |typed: &'static str, text: &str| {
            let filters = Filters(vec![("q", typed), ("status", typed), ("device", typed)]);
            let rows = vec![row(text, "good"), row(text, text)];
            let (next, export) = (filters.address("/certificates", text), filters.address("/c.csv", ""));
            List { frame: &frame, w, filters, rows, next, export }.render().unwrap()
        };
        markup::FOREIGN.iter().for_each(|text| markup::check(&page("", text)));
        for typed in desk::HOSTILE {
            markup::check(&page(typed, "x"));
        }
    }

    #[test]
    fn boxes_are_for_who_may_revoke() {
        for (role, offered) in [("helpdesk", true), ("operator", true), ("auditor", false)] {
            let (frame, w) = desk::frame(role);
            let (filters, rows) = (Filters(Vec::new()), vec![row("ab", "good")]);
            let page = List { frame: &frame, w, filters, rows, next: String::new(), export: String::new() };
            let text = page.render().unwrap();
            assert_eq!(text.contains("name=\"serial\""), offered, "{role}");
            assert_eq!(text.contains("value=\"revoke\""), offered, "{role}");
        }
    }
}
