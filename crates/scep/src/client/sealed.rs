use std::fmt;

use pki::certificate::Certificate;
use pki::cms::enveloped::{EnvelopedData, RecipientInfo};
use pki::cms::signed::SignedData;
use pki::key::PublicKey;
use zeroize::Zeroizing;

use crate::message::Challenge;

/// The envelope of a SUCCESS: unwrap [`Sealed::wrapped_key`] and [`Sealed::open`] it.
pub struct Sealed {
    pub(super) envelope: EnvelopedData,
    pub(super) password: Option<Challenge>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

/// What a SUCCESS brings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// The certificates, in the order sent.
    pub certificates: Vec<Certificate>,
    /// The CRLs in DER, in the order sent.
    pub crls: Vec<Vec<u8>>,
}

/// The envelope did not open, or holds no certs-only CMS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotOpened;

impl fmt::Display for NotOpened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the envelope of the answer cannot be opened")
    }
}

impl std::error::Error for NotOpened {}

impl Sealed {
    /// Opens with the unwrapped content key.
    ///
    /// # Errors
    /// [`NotOpened`].
    pub fn open(&self, content_key: &[u8]) -> Result<Granted, NotOpened> {
        let plaintext = self.envelope.open(content_key).map_err(|_| NotOpened)?;
        let signed = SignedData::parse(&plaintext).map_err(|_| NotOpened)?;
        let parsed = signed.certificates.iter().map(|der| Certificate::parse(der));
        let certificates = parsed.collect::<Result<_, _>>().map_err(|_| NotOpened)?;
        Ok(Granted { certificates, crls: signed.crls })
    }

    /// Opens with the challenge of the request (RFC 8894 §3.1).
    ///
    /// # Errors
    /// [`NotOpened`], also where the envelope is not for a password.
    pub fn open_with_challenge(&self) -> Result<Granted, NotOpened> {
        let challenge = self.password.as_ref().ok_or(NotOpened)?;
        let [RecipientInfo::Password(recipient)] = self.envelope.recipients.as_slice() else {
            return Err(NotOpened);
        };
        let key = recipient.unwrap(challenge.reveal().as_bytes()).map_err(|_| NotOpened)?;
        self.open(&Zeroizing::new(key))
    }
}

impl Granted {
    /// The certificate for `key`, wherever it stands.
    #[must_use]
    pub fn certificate_for(&self, key: &PublicKey) -> Option<&Certificate> {
        self.certificates.iter().find(|certificate| certificate.key().spki() == key.spki())
    }
}
