//! What is typed into the form, and what the API gets of it.

use crate::portal::Visit;
use serde_json::{Map, Value, json};

/// What the certificate is for: it decides which fields the form has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Server,
    Device,
    User,
    CodeSigning,
    Email,
    /// A request that was made elsewhere.
    Csr,
}

/// As typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Fields {
    pub(super) profile: String,
    pub(super) common_name: String,
    pub(super) organization: String,
    /// One a line each.
    pub(super) dns: String,
    pub(super) ip: String,
    pub(super) email: String,
    pub(super) upn: String,
    pub(super) uri: String,
    /// The kind of key that is made.
    pub(super) key_algorithm: String,
    /// PEM; whatever made it, a browser or another program.
    pub(super) csr: String,
}

impl Kind {
    /// In the order in which they are offered.
    pub(super) const ALL: [Kind; 6] =
        [Kind::Server, Kind::Device, Kind::User, Kind::CodeSigning, Kind::Email, Kind::Csr];

    /// The kind of that word, else the first.
    pub(super) fn parse(word: &str) -> Kind {
        Kind::ALL.into_iter().find(|kind| kind.word() == word).unwrap_or(Kind::Server)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Kind::Server => "server",
            Kind::Device => "device",
            Kind::User => "user",
            Kind::CodeSigning => "code-signing",
            Kind::Email => "email",
            Kind::Csr => "csr",
        }
    }

    /// The kinds of alternative names that its form asks for.
    pub(super) fn names(self) -> &'static [&'static str] {
        match self {
            Kind::Server => &["dns", "ip"],
            Kind::Device => &["dns", "uri"],
            Kind::User => &["upn", "email"],
            Kind::Email => &["email"],
            Kind::CodeSigning | Kind::Csr => &[],
        }
    }
}

impl Fields {
    pub(super) fn of(visit: &Visit) -> Fields {
        let field = |name| visit.field(name).trim().to_owned();
        Fields {
            profile: field("profile"),
            common_name: field("common_name"),
            organization: field("organization"),
            dns: field("dns"),
            ip: field("ip"),
            email: field("email"),
            upn: field("upn"),
            uri: field("uri"),
            key_algorithm: field("key_algorithm"),
            csr: field("csr"),
        }
    }

    /// The names of one kind, as typed.
    pub(super) fn names(&self, kind: &str) -> &str {
        match kind {
            "dns" => &self.dns,
            "ip" => &self.ip,
            "email" => &self.email,
            "upn" => &self.upn,
            "uri" => &self.uri,
            _ => "",
        }
    }

    /// What the API takes: a request says everything itself, else the key is made there.
    pub(super) fn body(&self, kind: Kind) -> Value {
        if !self.csr.is_empty() || kind == Kind::Csr {
            return json!({ "profile": self.profile, "csr": self.csr });
        }
        let names = kind.names().iter().flat_map(|kind| {
            let lines = self.names(kind).split(['\n', ',', ' ']).map(str::trim);
            lines.filter(|line| !line.is_empty()).map(move |line| json!([kind, line]))
        });
        let mut body = Map::new();
        body.insert("profile".into(), self.profile.as_str().into());
        body.insert("subject".into(), self.subject(kind).into());
        body.insert("names".into(), names.collect());
        body.insert("key".into(), "server".into());
        if !self.key_algorithm.is_empty() {
            body.insert("key_algorithm".into(), self.key_algorithm.as_str().into());
        }
        Value::Object(body)
    }

    /// The subject in Windows' text syntax. The first name stands for a common name that was not typed.
    fn subject(&self, kind: Kind) -> String {
        let names = kind.names().iter().filter_map(|kind| self.names(kind).split(['\n', ',', ' ']).next());
        let first = names.map(str::trim).find(|name| !name.is_empty()).unwrap_or_default();
        let common = if self.common_name.is_empty() { first } else { &self.common_name };
        let parts = [("CN", common), ("O", self.organization.as_str())];
        let said = parts.iter().filter(|(_, value)| !value.is_empty());
        said.map(|(kind, value)| format!("{kind}={}", quoted(value))).collect::<Vec<_>>().join(", ")
    }
}

/// In quotation marks where a reader could take it apart: no comma and no equals sign begins another attribute.
fn quoted(value: &str) -> String {
    mdm::subject::Value::Text(value.to_owned()).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Fields, Kind};
    use mdm::subject::{Subject, Value};
    use serde_json::json;

    #[test]
    fn a_value_that_looks_like_more_stays_one_value() {
        for value in
            ["a, O=Evil", "a\" , O=\"Evil", "a+CN=b", "  ", "\u{fc}, \u{1f512}", "a=b", "\"", "a;b<c>#"]
        {
            let fields = Fields { common_name: value.to_owned(), ..Fields::default() };
            let text = fields.subject(Kind::Server);
            let read: Subject = Subject::parse(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
            let all: Vec<_> = read.attributes().map(|one| one.value.clone()).collect();
            assert_eq!(all, [Value::Text(value.to_owned())], "{text}");
        }
    }

    #[test]
    fn names_are_those_of_the_kind_and_the_first_is_the_common_name() {
        let fields = Fields {
            profile: "server".into(),
            dns: "web.contoso.com\r\n\r\napi.contoso.com, www.contoso.com".into(),
            upn: "not@asked.for".into(),
            ..Fields::default()
        };
        assert_eq!(
            fields.body(Kind::Server),
            json!({
                "profile": "server", "subject": "CN=web.contoso.com", "key": "server",
                "names": [["dns", "web.contoso.com"], ["dns", "api.contoso.com"], ["dns", "www.contoso.com"]],
            })
        );
    }

    #[test]
    fn with_a_request_nothing_else_is_sent() {
        let fields =
            Fields { csr: "PEM".into(), dns: "a.b".into(), common_name: "c".into(), ..Fields::default() };
        assert_eq!(fields.body(Kind::Server), json!({ "profile": "", "csr": "PEM" }));
        assert_eq!(Fields::default().body(Kind::Csr), json!({ "profile": "", "csr": "" }));
        assert_eq!(Kind::parse("nonsense"), Kind::Server);
    }
}
