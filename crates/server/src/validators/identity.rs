//! The identity that a challenge is bound to.

use crate::explanation::Sides;
use ca::decide::identity::{first_difference, same_name};
use ca::rejection::Shown;
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Oid, oid};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// Subject and alternative names of the one request that a challenge is good for; JSON in the store.
///
/// Compared structurally, and every name of the request must be accounted for (threat 16): an attribute or a name
/// more, a second common name, a multi-valued RDN or a kind of name that cannot be bound refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct BoundIdentity {
    /// Subject: attribute type (dotted decimal) and value, one per RDN, in order.
    pub subject: Vec<(String, String)>,
    /// dNSName.
    pub dns: Vec<String>,
    /// rfc822Name.
    pub email: Vec<String>,
    /// User principal name.
    pub upn: Vec<String>,
    /// uniformResourceIdentifier.
    pub uri: Vec<String>,
    /// iPAddress.
    #[schema(value_type = Vec<String>)]
    pub ip: Vec<IpAddr>,
}

impl BoundIdentity {
    /// A subject of this common name and nothing else; no alternative names.
    #[must_use]
    pub fn common_name(name: &str) -> Self {
        Self { subject: vec![(oid::CN.to_string(), name.to_owned())], ..Self::default() }
    }

    /// Whether the request asks for exactly this.
    #[must_use]
    pub fn matches(&self, subject: &Name, names: &[GeneralName]) -> bool {
        let asked: Option<Vec<_>> = names.iter().map(comparable).collect();
        let Some((mut asked, bound)) = asked.zip(self.name()) else { return false };
        let mut expected = self.alternative_names();
        asked.sort();
        expected.sort();
        same_name(&bound, subject) && asked == expected
    }

    /// Whether a SID URI is among the names it is bound to.
    #[must_use]
    pub fn names_sid(&self) -> bool {
        // Compared as devices do: scheme and date in any case.
        let prefix = "tag:microsoft.com,2022-09-14:sid:";
        self.uri
            .iter()
            .any(|uri| uri.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)))
    }

    /// What the request would have to be beside what it is: the first RDN that differs, or else the alternative names.
    pub(super) fn sides(&self, subject: &Name, names: &[GeneralName]) -> Sides {
        let bound = self.name().unwrap_or_else(|| Name::from_pairs(&[]));
        if !same_name(&bound, subject) {
            let there = first_difference(&bound, subject);
            let element = format!("subject, {}", there.place);
            return Sides::new(element, there.expected.to_string(), there.found.to_string());
        }
        let expected = self.alternative_names().into_iter().map(|(kind, name)| format!("{kind}:{name}"));
        let (expected, found) = (Shown::list(expected), Shown::list(names));
        Sides::new("alternative names", expected.to_string(), found.to_string())
    }

    fn name(&self) -> Option<Name> {
        let pairs: Result<Vec<(Oid, &str)>, _> = self
            .subject
            .iter()
            .map(|(kind, value)| Oid::new(kind).map(|kind| (kind, value.as_str())))
            .collect();
        pairs.ok().map(|pairs| Name::from_pairs(&pairs))
    }

    fn alternative_names(&self) -> Vec<(&'static str, String)> {
        let folded = |kind: &'static str, values: &[String]| {
            values.iter().map(|value| (kind, value.to_ascii_lowercase())).collect::<Vec<_>>()
        };
        let mut names = folded("DNS", &self.dns);
        names.extend(folded("email", &self.email));
        names.extend(folded("UPN", &self.upn));
        names.extend(self.uri.iter().map(|uri| ("URI", uri.clone())));
        names.extend(self.ip.iter().map(|ip| ("IP", ip.to_string())));
        names
    }
}

/// Kind and value, letter case folded where the kind has none. `None` for kinds that cannot be bound.
fn comparable(name: &GeneralName) -> Option<(&'static str, String)> {
    Some(match name {
        GeneralName::Dns(value) => ("DNS", value.to_ascii_lowercase()),
        GeneralName::Email(value) => ("email", value.to_ascii_lowercase()),
        GeneralName::Upn(value) => ("UPN", value.to_ascii_lowercase()),
        GeneralName::Uri(value) => ("URI", value.clone()),
        GeneralName::Ip(value) => ("IP", value.to_string()),
        GeneralName::Directory(_) | GeneralName::Other(_) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cn(name: &str) -> Name {
        Name::from_pairs(&[(oid::CN, name)])
    }

    #[test]
    fn t16_every_attribute_and_name_is_accounted_for() {
        let bound = BoundIdentity { dns: vec!["pc1.example".into()], ..BoundIdentity::common_name("PC 1") };
        let dns = |value: &str| GeneralName::Dns(value.into());
        let asked = [dns("PC1.example")];
        assert!(bound.matches(&cn("PC 1"), &asked));
        let two = Name::from_pairs(&[(oid::CN, "PC 1"), (oid::CN, "admin")]);
        let more = Name::from_pairs(&[(oid::CN, "PC 1"), (oid::ORGANIZATION, "x")]);
        for subject in [
            cn("PC 2"),
            cn("pc 1"),
            cn("PC\u{a0}1"),
            cn("PC 1\0"),
            cn("PC1"),
            two,
            more,
            Name::from_pairs(&[]),
        ] {
            assert!(!bound.matches(&subject, &asked), "{subject}");
        }
        let refused: [&[GeneralName]; 7] = [
            &[],
            &[dns("pc2.example")],
            &[dns("pc1.example.")],
            &[dns("pc1.example"), dns("pc1.example")],
            &[dns("pc1.example"), GeneralName::Upn("admin@example".into())],
            &[GeneralName::Uri("pc1.example".into())],
            &[dns("pc1.example"), GeneralName::Other(vec![0x88, 1, 0x29])],
        ];
        for names in refused {
            assert!(!bound.matches(&cn("PC 1"), names), "{names:?}");
        }
    }

    #[test]
    fn t16_a_multi_valued_rdn_is_another_subject() {
        let attribute = |name: &str| cn(name).rdns()[0][0].clone();
        let subject = Name::from_rdns(vec![vec![attribute("PC 1"), attribute("admin")]]);
        assert!(!BoundIdentity::common_name("PC 1").matches(&subject, &[]));
        assert!(BoundIdentity::common_name("PC 1").matches(&cn("PC 1"), &[]), "control");
    }

    #[test]
    fn a_bound_identity_is_stored_as_json() {
        let bound = BoundIdentity { ip: vec!["::1".parse().unwrap()], ..BoundIdentity::common_name("a") };
        let text = serde_json::to_string(&bound).unwrap();
        assert_eq!(serde_json::from_str::<BoundIdentity>(&text).unwrap(), bound);
        assert!(serde_json::from_str::<BoundIdentity>(r#"{"subject":[],"dnss":[]}"#).is_err());
        assert!(!BoundIdentity { subject: vec![("x".into(), "a".into())], ..bound }.matches(&cn("a"), &[]));
    }
}
