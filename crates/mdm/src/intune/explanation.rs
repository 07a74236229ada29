//! What each refusing code means to the device's user, to the administrator, and to SCEP (contract §6.4).

use super::result_code::ResultCode;

/// The SCEP failInfo that fits, in RFC 8894 §3.2.1.4.5's order; the discriminant is the number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum SuggestedFailInfo {
    /// badAlg.
    BadAlg = 0,
    /// badMessageCheck.
    BadMessageCheck = 1,
    /// badRequest.
    BadRequest = 2,
    /// badTime.
    BadTime = 3,
    /// badCertId.
    BadCertId = 4,
}

/// A refusal by Intune, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Number of the code `CHY-nnnn`: 3101 to 3124.
    pub number: u16,
    /// One sentence that anybody may read.
    pub public: &'static str,
    /// One sentence for the administrator; Intune's own `errorDescription` belongs beside it.
    pub operator: &'static str,
    /// What to do about it.
    pub fix: &'static str,
    /// What to tell the SCEP client.
    pub fail_info: SuggestedFailInfo,
    /// Whether somebody may be forging or moving challenges.
    pub security_event: bool,
}

const fn refusal(
    number: u16,
    public: &'static str,
    operator: &'static str,
    fix: &'static str,
) -> Explanation {
    let fail_info = SuggestedFailInfo::BadRequest;
    Explanation { number, public, operator, fix, fail_info, security_event: false }
}

impl Explanation {
    const fn told(self, fail_info: SuggestedFailInfo) -> Self {
        Self { fail_info, ..self }
    }

    const fn suspicious(self) -> Self {
        Self { security_event: true, ..self }
    }
}

const NOT_AS_PROFILE: &str = "The request is not the one that the device's profile prescribes.";
const CHALLENGE_UNREADABLE: &str = "The challenge was not accepted.";
const EDITED: &str = "If the profile was edited while the device was enrolling, wait for the device's next sync; \
     otherwise compare the request in the log with the profile.";
const OTHER_TENANT: &str = "Check that the device belongs to the tenant this endpoint is configured for; \
     sync the device to get a new challenge.";

impl ResultCode {
    /// Why the request is refused. `None` for [`ResultCode::Success`] alone.
    #[must_use]
    pub fn explanation(&self) -> Option<Explanation> {
        match self {
            Self::Success => None,
            Self::CertificateRequestDecodingFailed
            | Self::ChallengePasswordMissing
            | Self::ChallengeDeserializationError
            | Self::ChallengeDecryptionError
            | Self::ChallengeDecodingError
            | Self::ChallengeInvalidTimestamp
            | Self::ChallengeExpired
            | Self::SigningCertThumbprintMismatch
            | Self::ScepProfileNoLongerTargetedToTheClient
            | Self::SignatureValidationFailed
            | Self::BadCertificateRequestIdInChallenge
            | Self::BadDeviceIdInChallenge
            | Self::BadUserIdInChallenge => Some(self.challenge_refused()),
            Self::SubjectNameMissing
            | Self::SubjectNameMismatch
            | Self::SubjectAltNameMissing
            | Self::SubjectAltNameMismatch
            | Self::KeyUsageMismatch
            | Self::KeyLengthMismatch
            | Self::EnhancedKeyUsageMissing
            | Self::EnhancedKeyUsageMismatch
            | Self::AadKeyIdentifierListMissing
            | Self::RegisteredKeyMismatch
            | Self::Unknown(_) => Some(self.request_refused()),
        }
    }

