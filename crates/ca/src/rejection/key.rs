//! 21xx: what is wrong with the public key.

use super::Shown;

refusals! {
    /// Why a public key is not accepted (21xx).
    KeyFault, "key";
    2101 TypeNotAllowed { asked: Shown, allowed: Shown } Peer BadAlg
        public "The type of key in the request is not accepted here."
        operator "the request's key is {asked}; the profile accepts {allowed}"
        compares "type of the key" expected "{allowed}"
            found "{asked}" row "M20, threat 35"
        fix "Ask for a key of a type that the profile accepts, or add the type to the profile.";
    2102 RsaSize { bits: u32, allowed: Shown } Peer BadAlg
        public "The RSA key has a size that is not accepted here."
        operator "the RSA modulus has {bits} bits; the profile accepts exactly {allowed}"
        compares "size of the RSA modulus, bits" expected "{allowed}"
            found "{bits}" row "M21, threat 35"
        fix "Set the key size in the MDM's SCEP profile to one that the certificate profile accepts (2048 or more).";
    2103 RsaExponent { exponent: Shown } Peer BadAlg
        public "The RSA key's public exponent is not 65537."
        operator "the RSA public exponent is {exponent}; only 65537 (010001) is accepted"
        compares "public exponent, hexadecimal" expected "010001"
            found "{exponent}" row "threat 35"
        fix "Generate the key with the public exponent 65537.";
    2104 RsaEvenModulus {} Peer BadAlg
        public "The RSA key's modulus is even, so it is not an RSA key."
        operator "the RSA modulus is even"
        compares "RSA modulus" expected "an odd number"
            found "an even one" row "threat 35"
        fix "Generate a new key with a sound generator.";
    2105 RsaSmallFactor { factor: u32 } Peer BadAlg
        public "The RSA key can be broken: its modulus has a small prime factor."
        operator "the RSA modulus is divisible by {factor}"
        compares "RSA modulus" expected "the product of two large primes"
            found "a number divisible by {factor}" row "threat 36"
        fix "Generate a new key; look for a broken generator or a damaged request.";
    2106 RsaRoca {} Peer BadAlg
        public "The RSA key can be broken: it was made by a faulty chip library (ROCA, CVE-2017-15361)."
        operator "the RSA modulus carries the fingerprint of Infineon's RSALib (ROCA, CVE-2017-15361)"
        compares "RSA modulus" expected "one without the fingerprint of Infineon's RSALib"
            found "one with it" row "threat 36, CVE-2017-15361"
        fix "Update the firmware of the TPM or smart card, clear it, and enrol again with a new key.";
    2107 RsaClosePrimes { rounds: u32 } Peer BadAlg
        public "The RSA key can be broken: its two primes are too close together."
        operator "Fermat's method factors the RSA modulus in {rounds} rounds"
        compares "RSA modulus" expected "two primes far apart"
            found "two that Fermat's method finds in {rounds} rounds" row "threat 36"
        fix "Generate a new key; the device's generator is broken and its other keys are suspect.";
    2108 RsaNotTwoPrimes {} Peer BadAlg
        public "The RSA key can be broken: its modulus is a prime or the power of a prime."
        operator "the RSA modulus is a prime or the power of a prime"
        compares "RSA modulus" expected "the product of two different primes"
            found "a prime, or the power of one" row "threat 35"
        fix "Generate a new key with a sound generator.";
    2109 EcPoint { curve: Shown, length: usize } Peer BadAlg
        public "The elliptic-curve key is not a valid point of its curve."
        operator "the {length} octets of the key are not an uncompressed point on {curve}"
        compares "point of the key" expected "an uncompressed point on {curve}"
            found "{length} octets that are none" row "threat 37, RFC 5480 §2.2"
        fix "Generate a new key; send the point uncompressed on a named curve.";
    2110 OwnKey { owner: Shown } Peer BadRequest
        public "The request carries a key of this certificate authority."
        operator "the request carries the public key of {owner}, which is ours"
        compares "key" expected "the device's own"
            found "that of {owner}, which is ours" row "threat 38"
        fix "Find out who sent this request: no device can hold this key by accident.";
    2111 Blocked { fingerprint: Shown } Peer BadRequest
        public "The key is known to be compromised and is blocked."
        operator "the key with SPKI SHA-256 {fingerprint} is on the list of blocked keys"
        compares "SHA-256 of the key" expected "one that is not blocked"
            found "{fingerprint}, which is" row "threat 39"
        fix "Generate a new key on the device and enrol again.";
    2112 Repeated { holder: Shown, fingerprint: Shown } Peer BadRequest
        public "The key is already in use by another subject."
        operator "the key with SPKI SHA-256 {fingerprint} is already certified for {holder}"
        compares "holder of the key" expected "the subject of the request"
            found "{holder}" row "threat 39, M210"
        fix "Generate a key of its own for every subject; look for cloned disk images.";
}
