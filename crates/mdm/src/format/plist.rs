//! Property lists in XML, as Apple's profiles are.

use super::xml::{self, Element};
use super::{Unreadable, Unwritable};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

const PROLOG: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
"#;

/// A value of a property list. It may be a challenge, and so does not print.
pub(super) enum Value {
    Text(String),
    Whole(i64),
    Truth(bool),
    Data(Vec<u8>),
    List(Vec<Value>),
    Dict(Dict),
    /// A date or a fraction, which no setting here is.
    Other,
}

/// A dictionary, in the order written.
#[derive(Default)]
pub(super) struct Dict(Vec<(String, Value)>);

impl Dict {
    pub(super) fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.push((key.to_owned(), value.into()));
    }

    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        self.0.iter().find(|entry| entry.0 == key).map(|entry| &entry.1)
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&str>, Unreadable> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(Unreadable::new(key, "not a text")),
        }
    }

    pub(super) fn whole(&self, key: &str) -> Result<Option<i64>, Unreadable> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Whole(number)) => Ok(Some(*number)),
            Some(_) => Err(Unreadable::new(key, "not a whole number")),
        }
    }

    pub(super) fn truth(&self, key: &str) -> Result<Option<bool>, Unreadable> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::Truth(truth)) => Ok(Some(*truth)),
            Some(_) => Err(Unreadable::new(key, "neither true nor false")),
        }
    }

    pub(super) fn list(&self, key: &str) -> Result<&[Value], Unreadable> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::List(entries)) => Ok(entries),
            Some(_) => Err(Unreadable::new(key, "not a list")),
        }
    }
}

macro_rules! from {
    ($($source:ty => $variant:ident),+ $(,)?) => {$(
        impl From<$source> for Value {
            fn from(value: $source) -> Self {
                Self::$variant(value.into())
            }
        }
    )+};
}

from! { &str => Text, String => Text, bool => Truth, u32 => Whole, i32 => Whole, Vec<u8> => Data, Vec<Value> => List, Dict => Dict }

/// The document.
pub(super) fn write(dict: Dict) -> Result<String, Unwritable> {
    let plist = Element::of("plist", vec![element(&dict.into())]).with("version", "1.0");
    plist.document(PROLOG, "a text of the profile")
}

fn element(value: &Value) -> Element {
    match value {
        Value::Text(text) => Element::leaf("string", text),
        Value::Whole(number) => Element::leaf("integer", number.to_string()),
        Value::Truth(true) => Element::new("true"),
        Value::Truth(false) => Element::new("false"),
        Value::Data(octets) => Element::leaf("data", STANDARD.encode(octets)),
        Value::List(entries) => Element::of("array", entries.iter().map(element).collect()),
        Value::Dict(dict) => {
            let entry = |(key, value): &(String, Value)| [Element::leaf("key", key), element(value)];
            Element::of("dict", dict.0.iter().flat_map(entry).collect())
        }
        Value::Other => Element::new("string"),
    }
}

/// Reads a document, whose outermost value is a dictionary.
pub(super) fn read(document: &[u8]) -> Result<Dict, Unreadable> {
    if document.starts_with(b"bplist") {
        return Err(Unreadable::new("", "a binary property list; convert it to XML first"));
    }
    if document.first() == Some(&0x30) {
        return Err(Unreadable::new("", "a signed profile; take it out of its signature first"));
    }
    let plist = xml::read(document)?;
    match (plist.name.as_str(), plist.children.as_slice()) {
        ("plist", [only]) => match value(only)? {
            Value::Dict(dict) => Ok(dict),
            _ => Err(Unreadable::new("", "not a dictionary")),
        },
        _ => Err(Unreadable::new("", "not a property list")),
    }
}

fn value(element: &Element) -> Result<Value, Unreadable> {
    let wrong = |what: &str| Unreadable::new("", format!("a value that is no {what}"));
    let packed = || element.text.split_ascii_whitespace().collect::<String>();
    match element.name.as_str() {
        "string" => Ok(Value::Text(element.text.clone())),
        "integer" => packed().parse().map(Value::Whole).map_err(|_| wrong("whole number")),
        "true" => Ok(Value::Truth(true)),
        "false" => Ok(Value::Truth(false)),
        "data" => STANDARD.decode(packed()).map(Value::Data).map_err(|_| wrong("base64")),
        "array" => Ok(Value::List(element.children.iter().map(value).collect::<Result<_, _>>()?)),
        "dict" => dict(element),
        "date" | "real" => Ok(Value::Other),
        other => Err(Unreadable::new("", format!("a property list has no `{other}`"))),
    }
}

fn dict(element: &Element) -> Result<Value, Unreadable> {
    let (pairs, rest) = element.children.as_chunks::<2>();
    let mut dict = Dict::default();
    for [key, of] in pairs {
        if key.name != "key" || dict.get(&key.text).is_some() {
            return Err(Unreadable::new(&key.text, "a key is missing or stands twice"));
        }
        dict.set(&key.text, value(of)?);
    }
    if rest.is_empty() { Ok(Value::Dict(dict)) } else { Err(Unreadable::new("", "a key without a value")) }
}
