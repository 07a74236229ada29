//! Which profile a request is for, by the key usage that it asks for: NDES' three templates (M30).
//!
//! NDES has `SignatureTemplate`, `EncryptionTemplate` and `GeneralPurposeTemplate`; an endpoint without slots has one profile for all.

use super::ProfileName;
use crate::rejection::{AuthorityFault, Shown};
use pki::csr::CertificateRequest;
use pki::extension::KeyUsage;
use std::fmt;

/// What a certificate is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing alone: digitalSignature or nonRepudiation.
    Signature,
    /// Encryption alone: keyEncipherment, dataEncipherment or keyAgreement.
    Encryption,
    /// Both, or nothing that says which.
    General,
}

impl Purpose {
    /// What the request asks for. What cannot be read says nothing here; the decision refuses it.
    #[must_use]
    pub fn of(csr: &CertificateRequest) -> Self {
        Self::asked(csr.key_usage().ok().flatten())
    }

    /// What this key usage means.
    #[must_use]
    pub fn asked(usage: Option<KeyUsage>) -> Self {
        let usage = usage.unwrap_or_default();
        let any = |of: KeyUsage| !usage.and(of).is_empty();
        let signs = any(KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION));
        let ciphers = KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::DATA_ENCIPHERMENT);
        match (signs, any(ciphers.with(KeyUsage::KEY_AGREEMENT))) {
            (true, false) => Self::Signature,
            (false, true) => Self::Encryption,
            (true, true) | (false, false) => Self::General,
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "signature",
            Self::Encryption => "encryption",
            Self::General => "general",
        })
    }
}

/// The profiles of an endpoint, by purpose; at least one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slots {
    /// For signing alone.
    pub signature: Option<ProfileName>,
    /// For encryption alone.
    pub encryption: Option<ProfileName>,
    /// For both.
    pub general: Option<ProfileName>,
}

impl Slots {
    /// One profile for every purpose.
    #[must_use]
    pub fn all(name: &ProfileName) -> Self {
        let one = || Some(name.clone());
        Self { signature: one(), encryption: one(), general: one() }
    }

    /// The profile for this purpose.
    ///
    /// # Errors
    /// [`AuthorityFault::NoSlot`]: another slot's profile was made for something else.
    pub fn choose(&self, purpose: Purpose) -> Result<&ProfileName, AuthorityFault> {
        let slot = match purpose {
            Purpose::Signature => &self.signature,
            Purpose::Encryption => &self.encryption,
            Purpose::General => &self.general,
        };
        slot.as_ref().ok_or_else(|| AuthorityFault::NoSlot { purpose: Shown::new(&purpose.to_string()) })
    }

    /// Every profile once, that for general use first.
    pub fn names(&self) -> impl Iterator<Item = &ProfileName> {
        let mut all: Vec<&ProfileName> = Vec::with_capacity(3);
        for one in [&self.general, &self.signature, &self.encryption].into_iter().flatten() {
            if !all.contains(&one) {
                all.push(one);
            }
        }
        all.into_iter()
    }
}
