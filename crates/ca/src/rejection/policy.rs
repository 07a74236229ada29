//! 26xx: what the policy's rules say.

use super::Shown;

refusals! {
    /// Why the policy refuses a request (26xx).
    PolicyFault, "policy";
    2601 Refused { rule: Shown, sentence: Shown, why: Shown } Peer BadRequest
        public "A rule of this authority's policy refuses the request."
        operator "the rule {rule} refuses the request ({sentence}): {why}"
        compares "rule {rule}" expected "a request that it does not match" found "{why}" row "M69"
        fix "If the device should have a certificate, change the fact that the rule names, or the rule; `chancery policy test` shows what each rule looked at.";

    2602 Unawaited { rule: Shown, why: Shown } Administrator BadRequest
        public "The request needs an approval for which this endpoint does not wait."
        operator "the rule {rule} asks for an approval, and this endpoint does not wait for one: {why}"
        compares "rule {rule}" expected "a request that it does not match, or an endpoint with pending = true" found "{why}" row "M69"
        fix "Where the endpoint's devices can wait, write pending = true there; else let the rule refuse or allow.";

    2603 Denied { request: Shown, by: Shown } Peer BadRequest
        public "The request was not approved."
        operator "request {request} was denied by {by}"
        compares "approval of request {request}" expected "granted" found "denied by {by}" row "M69"
        fix "Ask whoever denied it; the device has to begin a new enrolment, with a new challenge.";

    2604 Lapsed { request: Shown, until: Shown } Peer BadTime
        public "The request was not approved, or not fetched, in time."
        operator "request {request} could be approved and fetched until {until}"
        compares "time of the message about request {request}" expected "before {until}" found "later" row "M69"
        fix "Let the device begin a new enrolment, with a new challenge; decide sooner, or raise the endpoint's pending_for.";

    2605 AnotherWaits { request: Shown } Peer BadRequest
        public "Another request of this transaction waits for an approval."
        operator "request {request} waits under the same transactionID and signer, and this is another one"
        compares "certification request" expected "the one of request {request}, to the octet" found "another one" row "M69, V18"
        fix "Decide about the request that waits: `chancery approval approve ID` or `deny ID`; then let the device enrol anew.";

    2606 TooManyWait { waiting: u32, most: u32 } Administrator BadRequest
        public "Too many requests wait for an approval here."
        operator "{waiting} requests wait at this endpoint, of {most} that may"
        compares "requests that wait at this endpoint" expected "fewer than {most}" found "{waiting}" row "M69, threat 33"
        fix "Decide about those that wait: `chancery approval list`; narrow the rule if it asks too often.";

    2607 NotCovered { request: Shown, approved: Shown, found: Shown } Administrator BadRequest
        public "The approval does not cover the request as it stands now."
        operator "request {request} was approved for {approved}, and now there is {found}"
        compares "approval of request {request}" expected "{approved}" found "{found}" row "M69"
        fix "See what changed since the request was held; the device has to begin a new enrolment, to be asked about anew.";
}
