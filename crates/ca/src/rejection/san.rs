//! 23xx: what is wrong with the subject alternative name.

use super::Shown;

refusals! {
    /// Why a subject alternative name is not accepted (23xx).
    SanFault, "san";
    2301 Malformed { reason: Shown } Peer BadRequest
        public "The subject alternative name cannot be read."
        operator "the subject alternative name cannot be read: {reason}"
        compares "subject alternative name" expected "an extension that can be read"
            found "one that cannot: {reason}" row "RFC 5280 §4.2.1.6"
        fix "Update the device's SCEP client; the extension must be DER as RFC 5280 §4.2.1.6 writes it.";
    2302 KindNotAllowed { name: Shown, allowed: Shown } Peer BadRequest
        public "The request has an alternative name of a kind that is not accepted here."
        operator "the request has the alternative name {name}; the profile accepts {allowed}"
        compares "kind of alternative name" expected "{allowed}"
            found "{name}" row "M35, threat 16"
        fix "Take the name out of the MDM's SCEP profile, or add its kind to the profile's `san_allowed`.";
    2303 KindMissing { kind: Shown } Peer BadRequest
        public "The request lacks an alternative name of a kind that is required here."
        operator "the request lacks an alternative name of the kind {kind}, which the profile requires"
        compares "alternative names" expected "one of the kind {kind}"
            found "none" row "M35"
        fix "Add the name to the MDM's SCEP profile; look whether its variable is empty for this device.";
    2304 Repeated { name: Shown } Peer BadRequest
        public "The request has the same alternative name twice."
        operator "the alternative name {name} stands twice"
        compares "alternative names" expected "each once"
            found "{name} twice" row "threat 16"
        fix "Let the MDM's SCEP profile hold each name once.";
    2305 TooMany { count: usize, limit: usize } Peer BadRequest
        public "The request has too many alternative names."
        operator "the request has {count} alternative names; at most {limit} are accepted"
        compares "number of alternative names" expected "at most {limit}"
            found "{count}" row "threat 45"
        fix "Ask for fewer names in one certificate.";
    2306 Dns { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable DNS name."
        operator "the DNS name {name} is not accepted: {reason}"
        compares "DNS name" expected "a full host name of letters, digits and hyphens"
            found "{name}: {reason}" row "RFC 5280 §4.2.1.6, threat 16"
        fix "Ask for a full host name of letters, digits and hyphens; wildcards are for servers, not for devices.";
    2307 Email { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable e-mail address."
        operator "the e-mail address {name} is not accepted: {reason}"
        compares "e-mail address" expected "local@domain, ASCII"
            found "{name}: {reason}" row "RFC 5280 §4.2.1.6, M154"
        fix "Correct the address in the directory; it must be ASCII of the form local@domain. If devices' identifiers are meant to stand there, set `enforce_email_syntax = false` in the profile.";
    2308 Uri { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable URI."
        operator "the URI {name} is not accepted: {reason}"
        compares "URI" expected "an absolute URI with a scheme"
            found "{name}: {reason}" row "RFC 5280 §4.2.1.6"
        fix "Write an absolute URI with a scheme, such as IntuneDeviceId://{{DeviceId}}.";
    2309 Upn { name: Shown, reason: Shown } Peer BadRequest
        public "An alternative name is not an acceptable user principal name."
        operator "the UPN {name} is not accepted: {reason}"
        compares "UPN" expected "user@domain"
            found "{name}: {reason}" row "threat 25"
        fix "Correct the user principal name in the directory; it must be of the form user@domain.";
    2310 Ip { name: Shown } Peer BadRequest
        public "An alternative name is an IP address that names no single host."
        operator "the IP address {name} is unspecified, loopback, multicast or broadcast"
        compares "IP address" expected "the address of one host"
            found "{name}" row "RFC 5280 §4.2.1.6"
        fix "Ask for the device's own address, or for none.";
    2311 Domain { name: Shown, domains: Shown } Peer BadRequest
        public "An alternative name lies outside the domains that are accepted here."
        operator "the alternative name {name} lies outside the profile's domains ({domains})"
        compares "domain of the alternative name" expected "{domains}"
            found "{name}" row "threat 25"
        fix "Add the domain to the profile's `domains` if its names may be certified here.";
    2312 Reserved { name: Shown } Peer BadRequest
        public "An alternative name is reserved."
        operator "the alternative name {name} is on the profile's list of reserved names"
        compares "alternative name" expected "one that is not reserved"
            found "{name}, which is" row "threat 25"
        fix "Find out why this device asks for that name; take it off `reserved_names` only if it may have it.";
    2313 SidMalformed { name: Shown, reason: Shown } Peer BadRequest
        public "The security identifier in the request is malformed."
        operator "the alternative name {name} looks like a SID but is none: {reason}"
        compares "security identifier" expected "S-1-5-21- and four numbers, spelt as Microsoft spells its URI"
            found "{name}: {reason}" row "M187"
        fix "Use {{OnPremisesSecurityIdentifier}} in a URI name; the directory object must be synchronised.";
    2314 SidNotVouched { sid: Shown } Peer BadRequest
        public "The security identifier in the request was not confirmed."
        operator "nobody vouched that the requester has the SID {sid}"
        compares "security identifier" expected "one that somebody vouches for"
            found "{sid}, for which nobody does" row "M194, threat 24"
        fix "Look whether the SID is the requester's own; `vouch_sid = true` in [endpoint.intune] lets every SID pass.";
    2315 SidRepeated {} Peer BadRequest
        public "The request has more than one security identifier."
        operator "the request has more than one SID, so that it would map to several accounts"
        compares "security identifiers" expected "one at most"
            found "more than one" row "M187, threat 24"
        fix "Keep one URI name with {{OnPremisesSecurityIdentifier}} in the MDM's SCEP profile.";
    2316 InvisibleCharacter { name: Shown } Peer BadRequest
        public "An alternative name holds a control or invisible character."
        operator "the alternative name {name} holds a control or invisible character"
        compares "alternative name" expected "one without control and invisible characters"
            found "{name}" row "threat 16"
        fix "Remove the character at its source: the device's or the user's name in the directory.";
    2317 Unresolved { name: Shown } Peer BadRequest
        public "An alternative name holds a variable that was not filled in."
        operator "the alternative name {name} still holds a variable in double braces"
        compares "alternative name" expected "the value of the variable"
            found "{name}" row "M95"
        fix "Correct the spelling of the variable in the MDM's SCEP profile, or use one that this kind of device has.";
    2318 SidDiffers { asked: Shown, known: Shown } Peer BadRequest
        public "The security identifier in the request is not the one that the directory knows."
        operator "the request has the SID {asked}, and the directory knows {known}"
        compares "security identifier" expected "{known}"
            found "{asked}" row "M190, M194"
        fix "Find out why this device asks for another account's SID; the directory's is written where it is asked for.";
    2319 Excluded { name: Shown, domain: Shown } Peer BadRequest
        public "An alternative name lies in a domain that is excluded here."
        operator "the alternative name {name} lies in {domain}, which the profile excludes"
        compares "alternative name" expected "no name in {domain}" found "{name}" row "threat 25"
        fix "Take the domain out of the profile's `dns_excluded`, `email_excluded` or `upn_excluded` if its names may be certified here.";
    2320 Privileged { name: Shown, like: Shown } Peer BadRequest
        public "An alternative name is a privileged account's or host's."
        operator "the alternative name {name} is like {like}, the name of a privileged account or of a domain controller"
        compares "alternative name" expected "no name like {like}" found "{name}" row "threat 25"
        fix "Find out why this device asks for that name; only if it may have it, add the name to the profile's `allow_privileged`.";
    2321 SidPrivileged { sid: Shown } Peer BadRequest
        public "The security identifier is that of a privileged account or group."
        operator "the SID {sid} is one that Windows gives to a domain's own accounts and groups (498 to 999)"
        compares "security identifier" expected "one that ends with 1000 or more" found "{sid}" row "threat 25"
        fix "Enrol administrators by other means; only if it must be, add the SID to the profile's `allow_privileged`.";
}
