//! The documentation that the portal serves: M155, M205.

use super::browser::Browser;
use super::html;
use super::lab::Lab;
use super::verdict::{Verdict, ensure};
use crate::explanation::catalogue;
use std::collections::{BTreeMap, BTreeSet};

/// Where a link to something of ours leads: page, and place in it.
fn target(here: &str, link: &str) -> Option<(String, String)> {
    let (page, place) = link.split_once('#').unwrap_or((link, ""));
    let page = if page.is_empty() { here } else { page };
    page.starts_with('/').then(|| (page.to_owned(), place.to_owned()))
}

/// Pages by address, each with its status and text.
type Pages = BTreeMap<String, (u16, String)>;

/// Those of `seeds`, and every page that is reached from them.
async fn crawled(reader: &Browser, seeds: BTreeSet<String>) -> Result<(Pages, usize, Vec<String>), String> {
    let (mut pages, mut open, mut places) = (Pages::new(), seeds, BTreeSet::new());
    let mut dead = Vec::new();
    while let Some(path) = open.pop_first() {
        let page = reader.get(&path).await?;
        let text = page.text();
        for link in html::links(html::main(&text)) {
            // What the renderer makes of a link to a page that there is not.
            if link == "#" {
                dead.push(format!("a link of {path}"));
            }
            let Some((to, place)) = target(&path, &link) else { continue };
            if to != path && !pages.contains_key(&to) {
                open.insert(to.clone());
            }
            places.insert((to, place));
        }
        pages.insert(path, (page.status, text));
    }
    let there = |(page, place): &(String, String)| match pages.get(page) {
        Some((200, text)) => place.is_empty() || text.contains(&format!("id=\"{place}\"")),
        _ => false,
    };
    dead.extend(places.iter().filter(|place| !there(place)).map(|(page, place)| format!("{page}#{place}")));
    Ok((pages, places.len(), dead))
}

/// Where a code is explained.
fn address(code: impl std::fmt::Display) -> String {
    format!("/docs/errors/{code}")
}

pub(super) async fn m155(lab: &Lab) -> Verdict {
    let reader = Browser::stranger(&lab.http, &lab.main);
    let codes: BTreeSet<String> = catalogue().iter().map(ToString::to_string).collect();
    let rules: BTreeSet<&str> = mdm::lint::rules().map(|rule| rule.code).collect();
    let seeds = codes.iter().map(address).chain(rules.iter().map(address)).chain(["/docs".to_owned()]);
    let (pages, places, dead) = crawled(&reader, seeds.collect()).await?;
    let own = |code: &str| match pages.get(&address(code)) {
        Some((200, text)) => html::main(text).contains(&format!("<h1>{code}</h1>")),
        _ => false,
    };
    for code in codes.iter().map(String::as_str).chain(rules.iter().copied()) {
        ensure!(own(code), "{code} has no page");
    }
    for code in &codes {
        let fix = pages.get(&address(code)).is_some_and(|(_, text)| text.contains("<strong>Fix.</strong>"));
        ensure!(fix, "the page of {code} has no fix");
    }
    ensure!(!own("CHY-"), "control: what is no code has a page");
    let nothing = reader.get("/docs/errors/CHY-").await?.status;
    ensure!(nothing == 404, "control: a code that there is not has a page ({nothing})");
    ensure!(dead.is_empty(), "these lead nowhere: {}", dead.join(", "));
    let more = pages.len() - codes.len() - rules.len();
    ensure!(more > 20 && places > more, "control: only {more} pages and {places} links were found");
    Ok(format!(
        "{} codes and {} rules have their pages, without login; {places} places that these and {more} more pages lead to are there",
        codes.len(),
        rules.len()
    ))
}

pub(super) async fn m205(lab: &Lab) -> Verdict {
    let reader = Browser::stranger(&lab.http, &lab.main);
    let door = reader.page("/sign-in").await?;
    ensure!(html::links(&door).contains(&"/docs".to_owned()), "the door does not lead to the documentation");
    let index = reader.page("/docs").await?;
    let all = html::all(html::main(&index), "<a href=\"", "</a>");
    let found = all.iter().find(|link| link.contains("Troubleshooting"));
    let path = found.and_then(|link| link.split_once('"')).map(|(path, _)| path);
    let path = path.ok_or("the index does not lead to troubleshooting")?;
    ensure!(path.matches('/').count() == 2, "{path} is deeper than one step");
    let page = reader.page(path).await?;
    let families: BTreeSet<String> = html::links(html::main(&page))
        .into_iter()
        .filter(|link| link.starts_with(&format!("{path}/")))
        .collect();
    for code in catalogue() {
        let section = code.page();
        let name =
            section.trim_start_matches("docs/errors/").split(".md").next().unwrap_or_default().to_owned();
        ensure!(
            families.contains(&format!("{path}/{name}")),
            "{code} is in {name}, which the page does not name"
        );
    }
    for family in &families {
        reader.page(family).await?;
    }
    Ok(format!(
        "from the door to the documentation, one step to {path}, and from there {} pages of codes",
        families.len()
    ))
}
