//! `PasswordRecipientInfo` (RFC 5652 §6.2.4): PBKDF2 and the key wrap of RFC 3211.

use super::content::{Undecipherable, decrypt_blocks, encrypt_blocks};
use crate::algorithm::{AlgorithmIdentifier, ContentCipher};
use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid};
use aws_lc_rs::pbkdf2;
use core::num::NonZeroU32;

/// A peer chooses the iteration count and this end pays for it.
const MAX_ITERATIONS: u32 = 100_000;

/// `PasswordRecipientInfo` with PBKDF2 and PWRI-KEK over an AES-CBC key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasswordRecipient {
    salt: Vec<u8>,
    iterations: NonZeroU32,
    prf: Oid,
    cipher: ContentCipher,
    iv: Vec<u8>,
    encrypted_key: Vec<u8>,
}

/// What the sender draws and chooses for a [`PasswordRecipient`].
pub struct WrapParameters<'a> {
    /// At least 8 unpredictable octets
    pub salt: &'a [u8],
    /// How often PBKDF2 hashes
    pub iterations: NonZeroU32,
    /// The cipher of the key-encryption key, AES
    pub cipher: ContentCipher,
    /// [`ContentCipher::block_length`] unpredictable octets
    pub iv: &'a [u8],
    /// At least 32 unpredictable octets, to fill the wrapped block
    pub filling: &'a [u8],
}

impl PasswordRecipient {
    /// Reads the contents of the `[3] IMPLICIT` RecipientInfo.
    pub(super) fn parse(contents: &[u8]) -> Result<PasswordRecipient, Error> {
        const KDF: Error = Error::Structure("a password recipient without PBKDF2");
        let mut fields = Reader::new(contents);
        fields.u32()?;
        let mut derivation = Reader::new(fields.optional(Tag::constructed(0))?.ok_or(KDF)?);
        if derivation.oid()? != oid::PBKDF2 {
            return Err(KDF);
        }
        let mut parameters = derivation.sequence()?;
        derivation.finish()?;
        let salt = parameters.octet_string()?.to_vec();
        let iterations = parameters.u32()?;
        let in_range = NonZeroU32::new(iterations).filter(|count| count.get() <= MAX_ITERATIONS);
        let iterations = in_range.ok_or(Error::Size)?;
        if parameters.peek() == Some(Tag::INTEGER) {
            parameters.u32()?;
        }
        // RFC 8018 §A.2: prf DEFAULT hmacWithSHA1
        let prf = if parameters.is_empty() {
            oid::HMAC_SHA1
        } else {
            AlgorithmIdentifier::read(&mut parameters)?.oid
        };
        parameters.finish()?;
        let (cipher, iv) = key_encryption(&AlgorithmIdentifier::read(&mut fields)?)?;
        let encrypted_key = fields.octet_string()?.to_vec();
        fields.finish()?;
        Ok(PasswordRecipient { salt, iterations, prf, cipher, iv, encrypted_key })
    }

    /// Wraps a content key for whoever knows `password`.
    ///
    /// # Errors
    /// [`Undecipherable`] if a length in `parameters` is wrong or the key is shorter than 3 or longer than 255
    /// octets.
    pub fn wrap(
        content_key: &[u8],
        password: &[u8],
        parameters: &WrapParameters<'_>,
    ) -> Result<PasswordRecipient, Undecipherable> {
        let WrapParameters { salt, iterations, cipher, iv, filling } = *parameters;
        let key = derive(oid::HMAC_SHA256, iterations, salt, password, cipher.key_length())?;
        // RFC 3211 §2.3.1: count, three check octets, the key, filling; two blocks at least.
        let [a, b, c, ..] = content_key else { return Err(Undecipherable) };
        let mut block = vec![u8::try_from(content_key.len()).map_err(|_| Undecipherable)?, !a, !b, !c];
        block.extend_from_slice(content_key);
        let size = block.len().next_multiple_of(cipher.block_length()).max(2 * cipher.block_length());
        block.extend(filling.iter().take(size - block.len()));
        if block.len() != size {
            return Err(Undecipherable);
        }
        let once = encrypt_blocks(cipher, &key, iv, &block)?;
        let last = once.len() - cipher.block_length();
        let twice = encrypt_blocks(cipher, &key, once.get(last..).ok_or(Undecipherable)?, &once)?;
        Ok(PasswordRecipient {
            salt: salt.to_vec(),
            iterations,
            prf: oid::HMAC_SHA256,
            cipher,
            iv: iv.to_vec(),
            encrypted_key: twice,
        })
    }

