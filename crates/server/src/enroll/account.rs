//! Whom a request names, as the directory knows them: the account's security identifier (M194), and facts for the policy (M69,
//! M70).

use super::{Asked, Enroller, Follows, Refused};
use crate::directory::binding::{self, DeviceNames};
use crate::standing::{Kind, Learned, Record};
use crate::store::{Named, Store, StoreError};
use ca::decide::Sid;
use ca::policy::{Device, User};
use ca::rejection::SanFault;

/// What the directory says; nothing where there is none, or where the request names nobody.
#[derive(Default)]
pub(super) struct Account {
    /// The user's, else the device's.
    pub(super) sid: Option<Sid>,
    pub(super) device: Device,
    pub(super) user: User,
}

impl Enroller {
    pub(super) async fn account(&self, asked: Asked<'_>) -> Result<Account, Refused> {
        let mut account = Account::default();
        let Some(follows) = &self.directory else { return Ok(account) };
        // What cannot be read is refused by the decision.
        let Ok(san) = asked.request.san() else { return Ok(account) };
        let mut names = binding::bindings(&follows.source, follows.names, asked.request.subject(), &san);
        // A certificate that names both is the user's.
        names.sort_by_key(|one| one.named != Named::User);
        for one in names {
            let known = known(&*self.store, &follows.source, &one.key, one.named).await?;
            let sid = known.iter().find_map(|record| record.sid.as_ref()).filter(|_| account.sid.is_none());
            if let Some(sid) = sid {
                account.sid = Some(parsed(&sid.value)?);
            }
            match one.named {
                Named::Device => account.device = device(&known, follows),
                Named::User => account.user = user(&known, follows),
            }
        }
        Ok(account)
    }
}

/// What is there under this name. Intune's record of a device says little: the same device's in Entra comes behind it.
async fn known(store: &dyn Store, source: &str, key: &str, named: Named) -> Result<Vec<Record>, StoreError> {
    let rows = store.bearing(source, key).await?.into_iter().map(|row| row.record);
    let there = |record: &Record| record.present.value && named.kinds().contains(&record.kind);
    let mut known: Vec<Record> = rows.filter(there).collect();
    if let Some(link) = known.iter().find_map(|record| record.link.clone()) {
        let elsewhere = store.bearing(source, &link).await?.into_iter().map(|row| row.record);
        known.extend(elsewhere.filter(|record| record.kind == Kind::Device && record.present.value));
    }
    Ok(known)
}

fn device(known: &[Record], follows: &Follows) -> Device {
    let of = |kind: Kind| known.iter().any(|record| record.kind == kind);
    Device {
        known: Some(!known.is_empty()),
        managed: Some(of(Kind::Managed)),
        // A list does not tell a managed device from a registered one.
        registered: (follows.names == DeviceNames::Guids).then(|| of(Kind::Device)),
        enabled: flag(known, |record| record.enabled.as_ref()),
        compliant: flag(known, |record| record.compliant.as_ref()),
        platform: known
            .iter()
            .find_map(|record| record.system.as_deref())
            .map(|text| platform(text).to_owned()),
        ownership: known.iter().find_map(|record| record.ownership.clone()),
        groups: groups(known, follows),
    }
}

fn user(known: &[Record], follows: &Follows) -> User {
    let risk = known.iter().find_map(|record| record.risk.as_ref()).map(|risk| risk.value.clone());
    User {
        known: Some(!known.is_empty()),
        enabled: flag(known, |record| record.enabled.as_ref()),
        // The list of users at risk is whole: who is known and not on it is at none.
        risk: risk.or_else(|| (follows.reads_risk && !known.is_empty()).then(|| "none".to_owned())),
        groups: groups(known, follows),
    }
}

/// `false` as soon as one record says so: Intune and Entra may differ while one of them has not heard yet.
fn flag(known: &[Record], of: impl Fn(&Record) -> Option<&Learned<bool>>) -> Option<bool> {
    known.iter().filter_map(of).map(|fact| fact.value).reduce(|one, other| one && other)
}

/// Nothing is known of anybody's groups where others were read than rules name now.
fn groups(known: &[Record], follows: &Follows) -> Option<Vec<String>> {
    let read = known.iter().filter(|record| record.groups_asked == follows.groups);
    let said: Vec<&Vec<String>> = read.filter_map(|record| record.groups.as_ref()).collect();
    (!said.is_empty()).then(|| said.into_iter().flatten().cloned().collect())
}

/// The policy's word for an operating system in a directory's words.
fn platform(system: &str) -> &'static str {
    const BEGINNINGS: [(&str, &str); 9] = [
        ("windows", "windows"),
        ("ios", "ios"),
        ("ipad", "ios"),
        ("iphone", "ios"),
        ("mac", "macos"),
        ("os x", "macos"),
        ("android", "android"),
        ("aosp", "android"),
        ("linux", "linux"),
    ];
    let lower = system.to_lowercase();
    BEGINNINGS.iter().find(|(start, _)| lower.starts_with(start)).map_or("other", |(_, word)| word)
}

/// A SID of a form that is no account's in a domain maps to nothing: nobody may be certified by it.
fn parsed(text: &str) -> Result<Sid, Refused> {
    Sid::parse(text).map_err(|reason| {
        let (name, reason) = (ca::rejection::Shown::new(text), ca::rejection::Shown::new(reason));
        ca::rejection::Rejection::from(SanFault::SidMalformed { name, reason }).into()
    })
}
