//! `Attribute`, the shape that requests (RFC 2986 §4.1) and signers (RFC 5652 §5.3) share.

use crate::Oid;
use crate::der::{Error, Reader, Writer};

/// More values, or attributes in one set, than anything real.
const MAX: usize = 32;

/// `Attribute ::= SEQUENCE { type OBJECT IDENTIFIER, values SET OF ANY }`, each value whole, as received.
#[derive(Clone, PartialEq, Eq)]
pub struct Attribute {
    /// Which attribute.
    pub oid: Oid,
    /// Its values, each a whole element.
    pub values: Vec<Vec<u8>>,
}

impl Attribute {
    /// An attribute of one value, which `write` writes.
    pub fn new(oid: Oid, write: impl FnOnce(&mut Writer)) -> Attribute {
        Attribute { oid, values: vec![Writer::bytes_of(write)] }
    }

    /// Its only value, whole.
    ///
    /// # Errors
    /// [`Error::Structure`] for none or several.
    pub fn value(&self) -> Result<&[u8], Error> {
        match self.values.as_slice() {
            [value] => Ok(value),
            _ => Err(Error::Structure("an attribute that does not have exactly one value")),
        }
    }

    /// The encoding.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&self.oid);
                w.set_of(self.values.clone());
            });
        })
    }

    fn read(set: &mut Reader<'_>) -> Result<Attribute, Error> {
        let mut fields = set.sequence()?;
        let oid = fields.oid()?;
        let mut set = fields.set()?;
        fields.finish()?;
        let mut values = Vec::new();
        while !set.is_empty() {
            if values.len() == MAX {
                return Err(Error::Size);
            }
            values.push(set.any()?.raw.to_vec());
        }
        Ok(Attribute { oid, values })
    }

    /// Reads the elements of a `SET OF Attribute`, in the order in which they stand.
    ///
    /// # Errors
    /// The rule that was broken; the same attribute twice is refused, because two readers could take two values.
    pub fn read_all(contents: &[u8]) -> Result<Vec<Attribute>, Error> {
        let mut set = Reader::new(contents);
        let mut attributes: Vec<Attribute> = Vec::new();
        while !set.is_empty() {
            let attribute = Attribute::read(&mut set)?;
            if attributes.iter().any(|earlier| earlier.oid == attribute.oid) {
                return Err(Error::Structure("the same attribute twice"));
            }
            if attributes.len() == MAX {
                return Err(Error::Size);
            }
            attributes.push(attribute);
        }
        Ok(attributes)
    }
}

/// The attribute with this identifier, if it is there.
#[must_use]
pub fn find<'a>(attributes: &'a [Attribute], oid: &Oid) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.oid == *oid)
}
