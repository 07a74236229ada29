use super::{Authority, AuthorityError, Ca, ISSUING};
use crate::config;
use crate::keys::{KeyAlgorithm, KeyDirectory, KeyError, PrivateKey, SystemRandom};
use crate::store::{AuthorityRole, NewAuthority, Store};
use ca::authority::{Plan, issuing, registration, responder, root};
use ca::issue::{Issued, Node, Ticket, serial};
use ca::profile::Urls;
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::name::Name;
use pki::{Oid, Time, oid};

/// A CA certificate must be older than the back-dated certificates under it, on the first day too.
const BACKDATE_DAYS: i64 = 7;
/// The RA's certificate, which renews itself.
const RA_VALIDITY_DAYS: i64 = 2 * 365;

/// An OCSP signer's certificate: nobody can ask whether it is revoked, so it lives shortly.
const RESPONDER_DAYS: i64 = 30;
/// One under the root: its key may be taken away, and nobody can make a successor then.
const ROOT_RESPONDER_DAYS: i64 = 2 * 365;

/// What is needed to make a hierarchy.
pub struct Birth<'a> {
    /// Where it is recorded.
    pub store: &'a dyn Store,
    /// Where its keys are kept.
    pub keys: &'a KeyDirectory,
    /// Names, key algorithm, validity.
    pub ca: &'a config::Ca,
    /// What the RA's certificate points to.
    pub urls: Urls,
    /// Now.
    pub now: Time,
}

