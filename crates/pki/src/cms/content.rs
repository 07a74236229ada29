//! The content of an envelope: CBC with the padding of RFC 5652 §6.3, and CBC without any for key wrapping.

use crate::algorithm::ContentCipher;
use aws_lc_rs::cipher::{
    AES_128, AES_192, AES_256, Algorithm, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext,
    PaddedBlockDecryptingKey, PaddedBlockEncryptingKey, UnboundCipherKey,
};
use aws_lc_rs::error::Unspecified;
use aws_lc_rs::iv::FixedLength;
use core::fmt;

/// The content could not be encrypted or decrypted: a key or initialization vector of the wrong length, a weak
/// Triple DES key, or (decrypting) wrong padding. Which of them is nobody's business: a caller that told them apart
/// would be a padding oracle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undecipherable;

impl fmt::Display for Undecipherable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the content cannot be deciphered")
    }
}

impl core::error::Error for Undecipherable {}

impl From<Unspecified> for Undecipherable {
    fn from(_: Unspecified) -> Self {
        Undecipherable
    }
}

/// Pads and encrypts `plaintext`.
///
/// # Errors
/// [`Undecipherable`].
pub fn encrypt(
    cipher: ContentCipher,
    key: &[u8],
    iv: &[u8],
    plaintext: &[u8],
) -> Result<Vec<u8>, Undecipherable> {
    let key = PaddedBlockEncryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm(cipher), key)?)?;
    // Room for the padding: a longer copy would leave the plaintext behind where this one was.
    let mut content = Vec::with_capacity(plaintext.len() + cipher.block_length());
    content.extend_from_slice(plaintext);
    key.less_safe_encrypt(&mut content, encryption(cipher, iv)?)?;
    Ok(content)
}

/// Decrypts and takes the padding off.
///
/// # Errors
/// [`Undecipherable`].
pub fn decrypt(
    cipher: ContentCipher,
    key: &[u8],
    iv: &[u8],
    ciphertext: &[u8],
) -> Result<Vec<u8>, Undecipherable> {
    let key = PaddedBlockDecryptingKey::cbc_pkcs7(UnboundCipherKey::new(algorithm(cipher), key)?)?;
    let mut content = ciphertext.to_vec();
    let length = key.decrypt(&mut content, decryption(cipher, iv)?)?.len();
    content.truncate(length);
    Ok(content)
}

/// Encrypts whole blocks, without padding.
pub(super) fn encrypt_blocks(
    cipher: ContentCipher,
    key: &[u8],
    iv: &[u8],
    blocks: &[u8],
) -> Result<Vec<u8>, Undecipherable> {
    let key = EncryptingKey::cbc(UnboundCipherKey::new(algorithm(cipher), key)?)?;
    let mut out = blocks.to_vec();
    key.less_safe_encrypt(&mut out, encryption(cipher, iv)?)?;
    Ok(out)
}

/// Decrypts whole blocks, without padding.
pub(super) fn decrypt_blocks(
    cipher: ContentCipher,
    key: &[u8],
    iv: &[u8],
    blocks: &[u8],
) -> Result<Vec<u8>, Undecipherable> {
    let key = DecryptingKey::cbc(UnboundCipherKey::new(algorithm(cipher), key)?)?;
    let mut out = blocks.to_vec();
    key.decrypt(&mut out, decryption(cipher, iv)?)?;
    Ok(out)
}

#[expect(
    deprecated,
    reason = "Triple DES is for devices that know nothing else, behind a switch that is off"
)]
fn algorithm(cipher: ContentCipher) -> &'static Algorithm {
    match cipher {
        ContentCipher::Aes128Cbc => &AES_128,
        ContentCipher::Aes192Cbc => &AES_192,
        ContentCipher::Aes256Cbc => &AES_256,
        ContentCipher::TripleDesCbc => &aws_lc_rs::cipher::DES_EDE3_FOR_LEGACY_USE_ONLY,
    }
}

fn encryption(cipher: ContentCipher, iv: &[u8]) -> Result<EncryptionContext, Unspecified> {
    Ok(match cipher {
        ContentCipher::TripleDesCbc => EncryptionContext::Iv64(FixedLength::try_from(iv)?),
        _ => EncryptionContext::Iv128(FixedLength::try_from(iv)?),
    })
}

fn decryption(cipher: ContentCipher, iv: &[u8]) -> Result<DecryptionContext, Unspecified> {
    Ok(match cipher {
        ContentCipher::TripleDesCbc => DecryptionContext::Iv64(FixedLength::try_from(iv)?),
        _ => DecryptionContext::Iv128(FixedLength::try_from(iv)?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cipher_comes_back() {
        let key: Vec<u8> = (1..=32).collect();
        let ciphers = [
            ContentCipher::Aes128Cbc,
            ContentCipher::Aes192Cbc,
            ContentCipher::Aes256Cbc,
            ContentCipher::TripleDesCbc,
        ];
        for cipher in ciphers {
            let (key, iv) = (&key[..cipher.key_length()], &key[..cipher.block_length()]);
            for length in [0, 1, 15, 16, 17, 1000] {
                let plaintext = vec![7; length];
                let sealed = encrypt(cipher, key, iv, &plaintext).unwrap();
                assert_eq!(decrypt(cipher, key, iv, &sealed), Ok(plaintext));
            }
            assert_eq!(decrypt(cipher, &key[1..], iv, &[0; 32]), Err(Undecipherable), "wrong key length");
            assert_eq!(decrypt(cipher, key, iv, &[0; 15]), Err(Undecipherable), "not whole blocks");
            assert_eq!(decrypt(cipher, key, iv, &[]), Err(Undecipherable), "no block at all");
        }
    }
}
