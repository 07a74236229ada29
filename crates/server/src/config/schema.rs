//! Which keys each section knows, learnt from the settings types themselves.

use serde::de::{self, Deserialize, Deserializer, Visitor};
use toml::{Table, Value};

use super::problem::{Code, Problem, Problems};
use super::settings::Settings;
use super::{
    AdminSettings, AuditSettings, BoundSettings, CaSettings, CrlSettings, DirectorySettings,
    EndpointSettings, IntuneSettings, LimitsSettings, ListenSettings, LogSettings, OcspSettings,
    OidcRoleSettings, OidcSettings, OneTimeSettings, PrivilegedSettings, RequestSettings, SlotsSettings,
    StaticSettings, TlsSettings, WebhooksSettings,
};

/// The keys of the section at `path` (dotted, no indices), or nothing where there is no such section.
pub(super) fn keys(path: &str) -> Option<&'static [&'static str]> {
    Some(match path {
        "" => fields::<Settings>(),
        "listen" => fields::<ListenSettings>(),
        "tls" => fields::<TlsSettings>(),
        "limits" => fields::<LimitsSettings>(),
        "ca" => fields::<CaSettings>(),
        "crl" => fields::<CrlSettings>(),
        "ocsp" => fields::<OcspSettings>(),
        "admin" => fields::<AdminSettings>(),
        "admin.oidc" => fields::<OidcSettings>(),
        "admin.oidc.role" => fields::<OidcRoleSettings>(),
        "log" => fields::<LogSettings>(),
        "audit" => fields::<AuditSettings>(),
        "webhooks" => fields::<WebhooksSettings>(),
        "privileged" => fields::<PrivilegedSettings>(),
        "profile" => fields::<ca::profile::Settings>(),
        "policy" => fields::<ca::policy::Settings>(),
        "policy.when" => fields::<ca::policy::When>(),
        "endpoint" => fields::<EndpointSettings>(),
        "endpoint.intune" => fields::<IntuneSettings>(),
        "endpoint.static" => fields::<StaticSettings>(),
        "endpoint.one_time" => fields::<OneTimeSettings>(),
        "endpoint.bound" => fields::<BoundSettings>(),
        "endpoint.request" => fields::<RequestSettings>(),
        "endpoint.slots" => fields::<SlotsSettings>(),
        "endpoint.directory" => fields::<DirectorySettings>(),
        _ => return None,
    })
}

/// Every section that [`keys`] knows.
pub(super) const SECTIONS: [&str; 25] = [
    "",
    "listen",
    "tls",
    "limits",
    "ca",
    "crl",
    "ocsp",
    "admin",
    "admin.oidc",
    "admin.oidc.role",
    "log",
    "audit",
    "webhooks",
    "privileged",
    "profile",
    "policy",
    "policy.when",
    "endpoint",
    "endpoint.intune",
    "endpoint.static",
    "endpoint.one_time",
    "endpoint.bound",
    "endpoint.request",
    "endpoint.slots",
    "endpoint.directory",
];

/// Notes every key of `table` that the section at `path` does not know.
pub(super) fn check(path: &str, table: &Table, problems: &mut Problems) {
    let Some(known) = keys(path) else { return };
    for (key, value) in table {
        let full = join(path, key);
        if !known.contains(&key.as_str()) {
            problems.push(unknown(path, key));
            continue;
        }
        match value {
            Value::Table(inner) => check(&full, inner, problems),
            Value::Array(items) => {
                items.iter().filter_map(Value::as_table).for_each(|inner| check(&full, inner, problems));
            }
            _ => {}
        }
    }
}

/// The problem of a key nobody knows, with the nearest one that somebody does.
pub(super) fn unknown(path: &str, key: &str) -> Problem {
    let known = keys(path).unwrap_or_default();
    let place = if path.is_empty() { "at the top".to_owned() } else { format!("in [{path}]") };
    let elsewhere = || SECTIONS.into_iter().find(|section| keys(section).is_some_and(|k| k.contains(&key)));
    let fix = match (suggestion(key, known), elsewhere()) {
        (Some(nearest), _) => format!("did you mean `{nearest}`?"),
        (None, Some("")) => format!("did you mean `{key}` at the top of the file?"),
        (None, Some(section)) => format!("did you mean `{key}` in [{section}]?"),
        (None, None) => format!("remove it; known {place}: {}", known.join(", ")),
    };
    Problem::new(Code::UnknownKey, join(path, key), "").rule(format!("there is no such key {place}")).fix(fix)
}

/// The nearest of `known` to `word`, if any is near enough to be a slip of the pen.
pub(super) fn suggestion<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    known
        .iter()
        .map(|name| (strsim::jaro_winkler(word, name), *name))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}

/// `path.key`, or `key` at the top.
pub(super) fn join(path: &str, key: &str) -> String {
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The names that `T`'s derived `Deserialize` declares: the settings types are the schema.
fn fields<T: for<'de> Deserialize<'de>>() -> &'static [&'static str] {
    let mut names = FieldNames(&[]);
    // The answer is the side effect; the deserialisation itself always fails.
    let _ = T::deserialize(&mut names);
    names.0
}

struct FieldNames(&'static [&'static str]);

impl<'de> Deserializer<'de> for &mut FieldNames {
    type Error = de::value::Error;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Self::Error> {
        self.0 = fields;
        self.deserialize_any(visitor)
    }

    fn deserialize_any<V: Visitor<'de>>(self, _visitor: V) -> Result<V::Value, Self::Error> {
        Err(de::Error::custom("only the names were wanted"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
