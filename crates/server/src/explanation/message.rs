use super::{Explanation, page};
use scep::Refusal;

impl From<&Refusal> for Explanation {
    /// CHY-1xxx: the SCEP message. What is told is what `scep` says, which holds nothing that was decrypted.
    fn from(refusal: &Refusal) -> Self {
        let (code, fix) = code_and_fix(refusal);
        let sentence = refusal.to_string();
        Explanation {
            code: format!("CHY-{code:04}"),
            public: sentence.clone().into(),
            operator: format!("The SCEP message was refused: {sentence}."),
            fix: fix.into(),
            page: page("message", code),
            fail_info: refusal.fail_info(),
            ours: false,
        }
    }
}

fn code_and_fix(refusal: &Refusal) -> (u16, &'static str) {
    const CLIENT: &str =
        "Look at the client: it does not send what RFC 8894 asks for. Capture one message and report it.";
    const ATTACK: &str =
        "If one device does this, re-install its SCEP profile; if many do, look at what stands between.";
    match refusal {
        Refusal::TooLarge => (1001, "Send a message of less than 128 KiB; a challenge has at most 8 KiB."),
        Refusal::Malformed(_) => (1002, CLIENT),
        Refusal::NotSignedData => (1003, CLIENT),
        Refusal::SignerInfos(_) => (1004, CLIENT),
        Refusal::Certificates(_) => (1005, CLIENT),
        Refusal::SignerCertificateMissing => (1006, CLIENT),
        Refusal::SignerCertificateAmbiguous => (1007, CLIENT),
        Refusal::DigestAlgorithms => (1008, CLIENT),
        Refusal::Digest(_) => (1010, "Let the client use SHA-256; MD5 is never accepted."),
        Refusal::LegacyDigest => (
            1011,
            "Let the client use SHA-256, or set legacy_sha1 = true on this endpoint if the device knows no other.",
        ),
        Refusal::SignatureAlgorithm(_) => (1012, "Let the client sign with RSA or ECDSA and SHA-2."),
        Refusal::SignerKey => {
            (1013, "Let the client make an RSA key of 2048 to 4096 bits, or one on P-256 or P-384.")
        }
        Refusal::KeyTransport => (1014, "Let the client wrap its key with RSAES-PKCS1-v1_5 or RSAES-OAEP."),
        Refusal::ContentCipher(_) => (1015, "Let the client encrypt with AES; single DES is never accepted."),
        Refusal::LegacyCipher => (
            1016,
            "Let the client use AES, or set legacy_3des = true on this endpoint if the device knows no other.",
        ),
        Refusal::NoWayToAnswer => (
            1017,
            "A device with an elliptic key must encrypt with its challenge (RFC 8894 §3.1), or use an RSA key.",
        ),
        Refusal::SignedAttributesMissing => (1020, CLIENT),
        Refusal::Attribute(..) => (1021, CLIENT),
        Refusal::UnsignedAttributes => (1022, CLIENT),
        Refusal::MessageDigest => (1023, ATTACK),
        Refusal::Signature => (1024, ATTACK),
        Refusal::MessageTypeUnknown => (1025, CLIENT),
        Refusal::MessageTypeNotARequest => (1026, CLIENT),
        Refusal::SigningTime => (1027, "Set the clock of the device."),
        Refusal::NotEnvelopedData => (1030, CLIENT),
        Refusal::Recipients(_) => (1031, CLIENT),
        Refusal::RecipientUnknown => (
            1032,
            "Let the client fetch the certificates anew with GetCACert: it encrypts to a key that is not ours.",
        ),
        Refusal::RecipientAmbiguous => (1033, CLIENT),
        Refusal::Envelope => (
            1034,
            "Let the device try again; if it persists, let it fetch the certificates anew with GetCACert.",
        ),
        Refusal::SignerKeyNotRequested => {
            (1040, "A first request is signed with the very key that it asks to certify.")
        }
        Refusal::RenewalSelfSigned => (1041, "A renewal is signed with a certificate that this CA issued."),
        Refusal::Challenge => (1042, "Send one challengePassword of at most 8 KiB, in any string type."),
    }
}
