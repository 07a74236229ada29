//! A challenge shared by all devices of an endpoint.

use super::challenge::{ChallengeKey, KeyedHash};
use super::lockout::{Lockout, LockoutSettings};
use super::petition::{Petition, Voucher};
use super::refusal::Refusal;
use aws_lc_rs::digest;

/// Accepts any of a few challenges, of which it knows only the keyed hashes.
#[derive(Debug)]
pub struct StaticChallenge {
    key: ChallengeKey,
    hashes: Vec<KeyedHash>,
    lockout: Lockout,
    revealed: Vec<scep::Challenge>,
}

/// An endpoint without any challenge would issue to anyone, so it does not start (threat 23).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a static endpoint needs at least one challenge hash that is not of the empty challenge")]
pub struct NoChallenge;

impl StaticChallenge {
    /// With one hash, or two while the challenge is being changed. `revealed` are those known in the clear, so that
    /// devices with an elliptic key can seal their request with them (RFC 8894 §3.1); they need no hash.
    ///
    /// # Errors
    /// [`NoChallenge`] without any, or with that of the empty text.
    pub fn new(
        key: ChallengeKey,
        mut hashes: Vec<KeyedHash>,
        revealed: Vec<scep::Challenge>,
        lockout: LockoutSettings,
    ) -> Result<Self, NoChallenge> {
        hashes.extend(revealed.iter().map(|challenge| key.hash(challenge.reveal())));
        if hashes.is_empty() || hashes.contains(&key.hash("")) {
            return Err(NoChallenge);
        }
        Ok(Self { key, hashes, lockout: Lockout::new(lockout), revealed })
    }

    pub(super) fn revealed(&self) -> &[scep::Challenge] {
        &self.revealed
    }

    pub(super) fn judge(&self, petition: &Petition<'_>) -> Result<Voucher, Refusal> {
        let challenge = petition.required_challenge()?;
        // Looked up first: while locked, a right guess is not told from a wrong one.
        if let Some(seconds) = self.lockout.locked(petition.source, petition.now) {
            return Err(Refusal::locked_out(seconds));
        }
        // Every hash is tried, so that time does not tell which one it was.
        let known = self.hashes.iter().fold(false, |known, hash| self.key.verify(challenge, hash) | known);
        if !known {
            self.lockout.wrong(petition.source, petition.now);
            return Err(Refusal::challenge_wrong(
                "The challenge is none of this endpoint's static challenges.",
            ));
        }
        Ok(Voucher {
            by: "static",
            request: sha256(petition.csr),
            claim: None,
            sid_vouched: false,
            bound: None,
        })
    }
}

/// SHA-256.
pub(super) fn sha256(octets: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.iter_mut().zip(digest::digest(&digest::SHA256, octets).as_ref()).for_each(|(to, from)| *to = *from);
    out
}
