//! The documentation, from within the program, so that a code leads to its explanation where there is no internet either (M155).

mod render;

/// Path below `docs/`, and text. `build.rs` gathers them.
const SHELF: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/shelf.rs"));

/// Sections that a search shows at most.
const FOUND: usize = 50;

/// One page of the documentation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sheet {
    /// Its path below `docs/`.
    file: &'static str,
    text: &'static str,
}

/// A section: the text below a heading of the second rank.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section {
    /// Where it stands.
    pub(crate) sheet: Sheet,
    /// Its heading.
    pub(crate) heading: &'static str,
    /// What follows the heading.
    text: &'static str,
}

impl Sheet {
    /// All of them: those of `docs/` first, then folder by folder.
    pub(crate) fn all() -> impl Iterator<Item = Sheet> {
        SHELF.iter().map(|(file, text)| Sheet { file, text })
    }

    /// The page with this path below `docs/`, as a file.
    fn of_file(file: &str) -> Option<Sheet> {
        Sheet::all().find(|sheet| sheet.file == file)
    }

    /// The page at `/docs/{name}`.
    pub(crate) fn named(name: &str) -> Option<Sheet> {
        Sheet::all().find(|sheet| sheet.name() == name)
    }

    /// What it is called in addresses: a folder's own page has the folder's name.
    pub(crate) fn name(self) -> &'static str {
        let name = self.file.strip_suffix(".md").unwrap_or(self.file);
        name.strip_suffix("/README").unwrap_or(name)
    }

    /// Its heading.
    pub(crate) fn title(self) -> &'static str {
        self.text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(self.file)
    }

    /// The folder that it stands in; empty for `docs/` itself.
    fn folder(self) -> &'static str {
        self.file.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// As HTML. Markup in the text is shown as text.
    pub(crate) fn html(self) -> String {
        render::html(self.text, self.folder())
    }

    /// Its sections.
    pub(crate) fn sections(self) -> impl Iterator<Item = Section> {
        self.text.split("\n## ").skip(1).map(move |part| {
            let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
            Section { sheet: self, heading, text }
        })
    }
}

impl Section {
    /// The one that explains this code, `CHY-2104` or `PRF-901`; letters may be small.
    pub(crate) fn of_code(code: &str) -> Option<Section> {
        Sheet::all().flat_map(Sheet::sections).find(|section| section.heading.eq_ignore_ascii_case(code))
    }

    /// Those in which each of the words stands, in the order of the shelf.
    pub(crate) fn search(words: &str) -> Vec<Section> {
        let words: Vec<String> = words.split_whitespace().map(str::to_lowercase).collect();
        if words.is_empty() {
            return Vec::new();
        }
        let holds = |section: &Section| {
            let text = format!("{} {}", section.heading, section.text).to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        Sheet::all().flat_map(Sheet::sections).filter(holds).take(FOUND).collect()
    }

    /// Its first sentences, for lists.
    pub(crate) fn lead(self) -> String {
        let first = self.text.trim_start().split("\n\n").next().unwrap_or_default();
        render::plain(first).chars().take(240).collect()
    }

    /// Where it is read: a code has an address of its own.
    pub(crate) fn path(self) -> String {
        if is_code(self.heading) {
            return format!("/docs/errors/{}", self.heading);
        }
        format!("/docs/{}#{}", self.sheet.name(), render::anchor(self.heading))
    }

    /// As HTML, without its heading.
    pub(crate) fn html(self) -> String {
        render::html(self.text, self.sheet.folder())
    }
}

/// Three letters, a hyphen, three or four digits.
pub(crate) fn is_code(text: &str) -> bool {
    text.split_once('-').is_some_and(|(family, number)| {
        family.len() == 3
            && family.bytes().all(|one| one.is_ascii_alphabetic())
            && (3..=4).contains(&number.len())
            && number.bytes().all(|one| one.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::{Section, Sheet, is_code, render};
    use crate::explanation::catalogue;

    #[test]
    fn each_code_of_the_product_leads_to_its_explanation() {
        for entry in catalogue() {
            let code = entry.to_string();
            let section = Section::of_code(&code).unwrap_or_else(|| panic!("{code} has no section"));
            assert_eq!(section.path(), format!("/docs/errors/{code}"));
            assert!(section.html().contains("<strong>Fix.</strong>"), "{code}");
        }
        assert!(Section::of_code("prf-901").is_some());
        assert!(Section::of_code(concat!("CHY-", "9999")).is_none());
    }

    #[test]
    fn a_link_between_pages_leads_to_a_page() {
        for sheet in Sheet::all() {
            let html = sheet.html();
            for link in html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
                let (path, anchor) = link.split_once('#').unwrap_or((link, ""));
                if let Some(name) =
                    path.strip_prefix("/docs/").filter(|name| !name.starts_with("errors/CHY-"))
                {
                    let target = Sheet::named(name).unwrap_or_else(|| panic!("{}: {link}", sheet.file));
                    let id = format!("id=\"{anchor}\"");
                    assert!(anchor.is_empty() || target.html().contains(&id), "{}: {link}", sheet.file);
                } else {
                    let own = link.len() > 1 && link.starts_with('#') || link == crate::http::API_DESCRIPTION;
                    assert!(own || link.starts_with("https://"), "{}: {link:?}", sheet.file);
                }
            }
        }
        assert!(Sheet::named("errors").unwrap().html().contains("href=\"/docs/errors/message\""));
    }

    #[test]
    fn markup_and_styles_of_a_text_are_text() {
        let text = "# A\n\n<script>alert(1)</script>\n\na <b onclick=x>b</b> [c](javascript:alert(1)) ![d](x.png)\n\n\
                    | a | b |\n| :-- | --: |\n| 1 | 2 |\n";
        let html = render::html(text, "");
        for live in ["<script", "<b ", "javascript:", "<img", "style="] {
            assert!(!html.contains(live), "{live}: {html}");
        }
        assert!(html.contains("&lt;script&gt;") && html.contains("<table>"), "{html}");
        assert!(Sheet::all().all(|sheet| !sheet.html().contains("style=")));
    }

    #[test]
    fn a_search_finds_sections_with_all_words() {
        let found = Section::search("challenge EXPIRED");
        assert!(found.iter().any(|one| one.heading == "CHY-3003"), "{}", found.len());
        assert!(Section::search("challenge xyzzy").is_empty() && Section::search(" ").is_empty());
        assert!(!found[0].lead().is_empty());
    }

    #[test]
    fn a_code_looks_like_one() {
        assert!(is_code("CHY-2104") && is_code("prf-901"));
        assert!(!is_code("challenge") && !is_code("CHY-") && !is_code("CHY-21a4") && !is_code("a-b"));
    }
}