    /// Codes about the challenge itself.
    fn challenge_refused(&self) -> Explanation {
        use SuggestedFailInfo::{BadMessageCheck, BadTime};
        match self {
            Self::CertificateRequestDecodingFailed => refusal(
                3101,
                "The certificate request could not be read.",
                "Intune could not decode the PKCS#10 or its base64.",
                "The device's request is damaged or in a form Intune does not read; capture it and report it to us.",
            )
            .told(BadMessageCheck),
            Self::ChallengePasswordMissing => refusal(
                3102,
                "The request carries no challenge.",
                "Intune found no challengePassword in the request.",
                "Assign the SCEP profile to the device through Intune; a request made by hand has no challenge.",
            ),
            Self::ChallengeDeserializationError => refusal(
                3103,
                CHALLENGE_UNREADABLE,
                "Intune decrypted the challenge and could not parse what was in it.",
                "Sync the device to get a new challenge; if it persists open a case with Microsoft and quote the activity id.",
            ),
            Self::ChallengeDecryptionError => refusal(
                3104,
                CHALLENGE_UNREADABLE,
                "Intune could not decrypt the challenge: it is damaged or was made for another tenant.",
                OTHER_TENANT,
            ),
            Self::ChallengeDecodingError => refusal(
                3105,
                CHALLENGE_UNREADABLE,
                "The challenge is not in the form that Intune makes: cut short, altered or not from Intune.",
                OTHER_TENANT,
            ),
            Self::ChallengeInvalidTimestamp => refusal(
                3106,
                CHALLENGE_UNREADABLE,
                "The time in the challenge is not valid.",
                "Sync the device to get a new challenge; if it persists open a case with Microsoft and quote the activity id.",
            )
            .told(BadTime),
            Self::ChallengeExpired => refusal(
                3107,
                "The challenge has expired.",
                "The challenge is older than 60 minutes, counted from when Intune made it, not from its first use.",
                "Sync the device: it gets a new challenge. If many expire, the devices reach this server too late.",
            )
            .told(BadTime),
            Self::SigningCertThumbprintMismatch => refusal(
                3118,
                CHALLENGE_UNREADABLE,
                "The challenge is signed with a certificate that Intune does not expect.",
                OTHER_TENANT,
            )
            .suspicious(),
            Self::ScepProfileNoLongerTargetedToTheClient => refusal(
                3119,
                "The device is no longer entitled to this certificate.",
                "The SCEP profile is no longer assigned to this device or user.",
                "Assign the profile again if the device should have the certificate.",
            ),
            Self::SignatureValidationFailed => refusal(
                3120,
                CHALLENGE_UNREADABLE,
                "The signature over the challenge is not valid: it was altered or forged.",
                "Find the device by its transaction and address in the log; a device that syncs normally does not cause this.",
            )
            .told(BadMessageCheck)
            .suspicious(),
            Self::BadCertificateRequestIdInChallenge => refusal(
                3121,
                CHALLENGE_UNREADABLE,
                "The challenge names a certificate request that Intune does not know.",
                "Sync the device to get a new challenge; if it repeats, look for a challenge taken from another device.",
            )
            .suspicious(),
            Self::BadDeviceIdInChallenge => refusal(
                3122,
                CHALLENGE_UNREADABLE,
                "The challenge names another device, or one that Intune does not know.",
                "Check that the device is still enrolled in Intune; if it is, look for a challenge taken from another device.",
            )
            .suspicious(),
            Self::BadUserIdInChallenge => refusal(
                3123,
                CHALLENGE_UNREADABLE,
                "The challenge names another user, or one that Intune does not know.",
                "Check the device's primary user in Intune; if it is right, look for a challenge taken from another user.",
            )
            .suspicious(),
            other => other.request_refused(),
        }
    }

