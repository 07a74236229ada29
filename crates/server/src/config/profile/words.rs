//! The words of a certificate profile.

use crate::config::problem::{Code, Problem};
use crate::config::value::Word;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl Word for $name {
            const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)+];
        }

        impl $name {
            /// The word as written in settings.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

words! {
    /// For whom certificates are.
    ProfileType {
        /// A device, whoever uses it.
        Device = "device",
        /// A person on a device.
        User = "user",
        /// A person's e-mail: signatures and encryption.
        Smime = "smime",
    }
}

words! {
    /// For which operating systems.
    Platform {
        /// No particular one.
        Any = "any",
        /// Windows.
        Windows = "windows",
        /// iOS, iPadOS, macOS, tvOS.
        Apple = "apple",
        /// Android.
        Android = "android",
        /// ChromeOS.
        Chromeos = "chromeos",
        /// Linux.
        Linux = "linux",
    }
}

words! {
    /// How the subject comes about.
    SubjectRule {
        /// As in the request, once the validator approved it ("Supply in the request", row M24).
        AsRequested = "as_requested",
        /// The request's common name alone.
        CommonName = "common_name",
    }
}

words! {
    /// Attributes of a subject (RFC 4519 §2).
    SubjectAttribute {
        /// commonName.
        CommonName = "CN",
        /// organizationName.
        Organization = "O",
        /// organizationalUnitName.
        OrganizationalUnit = "OU",
        /// countryName.
        Country = "C",
        /// stateOrProvinceName.
        State = "ST",
        /// localityName.
        Locality = "L",
        /// emailAddress (PKCS #9).
        Email = "E",
        /// serialNumber.
        SerialNumber = "serialNumber",
        /// userId.
        UserId = "UID",
        /// domainComponent.
        DomainComponent = "DC",
        /// title.
        Title = "title",
        /// givenName.
        GivenName = "givenName",
        /// surname.
        Surname = "SN",
        /// initials.
        Initials = "initials",
        /// streetAddress.
        Street = "street",
        /// unstructuredName (PKCS #9), which Cisco devices send (Q33).
        UnstructuredName = "unstructuredName",
    }
}

words! {
    /// Kinds of subject alternative names (RFC 5280 §4.2.1.6).
    SanKind {
        /// dNSName.
        Dns = "dns",
        /// rfc822Name.
        Email = "email",
        /// uniformResourceIdentifier.
        Uri = "uri",
        /// Microsoft's user principal name, an otherName.
        Upn = "upn",
        /// iPAddress.
        Ip = "ip",
    }
}

words! {
    /// Where a device should keep its key (Intune's "key storage provider").
    KeyStorage {
        /// Wherever it likes.
        Any = "any",
        /// A TPM, else software.
        TpmOrSoftware = "tpm_or_software",
        /// A TPM, else no enrolment.
        Tpm = "tpm",
        /// Windows Hello for Business, else no enrolment.
        Hello = "hello",
        /// Software.
        Software = "software",
    }
}

words! {
    /// Bits of the key usage extension (RFC 5280 §4.2.1.3).
    KeyUsageBit {
        /// digitalSignature.
        DigitalSignature = "digital_signature",
        /// nonRepudiation, also contentCommitment.
        NonRepudiation = "non_repudiation",
        /// keyEncipherment.
        KeyEncipherment = "key_encipherment",
        /// dataEncipherment.
        DataEncipherment = "data_encipherment",
        /// keyAgreement.
        KeyAgreement = "key_agreement",
    }
}

words! {
    /// Kinds and sizes of device keys. What is weaker is refused whatever the profile says.
    KeyKindAllowed {
        /// RSA, 2048 bits.
        Rsa2048 = "rsa2048",
        /// RSA, 3072 bits.
        Rsa3072 = "rsa3072",
        /// RSA, 4096 bits.
        Rsa4096 = "rsa4096",
        /// ECDSA on P-256.
        P256 = "p256",
        /// ECDSA on P-384.
        P384 = "p384",
    }
}

words! {
    /// Hash of a certificate's signature.
    Hash {
        /// SHA-256.
        Sha256 = "sha256",
        /// SHA-384.
        Sha384 = "sha384",
        /// SHA-512.
        Sha512 = "sha512",
    }
}

/// An extended key usage by its dotted object identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtendedKeyUsage(String);

const USAGES: [(&str, &str); 6] = [
    ("client_auth", "1.3.6.1.5.5.7.3.2"),
    ("server_auth", "1.3.6.1.5.5.7.3.1"),
    ("email_protection", "1.3.6.1.5.5.7.3.4"),
    ("smartcard_logon", "1.3.6.1.4.1.311.20.2.2"),
    ("ipsec_ike", "1.3.6.1.5.5.7.3.17"),
    ("eap_over_lan", "1.3.6.1.5.5.7.3.14"),
];

/// Usages that would let a device act for the CA or for anything: never in a device's certificate.
const NEVER: [(&str, &str); 3] = [
    ("2.5.29.37.0", "anyExtendedKeyUsage"),
    ("1.3.6.1.5.5.7.3.9", "OCSP signing"),
    ("1.3.6.1.4.1.311.20.2.1", "enrolment agent"),
];

impl ExtendedKeyUsage {
    /// The dotted object identifier.
    #[must_use]
    pub fn oid(&self) -> &str {
        &self.0
    }

    /// Believes a name or a dotted object identifier at `key`.
    pub(super) fn believe(key: &str, text: &str) -> Result<Self, Problem> {
        let oid = USAGES.iter().find(|(name, _)| *name == text).map_or(text, |(_, oid)| oid);
        if let Some((_, name)) = NEVER.iter().find(|(never, _)| *never == oid) {
            return Err(Problem::new(Code::Rule, key, text)
                .rule(format!("{name} must not stand in a device's certificate"))
                .fix("remove it"));
        }
        let numeric =
            |arc: &str| !arc.is_empty() && arc.len() <= 18 && arc.bytes().all(|b| b.is_ascii_digit());
        let rooted = ["0.", "1.", "2."].iter().any(|root| oid.starts_with(root));
        if rooted && oid.len() <= 128 && oid.split('.').count() >= 3 && oid.split('.').all(numeric) {
            return Ok(Self(oid.to_owned()));
        }
        let names: Vec<&str> = USAGES.iter().map(|(name, _)| *name).collect();
        Err(Problem::new(Code::Rule, key, text)
            .rule(format!(
                "an extended key usage is one of {}, or a dotted object identifier",
                names.join(", ")
            ))
            .fix(r#"write "client_auth""#))
    }
}
