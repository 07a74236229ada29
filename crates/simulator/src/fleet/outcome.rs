//! How an attempt ends, as the device sees it.

use pki::certificate::Certificate;
use scep::client::{CannotSend, NotBelieved};
use scep::{FailInfo, TransactionId};

use crate::keys::KeyError;

/// The end of an attempt.
#[derive(Debug)]
pub enum Outcome {
    /// A certificate that belongs to the key, names the subject asked for and is signed by the CA.
    Granted(Box<Certificate>),
    /// CertRep FAILURE.
    Refused {
        /// failInfo.
        fail_info: FailInfo,
        /// failInfoText.
        text: Option<String>,
        /// Under which the server knows the attempt.
        transaction: TransactionId,
    },
    /// CertRep PENDING.
    Pending,
    /// The device gave up.
    GaveUp(GaveUp),
}

impl Outcome {
    /// The certificate, if there is one.
    #[must_use]
    pub fn certificate(&self) -> Option<&Certificate> {
        match self {
            Self::Granted(certificate) => Some(certificate),
            _ => None,
        }
    }

    /// One line for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Granted(certificate) => format!("certificate {}", certificate.serial()),
            Self::Refused { fail_info, text: None, .. } => fail_info.name().to_owned(),
            Self::Refused { fail_info, text: Some(text), .. } => {
                format!("{}: {}", fail_info.name(), pki::text::shown(text))
            }
            Self::Pending => "pending".into(),
            Self::GaveUp(why) => why.to_string(),
        }
    }
}

/// Why a device gave up without an answer to its request.
#[derive(Debug, thiserror::Error)]
pub enum GaveUp {
    /// No connection, or it broke.
    #[error("HTTP: {0}")]
    Http(#[from] reqwest::Error),
    /// Another status than 200.
    #[error("HTTP status {status} for {operation}")]
    Status {
        /// Which operation.
        operation: &'static str,
        /// HTTP status.
        status: u16,
    },
    /// GetCACert's answer is unusable.
    #[error("GetCACert: {0}")]
    Certificates(#[from] scep::client::NotCaCertificates),
    /// No certificate to encrypt to.
    #[error("GetCACert brought no RSA certificate to encrypt to")]
    NoRecipient,
    /// The certificate of the trusted-root profile is not among those served: "The hash value is not correct".
    #[error("the trusted certificate is not among those of GetCACert")]
    Untrusted,
    /// The server offers no algorithm that the device has.
    #[error("the server offers no algorithm that this device has")]
    NoAlgorithm,
    /// The device enrols over HTTPS only (contract section 18).
    #[error("Android enrols over HTTPS only")]
    NoTls,
    /// The message cannot be made.
    #[error(transparent)]
    CannotSend(#[from] CannotSend),
    /// A key operation failed.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The answer is not believed.
    #[error("the answer is not believed: {0}")]
    NotBelieved(#[from] NotBelieved),
    /// The envelope of the answer does not open.
    #[error("the answer's envelope does not open")]
    NotOpened,
    /// What came is not the certificate asked for.
    #[error("the certificate received {0}")]
    WrongCertificate(&'static str),
}
