//! Certificate revocation lists.

use std::sync::Arc;

use pki::Time;

use super::AuthorityId;

/// A CRL as recorded before it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    /// Who signed it.
    pub issuer: AuthorityId,
    /// Which part of the list; `None` is the list of everything.
    pub shard: Option<u16>,
    /// RFC 5280 §5.2.3; strictly increasing for each issuer, over all parts.
    pub number: u64,
    /// The whole list; shared, since a long one is recorded, published and served.
    pub der: Arc<Vec<u8>>,
    /// `thisUpdate`.
    pub this_update: Time,
    /// `nextUpdate`.
    pub next_update: Time,
}
