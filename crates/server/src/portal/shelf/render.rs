//! CommonMark with tables, as HTML that the portal's policy lets through: no markup from the text, no style, no picture, links
//! to our own pages and to https alone.

use super::Sheet;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

/// The text as HTML; links are read from within `folder`.
pub(super) fn html(text: &str, folder: &str) -> String {
    let mut rendered = String::with_capacity(text.len() * 2);
    html::push_html(&mut rendered, events(text, folder).into_iter());
    rendered
}

/// The text without markup, for one line.
pub(super) fn plain(text: &str) -> String {
    let mut plain = String::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(_) if !plain.ends_with(' ') => plain.push(' '),
            _ => {}
        }
    }
    plain.trim_end().to_owned()
}

/// A heading's anchor, as GitHub makes it.
pub(super) fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|one| if one == ' ' { '-' } else { one }).collect()
}

fn events<'a>(text: &'a str, folder: &str) -> Vec<Event<'a>> {
    let mut events: Vec<Event<'a>> = Vec::new();
    // Where the heading that is being read began.
    let mut heading = None;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        match event {
            Event::Html(markup) | Event::InlineHtml(markup) => events.push(Event::Text(markup)),
            Event::Start(Tag::Table(columns)) => {
                events.push(Event::Html("<div class=\"scroll\">".into()));
                // An alignment would be written as a style.
                let columns = columns.iter().map(|_| pulldown_cmark::Alignment::None).collect();
                events.push(Event::Start(Tag::Table(columns)));
            }
            Event::End(TagEnd::Table) => {
                events.push(Event::End(TagEnd::Table));
                events.push(Event::Html("</div>\n".into()));
            }
            Event::Start(Tag::Heading { .. }) => {
                heading = Some(events.len());
                events.push(event);
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some(at) = heading.take() {
                    name(&mut events, at);
                }
                events.push(event);
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = destination(&dest_url, folder);
                events.push(Event::Start(Tag::Link { link_type, dest_url, title, id }));
            }
            // What it says instead of the picture stays.
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            other => events.push(other),
        }
    }
    events
}

/// Gives the heading that began at `at` its anchor.
fn name(events: &mut [Event<'_>], at: usize) {
    let said: String = events
        .iter()
        .skip(at)
        .filter_map(|event| match event {
            Event::Text(text) | Event::Code(text) => Some(text.as_ref()),
            _ => None,
        })
        .collect();
    if let Some(Event::Start(Tag::Heading { id, .. })) = events.get_mut(at) {
        *id = Some(anchor(&said).into());
    }
}

/// Where a link leads: to the page of that file, within its own page, to https, or nowhere.
fn destination(link: &str, folder: &str) -> CowStr<'static> {
    if link.starts_with("https://") || link.starts_with('#') {
        return link.to_owned().into();
    }
    let (path, anchor) =
        link.split_once('#').map_or((link, String::new()), |(path, at)| (path, format!("#{at}")));
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    let file = parts.join("/");
    // The description of the API is no page of the shelf: it is served where it is made.
    if file == "openapi.json" {
        return crate::http::API_DESCRIPTION.into();
    }
    let found = Sheet::of_file(&file);
    found.map_or_else(|| "#".into(), |sheet| format!("/docs/{}{anchor}", sheet.name()).into())
}
