//! What Intune expected where it refused: as far as its code and its description say.

use super::ResultCode;
use crate::subject::{TextDifference, Written};

/// What a refusing code says of what should have been.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Which element was not as it had to be.
    pub element: &'static str,
    /// What it had to be.
    pub expected: &'static str,
    /// The row that obliges.
    pub row: &'static str,
}

impl ResultCode {
    /// What Intune expected. `None` for [`ResultCode::Success`], and for words that this version does not know.
    #[must_use]
    pub fn expectation(&self) -> Option<Expectation> {
        let (element, expected, row) = match self {
            Self::Success | Self::Unknown(_) => return None,
            Self::CertificateRequestDecodingFailed => {
                ("certificate request", "a PKCS#10 that Intune reads", "M57")
            }
            Self::ChallengePasswordMissing => ("challengePassword", "the challenge that Intune made", "M59"),
            Self::ChallengeDeserializationError
            | Self::ChallengeDecryptionError
            | Self::ChallengeDecodingError => {
                ("challenge", "one that Intune made for this tenant", "M56, M57")
            }
            Self::ChallengeInvalidTimestamp => ("time in the challenge", "a valid one", "M60"),
            Self::ChallengeExpired => ("age of the challenge", "at most 60 minutes", "M60, threat 18"),
            Self::SigningCertThumbprintMismatch => ("signer of the challenge", "Intune", "M57"),
            Self::SignatureValidationFailed => ("signature of the challenge", "one that verifies", "M57"),
            Self::ScepProfileNoLongerTargetedToTheClient => {
                ("assignment of the SCEP profile", "one to this device or user", "M60, threat 32")
            }
            Self::BadCertificateRequestIdInChallenge => {
                ("request named by the challenge", "one that Intune knows", "M60")
            }
            Self::BadDeviceIdInChallenge => ("device named by the challenge", "this one, enrolled", "M61"),
            Self::BadUserIdInChallenge => ("user named by the challenge", "the device's", "M61"),
            Self::SubjectNameMissing | Self::SubjectNameMismatch => {
                ("subject", "that of the profile", "M58, M66")
            }
            Self::SubjectAltNameMissing | Self::SubjectAltNameMismatch => {
                ("alternative names", "those of the profile", "M58, M67")
            }
            Self::KeyUsageMismatch => ("key usage", "that of the profile", "M58"),
            Self::KeyLengthMismatch => ("size of the key", "that of the profile", "M58"),
            Self::EnhancedKeyUsageMissing | Self::EnhancedKeyUsageMismatch => {
                ("extended key usage", "that of the profile", "M58")
            }
            Self::AadKeyIdentifierListMissing | Self::RegisteredKeyMismatch => {
                ("key", "one that is registered in Entra", "M60")
            }
        };
        Some(Expectation { element, expected, row })
    }
}

/// The two subjects that Intune's description of a mismatch quotes (M66).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubjectMismatch {
    /// The request's, as Intune writes it.
    pub request: String,
    /// The challenge's.
    pub challenge: String,
}

impl SubjectMismatch {
    /// Reads `Subject Name in CSR … and challenge … do not match`; `None` for any other text. Whoever chose the names may
    /// have put these words into them: the result is for the eye.
    #[must_use]
    pub fn parse(description: &str) -> Option<SubjectMismatch> {
        let (_, names) = description.split_once("Subject Name in CSR ")?;
        let (names, _) = names.split_once(" do not match")?;
        let (request, challenge) = names.split_once(" and challenge ")?;
        Some(SubjectMismatch { request: request.to_owned(), challenge: challenge.to_owned() })
    }

    /// The first RDN that differs.
    #[must_use]
    pub fn first_difference(&self) -> Option<TextDifference> {
        Written::of_text(&self.challenge).first_difference(&Written::of_text(&self.request))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m60_every_named_code_says_what_was_expected() {
        for code in &ResultCode::NAMED_REFUSALS {
            let found = code.expectation().unwrap();
            assert!(
                found.row.starts_with('M') && !found.element.is_empty() && !found.expected.is_empty(),
                "{code}"
            );
        }
        assert_eq!(ResultCode::Success.expectation(), None);
        assert_eq!(ResultCode::Unknown("New".into()).expectation(), None);
    }

    #[test]
    fn m66_the_first_rdn_that_differs_is_found_in_intunes_words() {
        // 004, "Avoid certificate signing requests with escaped special characters".
        let said = r#"Subject Name in CSR CN="Test User (TestCompany, LLC)",OU=UserAndDevice and challenge CN=Test User (TestCompany\, LLC),OU=UserAndDevice do not match"#;
        let there = SubjectMismatch::parse(said).unwrap().first_difference().unwrap();
        assert_eq!(there.number, 1);
        assert_eq!(there.challenge.as_deref(), Some(r"CN=Test User (TestCompany\, LLC)"));
        assert_eq!(there.request.as_deref(), Some(r#"CN="Test User (TestCompany, LLC)""#));
        for other in
            ["", "Subject Name is missing in CSR.", "Subject Name in CSR a and challenge", "do not match"]
        {
            assert_eq!(SubjectMismatch::parse(other), None, "{other}");
        }
    }
}
