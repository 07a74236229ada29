//! The hierarchy: root, issuing CA, and the RA that speaks SCEP.
//!
//! OCSP answers have signers of their own, one under each CA, which renew themselves.
//!
//! Made at the first start, loaded at every other. The root's key signs the issuing CA and nothing else; it may be
//! taken away afterwards. The RA has an RSA key because SCEP's key transport needs one; the CA's key never decrypts.

mod birth;

pub use birth::Birth;

use crate::keys::{KeyDirectory, KeyError, PrivateKey};
use crate::store::{AuthorityId, AuthorityRole, Store, StoreError};
use ca::issue::{IssueFault, Issued, Ticket};
use ca::key_policy::{OwnKey, canonical};
use pki::certificate::{Certificate, Serial};
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

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

/// One of the two CAs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ca {
    /// Signs the issuing CA's certificate.
    Root,
    /// Signs everything else.
    Issuing,
}

/// The hierarchy in use.
pub struct Authority {
    /// The root's certificate.
    pub root: Certificate,
    /// The CA that issues.
    pub issuing: Signer,
    delegates: RwLock<Delegates>,
}

/// What changes while the server runs: who speaks for the CA, and with which keys.
struct Delegates {
    ra: Arc<Signer>,
    /// Newer before older.
    older_ras: Vec<Arc<Signer>>,
    /// By the CA that signed their certificates, newer before older.
    responders: Vec<(Ca, Arc<Signer>)>,
    own_keys: Arc<[OwnKey]>,
    own_serials: HashSet<(Ca, Serial)>,
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
            delegates: RwLock::new(Delegates::load(&recorded, keys, &parse(root)?)?),
            root: parse(root)?,
            issuing: signer(issuing, keys)?,
        })
    }

    /// Takes up an RA or an OCSP signer that was recorded since.
    ///
    /// # Errors
    /// [`AuthorityError`]; those in use stay.
    pub async fn reload(&self, store: &dyn Store, keys: &KeyDirectory) -> Result<(), AuthorityError> {
        let loaded = Delegates::load(&store.authorities().await?, keys, &self.root)?;
        *self.delegates.write().unwrap_or_else(PoisonError::into_inner) = loaded;
        Ok(())
    }

    fn delegates(&self) -> RwLockReadGuard<'_, Delegates> {
        self.delegates.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The RA in use now.
    #[must_use]
    pub fn ra(&self) -> Arc<Signer> {
        Arc::clone(&self.delegates().ra)
    }

    /// The RA in use now, and those before it, for which a device may still seal its request.
    #[must_use]
    pub fn ras(&self) -> (Arc<Signer>, Vec<Arc<Signer>>) {
        let delegates = self.delegates();
        (Arc::clone(&delegates.ra), delegates.older_ras.clone())
    }

    /// The certificate of a CA.
    #[must_use]
    pub fn certificate(&self, ca: Ca) -> &Certificate {
        match ca {
            Ca::Root => &self.root,
            Ca::Issuing => &self.issuing.certificate,
        }
    }

    /// Who signs OCSP answers about certificates of `ca` (RFC 6960 §4.2.2.2: the CA itself has signed its certificate).
    #[must_use]
    pub fn responder(&self, ca: Ca) -> Option<Arc<Signer>> {
        let delegates = self.delegates();
        delegates.responders.iter().find(|(under, _)| *under == ca).map(|(_, one)| Arc::clone(one))
    }

    /// Whether `ca` has signed a certificate of our own service under this number: the issuing CA's, an RA's, a signer's
    /// of OCSP answers.
    #[must_use]
    pub fn has_own(&self, ca: Ca, serial: &Serial) -> bool {
        self.delegates().own_serials.contains(&(ca, serial.clone()))
    }

    /// Every key of ours, which no request may ask to certify.
    #[must_use]
    pub fn own_keys(&self) -> Arc<[OwnKey]> {
        Arc::clone(&self.delegates().own_keys)
    }

    /// Issuing CA and root, as devices and relying parties get them.
    #[must_use]
    pub fn chain(&self) -> [&Certificate; 2] {
        [&self.issuing.certificate, &self.root]
    }
}

impl Ca {
    fn above(certificate: &Certificate, root: &Certificate) -> Ca {
        if certificate.verify_signed_by(root.key()).is_ok() { Ca::Root } else { Ca::Issuing }
    }
}

impl Delegates {
    fn load(
        recorded: &[crate::store::Authority],
        keys: &KeyDirectory,
        root: &Certificate,
    ) -> Result<Delegates, AuthorityError> {
        let (mut own_keys, mut own_serials) = (Vec::new(), HashSet::new());
        for one in recorded {
            let certificate = parse(one)?;
            let fingerprint = canonical(certificate.key()).fingerprint();
            own_keys.push(OwnKey { fingerprint, name: one.name.clone() });
            own_serials.insert((Ca::above(&certificate, root), certificate.serial().clone()));
        }
        let newest_first = |role| {
            let current = move |one: &&crate::store::Authority| one.role == role && one.retired_at.is_none();
            recorded.iter().rev().filter(current).map(|one| signer(one, keys).map(Arc::new))
        };
        let mut ras = newest_first(AuthorityRole::Ra);
        Ok(Delegates {
            ra: ras.next().ok_or(AuthorityError::Missing("RA"))??,
            older_ras: ras.collect::<Result<_, _>>()?,
            responders: newest_first(AuthorityRole::Ocsp)
                .map(|one| one.map(|one| (Ca::above(&one.certificate, root), one)))
                .collect::<Result<_, _>>()?,
            own_keys: own_keys.into(),
            own_serials,
        })
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
