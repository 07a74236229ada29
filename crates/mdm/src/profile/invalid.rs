//! A setting that can never be right.

use core::fmt;

/// Why a value is none of its setting: the setting's name and its rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The setting, as a file calls it.
    pub setting: &'static str,
    /// What its values are.
    pub rule: &'static str,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} must be {}", self.setting, self.rule)
    }
}

impl core::error::Error for Invalid {}

/// Lets serde read and write a type through its text: what `parse` reads and `Display` writes.
macro_rules! read_from_text {
    ($($name:ident),+) => {$(
        impl TryFrom<String> for $name {
            type Error = $crate::profile::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.to_string()
            }
        }
    )+};
}

pub(super) use read_from_text;
