//! Which certificates a domain controller cannot map to an account (M192): since its full enforcement it denies whoever
//! signs in with one (KB5014754).

use std::collections::BTreeMap;

use ca::decide::sid::of_uri;
use pki::Time;
use pki::certificate::Certificate;
use pki::extension::find;
use pki::general_name::GeneralName;
use pki::oid;

use crate::store::{CertificateId, Search, State, Store, StoreError, Stored};

/// Rows read at once.
const PAGE: u32 = 10_000;

/// The certificates of one profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WithoutSid {
    /// Good now, and for client authentication.
    pub live: u64,
    /// Of these, those that name no SID, in the extension or in a URI.
    pub without: u64,
}

/// Counts them, by profile.
///
/// # Errors
/// The store cannot be read.
pub async fn without_sid(store: &dyn Store, now: Time) -> Result<BTreeMap<String, WithoutSid>, StoreError> {
    let mut profiles: BTreeMap<String, WithoutSid> = BTreeMap::new();
    let mut after = CertificateId::default();
    loop {
        let page = store.certificates(Search { after, limit: PAGE, ..Search::default() }).await?;
        let Some(last) = page.last() else { return Ok(profiles) };
        after = last.id;
        for (stored, certificate) in page.iter().filter_map(|one| Some((one, signs_in(one, now)?))) {
            let count = profiles.entry(stored.profile.clone()).or_default();
            count.live += 1;
            count.without += u64::from(!names_a_sid(&certificate));
        }
    }
}

/// The certificate, if somebody can sign in with it now.
fn signs_in(stored: &Stored, now: Time) -> Option<Certificate> {
    if !matches!(stored.state, State::Issued { .. }) || stored.revocation.is_some() {
        return None;
    }
    let certificate = Certificate::parse(stored.der()?).ok()?;
    (is_for_signing_in(&certificate) && certificate.is_valid_at(now)).then_some(certificate)
}

/// Whether it is for client authentication.
pub(crate) fn is_for_signing_in(certificate: &Certificate) -> bool {
    // Without the extension it is good for everything (RFC 5280 §4.2.1.12).
    let purposes = certificate.extended_key_usage();
    purposes.is_ok_and(|purposes| purposes.is_none_or(|purposes| purposes.0.contains(&oid::CLIENT_AUTH)))
}

pub(crate) fn names_a_sid(certificate: &Certificate) -> bool {
    let in_uri =
        |name: &GeneralName| matches!(name, GeneralName::Uri(uri) if matches!(of_uri(uri), Ok(Some(_))));
    find(certificate.extensions(), &oid::MS_SID).is_some()
        || certificate.san().is_ok_and(|san| san.0.iter().any(in_uri))
}
