//! `CHANCERY_SECTION__KEY`: settings from the environment.
//!
//! A list's item is addressed by its name or its number: `CHANCERY_ENDPOINT__DEFAULT__VALIDATOR`. A value is read
//! as TOML where it is a boolean, an integer or a list, else it is text.

use toml::{Table, Value};

use super::problem::{Code, Problem, Problems};
use super::schema;
use super::secret::Secret;
use super::source::{Loaded, Origin};

const PREFIX: &str = "CHANCERY_";

/// Variables that are not settings: they say where settings are.
const NOT_SETTINGS: [&str; 1] = ["CHANCERY_CONFIG"];

/// Keys that only the environment may hold; a file names a file instead.
const SECRET_KEYS: [&str; 1] = ["client_secret"];

/// Lays the variables over `loaded`.
pub(super) fn overlay(variables: &[(String, String)], loaded: &mut Loaded) -> Result<(), Problems> {
    let mut problems = Problems::default();
    for (variable, text) in variables {
        let Some(rest) = variable.strip_prefix(PREFIX).filter(|_| !NOT_SETTINGS.contains(&variable.as_str()))
        else {
            continue;
        };
        let lower = rest.to_ascii_lowercase();
        let segments: Vec<&str> = lower.split("__").collect();
        if let Err(problem) = place(variable, &segments, text, loaded) {
            problems.push(problem);
        }
    }
    problems.into_result(())
}

fn place(variable: &str, segments: &[&str], text: &str, loaded: &mut Loaded) -> Result<(), Problem> {
    if let [only] = segments {
        let known = schema::keys("").unwrap_or_default();
        // Kubernetes sets CHANCERY_PORT, CHANCERY_SERVICE_HOST and more beside a service of that name: what
        // resembles no key of ours is not ours.
        if !known.contains(only) && schema::suggestion(only, known).is_none() {
            return Ok(());
        }
    }
    let (path, section) = resolve(variable, segments, &loaded.table)?;
    let (Some(key), dotted) = (path.last(), path.join(".")) else { return Ok(()) };
    if SECRET_KEYS.contains(&key.as_str()) && section == "endpoint.intune" {
        loaded.origins.insert(dotted.clone(), Origin::Environment(variable.to_owned()));
        loaded.secrets.insert(dotted, Secret::new(text.to_owned()));
        return Ok(());
    }
    if !schema::keys(&section).unwrap_or_default().contains(&key.as_str()) {
        let mut problem = schema::unknown(&section, key);
        problem.key = variable.to_owned();
        return Err(problem);
    }
    let borrowed: Vec<&str> = path.iter().map(String::as_str).collect();
    set(&mut loaded.table, &borrowed, typed(text));
    loaded.origins.insert(dotted, Origin::Environment(variable.to_owned()));
    Ok(())
}

/// The path into the table (names of list items turned into numbers), and the section of its last key.
fn resolve(variable: &str, segments: &[&str], table: &Table) -> Result<(Vec<String>, String), Problem> {
    let mut path = Vec::new();
    let mut section = String::new();
    let mut here = Some(&Value::Table(table.clone())).cloned();
    for (position, segment) in segments.iter().enumerate() {
        match here {
            Some(Value::Array(items)) => {
                let index = index_of(variable, segment, &items)?;
                here = items.get(index).cloned();
                path.push(index.to_string());
            }
            other => {
                here = other.as_ref().and_then(|value| value.get(*segment)).cloned();
                path.push((*segment).to_owned());
                if position + 1 < segments.len() {
                    section = schema::join(&section, segment);
                }
            }
        }
    }
    Ok((path, section))
}

fn index_of(variable: &str, segment: &str, items: &[Value]) -> Result<usize, Problem> {
    let name = |item: &Value| item.get("name").and_then(Value::as_str).map(|name| name.replace('-', "_"));
    let by_name = items.iter().position(|item| name(item).as_deref() == Some(segment));
    let by_number = segment.parse::<usize>().ok().filter(|index| *index < items.len());
    by_name.or(by_number).ok_or_else(|| {
        let names: Vec<String> = items.iter().filter_map(name).collect();
        Problem::new(Code::UnknownName, variable, "")
            .rule(format!("no item of that list is called {segment}"))
            .fix(format!("use one of: {}", names.join(", ").to_ascii_uppercase()))
    })
}

fn typed(text: &str) -> Value {
    let read = toml::from_str::<Table>(&format!("v = {text}")).ok().and_then(|mut table| table.remove("v"));
    match read {
        Some(value @ (Value::Boolean(_) | Value::Integer(_) | Value::Array(_) | Value::String(_))) => value,
        _ => Value::String(text.to_owned()),
    }
}

/// Sets the value at `path`, making sections on the way; numbers index into lists.
pub(super) fn set(table: &mut Table, path: &[&str], value: Value) {
    let Some((last, parents)) = path.split_last() else { return };
    let mut here = table;
    let mut parents = parents.iter();
    while let Some(key) = parents.next() {
        let next = here.entry((*key).to_owned()).or_insert_with(|| Value::Table(Table::new()));
        let inner = match next {
            Value::Array(items) => {
                parents.next().and_then(|n| n.parse::<usize>().ok()).and_then(|n| items.get_mut(n))
            }
            other => Some(other),
        };
        let Some(Value::Table(found)) = inner else { return };
        here = found;
    }
    here.insert((*last).to_owned(), value);
}
