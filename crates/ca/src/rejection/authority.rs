//! 20xx: who vouched for the request, and for what.

use super::Shown;

refusals! {
    /// Why nobody's word carries the request (20xx).
    AuthorityFault, "request";
    2001 NobodyVouched {} Peer BadRequest
        public "Nobody who may do so has vouched for this request."
        operator "the request has neither a validator's verdict nor a certificate of ours behind it"
        fix "Enrol through the MDM, so that the request carries a challenge, or renew with a live certificate.";
    2002 SubjectNotVouched { asked: Shown, vouched: Shown } Peer BadRequest
        public "The subject in the request is not the one that was approved."
        operator "the request's subject is {asked}; the validator vouched for {vouched}"
        fix "Let the device ask for exactly the subject of its profile; compare profile and request.";
    2003 SanNotVouched { asked: Shown, vouched: Shown } Peer BadRequest
        public "The alternative names in the request are not the ones that were approved."
        operator "the request's alternative names are {asked}; the validator vouched for {vouched}"
        fix "Let the device ask for exactly the alternative names of its profile; compare profile and request.";
    2004 ProfileNotPublished { profile: Shown } Administrator BadRequest
        public "The certificate profile is not offered at the moment."
        operator "the profile {profile} is not published"
        fix "Set `published = true` in the certificate profile, or point the endpoint to another one.";
    2005 OtherAuthority { profile: Shown, wanted: Shown, used: Shown } Administrator BadRequest
        public "The certificate profile belongs to another certificate authority."
        operator "the profile {profile} is issued by {wanted}, not by {used}"
        fix "Point the endpoint to a profile of its own CA, or change the profile's `authority`.";
    2006 OtherProfile { vouched: Shown, profile: Shown } Peer BadRequest
        public "The request was approved for another certificate profile."
        operator "the validator vouched for profile {vouched}; the request came in for {profile}"
        fix "Send the request to the endpoint that its challenge was made for.";
    2007 NoPossession {} Peer BadMessageCheck
        public "The request is not signed with the key that it asks a certificate for."
        operator "the signature of the certification request does not verify with the key inside"
        fix "Sign the request with its own private key; look for a request damaged or changed on its way.";
}
