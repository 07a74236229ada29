//! For tests of pages: a page with whatever strangers wrote in it is still the page that its template says, and nothing more.

use super::{Answer, Frame, Language, Problem, Visitor, Words};
use crate::http::Caller;
use crate::tokens::Scope;

/// What strangers write into subjects, names of devices, texts of errors and transactionIDs.
pub(crate) static FOREIGN: std::sync::LazyLock<Vec<String>> = std::sync::LazyLock::new(|| {
    let short = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</bdi></td></table></main><style>*{}</style>",
        "<!--",
        "]]><a href=javascript:alert(1)>",
        "javascript:alert(1)",
        "//evil.example/\\..",
        "a\u{202e}b\u{2066}c\u{200b}\u{0}\u{1b}[8m\r\nd",
        "{{ 7*7 }} {% if x %} { $n }",
        "&lt;script&gt; &#x3c;b&#x3e;",
    ];
    let long = ["A".repeat(10_000), "<b>".repeat(3_500), "\u{1f9d1}\u{200d}".repeat(2_500)];
    short.into_iter().map(str::to_owned).chain(long).collect()
});

/// A frame for somebody who may do everything.
pub(crate) fn frame(language: Language) -> Frame {
    let visitor = Visitor {
        caller: Caller::configured(),
        name: "Ada <b>".to_owned(),
        role: "owner".to_owned(),
        rights: Scope::ALL.into_iter().collect(),
        csrf: "0123".to_owned(),
        language: Some(language),
    };
    Frame {
        words: Words::of(language),
        visitor: Some(visitor),
        path: "/".to_owned(),
        done: None,
        demo: false,
    }
}

/// The text of a page.
pub(crate) fn page(answer: Result<Answer, Problem>) -> String {
    match answer {
        Ok(Answer::Html(text)) => text,
        Ok(_) => panic!("not a page"),
        Err(problem) => panic!("{problem:?}"),
    }
}

/// Elements that our templates use.
const ELEMENTS: &[&str] = &[
    "a",
    "article",
    "bdi",
    "body",
    "br",
    "button",
    "code",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "fieldset",
    "figcaption",
    "figure",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "head",
    "header",
    "hr",
    "html",
    "img",
    "input",
    "label",
    "legend",
    "li",
    "link",
    "main",
    "mark",
    "meta",
    "nav",
    "ol",
    "option",
    "p",
    "path",
    "polyline",
    "pre",
    "rect",
    "script",
    "section",
    "select",
    "small",
    "span",
    "strong",
    "summary",
    "svg",
    "table",
    "tbody",
    "td",
    "text",
    "textarea",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "ul",
];
/// Elements without an end.
const VOID: &[&str] = &["br", "hr", "img", "input", "link", "meta"];

/// Walks the markup: every element is one of ours and ends where it must, no attribute acts, every address is on this server,
/// and the one script is the frame's.
pub(crate) fn check(page: &str) {
    assert!(
        !page.contains(['\u{202e}', '\u{2066}', '\u{200b}', '\u{0}', '\u{1b}']),
        "what cannot be seen is written out"
    );
    assert_eq!(page.matches("<script").count(), 1, "the frame's own");
    assert!(!page.contains("<!--"), "{page}");
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let tag = &rest[..end_of_tag(rest)];
        rest = &rest[tag.len() + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "ends what is not open");
            continue;
        }
        let name = tag.split([' ', '/', '\n']).next().unwrap();
        assert!(ELEMENTS.contains(&name), "<{tag}>");
        attributes(&tag[name.len()..]);
        if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "left open: {open:?}");
}

fn end_of_tag(text: &str) -> usize {
    let mut quoted = false;
    let end = text.char_indices().find(|(_, one)| {
        quoted ^= *one == '"';
        *one == '>' && !quoted
    });
    end.map(|(at, _)| at).unwrap_or_else(|| panic!("a tag without end: {text:.100}"))
}

fn attributes(text: &str) {
    // Between quotation marks every other piece is a value.
    for (at, piece) in text.split('"').enumerate() {
        if at % 2 == 1 {
            continue;
        }
        let names =
            piece.split([' ', '\n']).map(|name| name.trim_end_matches('=')).filter(|name| !name.is_empty());
        for name in names.filter(|name| *name != "/") {
            assert!(
                name.chars().all(|one| one.is_ascii_alphanumeric() || one == '-'),
                "attribute {name} in {text}"
            );
            assert!(
                !name.starts_with("on") && !matches!(name, "style" | "srcdoc" | "formaction"),
                "{name} in {text}"
            );
        }
    }
    for start in ["href=\"", "src=\"", "action=\""] {
        for rest in text.split(start).skip(1) {
            let to = rest.split('"').next().unwrap();
            let ours = (to.starts_with('/') && !to.starts_with("//") && !to.starts_with("/\\"))
                || to.starts_with('#');
            assert!(ours && !to.contains('\\'), "leads elsewhere: {to}");
        }
    }
}

#[test]
fn what_must_be_found_is_found() {
    let page = |inner: &str| format!("<!DOCTYPE html><html><script src=\"/a\"></script>{inner}</html>");
    check(&page("<p>fine &lt;b&gt;</p>"));
    for bad in [
        "<script>1</script>",
        "<p onclick=\"a\">x</p>",
        "<p>",
        "</p>",
        "<a href=\"//evil.example\">x</a>",
        "<a href=\"javascript:1\">x</a>",
        "<iframe></iframe>",
        "<p style=\"x\"></p>",
        "\u{202e}",
        "<p title=\"\"evil>x</p><b>",
    ] {
        let text = page(bad);
        assert!(std::panic::catch_unwind(|| check(&text)).is_err(), "{bad}");
    }
}
