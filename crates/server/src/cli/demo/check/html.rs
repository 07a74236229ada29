//! What a page says, as far as checks read it: texts between marks, links, what a button copies, forms.

/// What stands between these, the first time.
pub(super) fn between<'a>(page: &'a str, before: &str, after: &str) -> Option<&'a str> {
    page.split_once(before)?.1.split_once(after).map(|(text, _)| text)
}

/// All that stands between these.
pub(super) fn all<'a>(page: &'a str, before: &str, after: &'a str) -> Vec<&'a str> {
    page.split(before).skip(1).filter_map(|rest| rest.split_once(after)).map(|(text, _)| text).collect()
}

/// Text without what our templates escape.
pub(super) fn plain(text: &str) -> String {
    let text = text.replace("&#60;", "<").replace("&#62;", ">").replace("&#34;", "\"").replace("&#39;", "'");
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#38;", "&")
        .replace("&amp;", "&")
}

/// What the element of code with this id says.
pub(super) fn code(page: &str, id: &str) -> Option<String> {
    between(page, &format!("<code id=\"{id}\">"), "</code>").map(plain)
}

/// What the page's buttons copy: each names an element, and takes its text.
pub(super) fn copied(page: &str) -> Vec<String> {
    all(page, "data-copy=\"", "\"").into_iter().filter_map(|id| code(page, id)).collect()
}

/// Where the page leads.
pub(super) fn links(page: &str) -> Vec<String> {
    all(page, "href=\"", "\"").into_iter().map(plain).collect()
}

/// The part of the page that is its own, without what is around each.
pub(super) fn main(page: &str) -> &str {
    between(page, "<main ", "</main>").unwrap_or_default()
}

/// The fields that the form to `action` carries unseen, without the session's own.
pub(super) fn hidden(page: &str, action: &str) -> Vec<(String, String)> {
    let form = between(page, &format!("<form action=\"{action}\""), "</form>").unwrap_or_default();
    let fields = all(form, "<input type=\"hidden\" name=\"", ">").into_iter();
    let pairs = fields.filter_map(|field| field.split_once("\" value=\""));
    let pairs = pairs.map(|(name, value)| (name.to_owned(), plain(value.trim_end_matches('"'))));
    pairs.filter(|(name, _)| name != "csrf").collect()
}
