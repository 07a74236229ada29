use crate::attribute::Attribute;
use crate::der::{Tag, Writer};
use crate::extension::Extension;
use crate::name::Name;
use crate::{oid, text};

/// `CertificationRequestInfo` (RFC 2986 §4.1): what a client signs. The signed request is made by
/// [`crate::certificate::assemble`].
#[derive(Clone)]
pub struct CertificationRequestInfo {
    /// The subject asked for
    pub subject: Name,
    /// `SubjectPublicKeyInfo`
    pub public_key: Vec<u8>,
    /// The SCEP challenge, if any. A secret.
    pub challenge_password: Option<String>,
    /// The extensions asked for
    pub extensions: Vec<Extension>,
    /// Attributes beyond those two
    pub attributes: Vec<Attribute>,
}

impl CertificationRequestInfo {
    /// The bytes to be signed.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.u32(0);
                w.raw(self.subject.der());
                w.raw(&self.public_key);
                let mut attributes = self.encoded_attributes();
                attributes.sort();
                w.tlv(Tag::constructed(0), &attributes.concat());
            });
        })
    }

    fn encoded_attributes(&self) -> Vec<Vec<u8>> {
        let challenge = self.challenge_password.as_ref().map(|secret| {
            Attribute::new(oid::CHALLENGE_PASSWORD, |w| w.string(challenge_type(secret), secret))
        });
        let extensions = (!self.extensions.is_empty()).then(|| {
            let list = |w: &mut Writer| w.sequence(|w| self.extensions.iter().for_each(|one| one.write(w)));
            Attribute::new(oid::EXTENSION_REQUEST, list)
        });
        challenge.iter().chain(&extensions).chain(&self.attributes).map(Attribute::to_der).collect()
    }
}

/// PKCS #9 §5.4.1: PrintableString where the characters allow it, else UTF8String.
fn challenge_type(challenge: &str) -> Tag {
    if challenge.bytes().all(text::is_printable) { Tag::PRINTABLE_STRING } else { Tag::UTF8_STRING }
}
