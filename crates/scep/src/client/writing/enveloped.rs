//! EnvelopedData over id-data to any number of RSA keys (RFC 5652 §6).

use pki::algorithm::KeyTransport;
use pki::cms::content::{self, Undecipherable};
use pki::cms::enveloped::ContentKey;
use pki::der::{Reader, Tag, Writer};
use pki::oid;

/// The whole ContentInfo. `recipients` are KeyTransRecipientInfos in DER.
pub(in crate::client) fn seal(
    recipients: Vec<Vec<u8>>,
    key: &ContentKey<'_>,
    plaintext: &[u8],
) -> Result<Vec<u8>, Undecipherable> {
    let ciphertext = content::encrypt(key.cipher, key.key, key.iv, plaintext)?;
    let version = version(&recipients);
    Ok(Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.oid(&oid::ENVELOPED_DATA);
            w.explicit(0, |w| {
                w.sequence(|w| {
                    w.u32(version);
                    w.set_of(recipients);
                    w.sequence(|w| write_content(w, key, &ciphertext));
                });
            });
        });
    }))
}

fn write_content(w: &mut Writer, key: &ContentKey<'_>, ciphertext: &[u8]) {
    w.oid(&oid::DATA);
    w.sequence(|w| {
        w.oid(&key.cipher.oid());
        w.octet_string(key.iv);
    });
    w.tlv(Tag::primitive(0), ciphertext);
}

/// RFC 5652 §6.1: 0 if all RecipientInfos have version 0, else 2.
fn version(recipients: &[Vec<u8>]) -> u32 {
    let zero = |info: &Vec<u8>| Reader::new(info).sequence().and_then(|mut fields| fields.u32()) == Ok(0);
    if recipients.iter().all(zero) { 0 } else { 2 }
}

/// `KeyTransRecipientInfo` (RFC 5652 §6.2.1), version 0 for an IssuerAndSerialNumber, 2 for a key identifier.
pub(in crate::client) fn key_transport(
    recipient: &[u8],
    transport: KeyTransport,
    encrypted_key: &[u8],
) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.u32(if recipient.first() == Some(&Tag::SEQUENCE.0) { 0 } else { 2 });
            w.raw(recipient);
            transport.write(w);
            w.octet_string(encrypted_key);
        });
    })
}
