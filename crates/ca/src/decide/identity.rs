//! When two names are one identity: compared structurally, never through a string form (threat 16).

use crate::rejection::Shown;
use pki::general_name::GeneralName;
use pki::name::{Attribute, Name, Rdn};

/// The same RDNs in the same order, each with the same attributes and the same text; string types may differ.
///
/// Stricter than RFC 5280 §7.1, which folds case and white space: a relying party may take `CN=admin` and `CN=Admin` for
/// two accounts, so a certificate for one must not become one for the other.
#[must_use]
pub fn same_name(left: &Name, right: &Name) -> bool {
    left.rdns().len() == right.rdns().len()
        && left.rdns().iter().zip(right.rdns()).all(|(left, right)| same_rdn(left, right))
}

fn same_rdn(left: &Rdn, right: &Rdn) -> bool {
    left.len() == right.len() && left.iter().zip(right).all(|(left, right)| same_attribute(left, right))
}

/// Where two names begin to differ, and what each has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `RDN 2`, counted from 1.
    pub place: Shown,
    /// That RDN of what was expected; `nothing` where it has none.
    pub expected: Shown,
    /// That RDN of what was found; `nothing` where it has none.
    pub found: Shown,
}

/// The first RDN in which two names differ, by [`same_name`] (M66); the one after their ends where none does.
#[must_use]
pub fn first_difference(expected: &Name, found: &Name) -> Place {
    let (one, other) = (expected.rdns(), found.rdns());
    let same = one.iter().zip(other).take_while(|(one, other)| same_rdn(one, other)).count();
    let shown = |rdns: &[Rdn]| {
        let rdn = rdns.get(same).map(|rdn| Name::from_rdns(vec![rdn.clone()]));
        rdn.map_or_else(|| Shown::new("nothing"), |name| Shown::name(&name))
    };
    Place { place: Shown::new(&format!("RDN {}", same + 1)), expected: shown(one), found: shown(other) }
}

fn same_attribute(left: &Attribute, right: &Attribute) -> bool {
    let same_text = || matches!((left.text(), right.text()), (Some(left), Some(right)) if left == right);
    left.oid == right.oid && ((left.tag == right.tag && left.value == right.value) || same_text())
}

/// The same alternative name. DNS names and the domains of e-mail addresses know no case (RFC 4343, RFC 5321 §2.4); all
/// else is compared exactly.
#[must_use]
pub fn same_general_name(left: &GeneralName, right: &GeneralName) -> bool {
    match (left, right) {
        (GeneralName::Dns(left), GeneralName::Dns(right)) => left.eq_ignore_ascii_case(right),
        (GeneralName::Email(left), GeneralName::Email(right)) => {
            match (left.rsplit_once('@'), right.rsplit_once('@')) {
                (Some((local, domain)), Some((other_local, other_domain))) => {
                    local == other_local && domain.eq_ignore_ascii_case(other_domain)
                }
                _ => left == right,
            }
        }
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::der::Tag;
    use pki::oid;

    fn name(pairs: &[(pki::Oid, &str)]) -> Name {
        Name::from_pairs(pairs)
    }

    #[test]
    fn t16_string_types_may_differ_text_may_not() {
        let utf8 = name(&[(oid::CN, "device")]);
        let printable = Attribute { oid: oid::CN, tag: Tag::PRINTABLE_STRING.0, value: b"device".to_vec() };
        assert!(same_name(&utf8, &Name::from_rdns(vec![vec![printable]])));
        for other in ["Device", "device ", " device", "devic", "device\u{301}", "dev\u{456}ce"] {
            assert!(!same_name(&utf8, &name(&[(oid::CN, other)])), "{other:?}");
        }
    }

    #[test]
    fn t16_order_type_and_number_of_attributes_count() {
        let two = name(&[(oid::ORGANIZATION, "x"), (oid::CN, "y")]);
        assert!(same_name(&two, &two.clone()));
        assert!(!same_name(&two, &name(&[(oid::CN, "y"), (oid::ORGANIZATION, "x")])));
        assert!(!same_name(&two, &name(&[(oid::ORGANIZATION, "x")])));
        assert!(!same_name(&two, &name(&[(oid::ORGANIZATIONAL_UNIT, "x"), (oid::CN, "y")])));
        let joined: Vec<Attribute> = two.attributes().cloned().collect();
        assert!(!same_name(&two, &Name::from_rdns(vec![joined])));
    }

    #[test]
    fn m66_the_first_rdn_that_differs() {
        let was = name(&[(oid::ORGANIZATION, "x"), (oid::CN, "y"), (oid::LOCALITY, "z")]);
        let at = |other: &[(pki::Oid, &str)]| {
            let Place { place, expected, found } = first_difference(&was, &name(other));
            format!("{place}: {expected}, {found}")
        };
        let three = |name| [(oid::ORGANIZATION, "x"), (oid::CN, name), (oid::LOCALITY, "z")];
        assert_eq!(at(&three("a,b")), "RDN 2: CN=y, CN=a\\,b");
        assert_eq!(at(&three("Y")), "RDN 2: CN=y, CN=Y");
        assert_eq!(at(&three("y")[..2]), "RDN 3: L=z, nothing");
        assert_eq!(
            at(&[three("y").as_slice(), &[(oid::CN, "\u{202e}")]].concat()),
            "RDN 4: nothing, CN=\\u{202e}"
        );
    }

    #[test]
    fn t16_only_host_names_know_no_case() {
        let email = |text: &str| GeneralName::Email(text.into());
        assert!(same_general_name(&email("a@B.c"), &email("a@b.c")));
        assert!(!same_general_name(&email("A@b.c"), &email("a@b.c")));
        assert!(same_general_name(&GeneralName::Dns("A.b".into()), &GeneralName::Dns("a.B".into())));
        assert!(!same_general_name(&GeneralName::Uri("X:a".into()), &GeneralName::Uri("x:a".into())));
        assert!(!same_general_name(&GeneralName::Upn("a@b".into()), &email("a@b")));
    }
}
