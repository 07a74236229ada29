//! 24xx: what is wrong with the extensions that were asked for.

use super::Shown;

refusals! {
    /// Why the extensions asked for are not accepted (24xx).
    ExtensionFault, "extension";
    2401 CaPowers { extension: Shown } Peer BadRequest
        public "The request asks for the powers of a certificate authority."
        operator "the request asks for {extension}, which only a certificate authority has"
        compares "powers" expected "an end entity's"
            found "{extension}" row "threat 27"
        fix "Find out who sent this request: no managed device asks for this.";
    2402 Malformed { extension: Shown, reason: Shown } Peer BadRequest
        public "An extension in the request cannot be read."
        operator "the requested extension {extension} cannot be read: {reason}"
        compares "extension {extension}" expected "one that can be read"
            found "one that cannot: {reason}" row "RFC 5280 §4.2"
        fix "Update the device's SCEP client; extensions must be DER as RFC 5280 writes them.";
    2403 NoKeyUsage { asked: Shown, key: Shown } Peer BadRequest
        public "None of the key usages that were asked for fits the key."
        operator "the request asks for the key usages {asked}; none may be given to {key}"
        compares "key usage" expected "one that {key} may be given"
            found "{asked}" row "M18, RFC 3279 §2.3.1, RFC 8813 §3"
        fix "Ask for digitalSignature, or set `use_requested_key_usages = false` in the profile.";
}
