use crate::certificate::Certificate;
use crate::der::{Error, Reader, Tag};
use crate::name::Name;

/// `ResponderID` (RFC 6960 §4.2.1): who claims to have signed. Both kinds are read; we write `byKey`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponderId {
    /// The subject of its certificate.
    ByName(Name),
    /// SHA-1 of its key, without tag, length and unused bits.
    ByKey([u8; 20]),
}

impl ResponderId {
    pub(super) fn read(reader: &mut Reader<'_>) -> Result<ResponderId, Error> {
        if let Some(name) = reader.optional(Tag::constructed(1))? {
            return Name::parse(name).map(ResponderId::ByName);
        }
        let hash = Reader::only(reader.expect(Tag::constructed(2))?)?;
        match <[u8; 20]>::try_from(hash.value) {
            Ok(key) if hash.tag == Tag::OCTET_STRING => Ok(ResponderId::ByKey(key)),
            _ => Err(Error::Structure("a responder's key hash that is not SHA-1")),
        }
    }

    /// Whether it is this certificate's subject or key that is meant.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            ResponderId::ByName(name) => name.matches(certificate.subject()),
            ResponderId::ByKey(hash) => *hash == certificate.key().key_id(),
        }
    }
}
