//! A key with its certificates in one file for import elsewhere: PKCS #12 (RFC 7292), written and never read.
//!
//! The form is the one that OpenSSL 3, GnuTLS, NSS, Java 8u301 and Windows 10 1709 have in common: PBES2 (RFC 8018 §6.2) with
//! PBKDF2 over HMAC-SHA-256 and AES-256-CBC for the key and for the certificates, and a MAC over HMAC-SHA-256 by the derivation of
//! RFC 7292 appendix B. PBMAC1 (RFC 9579) would be the better MAC, and no Windows reads it.

mod kdf;

use crate::algorithm::ContentCipher;
use crate::certificate::Certificate;
use crate::cms::content::{self, Undecipherable};
use crate::der::{Tag, Writer};
use crate::{Oid, Random, RandomFailed, oid};
use aws_lc_rs::{hmac, pbkdf2};
use core::num::NonZeroU32;
use zeroize::Zeroizing;

/// For a password of random characters more would cost the reader time and an attacker nothing that matters.
const ITERATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);
const SALT: usize = 16;

/// What goes into the file.
pub struct Contents<'a> {
    /// The private key, PKCS #8 in DER. Only its encryption leaves this module.
    pub key: &'a [u8],
    /// The certificate of that key.
    pub certificate: &'a Certificate,
    /// The certificates above it, the issuer's first.
    pub chain: &'a [&'a Certificate],
    /// What stores show it as.
    pub friendly_name: &'a str,
}

/// Why there is no file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The password is empty, or has a character beyond printable ASCII: programs differ in how they encode those.
    Password,
    /// The source of randomness.
    Random,
    /// The cryptographic library refused to encrypt.
    Library,
}

impl From<RandomFailed> for Fault {
    fn from(_: RandomFailed) -> Self {
        Fault::Random
    }
}

impl From<Undecipherable> for Fault {
    fn from(_: Undecipherable) -> Self {
        Fault::Library
    }
}

/// `PFX` (RFC 7292 §4) in DER.
///
/// # Errors
/// [`Fault`].
pub fn write(contents: &Contents<'_>, password: &str, random: &mut dyn Random) -> Result<Vec<u8>, Fault> {
    if password.is_empty() || !password.bytes().all(|octet| (0x20..0x7f).contains(&octet)) {
        return Err(Fault::Password);
    }
    let safe = authenticated_safe(contents, password, random)?;
    let salt = drawn::<SALT>(random)?;
    let key = kdf::mac_key(password, &salt, ITERATIONS);
    let mac = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &*key), &safe);
    Ok(Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.u32(3);
            data(w, &safe);
            w.sequence(|w| {
                w.sequence(|w| {
                    with_null(w, &oid::SHA256);
                    w.octet_string(mac.as_ref());
                });
                w.octet_string(&salt);
                w.u32(ITERATIONS.get());
            });
        });
    }))
}

/// Certificates encrypted as a whole, the key in a bag of its own (RFC 7292 §5.1).
fn authenticated_safe(
    contents: &Contents<'_>,
    password: &str,
    random: &mut dyn Random,
) -> Result<Vec<u8>, Fault> {
    let (own, id) = (contents.certificate, contents.certificate.sha256());
    let certificates = Writer::bytes_of(|w| {
        w.sequence(|w| {
            certificate_bag(w, own, &attributes(Some(contents.friendly_name), Some(&id)));
            contents.chain.iter().for_each(|one| certificate_bag(w, one, &[]));
        });
    });
    let certificates = Encrypted::of(&certificates, password, random)?;
    let key = Encrypted::of(contents.key, password, random)?;
    let keys = Writer::bytes_of(|w| {
        w.sequence(|w| {
            let shrouded = |w: &mut Writer| w.sequence(|w| key.write(w, Tag::OCTET_STRING));
            let attributes = attributes(Some(contents.friendly_name), Some(&id));
            bag(w, &oid::PKCS12_SHROUDED_KEY_BAG, shrouded, &attributes);
        });
    });
    Ok(Writer::bytes_of(|w| {
        w.sequence(|w| {
            encrypted_data(w, &certificates);
            data(w, &keys);
        });
    }))
}

