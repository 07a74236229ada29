//! Subjects compared as texts, as Intune compares a request's with its challenge's: a profile that writes `\,` never gets a
//! certificate (M64; contract §10).
//!
//! A request's subject is written as Windows writes names, with quotation marks around a value that needs them. Of a profile's
//! text stands what is written, backslashes included; only quotation marks that are not needed are the same as none, so that a
//! quoted value and one without special characters are found again (M65).

use super::{AttributeType, Subject, Value};
use pki::name::Name;

/// The RDNs of a subject, each as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written(Vec<String>);

/// Where two texts begin to differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextDifference {
    /// Which RDN, counted from 1.
    pub number: usize,
    /// What the challenge has there; `None` where it has no more.
    pub challenge: Option<String>,
    /// What the request has there; `None` where it has no more.
    pub request: Option<String>,
}

impl Written {
    /// Of text, be it a subject or not.
    #[must_use]
    pub fn of_text(text: &str) -> Written {
        Written(split(text, &[',', ';', '\n', '\r']).map(|rdn| canonical(&rdn)).collect())
    }

    /// Of a request's subject. What Windows has no key for is shown as RFC 4514 does.
    #[must_use]
    pub fn of_name(name: &Name) -> Written {
        let rdn = |rdn: &pki::name::Rdn| {
            let name = Name::from_rdns(vec![rdn.clone()]);
            let text =
                Subject::from_name(&name).map_or_else(|_| name.to_string(), |subject| subject.to_string());
            canonical(&text)
        };
        Written(name.rdns().iter().map(rdn).collect())
    }

    /// The first RDN in which this challenge and a request differ; letter case counts.
    #[must_use]
    pub fn first_difference(&self, request: &Written) -> Option<TextDifference> {
        let at = (0..self.0.len().max(request.0.len())).find(|at| self.0.get(*at) != request.0.get(*at))?;
        let of = |side: &Written| side.0.get(at).cloned();
        Some(TextDifference { number: at + 1, challenge: of(self), request: of(request) })
    }
}

/// The parts between separators that are neither in quotation marks nor after a backslash, without empty ones.
fn split(text: &str, separators: &[char]) -> impl Iterator<Item = String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        let separates = !quoted && !escaped && separators.contains(&c);
        quoted ^= c == '"' && !escaped;
        escaped = c == '\\' && !escaped && !quoted;
        match parts.last_mut() {
            Some(last) if !separates => last.push(c),
            _ => parts.push(String::new()),
        }
    }
    parts.into_iter().filter(|part| !part.trim().is_empty())
}

/// One RDN: its attributes in one order, whatever the order of the text (X.501 §9.3).
fn canonical(rdn: &str) -> String {
    let mut attributes: Vec<String> =
        split(rdn, &['+']).map(|attribute| canonical_attribute(&attribute)).collect();
    attributes.sort_unstable();
    attributes.join(" + ")
}

fn canonical_attribute(text: &str) -> String {
    let Some((key, raw)) = text.split_once('=') else { return text.trim().to_owned() };
    let key = key.trim();
    let key = AttributeType::parse(key).map_or_else(|| key.to_owned(), |kind| kind.to_string());
    let raw = raw.trim();
    match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inner) => format!("{key}={}", Value::Text(inner.replace("\"\"", "\""))),
        None => format!("{key}={raw}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::oid;

    /// What a device asks for whose user is called so.
    fn asked(common_name: &str) -> Written {
        Written::of_name(&Name::from_pairs(&[(oid::CN, common_name), (oid::ORGANIZATION, "Contoso")]))
    }

    fn differs(text: &str, common_name: &str) -> bool {
        Written::of_text(text).first_difference(&asked(common_name)).is_some()
    }

    #[test]
    fn m64_m65_four_characters_escaped_quoted_and_removed() {
        for c in ['+', ',', ';', '='] {
            let name = format!("Test{c}LLC");
            assert!(differs(&format!("CN=Test\\{c}LLC, O=Contoso"), &name), "{c} escaped");
            assert!(
                differs(&format!("CN=Test\\{c}LLC, O=Contoso"), &format!("Test\\{c}LLC")),
                "{c} escaped twice"
            );
            assert!(!differs(&format!("CN=\"Test{c}LLC\", O=Contoso"), &name), "{c} quoted");
            assert!(!differs("CN=TestLLC, O=Contoso", "TestLLC"), "{c} removed");
        }
    }

    #[test]
    fn spelling_that_means_nothing_does_not_count_and_structure_does() {
        for same in ["cn = a ; o=Contoso", "CN=\"a\", O=Contoso", "CN=a\nO=Contoso"] {
            assert!(!differs(same, "a"), "{same}");
        }
        for other in [
            "CN=a",
            "CN=a + O=Contoso",
            "CN=a, O=Contoso, CN=b",
            "CN=A, O=Contoso",
            "O=Contoso, CN=a",
            "",
            "\\",
        ] {
            assert!(differs(other, "a"), "{other}");
        }
        let (one, other) = (Written::of_text("OU=b+CN=\"a\""), Written::of_text("CN=a + OU=b"));
        assert_eq!(one.first_difference(&other), None, "an RDN is a set");
    }

    #[test]
    fn m66_the_rdn_that_differs_is_named_with_both_sides() {
        let there = Written::of_text("CN=a, O=Fabrikam").first_difference(&asked("a")).unwrap();
        let expected = (2, Some("O=Fabrikam".to_owned()), Some("O=Contoso".to_owned()));
        assert_eq!((there.number, there.challenge, there.request), expected);
    }
}
