//! Which public keys may be certified: one file per check, run in the order of cost.
//!
//! The policy sits in the issuing path and not in a front end, so that a key refused over SCEP is refused on every
//! other path too (CA/Browser Forum BR 6.1.1.3, 6.1.5, 6.1.6; NIST SP 800-89 §5.3.3, SP 800-56A §5.6.2.3).

use crate::rejection::{KeyFault, Shown};
use pki::general_name::SubjectAltName;
use pki::key::{KeyKind, PublicKey};
use pki::name::Name;
use serde::{Deserialize, Serialize};
use std::fmt;

pub mod blocked;
pub mod composite;
pub mod exponent;
pub mod fermat;
pub mod own_key;
pub mod parity;
pub mod point;
pub mod repeated;
pub mod residue;
pub mod roca;
pub mod shared_primes;
pub mod size;
pub mod small_factors;

/// SHA-256 of a SubjectPublicKeyInfo in its one canonical form: see [`canonical`].
pub type Fingerprint = [u8; 32];

/// The key in the one form in which it is compared, counted and certified. RFC 3279 §2.3.1 wants NULL parameters on an
/// RSA key; the same key without them would have another fingerprint and slip past a block list.
#[must_use]
pub fn canonical(key: &PublicKey) -> PublicKey {
    match key.kind() {
        KeyKind::Rsa { modulus, exponent } => PublicKey::from_rsa(modulus, exponent),
        _ => key.clone(),
    }
}

/// An RSA modulus size that policy can allow; anything else cannot be configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct RsaSize(u32);

impl RsaSize {
    /// 2048 bits.
    pub const BITS_2048: Self = Self(2048);
    /// 3072 bits.
    pub const BITS_3072: Self = Self(3072);
    /// 4096 bits.
    pub const BITS_4096: Self = Self(4096);

    /// Size in bits.
    #[must_use]
    pub const fn bits(self) -> u32 {
        self.0
    }
}

impl TryFrom<u32> for RsaSize {
    type Error = String;

    /// Accepts multiples of 256 in 2048..=4096. NIST SP 800-131A r2 §3 ends 1024 bits; above 4096 the cost of one
    /// verification becomes a means of attack.
    fn try_from(bits: u32) -> Result<Self, String> {
        if (2048..=4096).contains(&bits) && bits.is_multiple_of(256) {
            Ok(Self(bits))
        } else {
            Err(format!("RSA size {bits} is not one of 2048, 2304, … 4096"))
        }
    }
}

impl From<RsaSize> for u32 {
    fn from(size: RsaSize) -> Self {
        size.0
    }
}

/// A named curve that policy can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Curve {
    /// secp256r1.
    #[serde(rename = "P-256")]
    P256,
    /// secp384r1.
    #[serde(rename = "P-384")]
    P384,
}

impl fmt::Display for Curve {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
        })
    }
}

/// The keys that a profile accepts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPolicy {
    /// RSA modulus sizes accepted, exactly; empty: no RSA.
    pub rsa: Vec<RsaSize>,
    /// Curves accepted; empty: no elliptic curve.
    pub curves: Vec<Curve>,
    /// Also prove that the modulus is neither a prime nor a power of one. Costs a modular exponentiation (some
    /// milliseconds a key), so it is off by default: such a key harms its holder only.
    pub prove_composite: bool,
}

impl Default for KeyPolicy {
    fn default() -> Self {
        Self {
            rsa: vec![RsaSize::BITS_2048, RsaSize::BITS_3072, RsaSize::BITS_4096],
            curves: vec![Curve::P256, Curve::P384],
            prove_composite: false,
        }
    }
}

/// A key of ours that nobody else may have certified: CA, RA, OCSP signer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnKey {
    /// SHA-256 of its SubjectPublicKeyInfo.
    pub fingerprint: Fingerprint,
    /// What it is, for the operator: `"issuing CA"`.
    pub name: String,
}

/// Whom a stored certificate names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Its subject.
    pub subject: Name,
    /// Its alternative names.
    pub san: SubjectAltName,
}

/// What is known about keys elsewhere: in our own key store, on the block list, in the certificate store.
#[derive(Debug, Clone, Copy, Default)]
pub struct KnownKeys<'a> {
    /// Every key of ours.
    pub own: &'a [OwnKey],
    /// Blocked keys, sorted ascending.
    pub blocked: &'a [Fingerprint],
    /// Whom every certificate with this very key names, as the store found them.
    pub holders: &'a [Holder],
}

impl KeyPolicy {
    /// Checks the mathematics of `key` against this policy.
    ///
    /// # Errors
    /// The first rule that the key breaks.
    pub fn check_strength(&self, key: &PublicKey) -> Result<(), KeyFault> {
        match key.kind() {
            KeyKind::Rsa { modulus, exponent } => self.check_rsa(modulus, exponent),
            KeyKind::P256 { point } => self.check_point(Curve::P256, point),
            KeyKind::P384 { point } => self.check_point(Curve::P384, point),
            KeyKind::Other(algorithm) => Err(KeyFault::TypeNotAllowed {
                asked: Shown::new(&algorithm.to_string()),
                allowed: self.shown(),
            }),
        }
    }

