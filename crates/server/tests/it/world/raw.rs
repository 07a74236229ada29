//! Messages put together by hand, so that every part can be wrong.

use pki::algorithm::{ContentCipher, Digest, KeyTransport};
use pki::attribute::Attribute;
use pki::certificate::Certificate;
use pki::cms::content;
use pki::der::{Tag, Writer};
use pki::{Oid, oid};
use scep::message::{MESSAGE_TYPE, SENDER_NONCE, TRANSACTION_ID};

use super::Device;
use simulator::fleet::DeviceKey;

pub(crate) fn identifier(oid: Oid) -> Vec<u8> {
    Writer::bytes_of(|w| w.sequence(|w| w.oid(&oid)))
}

pub(crate) fn text(oid: Oid, value: &str) -> Vec<u8> {
    Attribute::new(oid, |w| w.string(Tag::PRINTABLE_STRING, value)).to_der()
}

pub(crate) fn octets(oid: Oid, value: &[u8]) -> Vec<u8> {
    Attribute::new(oid, |w| w.octet_string(value)).to_der()
}

pub(crate) fn issuer_and_serial(certificate: &Certificate) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.raw(certificate.issuer().der());
            w.tlv(Tag::INTEGER, certificate.serial().octets());
        });
    })
}

/// EnvelopedData, part by part.
#[derive(Clone)]
pub(crate) struct Envelope {
    pub(crate) recipients: Vec<Vec<u8>>,
    pub(crate) content_type: Oid,
    pub(crate) cipher: Oid,
    pub(crate) iv: Vec<u8>,
    pub(crate) ciphertext: Vec<u8>,
}

pub(crate) const KEY: [u8; 16] = [0x42; 16];
pub(crate) const IV: [u8; 16] = [0x24; 16];

/// KeyTransRecipientInfo with `key` wrapped for `to`.
pub(crate) fn recipient(to: &Certificate, key: &[u8]) -> Vec<u8> {
    let wrapped = to.key().encrypt(KeyTransport::Pkcs1, key).unwrap();
    recipient_with(&issuer_and_serial(to), &wrapped)
}

pub(crate) fn recipient_with(rid: &[u8], wrapped: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.u32(0);
            w.raw(rid);
            KeyTransport::Pkcs1.write(w);
            w.octet_string(wrapped);
        });
    })
}

impl Envelope {
    /// A right one around `plaintext`.
    pub(crate) fn around(ra: &Certificate, plaintext: &[u8]) -> Envelope {
        Envelope {
            recipients: vec![recipient(ra, &KEY)],
            content_type: oid::DATA,
            cipher: oid::AES128_CBC,
            iv: IV.to_vec(),
            ciphertext: content::encrypt(ContentCipher::Aes128Cbc, &KEY, &IV, plaintext).unwrap(),
        }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&oid::ENVELOPED_DATA);
                w.explicit(0, |w| {
                    w.sequence(|w| {
                        w.u32(0);
                        w.set(|w| self.recipients.iter().for_each(|one| w.raw(one)));
                        w.sequence(|w| {
                            w.oid(&self.content_type);
                            w.sequence(|w| {
                                w.oid(&self.cipher);
                                w.octet_string(&self.iv);
                            });
                            w.tlv(Tag::primitive(0), &self.ciphertext);
                        });
                    });
                });
            });
        })
    }
}

/// SignedData, part by part.
#[derive(Clone)]
pub(crate) struct Signed {
    pub(crate) digests: Vec<Vec<u8>>,
    pub(crate) content_type: Oid,
    pub(crate) content: Option<Vec<u8>>,
    pub(crate) certificates: Vec<Vec<u8>>,
    pub(crate) sid: Vec<u8>,
    pub(crate) signer_digest: Vec<u8>,
    /// `None`: no signed attributes; the signature is then over the content.
    pub(crate) attributes: Option<Vec<Vec<u8>>>,
    pub(crate) signature_algorithm: Vec<u8>,
    pub(crate) unsigned: bool,
    pub(crate) signers: usize,
}

impl Signed {
    /// A right PKCSReq of this request.
    pub(crate) fn usual(ra: &Certificate, device: &Device, csr: &[u8]) -> Signed {
        Signed::over(device, Envelope::around(ra, csr).der())
    }

    pub(crate) fn over(device: &Device, content: Vec<u8>) -> Signed {
        let attributes = vec![
            text(TRANSACTION_ID, super::transaction().as_str()),
            text(MESSAGE_TYPE, "19"),
            octets(SENDER_NONCE, &[9; 16]),
            Attribute::new(oid::CONTENT_TYPE, |w| w.oid(&oid::DATA)).to_der(),
            octets(oid::MESSAGE_DIGEST, &Digest::Sha256.hash(&content)),
        ];
        Signed {
            digests: vec![identifier(oid::SHA256)],
            content_type: oid::DATA,
            content: Some(content),
            certificates: vec![device.signer.der().to_vec()],
            sid: issuer_and_serial(&device.signer),
            signer_digest: identifier(oid::SHA256),
            attributes: Some(attributes),
            signature_algorithm: identifier(oid::RSA_ENCRYPTION),
            unsigned: false,
            signers: 1,
        }
    }

    /// Replaces the attribute of the same type, or adds it.
    pub(crate) fn attribute(mut self, oid: Oid, attribute: Option<Vec<u8>>) -> Signed {
        let name = Writer::bytes_of(|w| w.oid(&oid));
        let list = self.attributes.get_or_insert_default();
        list.retain(|one| !one.windows(name.len()).any(|part| part == name));
        list.extend(attribute);
        self
    }

    pub(crate) fn to_be_signed(&self) -> Vec<u8> {
        match &self.attributes {
            Some(list) => Writer::bytes_of(|w| w.set_of(list.clone())),
            None => self.content.clone().unwrap_or_default(),
        }
    }

    pub(crate) fn signed_by(&self, key: &DeviceKey) -> Vec<u8> {
        self.with_signature(&key.sign(Digest::Sha256, &self.to_be_signed()).unwrap())
    }

    pub(crate) fn with_signature(&self, signature: &[u8]) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&oid::SIGNED_DATA);
                w.explicit(0, |w| {
                    w.sequence(|w| {
                        w.u32(1);
                        w.set(|w| self.digests.iter().for_each(|one| w.raw(one)));
                        w.sequence(|w| {
                            w.oid(&self.content_type);
                            if let Some(content) = &self.content {
                                w.explicit(0, |w| w.octet_string(content));
                            }
                        });
                        w.tlv(Tag::constructed(0), &self.certificates.concat());
                        w.set(|w| (0..self.signers).for_each(|_| self.signer_info(w, signature)));
                    });
                });
            });
        })
    }

    fn signer_info(&self, w: &mut Writer, signature: &[u8]) {
        w.sequence(|w| {
            w.u32(1);
            w.raw(&self.sid);
            w.raw(&self.signer_digest);
            if let Some(list) = &self.attributes {
                let mut list = list.clone();
                list.sort();
                w.tlv(Tag::constructed(0), &list.concat());
            }
            w.raw(&self.signature_algorithm);
            w.octet_string(signature);
            if self.unsigned {
                w.tlv(Tag::constructed(1), &octets(oid::SIGNING_TIME, b"x"));
            }
        });
    }
}
