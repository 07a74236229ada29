//! CHY-50xx: what went wrong on our side.

use super::entry::{Entry, entries};
use super::{Compared, Explanation};
use crate::authority::SigningFault;
use crate::keys::KeyError;
use crate::store::StoreError;
use ca::issue::IssueFault;
use pki::RandomFailed;
use scep::FailInfo;

entries! {
    PANIC = 5000 "A request ended in a fault of this program."
        "Report it with the log line; what the request had recorded is finished or revoked at the next start.";
    STORE = 5001 "The store could not read or write."
        "Look at the disk: space, permissions, errors. If another chancery runs on this data, stop it.";
    KEY = 5002 "A private key could not be used."
        "Restore the key files from the backup of this data directory; the message names the one that is wrong.";
    RANDOM = 5003 "The machine gives no randomness." "Restart the machine; its kernel gives no randomness.";
    ISSUE = 5004 "A certificate was about to be made that breaks a rule."
        "Mend the certificate profile or the CA certificate that the rule names.";
    ANSWER = 5005 "The answer could not be written." "Look at the RA certificate, chancery ca show: it must have an RSA key.";
    UNFINISHED = 5006 "The transaction is still being worked on, or was cut off by a crash."
        "Nothing: the device comes again and gets its certificate.";
    SERIALS = 5007 "Several serial numbers in a row were taken."
        "Stop issuing and look at the source of randomness of this machine.";
    ABANDONED = 5008 "The signature for this transaction failed earlier, and it was given up."
        "Let the device begin a new enrolment, with a new key.";
    WITHDRAWN = 5009 "The certificate of this transaction was revoked before it was handed out."
        "Let the device begin a new enrolment, with a new challenge.";
    UNREADABLE = 5010 "A recorded certificate cannot be read."
        "Run chancery verify; the store was changed from outside.";
    CRL = 5011 "The certificate revocation list could not be made."
        "Look for the store's or the key's error in the log; the last list stays in use until it ends.";
    AUTHORITY = 5012 "Store and keys do not belong together." "Restore store and keys from one backup.";
    OVER_CAPACITY = 5013 "The server has more to do than it can."
        "Devices come back by themselves; if it lasts, find out what is slow before raising the limits.";
    RA = 5015 "The RA certificate could not be renewed."
        "Look for the store's or the key's error in the sentence; the RA is still good for a third of its life.";
    OCSP = 5016 "OCSP could not answer, or could not renew its signer."
        "Look for the store's or the key's error in the sentence; answers that were given before go on until they end.";
    FACTS = 5017 "The directory, or what Intune wants revoked, could not be read."
        "Look at what the sentence says; certificates go by what was known before.";
    PROFILE = 5021 "A published version of a certificate profile cannot be used."
        "See what the sentence says; publish the profile anew with the program that serves: `chancery ca profile publish`.";
    COLLECTOR = 5022 "The collector of the audit's rows cannot be reached."
        "See that it listens where audit.syslog says; the rows wait in the store and are sent then.";
    WEBHOOK = 5023 "A message to a webhook was given up."
        "See what its receiver answered: GET /api/v1/webhooks/ID/deliveries, or chancery webhook list.";
    THREADS = 5014 "The system gave no threads." "Raise the limits on processes and memory of this user.";
}

/// What went wrong on our side. The device is told to come again, the operator what happened.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// The store.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// A private key.
    #[error("a private key: {0}")]
    Key(#[from] KeyError),
    /// The source of randomness.
    #[error("the source of randomness did not answer")]
    Random,
    /// A rule on certificates.
    #[error("{0}")]
    Issue(#[from] IssueFault),
    /// The answer.
    #[error("the answer could not be written: {0}")]
    Answer(#[from] scep::server::CannotAnswer),
    /// Not finished yet.
    #[error("another request of the same transaction is still being worked on, or was cut off by a crash")]
    Unfinished,
    /// Serial numbers that were taken.
    #[error("{0} serial numbers in a row were taken")]
    Serials(u32),
    /// Given up.
    #[error("the signature for this transaction failed earlier, and it was given up")]
    Abandoned,
    /// Revoked before delivery.
    #[error("the certificate of this transaction was revoked before it was handed out")]
    Withdrawn,
    /// The server ends.
    #[error("the server is being stopped")]
    Stopping,
    /// A directory that was not read for too long.
    #[error("the directory that the certificate follows was not read for too long")]
    Stale,
    /// OCSP.
    #[error("no OCSP signer has a certificate that is valid now")]
    NoResponder,
    /// The record.
    #[error("a recorded certificate cannot be read")]
    Unreadable,
}

impl From<SigningFault> for Trouble {
    fn from(fault: SigningFault) -> Self {
        match fault {
            SigningFault::Key(fault) => Trouble::Key(fault),
            SigningFault::Issue(fault) => Trouble::Issue(fault),
        }
    }
}

impl From<RandomFailed> for Trouble {
    fn from(_: RandomFailed) -> Self {
        Trouble::Random
    }
}

impl Trouble {
    fn entry(&self) -> Entry {
        match self {
            Trouble::Store(_) => STORE,
            Trouble::Key(_) => KEY,
            Trouble::Random => RANDOM,
            Trouble::Issue(_) => ISSUE,
            Trouble::Answer(_) => ANSWER,
            Trouble::Unfinished => UNFINISHED,
            Trouble::Serials(_) => SERIALS,
            Trouble::Abandoned => ABANDONED,
            Trouble::Withdrawn => WITHDRAWN,
            Trouble::Stale => FACTS,
            Trouble::NoResponder => OCSP,
            Trouble::Stopping => CRL,
            Trouble::Unreadable => UNREADABLE,
        }
    }
}

impl From<&Trouble> for Explanation {
    fn from(trouble: &Trouble) -> Self {
        let entry = trouble.entry();
        Explanation {
            code: entry.to_string(),
            public: "The server could not complete the request; please try again later.".into(),
            operator: format!("Nothing was issued: {trouble}."),
            compared: Compared::Nothing("the fault is this server's; nothing of the request was compared"),
            policy: None,
            fix: entry.fix.into(),
            page: entry.page(),
            fail_info: FailInfo::BadRequest,
            ours: true,
        }
    }
}
