//! Rule: one key, one subject (threats 31, 39). The same subject may have its own key certified again: Q48.

use super::{Fingerprint, Holder, blocked};
use crate::decide::identity::same_name;
use crate::rejection::{KeyFault, Shown};

/// Checks whom the certificates with this key name.
///
/// # Errors
/// [`KeyFault::Repeated`] with the first holder that is somebody else.
pub fn check(fingerprint: &Fingerprint, asker: &Holder, holders: &[Holder]) -> Result<(), KeyFault> {
    match holders.iter().find(|holder| !is_same(asker, holder)) {
        Some(holder) => {
            let shown = if holder.subject.is_empty() {
                Shown::list(&holder.san.0)
            } else {
                Shown::new(&holder.subject.to_string())
            };
            Err(KeyFault::Repeated { holder: shown, fingerprint: blocked::shown(fingerprint) })
        }
        None => Ok(()),
    }
}

/// The same subject; where both have none, a name in common.
fn is_same(asker: &Holder, holder: &Holder) -> bool {
    same_name(&asker.subject, &holder.subject)
        && (!asker.subject.is_empty() || asker.san.0.iter().any(|name| holder.san.0.contains(name)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pki::general_name::{GeneralName, SubjectAltName};
    use pki::name::Name;
    use pki::oid;

    fn holder(cn: &str, dns: &str) -> Holder {
        let subject = if cn.is_empty() { Name::from_pairs(&[]) } else { Name::from_pairs(&[(oid::CN, cn)]) };
        Holder { subject, san: SubjectAltName(vec![GeneralName::Dns(dns.into())]) }
    }

    #[test]
    fn q48_the_same_subject_may_have_its_key_certified_again() {
        assert_eq!(check(&[1; 32], &holder("a", "x"), &[]), Ok(()));
        assert_eq!(check(&[1; 32], &holder("a", "x"), &[holder("a", "y")]), Ok(()));
        assert_eq!(check(&[1; 32], &holder("", "x"), &[holder("", "x")]), Ok(()));
    }

    #[test]
    fn t39_a_key_of_another_subject_is_refused() {
        let fault =
            check(&[1; 32], &holder("a", "x"), &[holder("a", "x"), holder("other", "x")]).unwrap_err();
        assert!(fault.operator().contains("CN=other"));
        assert!(check(&[1; 32], &holder("", "x"), &[holder("", "y")]).is_err());
        assert!(check(&[1; 32], &holder("", "x"), &[holder("a", "x")]).is_err());
    }
}
