use pki::Time;
use pki::algorithm::{ContentCipher, Digest};

/// What an endpoint takes. The default takes what RFC 8894 calls standard, and nothing of the past.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Triple DES for the content.
    pub legacy_3des: bool,
    /// SHA-1 for the signatures of message and request.
    pub legacy_sha1: bool,
    /// Octets of a whole message. A request with an Intune challenge has about 10 kB.
    pub max_message: usize,
    /// Characters of a challengePassword. Intune's has up to about 5 kB.
    pub max_challenge: usize,
    /// The time now and how far signingTime may be from it, in seconds. `None`: not looked at, since devices without a
    /// clock are years off.
    pub signing_time: Option<(Time, u32)>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            legacy_3des: false,
            legacy_sha1: false,
            max_message: 128 * 1024,
            max_challenge: 8 * 1024,
            signing_time: None,
        }
    }
}

impl Policy {
    pub(super) fn takes_digest(&self, digest: Digest) -> bool {
        digest != Digest::Sha1 || self.legacy_sha1
    }

    pub(super) fn takes_cipher(&self, cipher: ContentCipher) -> bool {
        cipher != ContentCipher::TripleDesCbc || self.legacy_3des
    }
}
