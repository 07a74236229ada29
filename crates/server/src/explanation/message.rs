//! CHY-1xxx: the SCEP message.

mod sides;

use super::Explanation;
use super::entry::{Entry, entries};
use scep::Refusal;

const CLIENT: &str =
    "Look at the client: it does not send what RFC 8894 asks for. Capture one message and report it.";
const ATTACK: &str =
    "If one device does this, re-install its SCEP profile; if many do, look at what stands between.";

entries! {
    TOO_LARGE = 1001 "The message is too large."
        "Send a message of less than 128 KiB; a challenge has at most 8 KiB.";
    MALFORMED = 1002 "The message is not CMS." CLIENT;
    NOT_SIGNED_DATA = 1003 "The message is not SignedData." CLIENT;
    SIGNER_INFOS = 1004 "The message does not have exactly one signer." CLIENT;
    CERTIFICATES = 1005 "The message holds too many certificates." CLIENT;
    SIGNER_CERTIFICATE_MISSING = 1006 "The signer's certificate is not in the message." CLIENT;
    SIGNER_CERTIFICATE_AMBIGUOUS = 1007 "Two certificates in the message could be the signer's." CLIENT;
    DIGEST_ALGORITHMS = 1008 "The message does not name exactly one digest algorithm." CLIENT;
    DIGEST = 1010 "The digest of the message is not supported."
        "Let the client use SHA-256; MD5 is never accepted.";
    LEGACY_DIGEST = 1011 "The digest SHA-1 is switched off here."
        "Let the client use SHA-256, or set legacy_sha1 = true on this endpoint if the device knows no other.";
    SIGNATURE_ALGORITHM = 1012 "The signature algorithm of the message is not supported here."
        "Let the client sign with RSA or ECDSA and SHA-2.";
    SIGNER_KEY = 1013 "The signer's key is of a kind or size that is not supported."
        "Let the client make an RSA key of 2048 to 4096 bits, or one on P-256 or P-384.";
    KEY_TRANSPORT = 1014 "The key transport algorithm of the envelope is not supported."
        "Let the client wrap its key with RSAES-PKCS1-v1_5 or RSAES-OAEP.";
    CONTENT_CIPHER = 1015 "The cipher of the envelope is not supported."
        "Let the client encrypt with AES; single DES is never accepted.";
    LEGACY_CIPHER = 1016 "The cipher triple DES is switched off here."
        "Let the client use AES, or set legacy_3des = true on this endpoint if the device knows no other.";
    NO_WAY_TO_ANSWER = 1017 "The signer's key cannot be encrypted to."
        "Let the device use an RSA key, or encrypt with its challenge (RFC 8894 §3.1), which needs challenge_file here.";
    SIGNED_ATTRIBUTES_MISSING = 1020 "The message has no signed attributes." CLIENT;
    ATTRIBUTE = 1021 "An attribute of the message is missing or wrong." CLIENT;
    UNSIGNED_ATTRIBUTES = 1022 "The message has unsigned attributes." CLIENT;
    MESSAGE_DIGEST = 1023 "The digest in the message does not match its content." ATTACK;
    SIGNATURE = 1024 "The signature of the message does not verify." ATTACK;
    MESSAGE_TYPE_UNKNOWN = 1025 "The message is of a type that is not one of RFC 8894." CLIENT;
    MESSAGE_TYPE_NOT_A_REQUEST = 1026 "The message is an answer, not a request." CLIENT;
    SIGNING_TIME = 1027 "The time in the message is too far from the time here." "Set the clock of the device.";
    NOT_ENVELOPED_DATA = 1030 "The content of the message is not EnvelopedData." CLIENT;
    RECIPIENTS = 1031 "The envelope names too many recipients." CLIENT;
    RECIPIENT_UNKNOWN = 1032 "The envelope is not addressed to this authority."
        "Let the client fetch the certificates anew with GetCACert: it encrypts to a key that is not ours.";
    RECIPIENT_AMBIGUOUS = 1033 "The envelope is addressed to this authority more than once." CLIENT;
    ENVELOPE = 1034 "The envelope holds no valid request."
        "Let the device try again; if it persists, let it fetch the certificates anew with GetCACert.";
    SIGNER_KEY_NOT_REQUESTED = 1040 "The message is not signed with the requested key."
        "Let the client sign its first request with the very key that it asks to certify.";
    RENEWAL_SELF_SIGNED = 1041 "A renewal must be signed with a certificate of this authority."
        "Let the client sign a renewal with the certificate that it has from here, or enrol anew.";
    CHALLENGE = 1042 "The challenge in the request is malformed."
        "Send one challengePassword of at most 8 KiB, in any string type.";
    OPERATION = 1050 "The HTTP request is not an operation of SCEP."
        "Compare the URL in the client's settings with http://<this server>/scep/<endpoint>.";
}

