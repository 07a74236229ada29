//! Wrong guesses, by account and by address. They are kept in the store: a restart gives nobody new tries.

use std::net::{IpAddr, Ipv6Addr};

use pki::Time;

use crate::store::{FailureRule, Failures, PeopleStore, StoreError};

/// Ten within a quarter of an hour lock an account's password for a minute, and twice as long with each further one. Passkeys are not
/// guessed and go on, so that nobody locks another out.
const ACCOUNT: FailureRule = FailureRule { most: 10, window: 900, lock: 60 };
/// An office may share an address.
const ADDRESS: FailureRule = FailureRule { most: 50, window: 900, lock: 60 };

/// Whose guesses are counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subjects {
    account: [u8; 32],
    address: Option<[u8; 32]>,
}

impl Subjects {
    /// `login` as typed: an account that is not there is counted like one that is.
    pub(super) fn of(login: &str, peer: Option<IpAddr>) -> Subjects {
        let key = |kind: &str, text: &str| pki::algorithm::sha256(format!("{kind}\0{text}").as_bytes());
        Subjects {
            account: key("account", &login.to_lowercase()),
            address: peer.map(|peer| key("address", &network(peer).to_string())),
        }
    }

    /// Seconds until a try is allowed again; `None` if it is now.
    pub(super) async fn locked(&self, store: &dyn PeopleStore, now: Time) -> Result<Option<i64>, StoreError> {
        let mut left = 0;
        for subject in std::iter::once(self.account).chain(self.address) {
            left = left.max(store.failures(subject).await?.locked_until - now.unix());
        }
        Ok((left > 0).then_some(left))
    }

    /// Counts a wrong guess; whether it began a lock of the account.
    pub(super) async fn wrong(&self, store: &dyn PeopleStore, now: Time) -> Result<bool, StoreError> {
        if let Some(address) = self.address {
            store.count_failure(address, ADDRESS, now).await?;
        }
        let Failures { wrong, .. } = store.count_failure(self.account, ACCOUNT, now).await?;
        Ok(wrong == ACCOUNT.most)
    }

    /// Somebody got in: the account's guesses are forgotten, the address's are not, or one good account would buy many guesses.
    pub(super) async fn right(&self, store: &dyn PeopleStore) -> Result<(), StoreError> {
        store.forget_failures(self.account).await
    }
}

/// An IPv6 source is its /64: one host has all of it.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}
