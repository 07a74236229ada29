//! 24xx: what is wrong with the extensions that were asked for.

use super::Shown;

refusals! {
    /// Why the extensions asked for are not accepted (24xx).
    ExtensionFault, "extension";
    2401 CaPowers { extension: Shown } Peer BadRequest
        public "The request asks for the powers of a certificate authority."
        operator "the request asks for {extension}, which only a certificate authority has"
        fix "Find out who sent this request: no managed device asks for this.";
    2402 Malformed { extension: Shown, reason: Shown } Peer BadRequest
        public "An extension in the request cannot be read."
        operator "the requested extension {extension} cannot be read: {reason}"
        fix "Update the device's SCEP client; extensions must be DER as RFC 5280 writes them.";
    2403 NoKeyUsage { asked: Shown, key: Shown } Peer BadRequest
        public "None of the key usages that were asked for fits the key."
        operator "the request asks for the key usages {asked}; none may be given to {key}"
        fix "Ask for digitalSignature, or set `use_requested_key_usages = false` in the profile.";
}
