//! The portal: pages for people, served beside the API by the administrators' listener.
//!
//! The portal is a client of the API. A page asks [`Api`] for what it shows and for what it does, in the name of whoever is
//! signed in; the API's table of routes decides what that person may. No page reads the store, and none can do what the API
//! cannot. What a page is made of: its line in `pages.rs`, a handler in `pages/`, a template in `templates/`, and its words
//! in `locales/`, one file for each language.

mod api;
mod assets;
pub(crate) mod chart;
mod frame;
mod headers;
mod listing;
#[cfg(test)]
pub(crate) mod markup;
mod pages;
mod part;
mod picture;
pub(crate) mod record;
mod serve;
mod shelf;
pub(crate) mod show;
mod visit;
mod words;

pub(crate) use api::{Api, Problem, encoded, url};
pub(crate) use chart::{Bars, Columns, Point, Step, Waterfall};
pub(crate) use frame::Frame;
pub(crate) use listing::{Listing, address};
pub(crate) use part::Part;
pub(crate) use record::sentence;
pub(crate) use serve::{guarded, router};
pub(crate) use show::{numbered, shown, when};
pub(crate) use visit::{Answer, Shown, Visit};
pub use visit::{Nobody, Visitor, Visitors};
pub use words::Language;
pub(crate) use words::Words;