impl From<&Refusal> for Explanation {
    /// What is told is what `scep` says, which holds nothing that was decrypted.
    fn from(refusal: &Refusal) -> Self {
        let entry = entry(refusal);
        Explanation {
            code: entry.to_string(),
            public: entry.sentence.into(),
            operator: format!("The SCEP message was refused: {refusal}."),
            compared: sides::compared(refusal, entry),
            policy: None,
            fix: entry.fix.into(),
            page: entry.page(),
            fail_info: refusal.fail_info(),
            ours: false,
        }
    }
}

fn entry(refusal: &Refusal) -> Entry {
    match refusal {
        Refusal::TooLarge => TOO_LARGE,
        Refusal::Malformed(_) => MALFORMED,
        Refusal::NotSignedData => NOT_SIGNED_DATA,
        Refusal::SignerInfos(_) => SIGNER_INFOS,
        Refusal::Certificates(_) => CERTIFICATES,
        Refusal::SignerCertificateMissing => SIGNER_CERTIFICATE_MISSING,
        Refusal::SignerCertificateAmbiguous => SIGNER_CERTIFICATE_AMBIGUOUS,
        Refusal::DigestAlgorithms => DIGEST_ALGORITHMS,
        Refusal::Digest(_) => DIGEST,
        Refusal::LegacyDigest => LEGACY_DIGEST,
        Refusal::SignatureAlgorithm(_) => SIGNATURE_ALGORITHM,
        Refusal::SignerKey => SIGNER_KEY,
        Refusal::KeyTransport => KEY_TRANSPORT,
        Refusal::ContentCipher(_) => CONTENT_CIPHER,
        Refusal::LegacyCipher => LEGACY_CIPHER,
        Refusal::NoWayToAnswer => NO_WAY_TO_ANSWER,
        Refusal::SignedAttributesMissing => SIGNED_ATTRIBUTES_MISSING,
        Refusal::Attribute(..) => ATTRIBUTE,
        Refusal::UnsignedAttributes => UNSIGNED_ATTRIBUTES,
        Refusal::MessageDigest => MESSAGE_DIGEST,
        Refusal::Signature => SIGNATURE,
        Refusal::MessageTypeUnknown => MESSAGE_TYPE_UNKNOWN,
        Refusal::MessageTypeNotARequest => MESSAGE_TYPE_NOT_A_REQUEST,
        Refusal::SigningTime => SIGNING_TIME,
        Refusal::NotEnvelopedData => NOT_ENVELOPED_DATA,
        Refusal::Recipients(_) => RECIPIENTS,
        Refusal::RecipientUnknown => RECIPIENT_UNKNOWN,
        Refusal::RecipientAmbiguous => RECIPIENT_AMBIGUOUS,
        Refusal::Envelope => ENVELOPE,
        Refusal::SignerKeyNotRequested => SIGNER_KEY_NOT_REQUESTED,
        Refusal::RenewalSelfSigned => RENEWAL_SELF_SIGNED,
        Refusal::Challenge => CHALLENGE,
    }
}
