//! The documentation: what a code means, and everything else that is written about the program.

use crate::portal::shelf::{Section, Sheet, is_code};
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words};
use askama::Template;

#[derive(Template)]
#[template(path = "docs.html")]
struct Index<'a> {
    frame: &'a Frame,
    w: &'static Words,
    /// What was searched for.
    wanted: &'a str,
    found: Vec<Section>,
    sheets: Vec<Sheet>,
}

#[derive(Template)]
#[template(path = "doc.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    title: &'a str,
    /// Made by `shelf::render` of our own text, where markup is text.
    html: String,
    /// The whole page that a section is of.
    whole: Option<Sheet>,
}

/// What to look for first, where something went wrong.
const FIRST: [&str; 2] = ["errors", "profiles"];

pub(super) fn index(visit: Visit) -> Shown {
    Box::pin(async move {
        let wanted = visit.query("q").trim();
        // Whoever types a code wants its page.
        if is_code(wanted)
            && let Some(section) = Section::of_code(wanted)
        {
            return Ok(Answer::See(section.path()));
        }
        let (found, sheets) =
            (Section::search(wanted), Sheet::all().filter(|one| is_read_alone(*one)).collect());
        Answer::page(&Index { frame: &visit.frame, w: visit.words, wanted, found, sheets })
    })
}

fn is_read_alone(sheet: Sheet) -> bool {
    !sheet.name().contains('/') && !FIRST.contains(&sheet.name())
}

pub(super) fn page(visit: Visit) -> Shown {
    Box::pin(async move {
        let sheet = Sheet::named(visit.part("page")).ok_or_else(Problem::not_found)?;
        sheet_page(&visit, sheet)
    })
}

/// `/docs/errors/{code}`, and the pages of a folder.
pub(super) fn within(visit: Visit) -> Shown {
    Box::pin(async move {
        let (folder, page) = (visit.part("folder"), visit.part("page"));
        if let Some(sheet) = Sheet::named(&format!("{folder}/{page}")) {
            return sheet_page(&visit, sheet);
        }
        let code = Some(page).filter(|page| folder == "errors" && is_code(page));
        let section = code.and_then(Section::of_code).ok_or_else(Problem::not_found)?;
        let (title, html, whole) = (section.heading, section.html(), Some(section.sheet));
        Answer::page(&One { frame: &visit.frame, w: visit.words, title, html, whole })
    })
}

fn sheet_page(visit: &Visit, sheet: Sheet) -> Result<Answer, Problem> {
    let (title, html) = (sheet.title(), sheet.html());
    Answer::page(&One { frame: &visit.frame, w: visit.words, title, html, whole: None })
}
