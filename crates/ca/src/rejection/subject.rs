//! 22xx: what is wrong with the subject's distinguished name.

use super::Shown;

refusals! {
    /// Why a subject is not accepted (22xx).
    SubjectFault, "subject";
    2201 NoIdentity {} Peer BadRequest
        public "The request names nobody: it has neither a subject nor an alternative name."
        operator "the request has an empty subject and no subject alternative name"
        compares "names" expected "a subject or an alternative name"
            found "neither" row "RFC 5280 §4.1.2.6"
        fix "Set a subject name format in the MDM's SCEP profile.";
    2202 AttributeNotAllowed { attribute: Shown, allowed: Shown } Peer BadRequest
        public "The subject has an attribute that is not accepted here."
        operator "the subject has the attribute {attribute}; the profile accepts {allowed}"
        compares "attributes of the subject" expected "{allowed}"
            found "{attribute}" row "M35, threat 16"
        fix "Take the attribute out of the subject name format, or add it to the profile's `subject_allowed`.";
    2203 AttributeMissing { attribute: Shown } Peer BadRequest
        public "The subject lacks an attribute that is required here."
        operator "the subject lacks the attribute {attribute}, which the profile requires"
        compares "attributes of the subject" expected "{attribute}"
            found "none" row "M35"
        fix "Add the attribute to the subject name format; look whether its variable is empty for this device.";
    2204 InvisibleCharacter { attribute: Shown } Peer BadRequest
        public "The subject holds a control or invisible character."
        operator "the subject's attribute {attribute} holds a control or invisible character"
        compares "attribute of the subject" expected "one without control and invisible characters"
            found "{attribute}" row "threat 16"
        fix "Remove the character at its source: the device's or the user's name in the directory.";
    2205 TooLong { attribute: Shown, length: usize, limit: usize } Peer BadRequest
        public "An attribute of the subject is too long."
        operator "the subject's attribute {attribute} has {length} characters; RFC 5280 allows {limit}"
        compares "length of {attribute}, characters" expected "at most {limit}"
            found "{length}" row "M22, RFC 5280 Appendix A.1"
        fix "Shorten the value, or set `enforce_dn_length = false` in the profile if all relying parties cope.";
    2206 RepeatedAttribute { attribute: Shown } Peer BadRequest
        public "The subject has the same attribute twice."
        operator "the subject has {attribute} more than once; software differs in which it believes"
        compares "attributes of the subject" expected "each type once, OU and DC excepted"
            found "{attribute} more than once" row "threat 16"
        fix "Let the subject name format hold each attribute once (OU and DC may repeat), or set `allow_second_common_name = true` in the profile if all relying parties take the first CN.";
    2207 MultiValued { attributes: Shown } Peer BadRequest
        public "The subject has a part with several values, which is not accepted here."
        operator "the subject has the multi-valued RDN {attributes}"
        compares "RDN of the subject" expected "one attribute"
            found "{attributes}" row "threat 16"
        fix "Separate the attributes by commas instead of plus signs.";
    2208 Encoding { attribute: Shown } Peer BadRequest
        public "An attribute of the subject is not written in an accepted kind of text."
        operator "the subject's attribute {attribute} is no well-formed PrintableString, UTF8String, IA5String or BMPString"
        compares "attribute of the subject" expected "a well-formed PrintableString, UTF8String, IA5String or BMPString"
            found "{attribute}" row "threat 43, RFC 5280 §4.1.2.4"
        fix "Update the device's SCEP client; it must write UTF8String or PrintableString (RFC 5280 §4.1.2.4).";
    2209 Empty { attribute: Shown } Peer BadRequest
        public "An attribute of the subject is empty."
        operator "the subject's attribute {attribute} is empty or white space"
        compares "attribute of the subject" expected "a value"
            found "{attribute}, which is empty or white space" row "M112"
        fix "Look which variable of the subject name format is empty for this device.";
    2210 Unresolved { attribute: Shown } Peer BadRequest
        public "The subject holds a variable that was not filled in."
        operator "the subject's attribute {attribute} still holds a variable in double braces"
        compares "attribute of the subject" expected "the value of the variable"
            found "{attribute}" row "M95"
        fix "Correct the spelling of the variable in the MDM's SCEP profile, or use one that this kind of device has.";
    2211 Reserved { name: Shown } Peer BadRequest
        public "The subject's name is reserved."
        operator "the subject's common name {name} is on the profile's list of reserved names"
        compares "common name" expected "one that is not reserved"
            found "{name}, which is" row "threat 25"
        fix "Find out why this device asks for that name; take it off `reserved_names` only if it may have it.";
    2212 Domain { name: Shown, domains: Shown } Peer BadRequest
        public "The subject names an account outside the domains that are accepted here."
        operator "the subject's {name} lies outside the profile's domains ({domains})"
        compares "domain of the account" expected "{domains}"
            found "{name}" row "threat 25"
        fix "Add the domain to the profile's `domains` if its names may be certified here.";
    2213 Quota { subject: Shown, issued: u32, most: u32 } Peer BadRequest
        public "This subject got as many certificates within a day as it may."
        operator "{subject} got {issued} certificates at this endpoint within 24 hours; `max_per_subject_per_day` is {most}"
        compares "certificates of {subject} within 24 hours" expected "fewer than {most}"
            found "{issued}" row "threat 33"
        fix "Find out why it asks so often; it may again 24 hours after the first of them, or raise `max_per_subject_per_day`.";
    2214 Excluded { name: Shown, domain: Shown } Peer BadRequest
        public "The subject names an account or a host in a domain that is excluded here."
        operator "the subject's {name} lies in {domain}, which the profile excludes"
        compares "subject" expected "no name in {domain}" found "{name}" row "threat 25"
        fix "Take the domain out of the profile's `dns_excluded`, `email_excluded` or `upn_excluded` if its names may be certified here.";
    2215 Privileged { name: Shown, like: Shown } Peer BadRequest
        public "The subject names a privileged account or host."
        operator "the subject's {name} is like {like}, the name of a privileged account or of a domain controller"
        compares "subject" expected "no name like {like}" found "{name}" row "threat 25"
        fix "Find out why this device asks for that name; only if it may have it, add the name to the profile's `allow_privileged`.";
}
