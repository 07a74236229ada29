//! The 25 result codes of ScepActions (contract section 6.4).

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($name:ident),* $(,)?) => {
        /// A result code, spelt as on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[expect(missing_docs, reason = "the names are Microsoft's and say what is known of them")]
        pub enum Code {
            $($name),*
        }

        impl Code {
            /// All codes, in the order of Microsoft's clients.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The spelling on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => stringify!($name)),*
                }
            }
        }
    };
}

codes! {
    Unknown,
    Success,
    CertificateRequestDecodingFailed,
    ChallengePasswordMissing,
    ChallengeDeserializationError,
    ChallengeDecryptionError,
    ChallengeDecodingError,
    ChallengeInvalidTimestamp,
    ChallengeExpired,
    SubjectNameMissing,
    SubjectNameMismatch,
    SubjectAltNameMissing,
    SubjectAltNameMismatch,
    KeyUsageMismatch,
    KeyLengthMismatch,
    EnhancedKeyUsageMissing,
    EnhancedKeyUsageMismatch,
    AadKeyIdentifierListMissing,
    RegisteredKeyMismatch,
    SigningCertThumbprintMismatch,
    ScepProfileNoLongerTargetedToTheClient,
    SignatureValidationFailed,
    BadCertificateRequestIdInChallenge,
    BadDeviceIdInChallenge,
    BadUserIdInChallenge,
}

/// A code but `Success`, and the sentence that goes with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The code.
    pub code: Code,
    /// `errorDescription`.
    pub description: String,
}

impl Verdict {
    /// A refusal.
    #[must_use]
    pub fn new(code: Code, description: impl Into<String>) -> Self {
        Self { code, description: description.into() }
    }
}
