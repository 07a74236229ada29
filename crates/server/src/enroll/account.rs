//! The account that a request names, as the directory knows it: its security identifier (M194).

use super::{Enroller, Refused};
use crate::directory::binding;
use crate::standing::{Kind, Record};
use crate::store::{Named, Store, StoreError};
use ca::decide::Sid;
use ca::rejection::SanFault;
use scep::server::CertificateRequested;

impl Enroller {
    /// `None` where there is no directory, where it does not know the account, or knows no SID of it.
    pub(super) async fn sid(&self, asked: &CertificateRequested) -> Result<Option<Sid>, Refused> {
        let Some(follows) = &self.directory else { return Ok(None) };
        // What cannot be read is refused by the decision.
        let Ok(san) = asked.request.san() else { return Ok(None) };
        let mut names = binding::bindings(&follows.source, follows.names, asked.request.subject(), &san);
        // A certificate that names both is the user's.
        names.sort_by_key(|one| one.named != Named::User);
        for one in names {
            if let Some(sid) = of(&*self.store, &follows.source, &one.key, one.named).await? {
                return parsed(&sid).map(Some);
            }
        }
        Ok(None)
    }
}

/// Intune's record of a device has none: the same device's in Entra has.
async fn of(store: &dyn Store, source: &str, key: &str, named: Named) -> Result<Option<String>, StoreError> {
    let there = |record: &Record| record.present.value && named.kinds().contains(&record.kind);
    let known: Vec<Record> = store.bearing(source, key).await?.into_iter().map(|row| row.record).collect();
    let mut found = known.iter().filter(|record| there(record));
    if let Some(sid) = found.clone().find_map(|record| record.sid.as_ref()) {
        return Ok(Some(sid.value.clone()));
    }
    let Some(link) = found.find_map(|record| record.link.as_ref()) else { return Ok(None) };
    let elsewhere = store.bearing(source, link).await?;
    let of_entra = elsewhere.into_iter().map(|row| row.record);
    let mut of_entra = of_entra.filter(|record| record.kind == Kind::Device && record.present.value);
    Ok(of_entra.find_map(|record| record.sid).map(|sid| sid.value))
}

/// A SID of a form that is no account's in a domain maps to nothing: nobody may be certified by it.
fn parsed(text: &str) -> Result<Sid, Refused> {
    Sid::parse(text).map_err(|reason| {
        let (name, reason) = (ca::rejection::Shown::new(text), ca::rejection::Shown::new(reason));
        ca::rejection::Rejection::from(SanFault::SidMalformed { name, reason }).into()
    })
}
