//! 21xx: what is wrong with the public key.

use super::Shown;

refusals! {
    /// Why a public key is not accepted (21xx).
    KeyFault, "key";
    2101 TypeNotAllowed { asked: Shown, allowed: Shown } Peer BadAlg
        public "The type of key in the request is not accepted here."
        operator "the request's key is {asked}; the profile accepts {allowed}"
        fix "Ask for a key of a type that the profile accepts, or add the type to the profile.";
    2102 RsaSize { bits: u32, allowed: Shown } Peer BadAlg
        public "The RSA key has a size that is not accepted here."
        operator "the RSA modulus has {bits} bits; the profile accepts exactly {allowed}"
        fix "Set the key size in the MDM's SCEP profile to one that the certificate profile accepts (2048 or more).";
    2103 RsaExponent { exponent: Shown } Peer BadAlg
        public "The RSA key's public exponent is not 65537."
        operator "the RSA public exponent is {exponent}; only 65537 (010001) is accepted"
        fix "Generate the key with the public exponent 65537.";
    2104 RsaEvenModulus {} Peer BadAlg
        public "The RSA key's modulus is even, so it is not an RSA key."
        operator "the RSA modulus is even"
        fix "Generate a new key with a sound generator.";
    2105 RsaSmallFactor { factor: u32 } Peer BadAlg
        public "The RSA key can be broken: its modulus has a small prime factor."
        operator "the RSA modulus is divisible by {factor}"
        fix "Generate a new key; look for a broken generator or a damaged request.";
    2106 RsaRoca {} Peer BadAlg
        public "The RSA key can be broken: it was made by a faulty chip library (ROCA, CVE-2017-15361)."
        operator "the RSA modulus carries the fingerprint of Infineon's RSALib (ROCA, CVE-2017-15361)"
        fix "Update the firmware of the TPM or smart card, clear it, and enrol again with a new key.";
    2107 RsaClosePrimes { rounds: u32 } Peer BadAlg
        public "The RSA key can be broken: its two primes are too close together."
        operator "Fermat's method factors the RSA modulus in {rounds} rounds"
        fix "Generate a new key; the device's generator is broken and its other keys are suspect.";
    2108 RsaNotTwoPrimes {} Peer BadAlg
        public "The RSA key can be broken: its modulus is a prime or the power of a prime."
        operator "the RSA modulus is a prime or the power of a prime"
        fix "Generate a new key with a sound generator.";
    2109 EcPoint { curve: Shown, length: usize } Peer BadAlg
        public "The elliptic-curve key is not a valid point of its curve."
        operator "the {length} octets of the key are not an uncompressed point on {curve}"
        fix "Generate a new key; send the point uncompressed on a named curve.";
    2110 OwnKey { owner: Shown } Peer BadRequest
        public "The request carries a key of this certificate authority."
        operator "the request carries the public key of {owner}, which is ours"
        fix "Find out who sent this request: no device can hold this key by accident.";
    2111 Blocked { fingerprint: Shown } Peer BadRequest
        public "The key is known to be compromised and is blocked."
        operator "the key with SPKI SHA-256 {fingerprint} is on the list of blocked keys"
        fix "Generate a new key on the device and enrol again.";
    2112 Repeated { holder: Shown, fingerprint: Shown } Peer BadRequest
        public "The key is already in use by another subject."
        operator "the key with SPKI SHA-256 {fingerprint} is already certified for {holder}"
        fix "Generate a key of its own for every subject; look for cloned disk images.";
}
