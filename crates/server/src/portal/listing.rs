//! A list with its filters in the address, so that a view can be kept, sent to a colleague and gone back to.

use super::Visit;
use super::api::{encoded, url};
use ca::rejection::shown::is_invisible;

/// Characters of a filter, as many as the API takes.
const LONGEST: usize = 300;

/// The place in a list that an address names.
pub(crate) struct Listing {
    path: &'static str,
    filters: Vec<(&'static str, String)>,
    cursor: String,
}

impl Listing {
    /// What the visitor asks of the list at `path`, by these filters and no others.
    pub(crate) fn of(visit: &Visit, path: &'static str, filters: &[&'static str]) -> Listing {
        let filters = filters.iter().map(|name| (*name, asked(visit.query(name)))).collect();
        Listing { path, filters, cursor: visit.query("cursor").to_owned() }
    }

    /// Of parameters that a test names.
    #[cfg(test)]
    pub(crate) fn made(path: &'static str, filters: &[&'static str], query: &[(&str, &str)]) -> Listing {
        let value =
            |name: &str| asked(query.iter().find(|(one, _)| *one == name).map_or("", |(_, value)| value));
        Listing {
            path,
            filters: filters.iter().map(|name| (*name, value(name))).collect(),
            cursor: value("cursor"),
        }
    }

    /// The same with that filter held to these values, the first of which is meant where it says another or nothing.
    pub(crate) fn or(mut self, name: &str, allowed: &[&str]) -> Listing {
        let filter = self.filters.iter_mut().find(|(one, _)| *one == name);
        if let Some((_, value)) = filter.filter(|(_, value)| !allowed.contains(&&**value)) {
            allowed.first().copied().unwrap_or_default().clone_into(value);
        }
        self
    }

    /// What a filter says; empty where it says nothing.
    pub(crate) fn value(&self, name: &str) -> &str {
        self.filters.iter().find(|(one, _)| *one == name).map_or("", |(_, value)| value)
    }

    /// Whether any filter says anything.
    pub(crate) fn is_filtered(&self) -> bool {
        self.filters.iter().any(|(_, value)| !value.is_empty())
    }

    /// Whether it begins at the beginning.
    pub(crate) fn is_first(&self) -> bool {
        self.cursor.is_empty()
    }

    /// Where the API has it.
    pub(crate) fn api(&self, segments: &[&str]) -> String {
        let filters = self.filters.iter().map(|(name, value)| (*name, value.as_str()));
        url(segments, &filters.chain([("cursor", &*self.cursor)]).collect::<Vec<_>>())
    }

    /// The page that goes on; empty where there is none.
    pub(crate) fn next(&self, cursor: Option<&String>) -> String {
        let Some(cursor) = cursor else { return String::new() };
        let filters = self.filters.iter().map(|(name, value)| (*name, value.as_str()));
        address(self.path, &filters.chain([("cursor", &**cursor)]).collect::<Vec<_>>())
    }
}

/// What an address asks for, without what cannot be seen: an address may be a stranger's.
fn asked(text: &str) -> String {
    text.trim().chars().filter(|one| !is_invisible(*one)).take(LONGEST).collect()
}

/// A page's address with parameters; those without a value are left out.
pub(crate) fn address(path: &str, parameters: &[(&str, &str)]) -> String {
    let pairs = parameters.iter().filter(|(_, value)| !value.is_empty());
    let query: Vec<String> = pairs.map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::{Listing, address};

    #[test]
    fn what_was_filtered_stays_so_on_the_next_page() {
        let filters =
            vec![("code", "CHY-3004".to_owned()), ("endpoint", "a&b=c".to_owned()), ("q", String::new())];
        let listing = Listing { path: "/enrolments", filters, cursor: "x".to_owned() };
        let next = listing.next(Some(&"y+/=".to_owned()));
        assert_eq!(next, "/enrolments?code=CHY-3004&endpoint=a%26b%3Dc&cursor=y%2B%2F%3D");
        assert_eq!(listing.next(None), "");
        assert_eq!(
            listing.api(&["enrolments"]),
            "/api/v1/enrolments?code=CHY-3004&endpoint=a%26b%3Dc&cursor=x"
        );
        assert!(listing.is_filtered() && !listing.is_first());
        assert_eq!(address("/audit", &[("q", "")]), "/audit");
    }
}
