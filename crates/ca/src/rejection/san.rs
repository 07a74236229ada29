//! 23xx: what is wrong with the subject alternative name.

use super::Shown;

refusals! {
    /// Why a subject alternative name is not accepted (23xx).
    SanFault, "san";
    2301 Malformed { reason: Shown } Peer BadRequest
        public "The subject alternative name cannot be read."
        operator "the subject alternative name cannot be read: {reason}"
        fix "Update the device's SCEP client; the extension must be DER as RFC 5280 §4.2.1.6 writes it.";
    2302 KindNotAllowed { name: Shown, allowed: Shown } Peer BadRequest
        public "The request has an alternative name of a kind that is not accepted here."
        operator "the request has the alternative name {name}; the profile accepts {allowed}"
        fix "Take the name out of the MDM's SCEP profile, or add its kind to the profile's `san_allowed`.";
    2303 KindMissing { kind: Shown } Peer BadRequest
        public "The request lacks an alternative name of a kind that is required here."
        operator "the request lacks an alternative name of the kind {kind}, which the profile requires"
        fix "Add the name to the MDM's SCEP profile; look whether its variable is empty for this device.";
    2304 Repeated { name: Shown } Peer BadRequest
        public "The request has the same alternative name twice."
        operator "the alternative name {name} stands twice"
        fix "Let the MDM's SCEP profile hold each name once.";
    2305 TooMany { count: usize, limit: usize } Peer BadRequest
        public "The request has too many alternative names."
        operator "the request has {count} alternative names; at most {limit} are accepted"
        fix "Ask for fewer names in one certificate.";
    2306 Dns { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable DNS name."
        operator "the DNS name {name} is not accepted: {reason}"
        fix "Ask for a full host name of letters, digits and hyphens; wildcards are for servers, not for devices.";
    2307 Email { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable e-mail address."
        operator "the e-mail address {name} is not accepted: {reason}"
        fix "Correct the address in the directory; it must be ASCII of the form local@domain.";
    2308 Uri { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable URI."
        operator "the URI {name} is not accepted: {reason}"
        fix "Write an absolute URI with a scheme, such as IntuneDeviceId://{{DeviceId}}.";
    2309 Upn { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable user principal name."
        operator "the UPN {name} is not accepted: {reason}"
        fix "Correct the user principal name in the directory; it must be of the form user@domain.";
    2310 Ip { name: Shown } Peer BadRequest
        public "An alternative name is an IP address that names no single host."
        operator "the IP address {name} is unspecified, loopback, multicast or broadcast"
        fix "Ask for the device's own address, or for none.";
    2311 Domain { name: Shown, domains: Shown } Peer BadRequest
        public "An alternative name lies outside the domains that are accepted here."
        operator "the alternative name {name} lies outside the profile's domains ({domains})"
        fix "Add the domain to the profile's `domains` if its names may be certified here.";
    2312 Reserved { name: Shown } Peer BadRequest
        public "An alternative name is reserved."
        operator "the alternative name {name} is on the profile's list of reserved names"
        fix "Find out why this device asks for that name; take it off `reserved_names` only if it may have it.";
    2313 SidMalformed { name: Shown, reason: Shown } Peer BadRequest
        public "The security identifier in the request is malformed."
        operator "the alternative name {name} looks like a SID but is none: {reason}"
        fix "Use {{OnPremisesSecurityIdentifier}} in a URI name; the directory object must be synchronised.";
    2314 SidNotVouched { sid: Shown } Peer BadRequest
        public "The security identifier in the request was not confirmed."
        operator "nobody vouched that the requester has the SID {sid}"
        fix "Look whether the SID is the requester's own; `vouch_sid = true` in [endpoint.intune] lets every SID pass.";
    2315 SidRepeated {} Peer BadRequest
        public "The request has more than one security identifier."
        operator "the request has more than one SID, so that it would map to several accounts"
        fix "Keep one URI name with {{OnPremisesSecurityIdentifier}} in the MDM's SCEP profile.";
    2316 InvisibleCharacter { name: Shown } Peer BadRequest
        public "An alternative name holds a control or invisible character."
        operator "the alternative name {name} holds a control or invisible character"
        fix "Remove the character at its source: the device's or the user's name in the directory.";
    2317 Unresolved { name: Shown } Peer BadRequest
        public "An alternative name holds a variable that was not filled in."
        operator "the alternative name {name} still holds a variable in double braces"
        fix "Correct the spelling of the variable in the MDM's SCEP profile, or use one that this kind of device has.";
    2318 SidDiffers { asked: Shown, known: Shown } Peer BadRequest
        public "The security identifier in the request is not the one that the directory knows."
        operator "the request has the SID {asked}, and the directory knows {known}"
        fix "Find out why this device asks for another account's SID; the directory's is written where it is asked for.";
}
