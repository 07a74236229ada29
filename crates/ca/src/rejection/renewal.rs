//! 40xx: why an older certificate does not carry a renewal.

use super::Shown;

refusals! {
    /// Why a renewal is not accepted (40xx).
    RenewalFault, "renewal";
    4001 NotAllowed { profile: Shown } Peer BadRequest
        public "Certificates of this profile cannot be renewed with an older one."
        operator "the endpoint of the profile {profile} does not allow renewal"
        fix "Set `renewal = true` at the endpoint, or enrol anew through the MDM.";
    4002 Unknown { serial: Shown } Peer BadCertId
        public "The certificate that signed the request was not issued here."
        operator "the signer's certificate with serial {serial} is not, byte for byte, one that this CA issued"
        fix "Enrol anew through the MDM; look where that certificate comes from.";
    4003 Revoked { serial: Shown, at: Shown } Peer BadRequest
        public "The certificate that signed the request is revoked."
        operator "the certificate {serial} was revoked at {at}"
        fix "Enrol anew through the MDM if the device may have a certificate again.";
    4004 Expired { serial: Shown, until: Shown } Peer BadTime
        public "The certificate that signed the request has expired."
        operator "the certificate {serial} expired at {until}"
        fix "Enrol anew through the MDM; let devices renew earlier.";
    4005 NotYetValid { serial: Shown, from: Shown } Peer BadTime
        public "The certificate that signed the request is not valid yet."
        operator "the certificate {serial} becomes valid at {from}"
        fix "Check the server's clock.";
    4006 TooEarly { serial: Shown, opens: Shown } Peer BadTime
        public "It is too early to renew this certificate."
        operator "the certificate {serial} may be renewed from {opens} on"
        fix "Wait, or widen the endpoint's `renewal_window_days`.";
    4007 SubjectChanged { old: Shown, new: Shown } Peer BadRequest
        public "A renewal cannot change the subject."
        operator "the old certificate's subject is {old}; the request's is {new}"
        fix "Enrol anew through the MDM: a changed subject needs a new approval.";
    4008 SanGrew { name: Shown } Peer BadRequest
        public "A renewal cannot add alternative names."
        operator "the alternative name {name} is not in the old certificate"
        fix "Enrol anew through the MDM: a further name needs a new approval.";
    4009 OtherProfile { old: Shown, new: Shown } Peer BadRequest
        public "The certificate that signed the request belongs to another profile."
        operator "the old certificate was issued by profile {old}; the request came in for {new}"
        fix "Renew at the endpoint where the certificate was issued.";
    4010 NotEndEntity { serial: Shown } Peer BadRequest
        public "The certificate that signed the request is not a device's."
        operator "the certificate {serial} is a CA's or of our own service, and renews nothing"
        fix "Find out who holds that key: no device does.";
    4011 OtherIssuer { serial: Shown, issuer: Shown } Peer BadCertId
        public "The certificate that signed the request was not issued by this certificate authority."
        operator "the certificate {serial} was issued by {issuer}, or its signature does not verify"
        fix "Enrol anew through the MDM.";
}