    /// The content key, if `password` is the one it was wrapped with.
    ///
    /// # Errors
    /// [`Undecipherable`], whatever the reason.
    pub fn unwrap(&self, password: &[u8]) -> Result<Vec<u8>, Undecipherable> {
        let (wrapped, block) = (&self.encrypted_key, self.cipher.block_length());
        if wrapped.len() < 2 * block || !wrapped.len().is_multiple_of(block) {
            return Err(Undecipherable);
        }
        let key = derive(self.prf, self.iterations, &self.salt, password, self.cipher.key_length())?;
        // RFC 3211 §2.3.2: the last block of the inner encryption is the outer one's initialization vector.
        let (head, last) = wrapped.split_at(wrapped.len() - block);
        let before = head.get(head.len() - block..).ok_or(Undecipherable)?;
        let iv = decrypt_blocks(self.cipher, &key, before, last)?;
        let once = decrypt_blocks(self.cipher, &key, &iv, wrapped)?;
        let plain = decrypt_blocks(self.cipher, &key, &self.iv, &once)?;
        let [count, x, y, z, rest @ ..] = plain.as_slice() else { return Err(Undecipherable) };
        let content_key = rest.get(..usize::from(*count)).ok_or(Undecipherable)?;
        match content_key {
            [a, b, c, ..] if [!a, !b, !c] == [*x, *y, *z] => Ok(content_key.to_vec()),
            _ => Err(Undecipherable),
        }
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.nested(Tag::constructed(3), |w| {
            w.u32(0);
            w.nested(Tag::constructed(0), |w| {
                w.oid(&oid::PBKDF2);
                w.sequence(|w| {
                    w.octet_string(&self.salt);
                    w.u32(self.iterations.get());
                    if self.prf != oid::HMAC_SHA1 {
                        w.sequence(|w| {
                            w.oid(&self.prf);
                            w.null();
                        });
                    }
                });
            });
            w.sequence(|w| {
                w.oid(&oid::PWRI_KEK);
                w.sequence(|w| {
                    w.oid(&self.cipher.oid());
                    w.octet_string(&self.iv);
                });
            });
            w.octet_string(&self.encrypted_key);
        });
    }
}

/// `id-alg-PWRI-KEK` with the cipher and initialization vector in its parameters (RFC 3370 §4.4.1)
fn key_encryption(identifier: &AlgorithmIdentifier) -> Result<(ContentCipher, Vec<u8>), Error> {
    const KEK: Error = Error::Structure("a password recipient without PWRI-KEK over AES-CBC");
    let parameters =
        identifier.parameters.as_deref().filter(|_| identifier.oid == oid::PWRI_KEK).ok_or(KEK)?;
    let inner = AlgorithmIdentifier::read(&mut Reader::new(parameters))?;
    let cipher = ContentCipher::from_oid(&inner.oid)
        .filter(|cipher| *cipher != ContentCipher::TripleDesCbc)
        .ok_or(KEK)?;
    let iv = Reader::new(&inner.parameters.ok_or(KEK)?).octet_string()?.to_vec();
    Ok((cipher, iv))
}

fn derive(
    prf: Oid,
    iterations: NonZeroU32,
    salt: &[u8],
    password: &[u8],
    length: usize,
) -> Result<Vec<u8>, Undecipherable> {
    let algorithm = match prf {
        oid::HMAC_SHA1 => pbkdf2::PBKDF2_HMAC_SHA1,
        oid::HMAC_SHA256 => pbkdf2::PBKDF2_HMAC_SHA256,
        _ => return Err(Undecipherable),
    };
    let mut key = vec![0; length];
    pbkdf2::derive(algorithm, iterations, salt, password, &mut key);
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrapped() -> PasswordRecipient {
        let parameters = WrapParameters {
            salt: &[5; 16],
            iterations: NonZeroU32::new(1000).unwrap(),
            cipher: ContentCipher::Aes256Cbc,
            iv: &[9; 16],
            filling: &[3; 32],
        };
        PasswordRecipient::wrap(&[7; 24], b"challenge", &parameters).unwrap()
    }

    #[test]
    fn only_the_password_unwraps() {
        assert_eq!(wrapped().unwrap(b"challenge"), Ok(vec![7; 24]));
        assert_eq!(wrapped().unwrap(b"challengf"), Err(Undecipherable));
    }

    #[test]
    fn what_is_written_is_read() {
        let der = Writer::bytes_of(|w| wrapped().write(w));
        let contents = Reader::new(&der).expect(Tag::constructed(3)).unwrap();
        assert_eq!(PasswordRecipient::parse(contents), Ok(wrapped()));
    }

    #[test]
    fn t45_an_iteration_count_that_would_burn_the_cpu_is_refused() {
        let mut recipient = wrapped();
        recipient.iterations = NonZeroU32::new(MAX_ITERATIONS + 1).unwrap();
        let der = Writer::bytes_of(|w| recipient.write(w));
        let contents = Reader::new(&der).expect(Tag::constructed(3)).unwrap();
        assert_eq!(PasswordRecipient::parse(contents), Err(Error::Size));
    }
}
