//! 22xx: what is wrong with the subject's distinguished name.

use super::Shown;

refusals! {
    /// Why a subject is not accepted (22xx).
    SubjectFault, "subject";
    2201 NoIdentity {} Peer BadRequest
        public "The request names nobody: it has neither a subject nor an alternative name."
        operator "the request has an empty subject and no subject alternative name"
        fix "Set a subject name format in the MDM's SCEP profile.";
    2202 AttributeNotAllowed { attribute: Shown, allowed: Shown } Peer BadRequest
        public "The subject has an attribute that is not accepted here."
        operator "the subject has the attribute {attribute}; the profile accepts {allowed}"
        fix "Take the attribute out of the subject name format, or add it to the profile's `subject_allowed`.";
    2203 AttributeMissing { attribute: Shown } Peer BadRequest
        public "The subject lacks an attribute that is required here."
        operator "the subject lacks the attribute {attribute}, which the profile requires"
        fix "Add the attribute to the subject name format; look whether its variable is empty for this device.";
    2204 InvisibleCharacter { attribute: Shown } Peer BadRequest
        public "The subject holds a control or invisible character."
        operator "the subject's attribute {attribute} holds a control or invisible character"
        fix "Remove the character at its source: the device's or the user's name in the directory.";
    2205 TooLong { attribute: Shown, length: usize, limit: usize } Peer BadRequest
        public "An attribute of the subject is too long."
        operator "the subject's attribute {attribute} has {length} characters; RFC 5280 allows {limit}"
        fix "Shorten the value, or set `enforce_dn_length = false` in the profile if all relying parties cope.";
    2206 RepeatedAttribute { attribute: Shown } Peer BadRequest
        public "The subject has the same attribute twice."
        operator "the subject has {attribute} more than once; software differs in which it believes"
        fix "Let the subject name format hold each attribute once (OU and DC may repeat).";
    2207 MultiValued { attributes: Shown } Peer BadRequest
        public "The subject has a part with several values, which is not accepted here."
        operator "the subject has the multi-valued RDN {attributes}"
        fix "Separate the attributes by commas instead of plus signs.";
    2208 Encoding { attribute: Shown } Peer BadRequest
        public "An attribute of the subject is not written in an accepted kind of text."
        operator "the subject's attribute {attribute} is no well-formed PrintableString, UTF8String, IA5String or BMPString"
        fix "Update the device's SCEP client; it must write UTF8String or PrintableString (RFC 5280 §4.1.2.4).";
    2209 Empty { attribute: Shown } Peer BadRequest
        public "An attribute of the subject is empty."
        operator "the subject's attribute {attribute} is empty or white space"
        fix "Look which variable of the subject name format is empty for this device.";
    2210 Unresolved { attribute: Shown } Peer BadRequest
        public "The subject holds a variable that was not filled in."
        operator "the subject's attribute {attribute} still holds a variable in double braces"
        fix "Correct the spelling of the variable in the MDM's SCEP profile, or use one that this kind of device has.";
    2211 Reserved { name: Shown } Peer BadRequest
        public "The subject's name is reserved."
        operator "the subject's common name {name} is on the profile's list of reserved names"
        fix "Find out why this device asks for that name; take it off `reserved_names` only if it may have it.";
    2212 Domain { name: Shown, domains: Shown } Peer BadRequest
        public "The subject names an account outside the domains that are accepted here."
        operator "the subject's {name} lies outside the profile's domains ({domains})"
        fix "Add the domain to the profile's `domains` if its names may be certified here.";
    2213 Quota { subject: Shown, issued: u32, most: u32 } Peer BadRequest
        public "This subject got as many certificates within a day as it may."
        operator "{subject} got {issued} certificates at this endpoint within 24 hours; `max_per_subject_per_day` is {most}"
        fix "Find out why it asks so often; it may again 24 hours after the first of them, or raise `max_per_subject_per_day`.";
}
