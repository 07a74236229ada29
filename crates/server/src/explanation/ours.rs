use super::{Explanation, page};
use crate::authority::SigningFault;
use crate::keys::KeyError;
use crate::store::StoreError;
use ca::issue::IssueFault;
use pki::RandomFailed;
use scep::FailInfo;

/// What went wrong on our side: CHY-50xx. The device is told to come again, the operator what happened.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// CHY-5001
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// CHY-5002
    #[error("a private key: {0}")]
    Key(#[from] KeyError),
    /// CHY-5003
    #[error("the source of randomness did not answer")]
    Random,
    /// CHY-5004
    #[error("{0}")]
    Issue(#[from] IssueFault),
    /// CHY-5005
    #[error("the answer could not be written: {0}")]
    Answer(#[from] scep::server::CannotAnswer),
    /// CHY-5006
    #[error("another request of the same transaction is still being worked on, or was cut off by a crash")]
    Unfinished,
    /// CHY-5007
    #[error("{0} serial numbers in a row were taken")]
    Serials(u32),
    /// CHY-5008
    #[error("the signature for this transaction failed earlier, and it was given up")]
    Abandoned,
    /// CHY-5009
    #[error("the certificate of this transaction was revoked before it was handed out")]
    Withdrawn,
    /// CHY-5010
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

impl From<&Trouble> for Explanation {
    fn from(trouble: &Trouble) -> Self {
        let (code, fix) = match trouble {
            Trouble::Store(_) => {
                (5001, "Look at the disk: space, permissions, errors. Then restart chancery.")
            }
            Trouble::Key(_) => (5002, "Run chancery doctor; it names the key and what is wrong with it."),
            Trouble::Random => (5003, "Restart the machine; its kernel gives no randomness."),
            Trouble::Issue(_) => {
                (5004, "Mend the certificate profile or the CA certificate that the rule names.")
            }
            Trouble::Answer(_) => (5005, "Run chancery doctor; the RA certificate must have an RSA key."),
            Trouble::Unfinished => (5006, "Nothing: the device comes again and gets its certificate."),
            Trouble::Serials(_) => {
                (5007, "Stop issuing and look at the source of randomness of this machine.")
            }
            Trouble::Abandoned => (5008, "Let the device begin a new enrolment, with a new key."),
            Trouble::Withdrawn => (5009, "Let the device begin a new enrolment, with a new challenge."),
            Trouble::Unreadable => (5010, "Run chancery verify; the store was changed from outside."),
        };
        Explanation {
            code: format!("CHY-{code:04}"),
            public: "The server could not complete the request; please try again later.".into(),
            operator: format!("Nothing was issued: {trouble}."),
            fix: fix.into(),
            page: page("server", code),
            fail_info: FailInfo::BadRequest,
            ours: true,
        }
    }
}
