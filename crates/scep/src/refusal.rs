//! Why a message is refused: always the peer's fault. One place chooses the failInfo (RFC 8894 §3.2.1.4).

use std::fmt;

use pki::{Oid, der};

use crate::message::{AttributeFault, FailInfo};

/// The rule that a message broke. The list is closed, so that a caller who gives each a code of his own hears of a new
/// one from the compiler. The text is safe to show to anybody: it holds nothing of what was decrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// More octets than the policy takes.
    TooLarge,
    /// Not BER, or not the structure of RFC 5652.
    Malformed(der::Error),
    /// Not SignedData over id-data (RFC 8894 §3.2).
    NotSignedData,
    /// Not exactly one SignerInfo: of several, one could be checked and another believed.
    SignerInfos(usize),
    /// More certificates than any client sends.
    Certificates(usize),
    /// The signer's certificate is not in the message (RFC 8894 §2.3).
    SignerCertificateMissing,
    /// Two certificates in the message answer to the signer's name.
    SignerCertificateAmbiguous,
    /// Not exactly one digest algorithm, or another in the SignerInfo.
    DigestAlgorithms,
    /// A digest that is not spoken: MD5 (RFC 8894 §2.9), or unknown.
    Digest(Oid),
    /// SHA-1 without `legacy_sha1`.
    LegacyDigest,
    /// A signature algorithm that is not spoken, or that does not fit digest and key.
    SignatureAlgorithm(Oid),
    /// A signer's key that nothing is verified with: too small, too large, of no supported kind.
    SignerKey,
    /// No signed attributes (RFC 8894 §3.2).
    SignedAttributesMissing,
    /// An attribute is wrong; the name is that of RFC 8894 or RFC 5652.
    Attribute(&'static str, AttributeFault),
    /// Attributes that are not covered by the signature.
    UnsignedAttributes,
    /// messageDigest is not the digest of the content (RFC 5652 §5.6).
    MessageDigest,
    /// The signature over the attributes does not verify.
    Signature,
    /// A messageType outside RFC 8894 §3.2.1.2.
    MessageTypeUnknown,
    /// A CertRep, which only servers send.
    MessageTypeNotARequest,
    /// signingTime too far from our clock, where the policy looks at it.
    SigningTime,
    /// No content, or not EnvelopedData over id-data (RFC 8894 §3.2.2).
    NotEnvelopedData,
    /// More recipients than any client names.
    Recipients(usize),
    /// No recipient is one of our certificates.
    RecipientUnknown,
    /// More than one recipient could be ours: the second would be an oracle.
    RecipientAmbiguous,
    /// A key transport that is not spoken.
    KeyTransport,
    /// A content cipher that is not spoken: DES (RFC 8894 §2.9), RC2, Blowfish, or unknown.
    ContentCipher(Oid),
    /// Triple DES without `legacy_3des`.
    LegacyCipher,
    /// The envelope did not open, or what was in it is no request with proof of possession. There is one variant
    /// for all of this on purpose: a peer that learns which, can decrypt (Bleichenbacher, Vaudenay).
    Envelope,
    /// A PKCSReq with a self-signed signer whose key is not the one requested (RFC 8894 §2.3).
    SignerKeyNotRequested,
    /// A RenewalReq signed by a self-signed certificate (RFC 8894 §2.4).
    RenewalSelfSigned,
    /// A challengePassword that is malformed or too long.
    Challenge,
    /// The signer's key cannot be encrypted to, and no password stands in for it (RFC 8894 §3.1).
    NoWayToAnswer,
}

impl Refusal {
    /// The failInfo that tells the peer.
    #[must_use]
    pub const fn fail_info(&self) -> FailInfo {
        match self {
            Self::Digest(_)
            | Self::LegacyDigest
            | Self::SignatureAlgorithm(_)
            | Self::SignerKey
            | Self::KeyTransport
            | Self::ContentCipher(_)
            | Self::LegacyCipher
            | Self::NoWayToAnswer => FailInfo::BadAlg,
            Self::MessageDigest | Self::Signature | Self::Envelope | Self::SignerKeyNotRequested => {
                FailInfo::BadMessageCheck
            }
            Self::SigningTime => FailInfo::BadTime,
            Self::TooLarge
            | Self::Malformed(_)
            | Self::NotSignedData
            | Self::SignerInfos(_)
            | Self::Certificates(_)
            | Self::SignerCertificateMissing
            | Self::SignerCertificateAmbiguous
            | Self::DigestAlgorithms
            | Self::SignedAttributesMissing
            | Self::Attribute(..)
            | Self::UnsignedAttributes
            | Self::MessageTypeUnknown
            | Self::MessageTypeNotARequest
            | Self::NotEnvelopedData
            | Self::Recipients(_)
            | Self::RecipientUnknown
            | Self::RecipientAmbiguous
            | Self::RenewalSelfSigned
            | Self::Challenge => FailInfo::BadRequest,
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => write!(f, "the message is not CMS: {error}"),
            Self::SignerInfos(count) => write!(f, "the message has {count} signers; it must have one"),
            Self::Certificates(count) => write!(f, "the message holds {count} certificates; four are taken"),
            Self::Digest(oid) => write!(f, "the digest {oid} is not supported"),
            Self::SignatureAlgorithm(oid) => write!(f, "the signature algorithm {oid} is not supported here"),
            Self::Attribute(name, fault) => write!(f, "the attribute {name} {fault}"),
            Self::Recipients(count) => write!(f, "the envelope names {count} recipients; four are taken"),
            Self::ContentCipher(oid) => write!(f, "the cipher {oid} is not supported"),
            plain => f.write_str(plain.sentence()),
        }
    }
}

impl Refusal {
    const fn sentence(&self) -> &'static str {
        match self {
            Self::TooLarge => "the message is too large",
            Self::NotSignedData => "the message is not SignedData over data",
            Self::SignerCertificateMissing => "the signer's certificate is not in the message",
            Self::SignerCertificateAmbiguous => "two certificates in the message could be the signer's",
            Self::DigestAlgorithms => "the message does not name exactly one digest algorithm",
            Self::LegacyDigest => "the digest SHA-1 is switched off here",
            Self::SignerKey => "the signer's key is of a kind or size that is not supported",
            Self::SignedAttributesMissing => "the message has no signed attributes",
            Self::UnsignedAttributes => "the message has unsigned attributes",
            Self::MessageDigest => "messageDigest does not match the content",
            Self::Signature => "the signature of the message does not verify",
            Self::MessageTypeUnknown => "the messageType is not one of RFC 8894",
            Self::MessageTypeNotARequest => "a CertRep is not a request",
            Self::SigningTime => "signingTime is too far from the time here",
            Self::NotEnvelopedData => "the content is not EnvelopedData over data",
            Self::RecipientUnknown => "the envelope is not addressed to this authority",
            Self::RecipientAmbiguous => "the envelope is addressed to this authority more than once",
            Self::KeyTransport => "the key transport algorithm is not supported",
            Self::LegacyCipher => "the cipher triple DES is switched off here",
            Self::Envelope => "the envelope holds no valid request",
            Self::SignerKeyNotRequested => "the message is not signed with the requested key",
            Self::RenewalSelfSigned => "a renewal must be signed with a certificate of an authority",
            Self::Challenge => "the challengePassword is malformed",
            Self::NoWayToAnswer => "the signer's key cannot be encrypted to",
            _ => "the message is not acceptable",
        }
    }
}

impl std::error::Error for Refusal {}
