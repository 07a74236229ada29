//! For tests of pages: somebody who is signed in, and texts that would like to be markup.

use crate::http::Caller;
use crate::people::Role;
use crate::portal::{Frame, Language, Visitor, Words};

/// Texts that are markup, script or an address that runs one, where they are not escaped: what a form repeats as it was typed.
pub(super) const HOSTILE: [&str; 5] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "\" autofocus onfocus=\"alert(1)",
    "javascript:alert(1)",
];

/// The frame for somebody with that role.
pub(super) fn frame(role: &str) -> (Frame, &'static Words) {
    let words = Words::of(Language::En);
    let rights = Role::parse(role).unwrap().scopes();
    let visitor = Visitor {
        caller: Caller::configured(),
        name: "Ada".to_owned(),
        role: role.to_owned(),
        rights,
        csrf: "token".to_owned(),
        language: None,
    };
    let frame = Frame { words, visitor: Some(visitor), path: "/here".to_owned(), done: None, demo: false };
    (frame, words)
}

/// No text of [`HOSTILE`] has become markup, and nothing stands there that the policy of contents forbids.
pub(super) fn assert_inert(html: &str) {
    for live in ["<script>alert", "<img src=x", "href=\"javascript:", " style=", " onclick="] {
        assert!(!html.contains(live), "{live}: {html}");
    }
    // Within a tag, no attribute begins that was not written in a template.
    for tag in html.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let outside: String = tag.split('"').step_by(2).collect();
        for handler in ["onerror", "onmouseover", "onfocus", "autofocus"] {
            assert!(!outside.contains(handler), "{tag}");
        }
    }
}
