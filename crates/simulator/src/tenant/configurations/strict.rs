//! What callers send, held to the members of its type. Every refusal is a sentence as OData's library writes them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::certificate::Certificate;
use serde_json::Value;

use super::kind::{Kind, Member, Shape};
use crate::tenant::objects::Row;

/// Why a body is refused.
pub(super) type Refused<T> = Result<T, String>;

/// The member that refers to the Trusted certificate profile.
pub(super) const BINDING: &str = "rootCertificate@odata.bind";

/// What a body says: its type, members in the form in which they are kept, and the address of its root.
pub(super) struct Body {
    pub(super) kind: &'static Kind,
    pub(super) members: Row,
    pub(super) root: Option<String>,
}

/// Reads a body; members that it leaves out are not in the result.
pub(super) fn read(body: Value) -> Refused<Body> {
    let Value::Object(mut given) = body else { return Err("The body must be one JSON object.".into()) };
    let Some(Value::String(name)) = given.remove("@odata.type") else {
        let why = "An annotation '@odata.type' is required: deviceConfiguration is an abstract type.";
        return Err(why.into());
    };
    let kind = Kind::of(&name).ok_or_else(|| {
        format!("A type named '{}' could not be resolved by the model.", name.trim_start_matches('#'))
    })?;
    // The portal sends an id of zeros.
    given.remove("id");
    let root = match given.remove(BINDING) {
        None => None,
        Some(Value::String(address)) if kind.is_scep() => Some(address),
        Some(_) => return Err(unknown(BINDING, kind)),
    };
    let mut members = Row::new();
    for (name, value) in given {
        // Annotations are no data (OData JSON §4.5).
        if name.contains('@') {
            continue;
        }
        let member = kind.members().find(|member| member.name == name).ok_or_else(|| unknown(&name, kind))?;
        members.insert(name, kept(member, value)?);
    }
    Ok(Body { kind, members, root })
}

fn unknown(name: &str, kind: &Kind) -> String {
    format!(
        "The property '{name}' does not exist on type 'microsoft.graph.{}'. Make sure to only use property names that are \
         defined by the type.",
        kind.name
    )
}

/// Every member of the type; what the body leaves out is `null`, or an empty collection.
pub(super) fn completed(kind: &Kind, given: &Row) -> Refused<Row> {
    let mut members = Row::new();
    for member in kind.members() {
        let value = given.get(member.name).cloned().unwrap_or_default();
        if value.is_null() && member.required {
            return Err(format!("The property '{}' is required.", member.name));
        }
        members.insert(member.name.to_owned(), kept(member, value)?);
    }
    let text = |name: &str| members.get(name).and_then(Value::as_str);
    if text("subjectNameFormat") == Some("custom") && text("subjectNameFormatString").is_none() {
        return Err(
            "The property 'subjectNameFormatString' is required where subjectNameFormat is custom.".into()
        );
    }
    let apps = members.get("silentCertificateAccessDetails").and_then(Value::as_array);
    if apps.is_some_and(|apps| !apps.is_empty()) && text("certificateAccessType") != Some("specificApps") {
        return Err("silentCertificateAccessDetails needs certificateAccessType specificApps.".into());
    }
    Ok(members)
}

/// A value as Graph keeps it; nothing for a collection is an empty one.
fn kept(member: &Member, value: Value) -> Refused<Value> {
    match (value, member.shape) {
        (Value::Null, Shape::Texts | Shape::Entries(..)) => Ok(Value::Array(Vec::new())),
        (Value::Null, _) => Ok(Value::Null),
        (value, shape) => shaped(member.name, &shape, value),
    }
}

fn shaped(name: &str, shape: &Shape, value: Value) -> Refused<Value> {
    let wrong = |kind: &str| format!("Cannot convert the value of '{name}' to target type '{kind}'.");
    match (shape, &value) {
        (Shape::Text, Value::String(_)) | (Shape::Truth, Value::Bool(_)) => Ok(value),
        (Shape::Text, _) => Err(wrong("Edm.String")),
        (Shape::Truth, _) => Err(wrong("Edm.Boolean")),
        (Shape::Binary, _) => {
            let der = value.as_str().and_then(|text| STANDARD.decode(text).ok());
            let holds = der.is_some_and(|der| Certificate::parse(&der).is_ok());
            holds.then_some(value).ok_or_else(|| wrong("Edm.Binary"))
        }
        (Shape::Whole(least, most), _) => {
            let fits = value.as_i64().is_some_and(|number| (*least..=*most).contains(&number));
            fits.then_some(value).ok_or_else(|| wrong("Edm.Int32"))
        }
        (Shape::Word(kind, words), _) => {
            let known = value.as_str().is_some_and(|word| words.contains(&word));
            known.then_some(value).ok_or_else(|| wrong(&format!("microsoft.graph.{kind}")))
        }
        (Shape::Flags(kind, words), _) => {
            flags(words, &value).ok_or_else(|| wrong(&format!("microsoft.graph.{kind}")))
        }
        (Shape::Texts, Value::Array(entries)) if entries.iter().all(Value::is_string) => Ok(value),
        (Shape::Entries(most, members), Value::Array(entries)) if entries.len() <= *most => {
            entries.iter().try_for_each(|entry| object(name, members, entry)).map(|()| value)
        }
        (Shape::Rule(members), Value::Object(_)) => object(name, members, &value).map(|()| value),
        (Shape::Texts | Shape::Entries(..) | Shape::Rule(_), _) => {
            Err(wrong("a collection or object of its type"))
        }
    }
}

/// Order of writing is free; what is kept is in the order of the bits.
fn flags(words: &[&str], value: &Value) -> Option<Value> {
    let given: Vec<&str> = value.as_str()?.split(',').map(str::trim).collect();
    let known = given.iter().all(|word| words.contains(word));
    let ordered: Vec<&str> = words.iter().filter(|word| given.contains(word)).copied().collect();
    (known && !ordered.is_empty()).then(|| ordered.join(",").into())
}

fn object(name: &str, members: &[(&str, Shape)], value: &Value) -> Refused<()> {
    let Value::Object(given) = value else { return Err(format!("'{name}' must hold objects.")) };
    for (key, value) in given {
        let shape = members.iter().find(|member| member.0 == key).map(|member| member.1);
        let shape = shape.ok_or_else(|| format!("The property '{key}' does not exist in '{name}'."))?;
        shaped(&format!("{name}/{key}"), &shape, value.clone())?;
    }
    match members.iter().find(|member| !given.contains_key(member.0)) {
        Some((missing, _)) => Err(format!("The property '{missing}' of '{name}' is required.")),
        None => Ok(()),
    }
}
