//! Lists that are read page by page: how many rows, from where on, and the answer's shape.
//!
//! A cursor is a place in one list, written so that nobody is tempted to take it apart. It is no permission: the route's scope
//! is asked for on each page, and whoever forges one gets another page of what they may read anyway.

use std::borrow::Cow;

use axum::extract::{FromRequestParts, Query};
use axum::http::Uri;
use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, SchemaType, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

use super::api::{self, ApiProblem};
use crate::explanation::rest;

/// One page of a list, and where the next begins.
#[derive(Clone, Debug, Serialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Of the rows found when one more was sought than are wanted: the one too many says that there is a next page, which
    /// begins behind the last that is shown, `at` which is told.
    pub fn of(mut found: Vec<T>, limit: Limit, at: impl FnOnce(&T) -> Cursor) -> Page<T> {
        let more = found.len() > limit.rows();
        found.truncate(limit.rows());
        let next = if more { found.last().map(at) } else { None };
        Page { items: found, next }
    }
}

/// `items` and `next`, under a name that has the row's in it.
impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let next = ObjectBuilder::new()
            .schema_type(SchemaType::from_iter([Type::String, Type::Null]))
            .description(Some("Where the next page begins: send it as cursor. Null on the last page."));
        let rows = ArrayBuilder::new().items(utoipa::openapi::Ref::from_schema_name(T::name()));
        let page = ObjectBuilder::new().property("items", rows).required("items");
        page.property("next", next).required("next").into()
    }
}

impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> Cow<'static, str> {
        format!("PageOf{}", T::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        T::schemas(schemas);
    }
}

/// How many rows a page has at most: 1 to 200.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit(u8);

impl Default for Limit {
    fn default() -> Self {
        Limit(Self::USUAL)
    }
}

impl Limit {
    /// Where nothing is said.
    pub const USUAL: u8 = 50;
    /// The most.
    pub const MOST: u8 = 200;

    /// Of a number in digits.
    ///
    /// # Errors
    /// It is none from 1 to 200 (CHY-6200).
    pub fn parse(text: &str) -> Result<Limit, ApiProblem> {
        let digits = !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
        let rows = text.parse().ok().filter(|rows| digits && (1..=Self::MOST).contains(rows));
        rows.map(Limit).ok_or_else(|| ApiProblem::new(400, rest::LIMIT))
    }

    /// The rows.
    #[must_use]
    pub fn rows(self) -> usize {
        usize::from(self.0)
    }

    /// One more than the rows: what to seek, so that [`Page::of`] knows whether there is a next page.
    #[must_use]
    pub fn and_one(self) -> u32 {
        u32::from(self.0) + 1
    }
}

/// A place in a list. Opaque: base64url of the list's name and of where it stands there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// The longest that is read, in characters.
    const LONGEST: usize = 1_024;

    /// The place `at` in the list of that name. The name keeps one list's places from another's.
    pub fn new(list: &str, at: &impl Serialize) -> Cursor {
        // A place is a number or a few texts: nothing that JSON cannot say.
        let text = serde_json::to_string(&(list, at)).unwrap_or_default();
        Cursor(URL_SAFE_NO_PAD.encode(text))
    }

    /// The place in the list of that name.
    ///
    /// # Errors
    /// It is no place of this list (CHY-6201).
    pub fn read<K: DeserializeOwned>(&self, list: &str) -> Result<K, ApiProblem> {
        let octets = URL_SAFE_NO_PAD.decode(&self.0).ok().filter(|_| self.0.len() <= Self::LONGEST);
        let place = octets.and_then(|octets| serde_json::from_slice::<(String, K)>(&octets).ok());
        let place = place.filter(|(name, _)| name == list);
        place.map(|(_, at)| at).ok_or_else(|| ApiProblem::new(400, rest::CURSOR))
    }
}

/// The question for a page, as an argument of the handler: how many rows, from where on, and the route's own filter. `T`
/// denies unknown fields: a filter with a slip of the pen must not list everything.
#[derive(Clone, Debug)]
pub struct Asked<T> {
    /// How many rows.
    pub limit: Limit,
    /// From where on; the beginning where absent.
    pub cursor: Option<Cursor>,
    /// Which rows.
    pub filter: T,
}

impl<T: DeserializeOwned> Asked<T> {
    /// Of a query as HTTP carried it.
    ///
    /// # Errors
    /// CHY-6200, CHY-6202.
    pub fn of(query: &str) -> Result<Asked<T>, ApiProblem> {
        let (mut limit, mut cursor, mut rest) = (None, None, Vec::new());
        for part in query.split('&').filter(|part| !part.is_empty()) {
            // Both are made of letters, digits, - and _: as they are, or not at all.
            let twice = match part.split_once('=') {
                Some(("limit", text)) => limit.replace(Limit::parse(text)?).is_some(),
                Some(("cursor", text)) => cursor.replace(Cursor(text.to_owned())).is_some(),
                _ => {
                    rest.push(part);
                    false
                }
            };
            if twice {
                return Err(not_asked("a parameter stands twice"));
            }
        }
        let filter = filter(&rest.join("&"))?;
        Ok(Asked { limit: limit.unwrap_or_default(), cursor, filter })
    }

