//! One request of a browser: who it is, what it asks, and what it gets.

use super::frame::Frame;
use super::words::{Language, Words};
use super::{Api, Problem};
use crate::http::{BoxFuture, Caller};
use crate::people::Reception;
use crate::tokens::Scope;
use axum::http::HeaderMap;
use axum::response::Response;
use pki::Time;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

/// Knows who is signed in.
pub trait Visitors: Send + Sync {
    /// Whose session the request carries, if it is one that lives.
    fn visitor<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Option<Visitor>>;

    /// What signs people in and out.
    fn reception(&self) -> Option<&Reception> {
        None
    }
}

/// Before there are people: nobody is signed in, and every page leads to the door.
pub struct Nobody;

impl Visitors for Nobody {
    fn visitor<'a>(&'a self, _: &'a HeaderMap) -> BoxFuture<'a, Option<Visitor>> {
        Box::pin(std::future::ready(None))
    }
}

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// For the API and its audit.
    pub caller: Caller,
    /// What pages call the person.
    pub name: String,
    /// The role's word, for pages.
    pub role: String,
    /// What pages are shown. What may be done is the API's own decision.
    pub rights: BTreeSet<Scope>,
    /// What forms of this session carry, lest another site sends them.
    pub csrf: String,
    /// The language that the person chose.
    pub language: Option<Language>,
}

/// One request, for the handler of its page.
pub(crate) struct Visit {
    /// The frame around the page.
    pub(crate) frame: Arc<Frame>,
    /// The page's texts.
    pub(crate) words: &'static Words,
    /// What the browser sent beside the form.
    pub(crate) head: HeaderMap,
    /// From where.
    pub(crate) peer: Option<IpAddr>,
    pub(super) visitors: Arc<dyn Visitors>,
    /// When it came.
    pub(crate) now: Time,
    pub(super) api: Option<Api>,
    pub(super) path: Vec<(String, String)>,
    pub(crate) query: Vec<(String, String)>,
    pub(super) form: Vec<(String, String)>,
}

/// What a visit ends with.
pub(crate) enum Answer {
    /// A page.
    Html(String),
    /// Another page of ours: a path, and nothing but a path.
    See(String),
    /// A file, as the API gave it.
    File(Response),
}

/// What handlers give.
pub(crate) type Shown = Pin<Box<dyn Future<Output = Result<Answer, Problem>> + Send>>;

impl Visit {
    /// The API in the visitor's name.
    ///
    /// # Errors
    /// [`Problem`] where nobody is signed in.
    pub(crate) fn api(&self) -> Result<&Api, Problem> {
        self.api.as_ref().ok_or_else(|| Problem { status: 401, ..Problem::not_found() })
    }

    /// What signs people in and out; pages of people's own accounts and no others use it.
    ///
    /// # Errors
    /// [`Problem`] where nobody can sign in.
    pub(crate) fn reception(&self) -> Result<&Reception, Problem> {
        self.visitors.reception().ok_or_else(Problem::not_found)
    }

    /// The path's part of that name.
    pub(crate) fn part(&self, name: &str) -> &str {
        find(&self.path, name)
    }

    /// The query's first parameter of that name; empty where there is none.
    pub(crate) fn query(&self, name: &str) -> &str {
        find(&self.query, name)
    }

    /// All of the query's parameters of that name: boxes that were ticked.
    pub(crate) fn queries<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// The form's first field of that name; empty where there is none.
    pub(crate) fn field(&self, name: &str) -> &str {
        find(&self.form, name)
    }

    /// All of the form's fields of that name: boxes that were ticked.
    pub(crate) fn fields<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.form.iter().filter(move |(one, _)| one == name).map(|(_, value)| value.as_str())
    }
}

impl Answer {
    /// The page that the template makes.
    ///
    /// # Errors
    /// [`Problem`] where it cannot be written.
    pub(crate) fn page(template: &impl askama::Template) -> Result<Answer, Problem> {
        let rendered = template.render();
        rendered.map(Answer::Html).map_err(|_| Problem { status: 500, ..Problem::not_found() })
    }
}

fn find<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    pairs.iter().find(|(one, _)| one == name).map_or("", |(_, value)| value)
}
