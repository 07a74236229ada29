//! Every reason for which a request gets no certificate: a closed list.
//!
//! Each reason has a stable code (`CHY-2104`), a sentence for anybody, a sentence for the operator with the values,
//! one fix, a page, the party at fault and the SCEP failInfo class it folds into. Codes are never reused:
//! 20xx authority, 21xx key, 22xx subject, 23xx subject alternative name, 24xx extensions, 25xx validity, 40xx renewal.

use std::fmt;

#[macro_use]
mod table;
pub mod authority;
pub mod extension;
pub mod key;
pub mod renewal;
pub mod san;
pub mod shown;
pub mod subject;
pub mod validity;

pub use authority::AuthorityFault;
pub use extension::ExtensionFault;
pub use key::KeyFault;
pub use renewal::RenewalFault;
pub use san::SanFault;
pub use shown::Shown;
pub use subject::SubjectFault;
pub use table::{Code, FailureClass, Fault, Reason};
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
            Self::Renewal(fault) => fault.operator(),
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
from_family!(Extension ExtensionFault, Validity ValidityFault, Renewal RenewalFault);