    /// The place to go on from; `None` for the beginning.
    ///
    /// # Errors
    /// It is no place of the list of that name (CHY-6201).
    pub fn from<K: DeserializeOwned>(&self, list: &str) -> Result<Option<K>, ApiProblem> {
        self.cursor.as_ref().map(|cursor| cursor.read(list)).transpose()
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        Asked::of(parts.uri.query().unwrap_or_default()).map_err(|problem| api::refusal(&problem))
    }
}

/// Of a route that lists everything.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Everything {}

/// The parameters of a query, decoded into what the route takes.
fn filter<T: DeserializeOwned>(query: &str) -> Result<T, ApiProblem> {
    let uri = Uri::builder().path_and_query(format!("/?{query}")).build();
    let uri = uri.map_err(|_| not_asked("it is no query"))?;
    let read = Query::try_from_uri(&uri).map_err(|error| not_asked(&error.body_text()))?;
    Ok(read.0)
}

fn not_asked(why: &str) -> ApiProblem {
    let sentence = format!("The query is not what the route takes: {why}.");
    ApiProblem { sentence, ..ApiProblem::new(400, rest::QUERY) }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Cursor, Everything, Limit, Page};
    use serde::Deserialize;

    #[derive(Debug, Default, Deserialize)]
    #[serde(default, deny_unknown_fields)]
    struct Some {
        subject: Option<String>,
        days: Option<u32>,
    }

    fn code(query: &str) -> String {
        Asked::<Some>::of(query).unwrap_err().code.to_string()
    }

    #[test]
    fn a_limit_is_a_number_from_1_to_200() {
        for (text, rows) in [("1", 1), ("50", 50), ("200", 200), ("007", 7)] {
            assert_eq!(Asked::<Some>::of(&format!("limit={text}")).unwrap().limit.rows(), rows);
        }
        assert_eq!(Asked::<Some>::of("").unwrap().limit, Limit::default());
        for text in ["0", "201", "256", "-1", "+1", "1.0", "ten", "", "1%30", "18446744073709551617"] {
            assert_eq!(code(&format!("limit={text}")), "CHY-6200", "{text:?}");
        }
        assert_eq!(code("limit=1&limit=2"), "CHY-6202");
    }

    #[test]
    fn a_filter_is_decoded_and_knows_its_parameters() {
        let asked = Asked::<Some>::of("subject=a%26limit%3D3+b&limit=9&days=30").unwrap();
        assert_eq!(asked.filter.subject.as_deref(), Option::Some("a&limit=3 b"));
        assert_eq!((asked.limit.rows(), asked.filter.days), (9, Option::Some(30)));
        for query in ["subjekt=a", "days=x", "subject=a&subject=b", "limit", "%6cimit=3", "cursor=a&cursor=b"]
        {
            assert_eq!(code(query), "CHY-6202", "{query}");
        }
        assert!(Asked::<Everything>::of("subject=a").is_err(), "a list without a filter takes none");
    }

    #[test]
    fn a_cursor_is_good_for_its_own_list_and_kind_of_place() {
        let cursor = Cursor::new("devices", &(7_i64, "pc"));
        assert_eq!(cursor.read::<(i64, String)>("devices").unwrap(), (7, "pc".to_owned()));
        assert!(cursor.read::<(i64, String)>("users").is_err());
        assert!(cursor.read::<i64>("devices").is_err());
        let text = serde_json::to_string(&cursor).unwrap();
        let asked = Asked::<Some>::of(&format!("cursor={}", text.trim_matches('"'))).unwrap();
        assert_eq!(asked.from::<(i64, String)>("devices").unwrap().unwrap().0, 7);
        for forged in ["", "A", "!!!", &"A".repeat(4_000)] {
            assert!(Cursor(forged.to_owned()).read::<i64>("devices").is_err());
        }
    }

    #[test]
    fn a_page_has_a_next_where_one_more_was_found() {
        let limit = Limit::parse("2").unwrap();
        let page = |found: Vec<i64>| Page::of(found, limit, |at| Cursor::new("numbers", at));
        let (last, first) = (page(vec![1, 2]), page(vec![1, 2, 3]));
        assert_eq!((last.items.len(), last.next), (2, None));
        assert_eq!((first.items, first.next.unwrap().read::<i64>("numbers").unwrap()), (vec![1, 2], 2));
    }
}
