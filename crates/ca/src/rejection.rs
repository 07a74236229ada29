//! Every reason for which a request gets no certificate: a closed list.
//!
//! Each reason has a stable code (`CHY-2104`), a sentence for anybody, a sentence for the operator with the values,
//! one fix, a page, the party at fault and the SCEP failInfo class it folds into. Codes are never reused:
//! 20xx authority, 21xx key, 22xx subject, 23xx subject alternative name, 24xx extensions, 25xx validity, 26xx
//! policy, 40xx renewal.

use std::fmt;

#[macro_use]
mod table;
pub mod authority;
pub mod extension;
pub mod key;
pub mod policy;
pub mod renewal;
pub mod san;
pub mod shown;
pub mod subject;
pub mod validity;

pub use authority::AuthorityFault;
pub use extension::ExtensionFault;
pub use key::KeyFault;
pub use policy::PolicyFault;
pub use renewal::RenewalFault;
pub use san::SanFault;
pub use shown::Shown;
pub use subject::SubjectFault;
pub use table::{Code, Difference, FailureClass, Fault, Reason};
pub use validity::ValidityFault;

/// Why a request gets no certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// Nobody who may vouch for the request has done so, or not for this content (20xx).
    Authority(AuthorityFault),
    /// The public key (21xx).
    Key(KeyFault),
    /// The subject's distinguished name (22xx).
    Subject(SubjectFault),
    /// The subject alternative name (23xx).
    San(SanFault),
    /// The extensions that were asked for (24xx).
    Extension(ExtensionFault),
    /// The period of validity (25xx).
    Validity(ValidityFault),
    /// The rules of the policy (26xx).
    Policy(PolicyFault),
    /// The renewal of an older certificate (40xx).
    Renewal(RenewalFault),
}

/// Every reason there is, family by family, in the order of the codes.
pub const ALL: &[&[Reason]] = &[
    AuthorityFault::ALL,
    KeyFault::ALL,
    SubjectFault::ALL,
    SanFault::ALL,
    ExtensionFault::ALL,
    ValidityFault::ALL,
    PolicyFault::ALL,
    RenewalFault::ALL,
];

impl Rejection {
    /// The row of the closed list.
    #[must_use]
    pub const fn reason(&self) -> &'static Reason {
        match self {
            Self::Authority(fault) => fault.reason(),
            Self::Key(fault) => fault.reason(),
            Self::Subject(fault) => fault.reason(),
            Self::San(fault) => fault.reason(),
            Self::Extension(fault) => fault.reason(),
            Self::Validity(fault) => fault.reason(),
            Self::Policy(fault) => fault.reason(),
            Self::Renewal(fault) => fault.reason(),
        }
    }

    /// The stable code, shown as `CHY-2104`.
    #[must_use]
    pub const fn code(&self) -> Code {
        self.reason().code
    }

    /// One sentence that is safe for anybody: no value of the request, none of ours.
    #[must_use]
    pub const fn public(&self) -> &'static str {
        self.reason().public
    }

    /// One sentence for the operator, with the values; control characters are escaped, long values cut.
    #[must_use]
    pub fn operator(&self) -> String {
        match self {
            Self::Authority(fault) => fault.operator(),
            Self::Key(fault) => fault.operator(),
            Self::Subject(fault) => fault.operator(),
            Self::San(fault) => fault.operator(),
            Self::Extension(fault) => fault.operator(),
            Self::Validity(fault) => fault.operator(),
            Self::Policy(fault) => fault.operator(),
            Self::Renewal(fault) => fault.operator(),
        }
    }

    /// What was expected beside what was found; `None` where nothing was compared.
    #[must_use]
    pub fn difference(&self) -> Option<Difference> {
        match self {
            Self::Authority(fault) => fault.difference(),
            Self::Key(fault) => fault.difference(),
            Self::Subject(fault) => fault.difference(),
            Self::San(fault) => fault.difference(),
            Self::Extension(fault) => fault.difference(),
            Self::Validity(fault) => fault.difference(),
            Self::Policy(fault) => fault.difference(),
            Self::Renewal(fault) => fault.difference(),
        }
    }

    /// What to do about it, in one sentence.
    #[must_use]
    pub const fn fix(&self) -> &'static str {
        self.reason().fix
    }

    /// The documentation page with its anchor, such as `docs/errors/key.md#chy-2104`.
    #[must_use]
    pub fn page(&self) -> String {
        self.reason().page()
    }

    /// Whose fault it is.
    #[must_use]
    pub const fn fault(&self) -> Fault {
        self.reason().fault
    }

    /// The SCEP failInfo that fits best.
    #[must_use]
    pub const fn class(&self) -> FailureClass {
        self.reason().class
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code(), self.operator())
    }
}

impl std::error::Error for Rejection {}

macro_rules! from_family {
    ($($family:ident $fault:ident),*) => {
        $(impl From<$fault> for Rejection {
            fn from(fault: $fault) -> Self {
                Self::$family(fault)
            }
        })*
    };
}
from_family!(Authority AuthorityFault, Key KeyFault, Subject SubjectFault, San SanFault);
from_family!(Extension ExtensionFault, Validity ValidityFault, Policy PolicyFault, Renewal RenewalFault);

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes that compare nothing, each with the reason.
    const WITHOUT: [(u16, &str); 0] = [];

    fn samples() -> Vec<Rejection> {
        let families = [
            AuthorityFault::samples(),
            KeyFault::samples(),
            SubjectFault::samples(),
            SanFault::samples(),
            ExtensionFault::samples(),
            ValidityFault::samples(),
            PolicyFault::samples(),
            RenewalFault::samples(),
        ];
        families.concat()
    }

    #[test]
    fn m66_every_refusal_has_both_sides() {
        assert_eq!(
            samples().len(),
            ALL.iter().map(|family| family.len()).sum::<usize>(),
            "a family is missing here"
        );
        for refusal in samples() {
            let code = refusal.code();
            let excused =
                WITHOUT.iter().any(|(number, reason)| *number == code.number() && !reason.is_empty());
            let difference = refusal.difference();
            assert_eq!(
                difference.is_none(),
                excused,
                "{code}: write `compares \"…\" expected \"…\" found \"…\" row \"…\"` below its operator's sentence, or, where \
                 nothing can be compared, put it with the reason into WITHOUT here"
            );
            let Some(found) = difference else { continue };
            assert_ne!(found.expected, found.found, "{code}: both sides are the same");
            assert!(found.row.starts_with(['M', 'V', 't', 'R']), "{code}: {:?} is no row", found.row);
            assert_eq!((found.rule, Some(found.row)), (refusal.public(), refusal.reason().row));
        }
    }

    #[test]
    fn v29_both_sides_are_fit_to_be_shown() {
        for found in samples().iter().filter_map(Rejection::difference) {
            for side in [&found.element, &found.expected, &found.found] {
                assert!(!side.is_empty() && !side.contains(shown::is_invisible), "{side:?}");
                assert!(side.chars().count() < 700, "{side}");
            }
        }
    }
}
