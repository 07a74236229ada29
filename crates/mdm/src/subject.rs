//! Subjects as administrators write them, in the text syntax of Windows' CertStrToName, which Intune reads for every
//! platform (M97).
//!
//! RDNs stand in the order of the text, several of one type included (M121). `,`, `;` and a new line separate RDNs, `+`
//! joins the attributes of one; a value in quotation marks may hold all of these, and a quotation mark written twice. A
//! value that begins with `#` is hexadecimal. White space around keys and values is nothing. A backslash escapes
//! nothing: Intune and devices disagree about a subject that relies on it (M64), so it is refused with the quoted form
//! as the fix (M65).
//!
//! ```
//! use chancery_mdm::subject::Subject;
//! let subject = Subject::parse(r#"CN="Doe, Jane"; O = Contoso"#).unwrap();
//! assert_eq!(subject.to_string(), r#"CN="Doe, Jane", O=Contoso"#);
//! ```

mod encoding;
mod fault;
mod key;
mod parse;
mod written;

pub use encoding::{Unencodable, Unreadable};
pub use fault::{Fault, SubjectError};
pub use key::{AttributeType, Characters};
pub use written::{TextDifference, Written};

use core::fmt;

/// As many attributes as a name may have where it is read back (`pki::name`).
pub const MAX_ATTRIBUTES: usize = 64;

/// What an attribute holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Value {
    /// Characters.
    Text(String),
    /// What `#` and hexadecimal digits say: the contents of an OCTET STRING.
    Octets(Vec<u8>),
}

/// One `key=value`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attribute<V = Value> {
    /// Which attribute.
    pub kind: AttributeType,
    /// What it holds.
    pub value: V,
}

/// A relative distinguished name: one attribute, rarely more, of different types (X.501 §9.3). They are a set: their
/// order means nothing, and is here that of their types.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rdn<V = Value>(Vec<Attribute<V>>);

impl<V> Rdn<V> {
    /// An RDN of these attributes; `None` without one, or with two of the same type.
    #[must_use]
    pub fn new(mut attributes: Vec<Attribute<V>>) -> Option<Self> {
        attributes.sort_by_key(|attribute| attribute.kind);
        let repeated = attributes.windows(2).any(|pair| matches!(pair, [a, b] if a.kind == b.kind));
        (!attributes.is_empty() && !repeated).then_some(Self(attributes))
    }

    /// Its attributes, in the order of their types.
    #[must_use]
    pub fn attributes(&self) -> &[Attribute<V>] {
        &self.0
    }
}

/// A subject: RDNs in the order in which they were written. `V` is what its attributes hold: values, or templates of
/// values that a device's facts are put into.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Subject<V = Value>(Vec<Rdn<V>>);

impl<V> Subject<V> {
    /// A subject of these RDNs, maybe of none; `None` with more than [`MAX_ATTRIBUTES`].
    #[must_use]
    pub fn new(rdns: Vec<Rdn<V>>) -> Option<Self> {
        let count: usize = rdns.iter().map(|rdn| rdn.0.len()).sum();
        (count <= MAX_ATTRIBUTES).then_some(Self(rdns))
    }

    /// Its RDNs, in the order in which they were written.
    #[must_use]
    pub fn rdns(&self) -> &[Rdn<V>] {
        &self.0
    }

    /// Every attribute, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute<V>> {
        self.0.iter().flat_map(Rdn::attributes)
    }

    /// A subject of the same RDNs and attribute types, whose values `make` makes. Whatever it makes, the structure is
    /// this one's: nothing is read as text again.
    ///
    /// # Errors
    /// The first of `make`.
    pub fn try_map<W, E>(
        &self,
        mut make: impl FnMut(&Attribute<V>) -> Result<W, E>,
    ) -> Result<Subject<W>, E> {
        let mut attribute =
            |of: &Attribute<V>| Ok(Attribute { kind: of.kind, value: make(of)? }) as Result<Attribute<W>, E>;
        let rdns =
            self.0.iter().map(|rdn| Ok(Rdn(rdn.0.iter().map(&mut attribute).collect::<Result<_, E>>()?)));
        Ok(Subject(rdns.collect::<Result<_, E>>()?))
    }
}

impl Subject {
    /// Reads the text of a subject; the empty text is the subject without RDNs.
    ///
    /// # Errors
    /// What is wrong, where, and how to mend it.
    pub fn parse(text: &str) -> Result<Self, SubjectError> {
        parse::parse(text)
    }

    /// The first value of that type, if it is text.
    #[must_use]
    pub fn first(&self, kind: AttributeType) -> Option<&str> {
        match &self.attributes().find(|attribute| attribute.kind == kind)?.value {
            Value::Text(text) => Some(text),
            Value::Octets(_) => None,
        }
    }
}

impl fmt::Display for Value {
    /// Quoted wherever a reader could take it apart: CertNameToStr's rule, and a backslash at the end besides.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Octets(octets) => {
                f.write_str("#")?;
                octets.iter().try_for_each(|octet| write!(f, "{octet:02X}"))
            }
            Self::Text(text) if is_plain(text) => f.write_str(text),
            Self::Text(text) => write!(f, "\"{}\"", text.replace('"', "\"\"")),
        }
    }
}

fn is_plain(text: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let parts = |c: char| matches!(c, ',' | '+' | '=' | '"' | '\n' | '\r' | '<' | '>' | '#' | ';');
    !text.contains(parts)
        && !edge(text.chars().next())
        && !edge(text.chars().next_back())
        && !text.ends_with('\\')
}

impl fmt::Display for Subject {
    /// The text, as Windows' CertNameToStr writes it: `CN=x, OU=a + L=b`. It may hold control characters where the
    /// subject does; to show one of unknown origin, show its `pki::name::Name`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, rdn) in self.0.iter().enumerate() {
            f.write_str(if at > 0 { ", " } else { "" })?;
            for (at, attribute) in rdn.0.iter().enumerate() {
                f.write_str(if at > 0 { " + " } else { "" })?;
                write!(f, "{}={}", attribute.kind, attribute.value)?;
            }
        }
        Ok(())
    }
}
