//! 20xx: who vouched for the request, and for what.

use super::Shown;
use crate::decide::identity::first_difference;
use pki::name::Name;

refusals! {
    /// Why nobody's word carries the request (20xx).
    AuthorityFault, "request";
    2001 NobodyVouched {} Peer BadRequest
        public "Nobody who may do so has vouched for this request."
        operator "the request has neither a validator's verdict nor a certificate of ours behind it"
        compares "who vouches" expected "a validator's verdict on these very octets, or a live certificate of ours"
            found "neither" row "M24, threat 14"
        fix "Enrol through the MDM, so that the request carries a challenge, or renew with a live certificate.";
    2002 SubjectNotVouched { asked: Shown, vouched: Shown, place: Shown, asked_there: Shown, vouched_there: Shown } Peer BadRequest
        public "The subject in the request is not the one that was approved."
        operator "the request's subject is {asked}; the validator vouched for {vouched}"
        compares "subject, {place}" expected "{vouched_there}"
            found "{asked_there}" row "M58, M66"
        fix "Let the device ask for exactly the subject of its profile; compare profile and request.";
    2003 SanNotVouched { asked: Shown, vouched: Shown } Peer BadRequest
        public "The alternative names in the request are not the ones that were approved."
        operator "the request's alternative names are {asked}; the validator vouched for {vouched}"
        compares "alternative names" expected "{vouched}"
            found "{asked}" row "M58, M67"
        fix "Let the device ask for exactly the alternative names of its profile; compare profile and request.";
    2004 ProfileNotPublished { profile: Shown } Administrator BadRequest
        public "The certificate profile is not offered at the moment."
        operator "the profile {profile} is a draft"
        compares "certificate profile" expected "one that is published"
            found "{profile}, which is a draft" row "M29"
        fix "Write `state = \"published\"` in the certificate profile and run chancery ca profile publish, or name another one.";
    2005 OtherAuthority { profile: Shown, wanted: Shown, used: Shown } Administrator BadRequest
        public "The certificate profile belongs to another certificate authority."
        operator "the profile {profile} is issued by {wanted}, not by {used}"
        compares "authority of the profile {profile}" expected "{wanted}"
            found "{used}" row "M23"
        fix "Point the endpoint to a profile of its own CA, or change the profile's `authority`.";
    2006 OtherProfile { vouched: Shown, profile: Shown } Peer BadRequest
        public "The request was approved for another certificate profile."
        operator "the validator vouched for profile {vouched}; the request came in for {profile}"
        compares "certificate profile" expected "{vouched}"
            found "{profile}" row "threat 29"
        fix "Send the request to the endpoint that its challenge was made for.";
    2007 NoPossession {} Peer BadMessageCheck
        public "The request is not signed with the key that it asks a certificate for."
        operator "the signature of the certification request does not verify with the key inside"
        compares "signature of the request" expected "one that verifies with the key inside"
            found "one that does not" row "RFC 2986 §4.2, RFC 8894 §2.3"
        fix "Sign the request with its own private key; look for a request damaged or changed on its way.";
    2012 NoSlot { purpose: Shown } Administrator BadRequest
        public "No certificate profile is offered for the key usage that was asked for."
        operator "the request's key usage means {purpose}, and the endpoint has no such slot"
        compares "key usage" expected "one for which the endpoint has a slot" found "{purpose}" row "M30"
        fix "Add the slot to [endpoint.slots], or let the device ask for a key usage that has one.";
}

impl AuthorityFault {
    /// For a request whose subject is not the one that was vouched for.
    #[must_use]
    pub fn subject_not_vouched(asked: &Name, vouched: &Name) -> Self {
        let there = first_difference(vouched, asked);
        Self::SubjectNotVouched {
            asked: Shown::name(asked),
            vouched: Shown::name(vouched),
            place: there.place,
            asked_there: there.found,
            vouched_there: there.expected,
        }
    }
}
