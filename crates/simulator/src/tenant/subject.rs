//! Subject names as Intune compares them (contract section 10, rows M58, M64 and M66).

use pki::Oid;
use pki::name::{Name, short_name};

/// How a CSR's subject is compared with the profile's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectRule {
    /// As texts, as the documented error shows. A value that the profile escapes with a backslash never matches.
    StrictString,
    /// As decoded names.
    Decoded,
}

/// One RDN as written in a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenRdn {
    /// Attribute type in upper case, `CN`, or dotted.
    pub attribute: String,
    /// The value as it stands, quotes and backslashes included.
    pub raw: String,
    /// The value meant.
    pub value: String,
}

/// Splits the text of a subject at the commas that are neither quoted nor escaped. Attributes of one RDN that are
/// joined by `+` count as one after the other.
#[must_use]
pub fn written(text: &str) -> Vec<WrittenRdn> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        let splits = !quoted && !escaped && matches!(c, ',' | ';' | '+');
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped && !quoted;
        match parts.last_mut() {
            Some(last) if !splits => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.iter().filter_map(|part| written_rdn(part)).collect()
}

fn written_rdn(part: &str) -> Option<WrittenRdn> {
    let (attribute, raw) = part.split_once('=')?;
    let raw = raw.trim();
    let value = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => unescaped(raw),
    };
    Some(WrittenRdn { attribute: attribute.trim().to_ascii_uppercase(), raw: raw.to_owned(), value })
}

fn unescaped(raw: &str) -> String {
    let mut out = String::new();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        out.push(if c == '\\' { chars.next().unwrap_or(c) } else { c });
    }
    out
}

/// The attribute type that a profile's short name stands for.
#[must_use]
pub fn attribute_oid(attribute: &str) -> Option<Oid> {
    Some(match attribute {
        "CN" => pki::oid::CN,
        "O" => pki::oid::ORGANIZATION,
        "OU" => pki::oid::ORGANIZATIONAL_UNIT,
        "C" => pki::oid::COUNTRY,
        "L" => pki::oid::LOCALITY,
        "S" | "ST" => pki::oid::STATE,
        "DC" => pki::oid::DOMAIN_COMPONENT,
        "E" | "EMAILADDRESS" => pki::oid::EMAIL_ADDRESS,
        "G" | "GIVENNAME" => pki::oid::GIVEN_NAME,
        "SN" | "SURNAME" => pki::oid::SURNAME,
        "SERIALNUMBER" => pki::oid::SERIAL_NUMBER,
        dotted => Oid::new(dotted).ok()?,
    })
}

/// The name that a device makes of a profile's text; none if it knows an attribute type not.
#[must_use]
pub fn to_name(text: &str) -> Option<Name> {
    let rdns = written(text);
    let typed: Option<Vec<_>> =
        rdns.iter().map(|rdn| Some((attribute_oid(&rdn.attribute)?, rdn.value.as_str()))).collect();
    Some(Name::from_pairs(&typed?))
}

/// A name in the form of Microsoft's logs: RDNs in their encoded order, special values in quotes.
#[must_use]
pub fn shown(name: &Name) -> String {
    shown_rdns(name)
        .iter()
        .map(|(attribute, value)| format!("{attribute}={value}"))
        .collect::<Vec<_>>()
        .join(",")
}

fn shown_rdns(name: &Name) -> Vec<(String, String)> {
    name.attributes()
        .map(|attribute| {
            let value = attribute.text().unwrap_or_else(|| crate::dice::hex(&attribute.value));
            (label(&attribute.oid), quoted(&value))
        })
        .collect()
}

fn label(oid: &Oid) -> String {
    match *oid {
        pki::oid::EMAIL_ADDRESS => "E".into(),
        pki::oid::GIVEN_NAME => "G".into(),
        pki::oid::SURNAME => "SN".into(),
        pki::oid::STATE => "S".into(),
        ref other => short_name(other).map_or_else(|| other.to_string(), str::to_ascii_uppercase),
    }
}

fn quoted(value: &str) -> String {
    let special = value.contains([',', '+', ';', '=', '"', '<', '>', '#', '\n']) || value.trim() != value;
    if special { format!("\"{}\"", value.replace('"', "\"\"")) } else { value.to_owned() }
}

/// Compares a CSR's subject with the expected text. The error names both, and the first RDN that differs (M66).
///
/// # Errors
/// The description for `SubjectNameMismatch`.
pub fn compare(csr: &Name, expected: &str, rule: SubjectRule) -> Result<(), String> {
    let actual = shown_rdns(csr);
    let wanted: Vec<_> = written(expected).iter().map(|rdn| wanted_rdn(rdn, rule)).collect();
    let longer = actual.len().max(wanted.len());
    let differs = (0..longer).find(|at| !same(actual.get(*at), wanted.get(*at)));
    let Some(at) = differs else { return Ok(()) };
    let show = |rdn: Option<&(String, String)>| rdn.map_or("nothing".into(), |(a, v)| format!("{a}={v}"));
    Err(format!(
        "Subject Name in CSR {} and challenge {expected} do not match. First difference at RDN {}: CSR has {}, \
         challenge has {}.",
        shown(csr),
        at + 1,
        show(actual.get(at)),
        show(wanted.get(at)),
    ))
}

fn wanted_rdn(rdn: &WrittenRdn, rule: SubjectRule) -> (String, String) {
    let attribute = attribute_oid(&rdn.attribute).map_or_else(|| rdn.attribute.clone(), |oid| label(&oid));
    let needless_quotes = rdn.raw.starts_with('"');
    match rule {
        // What is written stands, except that quotes around a value are the same as none.
        SubjectRule::StrictString if !needless_quotes => (attribute, rdn.raw.clone()),
        _ => (attribute, quoted(&rdn.value)),
    }
}

/// Values are compared without regard to letter case, as directories do for these attributes.
fn same(actual: Option<&(String, String)>, wanted: Option<&(String, String)>) -> bool {
    match (actual, wanted) {
        (Some((a, v)), Some((b, w))) => a == b && v.to_lowercase() == w.to_lowercase(),
        _ => false,
    }
}
