//! The hierarchy: root, issuing CA, and the RA that speaks SCEP.
//!
//! Made at the first start, loaded at every other. The root's key signs the issuing CA and nothing else; it may be
//! taken away afterwards. The RA has an RSA key because SCEP's key transport needs one; the CA's key never decrypts.

mod birth;

pub use birth::Birth;

use crate::keys::{KeyDirectory, KeyError, PrivateKey};
use crate::store::{AuthorityId, AuthorityRole, Store, StoreError};
use ca::issue::{IssueFault, Issued, Ticket};
use ca::key_policy::{OwnKey, canonical};
use pki::certificate::Certificate;
use std::sync::{Arc, PoisonError, RwLock};

/// The name of the issuing CA in profiles and URLs.
pub const ISSUING: &str = "default";

/// A certificate of ours with its private key.
pub struct Signer {
    /// Its row.
    pub id: AuthorityId,
    /// Its certificate.
    pub certificate: Certificate,
    key: PrivateKey,
}

impl Signer {
    /// Signs what a spent ticket wants signed, and verifies the outcome.
    ///
    /// # Errors
    /// [`SigningFault`].
    pub async fn issue(&self, ticket: Ticket) -> Result<Issued, SigningFault> {
        let (to_be_signed, unsigned) = ticket.spend();
        let signature = self.key.sign(to_be_signed.algorithm(), to_be_signed.bytes()).await?;
        Ok(unsigned.complete(&signature)?)
    }

    /// The private key, for SCEP's messages and for CRLs.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningFault {
    /// The key refused.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// What was signed is not what was drafted.
    #[error(transparent)]
    Issue(#[from] IssueFault),
}

/// Why the hierarchy is not there.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A key is missing, exposed or not understood.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A certificate could not be made.
    #[error(transparent)]
    Issue(#[from] IssueFault),
    /// The dice failed.
    #[error("the source of randomness did not answer")]
    Random,
    /// A recorded certificate does not parse, or its key is another's.
    #[error("authority {0:?}: the recorded certificate and the key file do not belong together")]
    Mismatch(String),
    /// An authority is missing from the store although others are there.
    #[error("the store has no {0} authority; restore the store and the keys from the same backup")]
    Missing(&'static str),
}

impl From<SigningFault> for AuthorityError {
    fn from(fault: SigningFault) -> Self {
        match fault {
            SigningFault::Key(fault) => AuthorityError::Key(fault),
            SigningFault::Issue(fault) => AuthorityError::Issue(fault),
        }
    }
}

/// The hierarchy in use.
pub struct Authority {
    /// The root's certificate.
    pub root: Certificate,
    /// The CA that issues.
    pub issuing: Signer,
    registration: RwLock<Registration>,
}

/// What changes while the server runs.
struct Registration {
    newest: Arc<Signer>,
    /// Newer before older.
    older: Vec<Arc<Signer>>,
    own_keys: Arc<[OwnKey]>,
}

impl Authority {
    /// Loads the hierarchy that the store names.
    ///
    /// # Errors
    /// [`AuthorityError`]; [`AuthorityError::Missing`] where nothing was made yet.
    pub async fn load(store: &dyn Store, keys: &KeyDirectory) -> Result<Authority, AuthorityError> {
        let recorded = store.authorities().await?;
        let newest = |role| recorded.iter().rev().find(|one| one.role == role && one.retired_at.is_none());
        let root = newest(AuthorityRole::Root).ok_or(AuthorityError::Missing("root"))?;
        let issuing = newest(AuthorityRole::Issuing).ok_or(AuthorityError::Missing("issuing"))?;
        Ok(Authority {
            root: parse(root)?,
            issuing: signer(issuing, keys)?,
            registration: RwLock::new(Registration::load(&recorded, keys)?),
        })
    }

    /// Takes up an RA that was recorded since.
    ///
    /// # Errors
    /// [`AuthorityError`]; the RAs stay as they were.
    pub async fn reload(&self, store: &dyn Store, keys: &KeyDirectory) -> Result<(), AuthorityError> {
        let loaded = Registration::load(&store.authorities().await?, keys)?;
        *self.registration.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    /// The RA in use now.
    #[must_use]
    pub fn ra(&self) -> Arc<Signer> {
        Arc::clone(&self.registration.read().unwrap_or_else(PoisonError::into_inner).newest)
    }

    /// The RA in use now, and those before it, for which a device may still seal its request.
    #[must_use]
    pub fn ras(&self) -> (Arc<Signer>, Vec<Arc<Signer>>) {
        let registration = self.registration.read().unwrap_or_else(PoisonError::into_inner);
        (Arc::clone(&registration.newest), registration.older.clone())
    }

    /// Every key of ours, which no request may ask to certify.
    #[must_use]
    pub fn own_keys(&self) -> Arc<[OwnKey]> {
        Arc::clone(&self.registration.read().unwrap_or_else(PoisonError::into_inner).own_keys)
    }

    /// Issuing CA and root, as devices and relying parties get them.
    #[must_use]
    pub fn chain(&self) -> [&Certificate; 2] {
        [&self.issuing.certificate, &self.root]
    }
}

impl Registration {
    fn load(
        recorded: &[crate::store::Authority],
        keys: &KeyDirectory,
    ) -> Result<Registration, AuthorityError> {
        let mut own_keys = Vec::new();
        for one in recorded {
            let certificate = parse(one)?;
            let fingerprint = canonical(certificate.key()).fingerprint();
            own_keys.push(OwnKey { fingerprint, name: one.name.clone() });
        }
        let is_ra =
            |one: &&crate::store::Authority| one.role == AuthorityRole::Ra && one.retired_at.is_none();
        let newest_first = recorded.iter().rev().filter(is_ra);
        let mut ras = newest_first.map(|one| signer(one, keys).map(Arc::new));
        let newest = ras.next().ok_or(AuthorityError::Missing("RA"))??;
        Ok(Registration { newest, older: ras.collect::<Result<_, _>>()?, own_keys: own_keys.into() })
    }
}

fn parse(recorded: &crate::store::Authority) -> Result<Certificate, AuthorityError> {
    Certificate::parse(&recorded.certificate).map_err(|_| AuthorityError::Mismatch(recorded.name.clone()))
}

fn signer(recorded: &crate::store::Authority, keys: &KeyDirectory) -> Result<Signer, AuthorityError> {
    let certificate = parse(recorded)?;
    let key = keys.load(&recorded.key_reference)?;
    if key.public().spki() != certificate.key().spki() {
        return Err(AuthorityError::Mismatch(recorded.name.clone()));
    }
    Ok(Signer { id: recorded.id, certificate, key })
}