    /// Codes about what is asked for, and words that this version does not know.
    fn request_refused(&self) -> Explanation {
        match self {
            Self::SubjectNameMissing => refusal(
                3108,
                NOT_AS_PROFILE,
                "The request has no subject and the profile prescribes one.",
                "Check that every variable in the profile's subject has a value for this device.",
            ),
            Self::SubjectNameMismatch => refusal(
                3109,
                NOT_AS_PROFILE,
                "The subject is not the one that the profile prescribes.",
                "If the subject holds + , ; or = write it in double quotes in the profile, not with a backslash. Otherwise treat it as tampering.",
            )
            .suspicious(),
            Self::SubjectAltNameMissing => refusal(
                3110,
                NOT_AS_PROFILE,
                "The request has no subject alternative name and the profile prescribes one.",
                "Check that every variable in the profile's subject alternative name has a value for this device.",
            ),
            Self::SubjectAltNameMismatch => refusal(
                3111,
                NOT_AS_PROFILE,
                "The subject alternative name is not the one that the profile prescribes.",
                EDITED,
            )
            .suspicious(),
            Self::KeyUsageMismatch => refusal(
                3112,
                NOT_AS_PROFILE,
                "The key usage asked for is not the one that the profile prescribes.",
                EDITED,
            ),
            Self::KeyLengthMismatch => refusal(
                3113,
                NOT_AS_PROFILE,
                "The key is not of the size that the profile prescribes.",
                "Check the profile's key size against what the device's key storage can make (4096 bits only in software on Windows).",
            ),
            Self::EnhancedKeyUsageMissing => refusal(
                3114,
                NOT_AS_PROFILE,
                "The request has no extended key usage and the profile prescribes one.",
                EDITED,
            ),
            Self::EnhancedKeyUsageMismatch => refusal(
                3115,
                NOT_AS_PROFILE,
                "The extended key usage asked for is not the one that the profile prescribes.",
                EDITED,
            ),
            Self::AadKeyIdentifierListMissing => refusal(
                3116,
                NOT_AS_PROFILE,
                "Windows Hello for Business: the request names no key that is registered in Entra.",
                "Check that the user has set up Windows Hello for Business on the device, then sync it.",
            ),
            Self::RegisteredKeyMismatch => refusal(
                3117,
                NOT_AS_PROFILE,
                "Windows Hello for Business: the key in the request is not the one registered in Entra.",
                "Let the user set up Windows Hello for Business again on the device, then sync it.",
            ),
            // `Unknown`, and whatever Microsoft adds: fail closed.
            _ => refusal(
                3124,
                "The device management service refused the request.",
                "Intune refused with a code that this version does not know.",
                "Read Intune's description beside this line; look for a newer version of this program.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn every_refusal() -> Vec<ResultCode> {
        let mut codes = ResultCode::NAMED_REFUSALS.to_vec();
        codes.push(ResultCode::Unknown("Unknown".into()));
        codes
    }

    #[test]
    fn contract_6_4_all_24_refusing_codes_have_a_number_of_their_own_in_order() {
        let numbers: Vec<u16> =
            every_refusal().iter().map(|code| code.explanation().unwrap().number).collect();
        assert_eq!(numbers, (3101..=3124).collect::<Vec<u16>>());
    }

    #[test]
    fn contract_6_4_suggested_fail_info() {
        use SuggestedFailInfo::*;
        for code in every_refusal() {
            let expected = match code {
                ResultCode::CertificateRequestDecodingFailed | ResultCode::SignatureValidationFailed => {
                    BadMessageCheck
                }
                ResultCode::ChallengeInvalidTimestamp | ResultCode::ChallengeExpired => BadTime,
                _ => BadRequest,
            };
            assert_eq!(code.explanation().unwrap().fail_info, expected, "{code}");
        }
        assert_eq!(BadTime as u8, 3, "RFC 8894 §3.2.1.4.5");
    }

    #[test]
    fn every_sentence_ends_and_operator_sentences_differ() {
        let mut operator = BTreeSet::new();
        for code in every_refusal() {
            let words = code.explanation().unwrap();
            for sentence in [words.public, words.operator, words.fix] {
                assert!(sentence.ends_with('.') && !sentence.contains("  "), "{code}: {sentence}");
            }
            assert!(operator.insert(words.operator), "{code}");
        }
    }

    #[test]
    fn success_alone_has_no_explanation() {
        assert_eq!(ResultCode::Success.explanation(), None);
    }
}
