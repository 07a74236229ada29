//! What is around each page: the way to the others, the search, who is signed in.

use super::pages::{GROUPS, PAGES, Who};
use super::visit::Visitor;
use super::words::{Language, Words};
use crate::tokens::Scope;

/// The frame of one page for one visitor.
pub(crate) struct Frame {
    /// Its texts.
    pub(crate) words: &'static Words,
    /// Whether somebody is signed in, and who.
    pub(crate) visitor: Option<Visitor>,
    /// Whether it is a demo: each page says so.
    pub(crate) demo: bool,
    /// The page's own path.
    pub(crate) path: String,
    /// What was done, as a text's name; shown above the page.
    pub(crate) done: Option<String>,
}

/// A line of the navigation.
pub(crate) struct Link {
    /// Where it leads.
    pub(crate) path: &'static str,
    /// The text's name.
    pub(crate) text: String,
    /// Whether it is the page that is shown, or one below it.
    pub(crate) current: bool,
}

impl Frame {
    /// Nobody's, for tests of pages.
    #[cfg(test)]
    pub(crate) fn bare(language: Language) -> Frame {
        let words = Words::of(language);
        Frame { words, visitor: None, demo: false, path: "/".to_owned(), done: None }
    }

    /// The navigation: groups of pages that the visitor may see.
    pub(crate) fn navigation(&self) -> Vec<(String, Vec<Link>)> {
        let group = |name: &&str| {
            let links: Vec<Link> = PAGES
                .iter()
                .filter(|page| page.group == Some(*name) && self.sees(page.who))
                .filter(|page| self.demo || page.name != "sim")
                .map(|page| Link {
                    path: page.path,
                    text: self.words.t(&format!("nav-{}", page.name)),
                    current: self.is_within(page.path),
                })
                .collect();
            (self.words.t(&format!("nav-group-{name}")), links)
        };
        GROUPS.iter().map(group).filter(|(_, links)| !links.is_empty()).collect()
    }

    fn is_within(&self, path: &str) -> bool {
        self.path == path
            || (path != "/" && self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Whether a page for these is for the visitor.
    pub(super) fn sees(&self, who: Who) -> bool {
        match who {
            Who::Anyone => true,
            Who::SignedIn => self.visitor.is_some(),
            Who::May(scope) => self.may(scope),
        }
    }

    /// Whether the visitor may do that, so that it is offered.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.visitor.as_ref().is_some_and(|one| one.rights.contains(&scope))
    }

    /// The same by the scope's word, for templates.
    pub(crate) fn may_do(&self, scope: &str) -> bool {
        Scope::parse(scope).is_some_and(|scope| self.may(scope))
    }

    /// What each form carries.
    pub(crate) fn csrf(&self) -> &str {
        self.visitor.as_ref().map_or("", |one| &one.csrf)
    }

    /// BCP 47.
    pub(crate) fn tag(&self) -> &'static str {
        self.words.language().tag()
    }

    /// The languages to choose from: tag, own name, whether it is this one.
    pub(crate) fn languages(&self) -> Vec<(&'static str, &'static str, bool)> {
        let mine = self.words.language();
        Language::ALL.iter().map(|(one, name)| (one.tag(), *name, *one == mine)).collect()
    }
}
