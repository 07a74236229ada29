//! What a SCEP message had to be, and what it was.

use crate::explanation::{Compared, Entry, Sides};
use scep::Refusal;

/// What is told of an envelope that does not open: nothing, to nobody.
const ENVELOPE: &str =
    "what is wrong within an envelope is known to nobody, lest it decrypts for a stranger (RFC 3218 §2.3)";

pub(super) fn compared(refusal: &Refusal, entry: Entry) -> Compared {
    let Some(((element, expected, found), row)) = outer(refusal).or_else(|| inner(refusal)) else {
        return Compared::Nothing(ENVELOPE);
    };
    // Some sides are said with what was seen.
    let (element, found) = match refusal {
        Refusal::Malformed(error) => (element.to_owned(), error.to_string()),
        Refusal::SignerInfos(count) | Refusal::Certificates(count) | Refusal::Recipients(count) => {
            (element.to_owned(), count.to_string())
        }
        Refusal::Digest(oid) | Refusal::SignatureAlgorithm(oid) | Refusal::ContentCipher(oid) => {
            (element.to_owned(), oid.to_string())
        }
        Refusal::Attribute(name, fault) => (format!("{element} {name}"), format!("one that {fault}")),
        _ => (element.to_owned(), found.to_owned()),
    };
    entry.compares(&Sides::new(element, expected, found), row)
}

/// Element, what it has to be, what it was; and what obliges.
type Row = ((&'static str, &'static str, &'static str), &'static str);

/// The signed message.
fn outer(refusal: &Refusal) -> Option<Row> {
    Some(match refusal {
        Refusal::TooLarge => (("size of the message", "at most what is taken here", "more"), "threat 45"),
        Refusal::Malformed(_) => (("message", "CMS", ""), "RFC 5652 §3"),
        Refusal::NotSignedData => (("message", "SignedData over data", "another type"), "RFC 8894 §3.2"),
        Refusal::SignerInfos(_) => (("number of signers", "one", ""), "threat 4"),
        Refusal::Certificates(_) => (("number of certificates", "at most four", ""), "threat 45"),
        Refusal::SignerCertificateMissing => {
            (("signer's certificate", "in the message", "not there"), "RFC 8894 §2.3")
        }
        Refusal::SignerCertificateAmbiguous => {
            (("certificates that answer to the signer's name", "one", "two"), "threat 4")
        }
        Refusal::DigestAlgorithms => {
            (("digest algorithms", "one, the signer's", "none, several, or another"), "RFC 5652 §5.1")
        }
        Refusal::Digest(_) => (("digest", "one of SHA-2", ""), "RFC 8894 §2.9, threat 6"),
        Refusal::LegacyDigest => (("digest", "one of SHA-2", "SHA-1"), "threat 6"),
        Refusal::SignatureAlgorithm(_) => (
            ("signature algorithm", "RSA or ECDSA, with the digest and the key of the signer", ""),
            "RFC 8894 §2.9",
        ),
        Refusal::SignerKey => (
            ("signer's key", "RSA of 2048 to 4096 bits, P-256 or P-384", "another kind or size"),
            "threat 35",
        ),
        Refusal::SignedAttributesMissing => {
            (("signed attributes", "those of a SCEP message", "none"), "RFC 8894 §3.2")
        }
        Refusal::Attribute(..) => {
            (("attribute", "there, once, with a value of its type", ""), "RFC 8894 §3.2.1")
        }
        Refusal::UnsignedAttributes => (("unsigned attributes", "none", "some"), "threat 4"),
        Refusal::MessageDigest => {
            (("messageDigest", "the digest of the content", "another"), "RFC 5652 §5.6")
        }
        Refusal::Signature => {
            (("signature of the message", "one that verifies", "one that does not"), "RFC 5652 §5.6")
        }
        Refusal::MessageTypeUnknown => {
            (("messageType", "a word of RFC 8894", "another"), "RFC 8894 §3.2.1.2, threat 5")
        }
        Refusal::MessageTypeNotARequest => (("messageType", "a request", "CertRep"), "RFC 8894 §3.2.1.2"),
        Refusal::SigningTime => (("signingTime", "near the time here", "far from it"), "RFC 5652 §11.3"),
        _ => return None,
    })
}

/// The envelope in it, and what is told of the request.
fn inner(refusal: &Refusal) -> Option<Row> {
    Some(match refusal {
        Refusal::NotEnvelopedData => {
            (("content", "EnvelopedData over data", "none, or another type"), "RFC 8894 §3.2.2")
        }
        Refusal::Recipients(_) => (("number of recipients", "one to four", ""), "threat 3"),
        Refusal::RecipientUnknown => (("recipient", "this authority", "somebody else"), "RFC 8894 §3.2.2"),
        Refusal::RecipientAmbiguous => (("recipients that are this authority", "one", "more"), "threat 3"),
        Refusal::KeyTransport => {
            (("key transport", "RSAES-PKCS1-v1_5 or RSAES-OAEP", "another"), "RFC 8894 §3.2.2")
        }
        Refusal::ContentCipher(_) => (("content cipher", "AES", ""), "RFC 8894 §2.9, threat 6"),
        Refusal::LegacyCipher => (("content cipher", "AES", "triple DES"), "threat 6"),
        Refusal::NoWayToAnswer => {
            (("signer's key", "one that can be encrypted to", "one that only signs"), "RFC 8894 §3.1")
        }
        Refusal::SignerKeyNotRequested => (("signer's key", "the requested one", "another"), "RFC 8894 §2.3"),
        Refusal::RenewalSelfSigned => {
            (("signer's certificate", "one of an authority", "a self-signed one"), "RFC 8894 §2.4")
        }
        Refusal::Challenge => {
            (("challengePassword", "one, of at most 8 KiB", "something else"), "RFC 2985 §5.4.1")
        }
        _ => return None,
    })
}
