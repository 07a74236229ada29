//! Names that stand in URLs, file names, labels and references.

use std::fmt;

use super::problem::{Code, Problem};

macro_rules! name {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Believes `text`: 1 to 64 of `a-z 0-9 - _`, first a letter or digit.
            ///
            /// # Errors
            /// The problem at `key`, where `text` is anything else.
            pub fn believe(key: &str, text: &str) -> Result<Self, Problem> {
                checked(key, text).map(|()| Self(text.to_owned()))
            }

            /// The name as written.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

name! {
    /// Name of a SCEP endpoint: the segment after `/scep/`.
    EndpointName
}
name! {
    /// Name of a certificate profile. The display name may change; this is what endpoints refer to (row M23).
    ProfileName
}

fn checked(key: &str, text: &str) -> Result<(), Problem> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    let starts_well = !text.starts_with(['-', '_']);
    if (1..=64).contains(&text.len()) && starts_well && text.chars().all(allowed) {
        return Ok(());
    }
    Err(Problem::new(Code::Rule, key, text)
        .rule("a name is 1 to 64 of a-z, 0-9, '-' and '_', and starts with a letter or digit")
        .fix(r#"give it a short name, such as name = "windows-devices""#))
}
