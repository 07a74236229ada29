//! The shape of one row of the closed list, and the macro that keeps type, table and sentences in one place.

use std::fmt;

/// A stable code; `Display` gives `CHY-2104`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(u16);

impl Code {
    /// The code of this number. For the tables of refusals only: a code that is in none of them names nothing.
    #[must_use]
    pub const fn new(number: u16) -> Self {
        Self(number)
    }

    /// The four digits.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CHY-{:04}", self.0)
    }
}

/// Who has to change something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The one who asks for a certificate.
    Peer,
    /// The one who configured this CA or the MDM's profile.
    Administrator,
    /// This program.
    Ours,
}

/// The SCEP failInfo that fits a refusal best (RFC 8894 §3.2.1.4.4), in the standard's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureClass {
    /// An algorithm or key that is not accepted.
    BadAlg,
    /// A signature that does not hold.
    BadMessageCheck,
    /// The transaction is not permitted.
    BadRequest,
    /// The time of the message or of the certificate does not fit.
    BadTime,
    /// No certificate matches the criteria given.
    BadCertId,
}

/// One row of the closed list of refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reason {
    /// Stable code, never reused.
    pub code: Code,
    /// The variant's name.
    pub name: &'static str,
    /// Page under `docs/errors/`, without `.md`.
    pub family: &'static str,
    /// One sentence that is safe for anybody.
    pub public: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// Who has to change something.
    pub fault: Fault,
    /// The SCEP failInfo that fits best.
    pub class: FailureClass,
    /// What obliges: rows `M…`, clauses of an RFC, numbers of threats. `None` where nothing was compared.
    pub row: Option<&'static str>,
}

impl Reason {
    /// The documentation page with its anchor.
    #[must_use]
    pub fn page(&self) -> String {
        format!("docs/errors/{}.md#chy-{:04}", self.family, self.code.number())
    }
}

/// What was expected beside what was found: the first element in which a request differs from what it had to be.
///
/// All of it is fit to be shown: foreign text is in it only as [`super::Shown`] writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which element: `subject, RDN 2`.
    pub element: String,
    /// What it had to be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// The rule: the public sentence of its code.
    pub rule: &'static str,
    /// What obliges: rows `M…`, clauses of an RFC, numbers of threats.
    pub row: &'static str,
}

/// A value of a sample: as a stranger would choose it.
#[cfg(test)]
pub(crate) trait Sample {
    fn sample(name: &str) -> Self;
}

#[cfg(test)]
impl Sample for super::Shown {
    fn sample(name: &str) -> Self {
        Self::new(&format!("{name}\n\u{1b}[31m\u{202e}{}", "x".repeat(5000)))
    }
}

#[cfg(test)]
impl Sample for u32 {
    fn sample(_: &str) -> Self {
        7
    }
}

#[cfg(test)]
impl Sample for usize {
    fn sample(_: &str) -> Self {
        9
    }
}

/// Defines one family of refusals: the enum, its rows and the operator's sentence, so that none can be forgotten.
///
/// A row reads: code, variant with its values, fault, failInfo class, public sentence, operator's sentence (a format
/// string over the values), what was compared (which element, what was expected and what was found, as format strings over
/// the values, and the rows that oblige), fix.
macro_rules! refusals {
    (@row) => { None };
    (@row $row:literal) => { Some($row) };
    (@difference $reason:expr) => { None };
    (@difference $reason:expr, $element:literal $expected:literal $found:literal $row:literal) => {
        Some($crate::rejection::Difference {
            element: format!($element),
            expected: format!($expected),
            found: format!($found),
            rule: $reason.public,
            row: $row,
        })
    };
    (
        $(#[$doc:meta])*
        $name:ident, $family:literal;
        $($code:literal $variant:ident { $($field:ident : $type:ty),* $(,)? } $fault:ident $class:ident
            public $public:literal
            operator $operator:literal
            $(compares $element:literal expected $expected:literal found $found:literal row $row:literal)?
            fix $fix:literal;)+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub enum $name {
            $(#[doc = $public] $variant { $(#[doc = concat!("`", stringify!($field), "` of the operator's sentence.")] $field: $type),* }),+
        }

        impl $name {
            /// Every row of this family, in the order of the codes.
            pub const ALL: &'static [$crate::rejection::Reason] = &[$($crate::rejection::Reason {
                code: $crate::rejection::Code::new($code),
                name: stringify!($variant),
                family: $family,
                public: $public,
                fix: $fix,
                fault: $crate::rejection::Fault::$fault,
                class: $crate::rejection::FailureClass::$class,
                row: refusals!(@row $($row)?),
            }),+];

            /// The row of the closed list.
            #[must_use]
            pub const fn reason(&self) -> &'static $crate::rejection::Reason {
                match self {
                    $(Self::$variant { .. } => {
                        const ROW: $crate::rejection::Reason = $crate::rejection::Reason {
                            code: $crate::rejection::Code::new($code),
                            name: stringify!($variant),
                            family: $family,
                            public: $public,
                            fix: $fix,
                            fault: $crate::rejection::Fault::$fault,
                            class: $crate::rejection::FailureClass::$class,
                            row: refusals!(@row $($row)?),
                        };
                        &ROW
                    })+
                }
            }

            /// The sentence for the operator, with the values.
            #[must_use]
            pub fn operator(&self) -> String {
                match self {
                    $(Self::$variant { $($field),* } => {
                        // Some values are for the difference alone.
                        let _ = ($(&$field,)*);
                        format!($operator)
                    })+
                }
            }

            /// What was expected beside what was found; `None` where nothing was compared.
            #[must_use]
            pub fn difference(&self) -> Option<$crate::rejection::Difference> {
                match self {
                    $(Self::$variant { $($field),* } => {
                        // Some values are for the operator's sentence alone.
                        let _ = ($(&$field,)*);
                        refusals!(@difference self.reason() $(, $element $expected $found $row)?)
                    })+
                }
            }

            /// One of each.
            #[cfg(test)]
            pub(crate) fn samples() -> Vec<$crate::rejection::Rejection> {
                use $crate::rejection::table::Sample;
                vec![$(Self::$variant { $($field: Sample::sample(stringify!($field))),* }.into()),+]
            }
        }
    };
}
