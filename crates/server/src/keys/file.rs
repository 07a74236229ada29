use super::{KeyAlgorithm, KeyError, PrivateKey, Unwrappable};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    self, KeySize, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{self, EcdsaKeyPair, KeyPair, RsaKeyPair};
use pki::algorithm::{Digest, KeyTransport, SignatureAlgorithm};
use pki::key::PublicKey;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// The directory in which this server's key files are, mode 0700, each file PKCS #8 in DER, mode 0600.
#[derive(Clone, Debug)]
pub struct KeyDirectory {
    path: PathBuf,
}

impl KeyDirectory {
    /// Opens the directory, making it if it is not there.
    ///
    /// # Errors
    /// [`KeyError::File`].
    pub fn open(path: &Path) -> Result<KeyDirectory, KeyError> {
        let failed = |source| KeyError::File { path: path.to_owned(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        Ok(KeyDirectory { path: path.to_owned() })
    }

    /// Makes a key and keeps it under `name`; a key that is there already is never overwritten.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Library`].
    pub fn generate(&self, name: &str, algorithm: KeyAlgorithm) -> Result<PrivateKey, KeyError> {
        let pkcs8 = Zeroizing::new(new_pkcs8(algorithm).ok_or(KeyError::Library("make a key"))?);
        self.write_new(name, &pkcs8)?;
        self.load(name)
    }

    /// Loads the key that is kept under `name`.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Exposed`], [`KeyError::Format`].
    pub fn load(&self, name: &str) -> Result<PrivateKey, KeyError> {
        let path = self.path.join(name);
        let pkcs8 = read_private(&path)?;
        let (key, public) = FileKey::parse(&pkcs8).ok_or(KeyError::Format { path })?;
        Ok(PrivateKey::in_file(key, public))
    }

    /// Keeps 32 unpredictable octets under `name`, made at the first call: the key of keyed hashes.
    ///
    /// # Errors
    /// [`KeyError::File`], [`KeyError::Exposed`], [`KeyError::Library`].
    pub fn secret(&self, name: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        let path = self.path.join(name);
        if !path.exists() {
            let mut octets = Zeroizing::new(vec![0; 32]);
            aws_lc_rs::rand::fill(&mut octets).map_err(|_| KeyError::Library("draw a secret"))?;
            self.write_new(name, &octets)?;
        }
        read_private(&path)
    }

    /// Written whole beside its place, synced, then renamed into it, so that a crash leaves no half a key.
    fn write_new(&self, name: &str, octets: &[u8]) -> Result<(), KeyError> {
        let path = self.path.join(name);
        let failed = |source| KeyError::File { path: path.clone(), source };
        let partial = self.path.join(format!("{name}.partial"));
        let _ = fs::remove_file(&partial);
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(&partial).map_err(failed)?;
        file.write_all(octets).and_then(|()| file.sync_all()).map_err(failed)?;
        // A hard link fails where the name is taken; a rename would replace the key that is there.
        fs::hard_link(&partial, &path).and_then(|()| fs::remove_file(&partial)).map_err(failed)?;
        File::open(&self.path).and_then(|directory| directory.sync_all()).map_err(failed)
    }
}

fn read_private(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let failed = |source| KeyError::File { path: path.to_owned(), source };
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(KeyError::Exposed { path: path.to_owned(), mode });
    }
    fs::read(path).map(Zeroizing::new).map_err(failed)
}

pub(super) fn new_pkcs8(algorithm: KeyAlgorithm) -> Option<Vec<u8>> {
    let size = match algorithm {
        KeyAlgorithm::P256 => return new_ecdsa(&signature::ECDSA_P256_SHA256_ASN1_SIGNING),
        KeyAlgorithm::P384 => return new_ecdsa(&signature::ECDSA_P384_SHA384_ASN1_SIGNING),
        KeyAlgorithm::Rsa2048 => KeySize::Rsa2048,
        KeyAlgorithm::Rsa3072 => KeySize::Rsa3072,
        KeyAlgorithm::Rsa4096 => KeySize::Rsa4096,
    };
    let pair = rsa::KeyPair::generate(size).ok()?;
    let der: Pkcs8V1Der<'_> = pair.as_der().ok()?;
    Some(der.as_ref().to_vec())
}

fn new_ecdsa(algorithm: &'static signature::EcdsaSigningAlgorithm) -> Option<Vec<u8>> {
    let pair = EcdsaKeyPair::generate(algorithm).ok()?;
    Some(pair.to_pkcs8v1().ok()?.as_ref().to_vec())
}

/// A key whose numbers are in this process's memory.
pub(super) enum FileKey {
    Ecdsa { pair: EcdsaKeyPair, digest: Digest },
    Rsa { pair: Box<RsaKeyPair>, pkcs1: Pkcs1PrivateDecryptingKey, oaep: OaepPrivateDecryptingKey },
}

impl FileKey {
    pub(super) fn parse(pkcs8: &[u8]) -> Option<(FileKey, PublicKey)> {
        if let Ok(pair) = RsaKeyPair::from_pkcs8(pkcs8) {
            let decrypting = PrivateDecryptingKey::from_pkcs8(pkcs8).ok()?;
            let public = PublicKey::parse(pair.public_key().as_der().ok()?.as_ref()).ok()?;
            let pkcs1 = Pkcs1PrivateDecryptingKey::new(decrypting.clone()).ok()?;
            let oaep = OaepPrivateDecryptingKey::new(decrypting).ok()?;
            return Some((FileKey::Rsa { pair: Box::new(pair), pkcs1, oaep }, public));
        }
        let curves = [
            (&signature::ECDSA_P256_SHA256_ASN1_SIGNING, Digest::Sha256),
            (&signature::ECDSA_P384_SHA384_ASN1_SIGNING, Digest::Sha384),
        ];
        let (pair, digest) = curves.into_iter().find_map(|(algorithm, digest)| {
            Some((EcdsaKeyPair::from_pkcs8(algorithm, pkcs8).ok()?, digest))
        })?;
        let public = PublicKey::parse(pair.public_key().as_der().ok()?.as_ref()).ok()?;
        Some((FileKey::Ecdsa { pair, digest }, public))
    }

