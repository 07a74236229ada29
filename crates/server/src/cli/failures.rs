//! Errors of the parts below, as a verb says them: code, sentence, fix.

use super::Failure;
use crate::explanation::{Explanation, Trouble};
use crate::http::ServeError;
use crate::installation::InstallationError;
use crate::server::StartError;
use crate::store::StoreError;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::new("CHY-5001", error.to_string()).fix(
            "look at the disk: space, permissions, errors; if another chancery runs on this data, stop it",
        )
    }
}

impl From<InstallationError> for Failure {
    fn from(error: InstallationError) -> Self {
        let (code, fix) = match &error {
            InstallationError::Store(_) => return Failure::from_store(error),
            InstallationError::Empty(_) => ("CHY-6020", "run chancery init, or name the right --data-dir"),
            InstallationError::Directory { .. } => {
                ("CHY-6021", "give this user the directory, or name another --data-dir")
            }
            InstallationError::Key(_) => {
                ("CHY-5002", "restore the key files from the backup of this data directory")
            }
            InstallationError::Authority(_) => ("CHY-5012", "restore store and keys from one backup"),
        };
        Failure::new(code, error.to_string()).fix(fix)
    }
}

impl Failure {
    fn from_store(error: InstallationError) -> Failure {
        match error {
            InstallationError::Store(error) => error.into(),
            other => Failure::new("CHY-5001", other.to_string()),
        }
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Installation(error) => error.into(),
            StartError::Store(error) => error.into(),
            StartError::Crl(trouble) => trouble.into(),
            StartError::Serve(ServeError::Bind { .. }) => Failure::new("CHY-6022", error.to_string())
                .fix("stop what listens there, or name another address"),
            StartError::Serve(_) => Failure::new("CHY-6023", error.to_string()).fix("mend the [tls] section"),
            StartError::Endpoint(_) => {
                Failure::new("CHY-6024", error.to_string()).fix("mend that section and start again")
            }
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        let explanation = Explanation::from(&trouble);
        Failure::new(&explanation.code, explanation.operator).fix(explanation.fix.into_owned())
    }
}
