//! What can be wrong with the text of a subject, and how to mend it.

use super::MAX_ATTRIBUTES;
use core::fmt;
use pki::text::shown;

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No `key=` where one has to stand; what stands there instead.
    KeyExpected(String),
    /// A key that Windows does not know.
    UnknownKey(String),
    /// A variable in the place of a whole RDN: what it stands for would decide how many RDNs there are.
    VariableWithoutKey,
    /// A quotation mark that nothing closes.
    OpenQuote,
    /// Something between the quotation mark at the end of a value and the next separator.
    AfterQuote,
    /// A quotation mark within a value that has none around it.
    QuoteWithin,
    /// `=` within a value that has no quotation marks around it.
    EqualsWithin,
    /// A backslash before one of `, + ; = "` (M64).
    Escape(char),
    /// What follows `#` is not a whole number of octets in hexadecimal.
    Hexadecimal,
    /// A separator with nothing after it.
    TrailingSeparator,
    /// An RDN with two attributes of this type.
    SameTypeTwice(String),
    /// More attributes than a name may have.
    TooMany,
}

impl Fault {
    /// What to do about it.
    #[must_use]
    pub fn fix(&self) -> &'static str {
        match self {
            Self::KeyExpected(_) => {
                "write each part as key=value, and a value that holds a separator in quotation marks"
            }
            Self::UnknownKey(_) => {
                "use one of CN, OU, O, L, S, C, E, G, SN, T, I, DC, STREET, SERIALNUMBER, or an object identifier in dots"
            }
            Self::VariableWithoutKey => {
                "give it a key and quotation marks, such as CN=\"{{OnPrem_Distinguished_Name}}\""
            }
            Self::OpenQuote => "close the value with a quotation mark; write one within it twice",
            Self::AfterQuote => "put the whole value between the quotation marks",
            Self::QuoteWithin => "put the whole value in quotation marks and write the one within it twice",
            Self::EqualsWithin | Self::Escape(_) => {
                "put the whole value in quotation marks, without a backslash, or remove the character"
            }
            Self::Hexadecimal => {
                "write two hexadecimal digits for each octet, or put the value in quotation marks if # is meant"
            }
            Self::TrailingSeparator => "remove the separator at the end",
            Self::SameTypeTwice(_) => "separate the two by a comma",
            Self::TooMany => "remove attributes",
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::KeyExpected(found) => write!(f, "`{}` is not key=value", shown(found)),
            Self::UnknownKey(key) => write!(f, "Windows knows no key `{}`", shown(key)),
            Self::VariableWithoutKey => f.write_str("a variable without a key"),
            Self::OpenQuote => f.write_str("a quotation mark that is not closed"),
            Self::AfterQuote => f.write_str("the value goes on after its quotation mark"),
            Self::QuoteWithin => f.write_str("a quotation mark within a value that is not quoted"),
            Self::EqualsWithin => f.write_str("`=` within a value that is not quoted"),
            Self::Escape(character) => {
                write!(
                    f,
                    "`\\{character}`: a backslash escapes nothing, and no certificate comes of it (M64)"
                )
            }
            Self::Hexadecimal => f.write_str("after # stand no whole octets in hexadecimal"),
            Self::TrailingSeparator => f.write_str("a separator with nothing after it"),
            Self::SameTypeTwice(key) => write!(f, "`{key}` twice in one RDN"),
            Self::TooMany => write!(f, "more than {MAX_ATTRIBUTES} attributes"),
        }
    }
}

/// What is wrong with the text of a subject, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectError {
    /// How many characters stand before the place.
    pub at: usize,
    /// What is wrong there.
    pub fault: Fault,
}

impl fmt::Display for SubjectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}; {}", self.at + 1, self.fault, self.fault.fix())
    }
}

impl core::error::Error for SubjectError {}