    pub(super) fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let refused = |_| KeyError::Library("sign");
        let random = SystemRandom::new();
        match (self, algorithm) {
            (FileKey::Ecdsa { pair, digest }, SignatureAlgorithm::Ecdsa(wanted)) if *digest == wanted => {
                pair.sign(&random, message).map(|signature| signature.as_ref().to_vec()).map_err(refused)
            }
            (FileKey::Rsa { pair, .. }, SignatureAlgorithm::RsaPkcs1(digest)) => {
                let padding: &'static dyn signature::RsaEncoding = match digest {
                    Digest::Sha256 => &signature::RSA_PKCS1_SHA256,
                    Digest::Sha384 => &signature::RSA_PKCS1_SHA384,
                    Digest::Sha512 => &signature::RSA_PKCS1_SHA512,
                    // The library makes no SHA-1 signatures, and nobody should.
                    Digest::Sha1 => return Err(KeyError::Algorithm),
                };
                let mut out = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &random, message, &mut out).map_err(refused)?;
                Ok(out)
            }
            _ => Err(KeyError::Algorithm),
        }
    }

    pub(super) fn unwrap(
        &self,
        transport: KeyTransport,
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unwrappable> {
        let FileKey::Rsa { pkcs1, oaep, .. } = self else { return Err(Unwrappable) };
        let mut out = Zeroizing::new(vec![0; pkcs1.min_output_size()]);
        let length = match transport {
            KeyTransport::Pkcs1 => pkcs1.decrypt(wrapped, &mut out).map_err(|_| Unwrappable)?.len(),
            KeyTransport::Oaep(digest) => {
                let algorithm = match digest {
                    Digest::Sha1 => &rsa::OAEP_SHA1_MGF1SHA1,
                    Digest::Sha256 => &rsa::OAEP_SHA256_MGF1SHA256,
                    Digest::Sha384 => &rsa::OAEP_SHA384_MGF1SHA384,
                    Digest::Sha512 => &rsa::OAEP_SHA512_MGF1SHA512,
                };
                oaep.decrypt(algorithm, wrapped, &mut out, None).map_err(|_| Unwrappable)?.len()
            }
        };
        out.truncate(length);
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directory(name: &str) -> KeyDirectory {
        let path = std::env::temp_dir().join(format!("chancery-keys-{}-{name}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        KeyDirectory::open(&path).unwrap()
    }

    #[tokio::test]
    async fn every_kind_of_key_signs_and_comes_back_from_its_file() {
        let directory = directory("kinds");
        for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Rsa2048] {
            let name = format!("{algorithm:?}");
            let made = directory.generate(&name, algorithm).unwrap();
            let loaded = directory.load(&name).unwrap();
            assert_eq!(made.public(), loaded.public());
            let signature = loaded.sign(loaded.algorithm(), b"bytes").await.unwrap();
            assert_eq!(made.public().verify(loaded.algorithm(), b"bytes", &signature), Ok(()));
        }
        fs::remove_dir_all(directory.path).unwrap();
    }

    #[tokio::test]
    async fn an_rsa_key_unwraps_what_was_wrapped_for_it() {
        let directory = directory("unwrap");
        let key = directory.generate("ra", KeyAlgorithm::Rsa2048).unwrap();
        for transport in
            [KeyTransport::Pkcs1, KeyTransport::Oaep(Digest::Sha1), KeyTransport::Oaep(Digest::Sha256)]
        {
            let mut wrapped = key.public().encrypt(transport, &[7; 16]).unwrap();
            assert_eq!(key.unwrap(transport, &wrapped).await.unwrap().as_slice(), [7; 16]);
            wrapped[40] ^= 1;
            assert!(key.unwrap(transport, &wrapped).await.is_err());
            assert!(key.unwrap(transport, b"short").await.is_err());
        }
        fs::remove_dir_all(directory.path).unwrap();
    }

    #[test]
    fn t77_a_key_is_never_overwritten_and_never_readable_by_others() {
        let directory = directory("modes");
        directory.generate("ca", KeyAlgorithm::P256).unwrap();
        assert!(matches!(directory.generate("ca", KeyAlgorithm::P256), Err(KeyError::File { .. })));
        let path = directory.path.join("ca");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(directory.load("ca"), Err(KeyError::Exposed { mode: 0o640, .. })));
        fs::remove_dir_all(directory.path).unwrap();
    }

    #[test]
    fn a_secret_is_drawn_once() {
        let directory = directory("secret");
        let first = directory.secret("challenge").unwrap();
        assert_eq!((first.len(), directory.secret("challenge").unwrap()), (32, first));
        fs::remove_dir_all(directory.path).unwrap();
    }
}
