//! Our own certificates, and the keys that belong to them.

use super::report::{Invariant, Report};
use crate::keys::{KeyDirectory, KeyError};
use crate::store::{Authority, AuthorityId, AuthorityRole, Store, StoreError};
use ca::key_policy::canonical;
use ca::lints::{Context, Scope, examine};
use pki::certificate::Certificate;
use std::collections::{BTreeMap, HashSet};

/// Every authority that ever was, parsed.
pub(super) struct Hierarchy {
    recorded: Vec<Authority>,
    pub(super) certificates: BTreeMap<AuthorityId, Certificate>,
    /// SHA-256 of each key of ours.
    pub(super) own_keys: HashSet<[u8; 32]>,
}

impl Hierarchy {
    pub(super) async fn read(store: &dyn Store) -> Result<Hierarchy, StoreError> {
        let recorded = store.authorities().await?;
        let parsed = |one: &Authority| Some((one.id, Certificate::parse(&one.certificate).ok()?));
        let certificates: BTreeMap<_, _> = recorded.iter().filter_map(parsed).collect();
        let own_keys = certificates.values().map(|one| canonical(one.key()).fingerprint()).collect();
        Ok(Hierarchy { recorded, certificates, own_keys })
    }

    /// Those that sign certificates and CRLs, retired ones too.
    pub(super) fn issuing(&self) -> impl Iterator<Item = (AuthorityId, &Certificate)> {
        let issuing = self.recorded.iter().filter(|one| one.role == AuthorityRole::Issuing);
        issuing.filter_map(|one| Some((one.id, self.certificates.get(&one.id)?)))
    }

    /// Whose key signed `certificate`: one of the authorities of the role above it.
    fn issuer_of<'a>(&'a self, certificate: &'a Certificate, role: AuthorityRole) -> Option<&'a Certificate> {
        let above: &[AuthorityRole] = match role {
            AuthorityRole::Root => return Some(certificate),
            AuthorityRole::Issuing => &[AuthorityRole::Root],
            AuthorityRole::Ra => &[AuthorityRole::Issuing],
            AuthorityRole::Ocsp => &[AuthorityRole::Root, AuthorityRole::Issuing],
        };
        let candidates = self.recorded.iter().filter(|one| above.contains(&one.role));
        let mut parsed = candidates.filter_map(|one| self.certificates.get(&one.id));
        parsed.find(|one| {
            one.subject().der() == certificate.issuer().der()
                && certificate.verify_signed_by(one.key()).is_ok()
        })
    }
}

pub(super) fn check(hierarchy: &Hierarchy, keys: Option<&KeyDirectory>, report: &mut Report) {
    for one in &hierarchy.recorded {
        report.looked_at(Invariant::References, 1);
        let Some(certificate) = hierarchy.certificates.get(&one.id) else {
            report.found(Invariant::Certificates, format!("authority {:?} cannot be parsed", one.name));
            continue;
        };
        check_certificate(hierarchy, one, certificate, report);
        if let Some(keys) = keys {
            check_key(one, certificate, keys, report);
        }
    }
}

fn check_certificate(hierarchy: &Hierarchy, one: &Authority, certificate: &Certificate, report: &mut Report) {
    let name = &one.name;
    let signer = hierarchy.issuer_of(certificate, one.role);
    let Some(issuer) = signer.filter(|issuer| certificate.verify_signed_by(issuer.key()).is_ok()) else {
        let what = format!("authority {name:?}: no authority above it has signed it");
        return report.found(Invariant::Certificates, what);
    };
    let scope = match one.role {
        AuthorityRole::Root => Scope::Root,
        AuthorityRole::Issuing => Scope::IssuingCa,
        AuthorityRole::Ra => Scope::Registration,
        AuthorityRole::Ocsp => Scope::Responder,
    };
    for finding in examine(certificate, &Context { issuer, scope, profile: None, judged_key: None }) {
        report.found(Invariant::Certificates, format!("authority {name:?}: {finding}"));
    }
}

/// A root's key may be taken away once the issuing CA has its certificate, and a retired key destroyed.
fn check_key(one: &Authority, certificate: &Certificate, keys: &KeyDirectory, report: &mut Report) {
    let name = &one.name;
    match keys.load(&one.key_reference) {
        Ok(key) if canonical(key.public()).spki() == canonical(certificate.key()).spki() => {}
        Ok(_) => report.found(
            Invariant::References,
            format!("authority {name:?}: key file {:?} is another key", one.key_reference),
        ),
        Err(KeyError::File { source, .. })
            if source.kind() == std::io::ErrorKind::NotFound
                && (one.role == AuthorityRole::Root || one.retired_at.is_some()) => {}
        Err(error) => report.found(Invariant::References, format!("authority {name:?}: {error}")),
    }
}