impl Birth<'_> {
    /// Loads the hierarchy, and makes it first where there is none: root, issuing CA, RA.
    ///
    /// # Errors
    /// [`AuthorityError`].
    pub async fn load_or_make(&self) -> Result<Authority, AuthorityError> {
        let recorded = self.store.authorities().await?;
        let has = |role| recorded.iter().any(|one| one.role == role);
        // Cut off between two of the three, a first start goes on where it stopped.
        if !(has(AuthorityRole::Root) && has(AuthorityRole::Issuing) && has(AuthorityRole::Ra)) {
            self.make(&recorded).await?;
        }
        Authority::load(self.store, self.keys).await
    }

    async fn make(&self, recorded: &[crate::store::Authority]) -> Result<(), AuthorityError> {
        let made = |role| {
            let found = recorded.iter().find(|one| one.role == role);
            found.and_then(|one| Certificate::parse(&one.certificate).ok())
        };
        let root_key = self.key("root", self.ca.key)?;
        let root = match made(AuthorityRole::Root) {
            Some(certificate) => certificate,
            None => {
                let ticket = root(self.plan("Root CA", &root_key, self.ca.root_validity_days.into())?)?;
                self.record(ticket, &root_key, "root", AuthorityRole::Root).await?
            }
        };
        let issuing_key = self.key(ISSUING, self.ca.key)?;
        let issuer = match made(AuthorityRole::Issuing) {
            Some(certificate) => certificate,
            None => {
                let plan = self.plan("Issuing CA", &issuing_key, self.ca.issuing_validity_days.into())?;
                let ticket = issuing(plan, &root, &Urls::default())?;
                self.record(ticket, &root_key, ISSUING, AuthorityRole::Issuing).await?
            }
        };
        // RSA whatever the CA's own key is: SCEP wraps content keys with RSA (RFC 8894 §3.1).
        let ra_key = self.key("ra", KeyAlgorithm::Rsa2048)?;
        let ticket = registration(self.plan("RA", &ra_key, RA_VALIDITY_DAYS)?, &issuer, &self.urls)?;
        self.record(ticket, &issuing_key, "ra", AuthorityRole::Ra).await?;
        Ok(())
    }

    /// Gives the RA a successor in the last third of its life, with a key of its own; the old one still decrypts until
    /// it ends, for devices that hold its certificate. `true` if there is a new one.
    ///
    /// # Errors
    /// [`AuthorityError`]; the RA in use stays.
    pub async fn renew_ra(&self, authority: &Authority) -> Result<bool, AuthorityError> {
        let made = self.succeed_ra(authority).await?;
        // An older one ends at its own time, long after it was succeeded.
        let retired = self.retire_ended().await?;
        if made || retired {
            authority.reload(self.store, self.keys).await?;
        }
        Ok(made)
    }

    async fn succeed_ra(&self, authority: &Authority) -> Result<bool, AuthorityError> {
        let ra = authority.ra();
        let newest = &ra.certificate;
        let life = newest.not_after().unix() - newest.not_before().unix();
        let is_due = self.now > newest.not_after().plus_seconds(-life / 3);
        // An RA that ends with its CA cannot be succeeded under it.
        if !is_due || newest.not_after() >= authority.issuing.certificate.not_after() {
            return Ok(false);
        }
        let name = format!("ra-{}", self.store.authorities().await?.len());
        let key = self.key(&name, KeyAlgorithm::Rsa2048)?;
        let plan = self.plan("RA", &key, RA_VALIDITY_DAYS)?;
        let ticket = registration(plan, &authority.issuing.certificate, &self.urls)?;
        self.record(ticket, authority.issuing.key(), &name, AuthorityRole::Ra).await?;
        Ok(true)
    }

    /// Gives each CA whose key is here an OCSP signer, and each signer a successor with a key of its own after half of
    /// its life (threat 59). `true` if there is a new one.
    ///
    /// # Errors
    /// [`AuthorityError`]; those in use stay.
    pub async fn renew_responders(&self, authority: &Authority) -> Result<bool, AuthorityError> {
        let issuing_key = authority.issuing.key();
        let below_issuing = self.renew_responder(authority, Ca::Issuing, issuing_key, RESPONDER_DAYS).await?;
        let below_root = match self.keys.load("root") {
            Ok(key) => self.renew_responder(authority, Ca::Root, &key, ROOT_RESPONDER_DAYS).await?,
            // Taken away after the issuing CA was made, as it may be.
            Err(_) => false,
        };
        if below_issuing || below_root {
            authority.reload(self.store, self.keys).await?;
        }
        Ok(below_issuing || below_root)
    }

    async fn renew_responder(
        &self,
        authority: &Authority,
        ca: Ca,
        issuer_key: &PrivateKey,
        days: i64,
    ) -> Result<bool, AuthorityError> {
        let (issuer, current) = (authority.certificate(ca), authority.responder(ca));
        if let Some(current) = &current {
            let (from, until) = (current.certificate.not_before().unix(), current.certificate.not_after());
            let is_young = self.now <= until.plus_seconds((from - until.unix()) / 2);
            if is_young || until >= issuer.not_after() {
                return Ok(false);
            }
        }
        let name = format!("ocsp-{}", self.store.authorities().await?.len());
        let key = self.key(&name, KeyAlgorithm::P256)?;
        let ticket = responder(self.plan("OCSP", &key, days)?, issuer)?;
        self.record(ticket, issuer_key, &name, AuthorityRole::Ocsp).await?;
        if let Some(current) = current {
            self.store.retire_authority(current.id, self.now).await?;
        }
        Ok(true)
    }

    /// `true` if there was one. The newest stays, ended or not: without any there is nobody to tell a device why.
    async fn retire_ended(&self) -> Result<bool, AuthorityError> {
        let recorded = self.store.authorities().await?;
        let in_use = recorded.iter().filter(|one| one.role == AuthorityRole::Ra && one.retired_at.is_none());
        let mut retired = false;
        for one in in_use.rev().skip(1) {
            let ended = Certificate::parse(&one.certificate).is_ok_and(|it| it.not_after() < self.now);
            if ended {
                self.store.retire_authority(one.id, self.now).await?;
                retired = true;
            }
        }
        Ok(retired)
    }

    /// A key of an earlier start that was cut off before its certificate was recorded is used, not replaced.
    fn key(&self, name: &str, algorithm: KeyAlgorithm) -> Result<PrivateKey, KeyError> {
        match self.keys.load(name) {
            Err(KeyError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                self.keys.generate(name, algorithm)
            }
            loaded => loaded,
        }
    }

    fn plan<'k>(&self, role: &str, key: &'k PrivateKey, days: i64) -> Result<Plan<'k>, AuthorityError> {
        let common_name = format!("{} {role}", self.ca.name);
        let mut pairs: Vec<(Oid, &str)> = Vec::new();
        pairs.extend(self.ca.organization.as_deref().map(|name| (oid::ORGANIZATION, name)));
        pairs.push((oid::CN, &common_name));
        let serial =
            serial::draw(Node::FIRST, self.now, &mut SystemRandom).map_err(|_| AuthorityError::Random)?;
        Ok(Plan {
            subject: Name::from_pairs(&pairs),
            key: key.public(),
            serial,
            not_before: self.now.plus_days(-BACKDATE_DAYS),
            not_after: self.now.plus_days(days).plus_seconds(-1),
            hash: Digest::Sha256,
        })
    }

    /// Signs, and records under `name`, which is also the name of the key's file.
    async fn record(
        &self,
        ticket: Ticket,
        key: &PrivateKey,
        name: &str,
        role: AuthorityRole,
    ) -> Result<Certificate, AuthorityError> {
        let (to_be_signed, unsigned) = ticket.spend();
        let signature = key.sign(to_be_signed.algorithm(), to_be_signed.bytes()).await?;
        let certificate = Issued::into_certificate(unsigned.complete(&signature)?);
        let authority = NewAuthority {
            name: name.to_owned(),
            role,
            certificate: certificate.der().to_vec(),
            key_reference: name.to_owned(),
            created_at: self.now,
        };
        self.store.put_authority(authority).await?;
        Ok(certificate)
    }
}
