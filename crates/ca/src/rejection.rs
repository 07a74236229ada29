//! Every reason for which a request gets no certificate: a closed list.
//!
//! Each reason has a stable code (`CHY-2104`), a sentence for anybody, a sentence for the operator with the values,
//! one fix, a page, the party at fault and the SCEP failInfo class it folds into. Codes are never reused:
//! 20xx authority, 21xx key, 22xx subject, 23xx subject alternative name, 24xx extensions, 25xx validity, 40xx renewal.

use std::fmt;

#[macro_use]
mod table;
pub mod authority;

pub mod key;

pub mod shown;

pub use authority::AuthorityFault;
pub use key::KeyFault;
pub use shown::Shown;
pub use table::{Code, FailureClass, Fault, Reason};

/// Why a request gets no certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rejection {
    /// Nobody who may vouch for the request has done so, or not for this content (20xx).
    Authority(AuthorityFault),
    /// The public key (21xx).
    Key(KeyFault),
}

/// Every reason there is, family by family, in the order of the codes.
pub const ALL: &[&[Reason]] = &[AuthorityFault::ALL, KeyFault::ALL];

impl Rejection {
    /// The row of the closed list.
    #[must_use]
    pub const fn reason(&self) -> &'static Reason {
        match self {
            Self::Authority(fault) => fault.reason(),
            Self::Key(fault) => fault.reason(),
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
from_family!(Authority AuthorityFault, Key KeyFault);
