//! Cryptographic message syntax (RFC 5652): signed and enveloped data, as SCEP uses them.
//!
//! Input may be BER; it is turned into DER by lengths alone ([`crate::ber`]), so attributes and certificates keep
//! their bytes. Signing and unwrapping are the caller's: drafts give bytes out and take the signature, an envelope
//! gives the wrapped key out and takes the content key.

pub mod content;
pub mod enveloped;
mod identifier;
pub mod password;
pub mod signed;
mod signer;

pub use identifier::CertificateId;

use crate::Oid;
use crate::der::{Error, Reader, Tag, Writer};

/// `ContentInfo ::= SEQUENCE { contentType, content [0] EXPLICIT ANY }`: the content, if it has this type.
fn open_content_info(der: &[u8], expected: Oid) -> Result<Reader<'_>, Error> {
    let mut fields = Reader::only(der)?.open(Tag::SEQUENCE)?;
    if fields.oid()? != expected {
        return Err(Error::Structure("another content type than was expected"));
    }
    let content = Reader::only(fields.expect(Tag::constructed(0))?)?;
    fields.finish()?;
    content.open(Tag::SEQUENCE)
}

fn content_info(content_type: &Oid, write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.oid(content_type);
            w.explicit(0, |w| w.sequence(write));
        });
    })
}
