//! When two names are one identity: compared structurally, never through a string form (threat 16).

use pki::general_name::GeneralName;
use pki::name::{Attribute, Name};

/// The same RDNs in the same order, each with the same attributes and the same text; string types may differ.
///
/// Stricter than RFC 5280 §7.1, which folds case and white space: a relying party may take `CN=admin` and `CN=Admin` for
/// two accounts, so a certificate for one must not become one for the other.
#[must_use]
pub fn same_name(left: &Name, right: &Name) -> bool {
    left.rdns().len() == right.rdns().len()
        && left.rdns().iter().zip(right.rdns()).all(|(left, right)| {
            left.len() == right.len()
                && left.iter().zip(right).all(|(left, right)| same_attribute(left, right))
        })
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
    fn t16_only_host_names_know_no_case() {
        let email = |text: &str| GeneralName::Email(text.into());
        assert!(same_general_name(&email("a@B.c"), &email("a@b.c")));
        assert!(!same_general_name(&email("A@b.c"), &email("a@b.c")));
        assert!(same_general_name(&GeneralName::Dns("A.b".into()), &GeneralName::Dns("a.B".into())));
        assert!(!same_general_name(&GeneralName::Uri("X:a".into()), &GeneralName::Uri("x:a".into())));
        assert!(!same_general_name(&GeneralName::Upn("a@b".into()), &email("a@b")));
    }
}
