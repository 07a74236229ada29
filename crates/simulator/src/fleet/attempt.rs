//! How an order of a policy cycle ended, as the platform and Intune show it.

use mdm::platform::{Platform, UrlChoice};
use pki::certificate::Certificate;

use super::outcome::{GaveUp, Outcome};
use crate::evaluation::{Held, Report, Status};

/// What became of an order.
#[derive(Debug)]
pub struct Attempt {
    /// The URLs that were asked, in order.
    pub tried: Vec<String>,
    /// The end.
    pub ended: Ended,
}

/// The end of an attempt.
#[derive(Debug)]
pub enum Ended {
    /// The certificate is there.
    Installed(Box<Held>, Box<Certificate>),
    /// The certificate came, and less than five days of it are left: it is not installed (M16).
    Dropped(Box<Certificate>),
    /// None of the URLs answered.
    NoAnswer(GaveUp),
    /// It ended otherwise.
    Failed(Outcome),
}

impl Ended {
    /// Whether the device has the certificate.
    #[must_use]
    pub const fn is_installed(&self) -> bool {
        matches!(self, Self::Installed(..))
    }

    /// What is shown on a platform, and by Intune.
    #[must_use]
    pub fn report(&self, platform: Platform) -> Report {
        let (status, code, row) = match self {
            Self::Installed(..) => (Status::Succeeded, None, "M195"),
            Self::Dropped(_) => (Status::Error, None, "M16"),
            Self::NoAnswer(why) => (Status::Error, code(why, platform), no_answer(platform)),
            Self::Failed(Outcome::GaveUp(GaveUp::Untrusted)) => (Status::Error, None, "M6"),
            Self::Failed(Outcome::GaveUp(why)) => (Status::Error, code(why, platform), "M39"),
            Self::Failed(Outcome::Pending) => (Status::Pending, None, "M51"),
            Self::Failed(_) => (Status::Error, None, "M58"),
        };
        Report { status, code, text: self.sentence(), row }
    }

    /// One line for people.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Installed(held, _) => format!("certificate {}", held.serial),
            Self::Dropped(_) => "the certificate ends within five days and is not installed".into(),
            Self::NoAnswer(why) => format!("no URL of this cycle answered: {why}"),
            Self::Failed(Outcome::GaveUp(GaveUp::Untrusted)) => "the hash value is not correct".into(),
            Self::Failed(outcome) => outcome.sentence(),
        }
    }
}

/// The row on which URLs a platform tries.
fn no_answer(platform: Platform) -> &'static str {
    match platform.rules().url_choice.value {
        UrlChoice::DeviceShuffles => "M170",
        UrlChoice::OneDrawn => "M171",
        UrlChoice::InShuffledOrder => "M172",
    }
}

/// What Windows' log has (ux.md); the sources have no code of the others.
fn code(why: &GaveUp, platform: Platform) -> Option<&'static str> {
    match (why, platform) {
        (GaveUp::Status { status: 404, .. }, Platform::Windows) => Some("0x80190194"),
        _ => None,
    }
}
