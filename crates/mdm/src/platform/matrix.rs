//! The table as a page for people (M145).

use super::{Platform, Rules, Support};
use core::fmt::Write;
use serde_json::Value;

const BEGIN: &str = "\
# What each platform makes of a SCEP profile

Written out of the platform table in `crates/mdm/src/platform.rs`, which generators, linter and simulator read; a test holds the two
equal. Sources such as `M85` are rows of the feature list, `contract §12` are sections of the Intune contract. Where a
platform differs on variables, the linter says so: [profiles/variables.md](profiles/variables.md).
";

/// The page: a section for each rule, in alphabetical order, with the platforms for which it says the same in one line.
#[must_use]
pub fn matrix() -> String {
    let tables: Vec<(Platform, Value)> =
        Platform::ALL.into_iter().map(|one| (one, members(one.rules()))).collect();
    let mut page = BEGIN.to_owned();
    let names = tables.first().and_then(|(_, table)| table.as_object()).into_iter().flatten();
    // How variables differ is a list of places; it has pages of its own.
    for (name, _) in names.filter(|(name, _)| *name != "variables") {
        // Writing to a String does not fail.
        let _ = write!(page, "\n## {}\n\n| what | where | source |\n| --- | --- | --- |\n", words(name));
        for line in lines(name, &tables) {
            let Line { what, platforms, sources } = line;
            let _ = writeln!(page, "| {what} | {} | {} |", platforms.join("; "), sources.join(", "));
        }
    }
    page
}

/// Platforms for which a rule says the same.
struct Line {
    what: String,
    platforms: Vec<&'static str>,
    sources: Vec<String>,
}

/// Where Intune has no profile at all, nothing but that is worth saying.
fn is_said(platform: Platform, name: &str) -> bool {
    name == "support" || platform.rules().support.value != Support::Never
}

fn lines(name: &str, tables: &[(Platform, Value)]) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for (platform, table) in tables.iter().filter(|(platform, _)| is_said(*platform, name)) {
        let of = |member: &str| table.get(name).and_then(|rule| rule.get(member)).unwrap_or(&Value::Null);
        let (what, source) = (told(of("value")), told_as_is(of("source")));
        let at = lines.iter().position(|line| line.what == what).unwrap_or_else(|| {
            lines.push(Line { what, platforms: Vec::new(), sources: Vec::new() });
            lines.len() - 1
        });
        let Some(line) = lines.get_mut(at) else { continue };
        line.platforms.push(platform.label());
        for one in source.split(", ").filter(|one| !one.is_empty()) {
            if !line.sources.iter().any(|known| known == one) {
                line.sources.push(one.to_owned());
            }
        }
    }
    lines
}

/// As a file would have it, so that no rule is forgotten here.
fn members(rules: &Rules) -> Value {
    serde_json::to_value(rules).unwrap_or_default()
}

fn words(text: &str) -> String {
    text.replace('_', " ")
}

fn told_as_is(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn told(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) if text.is_empty() => "nothing".to_owned(),
        // An address part is no word.
        Value::String(text) if text.starts_with(['/', '?']) => format!("`{text}`"),
        Value::String(text) => words(text),
        Value::Number(number) => number.to_string(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => items.iter().map(told).collect::<Vec<_>>().join(", "),
        Value::Object(members) => of_version(members),
    }
}

/// What begins with a version of the system: `4096 from 14`.
fn of_version(members: &serde_json::Map<String, Value>) -> String {
    let what = members.iter().filter(|(name, _)| *name != "from_version").map(|(_, value)| told(value));
    let what = what.collect::<Vec<_>>().join(", ");
    match members.get("from_version").and_then(Value::as_u64) {
        Some(from) if from > 0 => format!("{what} from version {from}"),
        _ => what,
    }
}
