//! What a data directory holds: store, keys, hierarchy. Every verb that works on a CA opens one.
//!
//! ```text
//! <data_dir>/            mode 0700; it is the CA, not a cache
//! ├── chancery.db        the store (and its -wal, -shm)
//! ├── chancery.search.db what finds things; made of the store, and made again where it is lost
//! └── keys/              private keys and the key of keyed hashes, mode 0600 each
//! ```

use crate::authority::{Authority, AuthorityError, Birth};
use crate::clock::Clock;
use crate::config::Config;
use crate::keys::{KeyDirectory, KeyError};
use crate::store::sqlite::{ServerLock, Sqlite};
use crate::store::{Store, StoreError};
use crate::validators::ChallengeKey;
use ca::profile::{SHARD, Urls};
use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A CA's data, opened.
pub struct Installation {
    /// Everything recorded.
    pub store: Arc<dyn Store>,
    /// Private keys.
    pub keys: KeyDirectory,
    /// Root, issuing CA, RA.
    pub authority: Arc<Authority>,
    /// Hashes challenges.
    pub challenge_key: ChallengeKey,
}

/// Why it cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The directory cannot be made or entered.
    #[error("data directory {path}: {source}")]
    Directory {
        /// Which
        path: PathBuf,
        /// What the system said
        source: std::io::Error,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The hierarchy.
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    /// There is no CA yet.
    #[error("there is no CA in {0} yet")]
    Empty(PathBuf),
}

impl Installation {
    /// Opens the data directory and makes what a first start makes.
    ///
    /// # Errors
    /// [`InstallationError`].
    pub async fn open_or_make(config: &Config, clock: &dyn Clock) -> Result<Installation, InstallationError> {
        let path = &config.data_dir;
        let failed = |source| InstallationError::Directory { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(failed)?;
        Installation::open_at(path, config, clock).await
    }

    /// Opens a data directory that holds a CA.
    ///
    /// # Errors
    /// [`InstallationError::Empty`] where there is none.
    pub async fn open(config: &Config, clock: &dyn Clock) -> Result<Installation, InstallationError> {
        if !database(&config.data_dir).exists() {
            return Err(InstallationError::Empty(config.data_dir.clone()));
        }
        Installation::open_at(&config.data_dir, config, clock).await
    }

    async fn open_at(
        path: &Path,
        config: &Config,
        clock: &dyn Clock,
    ) -> Result<Installation, InstallationError> {
        let store: Arc<dyn Store> = Arc::new(Sqlite::open(&database(path))?);
        let keys = KeyDirectory::open(&path.join("keys"))?;
        let birth =
            Birth { store: &*store, keys: &keys, ca: &config.ca, urls: urls(config), now: clock.now() };
        let authority = Arc::new(birth.load_or_make().await?);
        let challenge_key = Installation::challenge_key(path)?;
        Ok(Installation { store, keys, authority, challenge_key })
    }

    /// The key that challenges of this data directory are hashed with, made at the first call.
    ///
    /// # Errors
    /// [`InstallationError::Key`].
    pub fn challenge_key(data_dir: &Path) -> Result<ChallengeKey, InstallationError> {
        let secret = KeyDirectory::open(&data_dir.join("keys"))?.secret("challenge-hash")?;
        Ok(ChallengeKey::new(&secret).ok_or(KeyError::Library("hash challenges"))?)
    }

    /// Keeps a second server away from the same data. Other verbs may work beside a server.
    ///
    /// # Errors
    /// [`StoreError`] where a server runs.
    pub fn lock(config: &Config) -> Result<ServerLock, StoreError> {
        Sqlite::lock_exclusive(&database(&config.data_dir))
    }
}

/// The store's file.
pub(crate) fn database(data_dir: &Path) -> PathBuf {
    data_dir.join("chancery.db")
}

/// The name of this machine; empty where the system has none.
pub(crate) fn host() -> String {
    std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default().trim().to_owned()
}

/// What certificates point to, from the public URL; nothing where there is none.
#[must_use]
pub fn urls(config: &Config) -> Urls {
    let Some(base) = &config.public_url else { return Urls::default() };
    let (base, name) = (base.as_str().trim_end_matches('/'), crate::authority::ISSUING);
    let part = if config.crl_shards > 1 { format!("-{SHARD}") } else { String::new() };
    Urls {
        crl: vec![format!("{base}/crl/{name}{part}.crl")],
        shards: config.crl_shards,
        ocsp: vec![format!("{base}/ocsp")],
        ca_issuers: vec![format!("{base}/ca/{name}.cer")],
    }
}
