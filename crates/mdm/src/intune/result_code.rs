//! The `code` of a ScepActions answer (contract §6.4).

use std::fmt;

macro_rules! result_codes {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// The complete enumeration of Microsoft's reference clients. Anything but [`ResultCode::Success`] refuses.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum ResultCode {
            /// Accepted.
            Success,
            $($(#[$doc])* $name,)+
            /// A word that this version does not know, `Unknown` itself included; as received. Refuses.
            Unknown(String),
        }

        impl ResultCode {
            /// The named refusing codes, in the contract's order.
            pub const NAMED_REFUSALS: [Self; 23] = [$(Self::$name),+];

            /// Exact and case-sensitive: `success` and `1` are not `Success`.
            #[must_use]
            pub fn parse(word: &str) -> Self {
                match word {
                    "Success" => Self::Success,
                    $(stringify!($name) => Self::$name,)+
                    other => Self::Unknown(other.to_owned()),
                }
            }

            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    Self::Success => "Success",
                    $(Self::$name => stringify!($name),)+
                    Self::Unknown(word) => word,
                }
            }
        }
    };
}

result_codes! {
    /// PKCS#10 or its base64 is unreadable to Intune.
    CertificateRequestDecodingFailed,
    /// The request holds no challengePassword.
    ChallengePasswordMissing,
    /// The decrypted challenge cannot be parsed.
    ChallengeDeserializationError,
    /// The challenge does not decrypt: another tenant's, or damaged.
    ChallengeDecryptionError,
    /// The challenge is not in the form Intune makes.
    ChallengeDecodingError,
    /// The time in the challenge is not valid.
    ChallengeInvalidTimestamp,
    /// The challenge is older than its life of 60 minutes.
    ChallengeExpired,
    /// The request has no subject.
    SubjectNameMissing,
    /// The subject is not the one that the profile prescribes.
    SubjectNameMismatch,
    /// The request has no subject alternative name.
    SubjectAltNameMissing,
    /// The subject alternative name is not the one that the profile prescribes.
    SubjectAltNameMismatch,
    /// The key usage is not the one that the profile prescribes.
    KeyUsageMismatch,
    /// The key is not of the size that the profile prescribes.
    KeyLengthMismatch,
    /// The request has no extended key usage.
    EnhancedKeyUsageMissing,
    /// The extended key usage is not the one that the profile prescribes.
    EnhancedKeyUsageMismatch,
    /// Windows Hello for Business: no list of registered keys.
    AadKeyIdentifierListMissing,
    /// Windows Hello for Business: the key is not one registered in Entra.
    RegisteredKeyMismatch,
    /// The challenge was signed with an unexpected certificate.
    SigningCertThumbprintMismatch,
    /// The profile is no longer assigned to the device or user.
    ScepProfileNoLongerTargetedToTheClient,
    /// The signature over the challenge is not valid.
    SignatureValidationFailed,
    /// The challenge names a request that Intune does not know.
    BadCertificateRequestIdInChallenge,
    /// The challenge names another device.
    BadDeviceIdInChallenge,
    /// The challenge names another user.
    BadUserIdInChallenge,
}

impl fmt::Display for ResultCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An unknown word comes from the network: bounded, and nothing that could forge a log line.
        for c in self.as_str().chars().take(64) {
            if c.is_control() { write!(f, "{}", c.escape_unicode())? } else { write!(f, "{c}")? }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t20_only_the_exact_word_is_success() {
        assert_eq!(ResultCode::parse("Success"), ResultCode::Success);
        for word in [
            "success",
            "SUCCESS",
            "1",
            "0",
            "",
            " Success",
            "Success ",
            "Success\0",
            "\u{feff}Success",
            "true",
        ] {
            assert_eq!(ResultCode::parse(word), ResultCode::Unknown(word.to_owned()), "{word:?}");
        }
    }

    #[test]
    fn contract_6_4_every_code_survives_the_wire() {
        for code in ResultCode::NAMED_REFUSALS {
            assert_eq!(ResultCode::parse(code.as_str()), code);
            let lower = code.as_str().to_lowercase();
            assert_eq!(ResultCode::parse(&lower), ResultCode::Unknown(lower.clone()));
        }
    }

    #[test]
    fn contract_6_4_the_word_unknown_is_unknown() {
        assert_eq!(ResultCode::parse("Unknown"), ResultCode::Unknown("Unknown".into()));
    }

    #[test]
    fn an_unknown_word_cannot_forge_a_log_line() {
        let shown = ResultCode::parse("a\r\nlevel=info issued").to_string();
        assert!(!shown.contains('\n') && !shown.contains('\r'), "{shown}");
    }
}
