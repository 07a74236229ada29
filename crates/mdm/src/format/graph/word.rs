//! Graph's words for settings, each enumeration in Graph's order (contract §12).

use crate::format::Unreadable;
use crate::profile::{
    CertificateStore, DeploymentChannel, Effect, HashAlgorithm, KeySize, KeyStorageProvider, KeyUse,
    OlderSanType, SubjectFormat,
};
use crate::variable::SanType;
use std::collections::BTreeSet;

/// A setting with words.
pub(super) trait Word: Copy + PartialEq + 'static {
    /// Every value and its word.
    const WORDS: &'static [(Self, &'static str)];

    /// The word of this value.
    fn word(self) -> &'static str {
        Self::WORDS.iter().find(|row| row.0 == self).map_or("", |row| row.1)
    }

    /// The value with this word.
    fn read(member: &str, word: &str) -> Result<Self, Unreadable> {
        let found = Self::WORDS.iter().find(|row| row.1 == word).map(|row| row.0);
        let known = || Self::WORDS.iter().map(|row| row.1).collect::<Vec<_>>().join(", ");
        found.ok_or_else(|| Unreadable::new(member, format!("`{word}` is none of {}", known())))
    }
}

macro_rules! words {
    ($($name:ident { $($variant:ident = $word:literal,)+ })+) => {$(
        impl Word for $name {
            const WORDS: &'static [(Self, &'static str)] = &[$(($name::$variant, $word)),+];
        }
    )+};
}

words! {
    SubjectFormat {
        CommonName = "commonName",
        CommonNameIncludingEmail = "commonNameIncludingEmail",
        CommonNameAsEmail = "commonNameAsEmail",
        Custom = "custom",
        CommonNameAsImei = "commonNameAsIMEI",
        CommonNameAsSerialNumber = "commonNameAsSerialNumber",
        CommonNameAsAadDeviceId = "commonNameAsAadDeviceId",
        CommonNameAsIntuneDeviceId = "commonNameAsIntuneDeviceId",
        CommonNameAsDurableDeviceId = "commonNameAsDurableDeviceId",
    }
    SanType {
        Email = "emailAddress",
        Upn = "userPrincipalName",
        Dns = "domainNameService",
        Uri = "universalResourceIdentifier",
    }
    OlderSanType {
        EmailAddress = "emailAddress",
        UserPrincipalName = "userPrincipalName",
        CustomAzureAdAttribute = "customAzureADAttribute",
        DomainNameService = "domainNameService",
        UniversalResourceIdentifier = "universalResourceIdentifier",
    }
    KeyUse {
        KeyEncipherment = "keyEncipherment",
        DigitalSignature = "digitalSignature",
    }
    KeySize {
        Bits1024 = "size1024",
        Bits2048 = "size2048",
        Bits4096 = "size4096",
    }
    HashAlgorithm {
        Sha1 = "sha1",
        Sha2 = "sha2",
    }
    CertificateStore {
        User = "user",
        Machine = "machine",
    }
    KeyStorageProvider {
        TpmElseSoftware = "useTpmKspOtherwiseUseSoftwareKsp",
        TpmElseFail = "useTpmKspOtherwiseFail",
        HelloElseFail = "usePassportForWorkKspOtherwiseFail",
        Software = "useSoftwareKsp",
    }
    DeploymentChannel {
        Device = "deviceChannel",
        User = "userChannel",
    }
    Effect {
        AssignIf = "include",
        DoNotAssignIf = "exclude",
    }
}

/// Several values as Graph has them: one text with commas.
pub(super) fn joined<W: Word>(values: impl IntoIterator<Item = W>) -> String {
    values.into_iter().map(Word::word).collect::<Vec<_>>().join(",")
}

/// Reads several values; `none` and the empty text are no value.
pub(super) fn separated<W: Word + Ord>(member: &str, text: &str) -> Result<BTreeSet<W>, Unreadable> {
    let words = text.split(',').map(str::trim).filter(|word| !matches!(*word, "" | "none"));
    words.map(|word| W::read(member, word)).collect()
}