    /// Checks `key`, asked for by `asker`, against this policy and against everything known about keys elsewhere.
    ///
    /// # Errors
    /// The first rule that the key breaks.
    pub fn check(&self, key: &PublicKey, asker: &Holder, known: &KnownKeys<'_>) -> Result<(), KeyFault> {
        let fingerprint = key.fingerprint();
        own_key::check(&fingerprint, known.own)?;
        blocked::check(&fingerprint, known.blocked)?;
        self.check_strength(key)?;
        repeated::check(&fingerprint, asker, known.holders)
    }

    fn check_rsa(&self, modulus: &[u8], exponent: &[u8]) -> Result<(), KeyFault> {
        if self.rsa.is_empty() {
            return Err(KeyFault::TypeNotAllowed { asked: Shown::new("RSA"), allowed: self.shown() });
        }
        // Size first: nothing below may cost more than the policy's largest key (CVE-2023-29409).
        size::check(modulus, &self.rsa)?;
        exponent::check(exponent)?;
        parity::check(modulus)?;
        small_factors::check(modulus)?;
        roca::check(modulus)?;
        fermat::check(modulus)?;
        if self.prove_composite { composite::check(modulus) } else { Ok(()) }
    }

    fn check_point(&self, curve: Curve, point: &[u8]) -> Result<(), KeyFault> {
        if !self.curves.contains(&curve) {
            let asked = Shown::new(&format!("an elliptic-curve key on {curve}"));
            return Err(KeyFault::TypeNotAllowed { asked, allowed: self.shown() });
        }
        point::check(curve, point)
    }

    fn shown(&self) -> Shown {
        let rsa = self.rsa.iter().map(|size| format!("RSA {}", size.bits()));
        Shown::list(rsa.chain(self.curves.iter().map(Curve::to_string)))
    }
}

#[cfg(test)]
#[path = "key_policy/fixtures.rs"]
pub(crate) mod fixtures;

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    /// Microseconds of one RSA check, the best of many runs.
    #[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
    fn best_of(runs: u32, check: impl Fn()) -> u128 {
        (0..runs)
            .map(|_| {
                let start = Instant::now();
                check();
                start.elapsed().as_nanos() / 1000
            })
            .min()
            .unwrap()
    }

    #[test]
    fn t35_a_16k_bit_key_is_refused_in_less_than_a_millisecond() {
        let modulus = vec![0xff; 2048];
        let took = best_of(20, || {
            assert!(KeyPolicy::default().check_rsa(&modulus, &[1, 0, 1]).is_err());
        });
        assert!(took < 1000, "{took} µs");
    }

    #[test]
    fn a_sound_2048_bit_key_is_judged_in_well_under_a_signature() {
        let modulus = fixtures::good_2048();
        let took = best_of(200, || assert_eq!(KeyPolicy::default().check_rsa(&modulus, &[1, 0, 1]), Ok(())));
        // 60 µs is the target with optimisation; this build has little.
        assert!(took < 2000, "{took} µs");
    }

    #[test]
    fn t35_each_check_is_wired_in() {
        let policy = KeyPolicy { prove_composite: true, ..KeyPolicy::default() };
        let fault = |modulus: Vec<u8>, exponent: &[u8]| {
            policy.check_rsa(&modulus, exponent).unwrap_err().reason().name
        };
        assert_eq!(fault(fixtures::good_1024(), &[1, 0, 1]), "RsaSize");
        assert_eq!(fault(fixtures::good_2048(), &[3]), "RsaExponent");
        assert_eq!(fault(vec![0xf0; 256], &[1, 0, 1]), "RsaEvenModulus");
        assert_eq!(fault(vec![0xff; 256], &[1, 0, 1]), "RsaSmallFactor");
        assert_eq!(fault(fixtures::roca_2048(), &[1, 0, 1]), "RsaRoca");
        assert_eq!(fault(fixtures::close_42(), &[1, 0, 1]), "RsaClosePrimes");
        assert_eq!(fault(fixtures::prime_2048(), &[1, 0, 1]), "RsaNotTwoPrimes");
    }

    #[test]
    fn a_policy_without_rsa_or_curves_says_what_it_accepts() {
        let ec_only = KeyPolicy { rsa: vec![], ..KeyPolicy::default() };
        let fault = ec_only.check_rsa(&fixtures::good_2048(), &[1, 0, 1]).unwrap_err();
        assert_eq!(fault.operator(), "the request's key is RSA; the profile accepts P-256, P-384");
        let rsa_only = KeyPolicy { curves: vec![], ..KeyPolicy::default() };
        assert!(rsa_only.check_point(Curve::P256, &[4; 65]).unwrap_err().operator().contains("P-256"));
    }
}
