//! Errors of the parts below, as a verb says them: code, sentence, fix.

use super::Failure;
use crate::explanation::{Explanation, Trouble, administrator, ours};
use crate::http::ServeError;
use crate::installation::InstallationError;
use crate::profiles::ProfileError;
use crate::server::StartError;
use crate::store::StoreError;
use crate::tokens::NotGranted;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::new(ours::STORE, error.to_string())
    }
}

impl From<InstallationError> for Failure {
    fn from(error: InstallationError) -> Self {
        let entry = match &error {
            InstallationError::Store(_) => ours::STORE,
            InstallationError::Empty(_) => administrator::NO_CA,
            InstallationError::Directory { .. } => administrator::DIRECTORY,
            InstallationError::Key(_) => ours::KEY,
            InstallationError::Authority(_) => ours::AUTHORITY,
        };
        Failure::new(entry, error.to_string())
    }
}

impl From<StartError> for Failure {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Installation(error) => error.into(),
            StartError::Store(error) => error.into(),
            StartError::Crl(trouble) => trouble.into(),
            StartError::Profile(error) => error.into(),
            StartError::Shards { .. } => Failure::new(administrator::SHARDS, error.to_string()),
            StartError::Serve(ServeError::Bind { .. }) => {
                Failure::new(administrator::BIND, error.to_string())
            }
            StartError::Serve(_) => Failure::new(administrator::TLS, error.to_string()),
            StartError::Endpoint(_) => Failure::new(administrator::ENDPOINT, error.to_string()),
        }
    }
}

impl From<ProfileError> for Failure {
    fn from(error: ProfileError) -> Self {
        match error {
            ProfileError::Store(error) => error.into(),
            ProfileError::Unusable { .. } => Failure::new(ours::PROFILE, error.to_string()),
        }
    }
}

impl From<Trouble> for Failure {
    fn from(trouble: Trouble) -> Self {
        Failure::from(&Explanation::from(&trouble))
    }
}

impl From<NotGranted> for Failure {
    fn from(why: NotGranted) -> Self {
        let entry = match &why {
            NotGranted::Random(_) => ours::RANDOM,
            NotGranted::Store(_) => ours::STORE,
            NotGranted::NameTaken(_) => administrator::NAME_TAKEN,
        };
        Failure::new(entry, why.to_string())
    }
}
