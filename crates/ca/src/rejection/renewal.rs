//! 40xx: why an older certificate does not carry a renewal.

use super::Shown;
use crate::decide::identity::first_difference;
use pki::name::Name;

refusals! {
    /// Why a renewal is not accepted (40xx).
    RenewalFault, "renewal";
    4001 NotAllowed { profile: Shown } Peer BadRequest
        public "Certificates of this profile cannot be renewed with an older one."
        operator "the endpoint of the profile {profile} does not allow renewal"
        compares "way to a certificate" expected "an enrolment, for {profile} is not renewed"
            found "a renewal" row "RFC 8894 §2.4"
        fix "Set `renewal = true` at the endpoint, or enrol anew through the MDM.";
    4002 Unknown { serial: Shown } Peer BadCertId
        public "The certificate that signed the request was not issued here."
        operator "the signer's certificate with serial {serial} is not, byte for byte, one that this CA issued"
        compares "signer's certificate" expected "one that this CA issued, byte for byte"
            found "{serial}, which is none" row "threat 30"
        fix "Enrol anew through the MDM; look where that certificate comes from.";
    4003 Revoked { serial: Shown, at: Shown } Peer BadRequest
        public "The certificate that signed the request is revoked."
        operator "the certificate {serial} was revoked at {at}"
        compares "signer's certificate" expected "one that is not revoked"
            found "{serial}, revoked at {at}" row "threat 30"
        fix "Enrol anew through the MDM if the device may have a certificate again.";
    4004 Expired { serial: Shown, until: Shown } Peer BadTime
        public "The certificate that signed the request has expired."
        operator "the certificate {serial} expired at {until}"
        compares "signer's certificate" expected "one that is still valid"
            found "{serial}, expired at {until}" row "threat 30"
        fix "Enrol anew through the MDM; let devices renew earlier.";
    4005 NotYetValid { serial: Shown, from: Shown } Peer BadTime
        public "The certificate that signed the request is not valid yet."
        operator "the certificate {serial} becomes valid at {from}"
        compares "signer's certificate" expected "one that is valid already"
            found "{serial}, valid from {from}" row "threat 30"
        fix "Check the server's clock.";
    4006 TooEarly { serial: Shown, opens: Shown } Peer BadTime
        public "It is too early to renew this certificate."
        operator "the certificate {serial} may be renewed from {opens} on"
        compares "time of renewal" expected "from {opens} on"
            found "earlier, for {serial}" row "threat 30"
        fix "Wait, or widen the endpoint's `renewal_window_days`.";
    4007 SubjectChanged { old: Shown, new: Shown, place: Shown, old_there: Shown, new_there: Shown } Peer BadRequest
        public "A renewal cannot change the subject."
        operator "the old certificate's subject is {old}; the request's is {new}"
        compares "subject, {place}" expected "{old_there}"
            found "{new_there}" row "RFC 8894 §2.4, threat 30"
        fix "Enrol anew through the MDM: a changed subject needs a new approval.";
    4008 SanGrew { name: Shown } Peer BadRequest
        public "A renewal cannot add alternative names."
        operator "the alternative name {name} is not in the old certificate"
        compares "alternative names" expected "those of the old certificate"
            found "{name} besides" row "threat 30"
        fix "Enrol anew through the MDM: a further name needs a new approval.";
    4009 OtherProfile { old: Shown, new: Shown } Peer BadRequest
        public "The certificate that signed the request belongs to another profile."
        operator "the old certificate was issued by profile {old}; the request came in for {new}"
        compares "certificate profile" expected "{old}"
            found "{new}" row "threat 29, threat 30"
        fix "Renew at the endpoint where the certificate was issued.";
    4010 NotEndEntity { serial: Shown } Peer BadRequest
        public "The certificate that signed the request is not a device's."
        operator "the certificate {serial} is a CA's or of our own service, and renews nothing"
        compares "signer's certificate" expected "a device's"
            found "{serial}, a CA's or of our own service" row "threat 30"
        fix "Find out who holds that key: no device does.";
    4011 OtherIssuer { serial: Shown, issuer: Shown } Peer BadCertId
        public "The certificate that signed the request was not issued by this certificate authority."
        operator "the certificate {serial} was issued by {issuer}, or its signature does not verify"
        compares "issuer of {serial}" expected "the issuing CA, whose signature verifies"
            found "{issuer}, or a signature that does not verify" row "threat 30"
        fix "Enrol anew through the MDM.";
}

impl RenewalFault {
    /// For a request whose subject is not the old certificate's.
    #[must_use]
    pub fn subject_changed(old: &Name, new: &Name) -> Self {
        let there = first_difference(old, new);
        Self::SubjectChanged {
            old: Shown::name(old),
            new: Shown::name(new),
            place: there.place,
            old_there: there.expected,
            new_there: there.found,
        }
    }

    /// For a request that has none of the alternative names that are the old certificate's whole identity.
    #[must_use]
    pub fn names_lost(old: Shown) -> Self {
        let nothing = || Shown::new("nothing");
        let place = Shown::new("alternative names");
        Self::SubjectChanged { old_there: old.clone(), old, new: nothing(), place, new_there: nothing() }
    }
}
