//! 25xx: what is wrong with the period of validity.

use super::Shown;

refusals! {
    /// Why no period of validity can be given (25xx).
    ValidityFault, "validity";
    2501 BeyondIssuer { until: Shown, issuer_until: Shown } Administrator BadRequest
        public "The certificate would outlive its certificate authority."
        operator "the certificate would end at {until}, after the issuing CA's end at {issuer_until}"
        compares "end of validity" expected "no later than {issuer_until}"
            found "{until}" row "M11, threat 41"
        fix "Renew the issuing CA, shorten the profile's validity, or set `beyond_issuer = \"clamp\"`.";
    2502 IssuerNotValid { now: Shown, from: Shown, until: Shown } Administrator BadRequest
        public "The certificate authority is not valid at the moment."
        operator "it is {now}; the issuing CA is valid from {from} to {until}"
        compares "time" expected "from {from} to {until}, while the issuing CA is valid"
            found "{now}" row "RFC 5280 §6.1.3"
        fix "Check the server's clock; renew the issuing CA if it has expired.";
    2503 NothingLeft { until: Shown, now: Shown } Peer BadTime
        public "The certificate would be expired when it is issued."
        operator "the certificate would end at {until}; it is {now}"
        compares "end of validity" expected "after {now}"
            found "{until}" row "threat 41"
        fix "Ask for a period that ends in the future.";
    2504 Clock { now: Shown } Ours BadTime
        public "The server's clock is wrong."
        operator "the clock says {now}, which is before 2020 or beyond what certificates can say"
        compares "clock" expected "a time from 2020 on that a certificate can say"
            found "{now}" row "RFC 5280 §4.1.2.5"
        fix "Set the server's clock and keep it synchronised.";
}