/// `ContentInfo` of type data.
fn data(w: &mut Writer, octets: &[u8]) {
    w.sequence(|w| {
        w.oid(&oid::DATA);
        w.explicit(0, |w| w.octet_string(octets));
    });
}

/// `ContentInfo` of type encryptedData (RFC 5652 §8).
fn encrypted_data(w: &mut Writer, content: &Encrypted) {
    w.sequence(|w| {
        w.oid(&oid::ENCRYPTED_DATA);
        w.explicit(0, |w| {
            w.sequence(|w| {
                w.u32(0);
                w.sequence(|w| {
                    w.oid(&oid::DATA);
                    content.write(w, Tag::primitive(0));
                });
            });
        });
    });
}

/// `SafeBag` (RFC 7292 §4.2)
fn bag(w: &mut Writer, kind: &Oid, value: impl FnOnce(&mut Writer), attributes: &[Vec<u8>]) {
    w.sequence(|w| {
        w.oid(kind);
        w.explicit(0, value);
        if !attributes.is_empty() {
            w.set_of(attributes.to_vec());
        }
    });
}

/// `CertBag` (RFC 7292 §4.2.3)
fn certificate_bag(w: &mut Writer, certificate: &Certificate, attributes: &[Vec<u8>]) {
    let value = |w: &mut Writer| {
        w.sequence(|w| {
            w.oid(&oid::PKCS9_X509_CERTIFICATE);
            w.explicit(0, |w| w.octet_string(certificate.der()));
        });
    };
    bag(w, &oid::PKCS12_CERT_BAG, value, attributes);
}

/// friendlyName and localKeyId (RFC 7292 §4.2): the second ties key and certificate together.
fn attributes(name: Option<&str>, id: Option<&[u8]>) -> Vec<Vec<u8>> {
    let attribute = |kind: Oid, value: &dyn Fn(&mut Writer)| {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&kind);
                w.set(|w| value(w));
            });
        })
    };
    let name = name.filter(|name| !name.is_empty()).map(|name| {
        // BMPString has no surrogates.
        let bmp: Vec<u8> = name
            .chars()
            .filter_map(|c| u16::try_from(u32::from(c)).ok())
            .flat_map(u16::to_be_bytes)
            .collect();
        attribute(oid::PKCS9_FRIENDLY_NAME, &|w| w.tlv(Tag::BMP_STRING, &bmp))
    });
    let id = id.map(|id| attribute(oid::PKCS9_LOCAL_KEY_ID, &|w| w.octet_string(id)));
    name.into_iter().chain(id).collect()
}

/// Octets under PBES2.
struct Encrypted {
    salt: [u8; SALT],
    iv: [u8; 16],
    ciphertext: Vec<u8>,
}

impl Encrypted {
    fn of(plaintext: &[u8], password: &str, random: &mut dyn Random) -> Result<Encrypted, Fault> {
        const CIPHER: ContentCipher = ContentCipher::Aes256Cbc;
        let (salt, iv) = (drawn::<SALT>(random)?, drawn::<16>(random)?);
        let mut key = Zeroizing::new([0; 32]);
        pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, &salt, password.as_bytes(), &mut *key);
        let ciphertext = content::encrypt(CIPHER, &*key, &iv, plaintext)?;
        Ok(Encrypted { salt, iv, ciphertext })
    }

    /// AlgorithmIdentifier of PBES2 (RFC 8018 §A.4), then the ciphertext under `tag`.
    fn write(&self, w: &mut Writer, tag: Tag) {
        w.sequence(|w| {
            w.oid(&oid::PBES2);
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oid::PBKDF2);
                    w.sequence(|w| {
                        w.octet_string(&self.salt);
                        w.u32(ITERATIONS.get());
                        with_null(w, &oid::HMAC_SHA256);
                    });
                });
                w.sequence(|w| {
                    w.oid(&oid::AES256_CBC);
                    w.octet_string(&self.iv);
                });
            });
        });
        w.tlv(tag, &self.ciphertext);
    }
}

fn with_null(w: &mut Writer, algorithm: &Oid) {
    w.sequence(|w| {
        w.oid(algorithm);
        w.null();
    });
}

fn drawn<const N: usize>(random: &mut dyn Random) -> Result<[u8; N], RandomFailed> {
    let mut octets = [0; N];
    random.fill(&mut octets)?;
    Ok(octets)
}
