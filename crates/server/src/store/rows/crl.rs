//! Certificate revocation lists.

use pki::Time;

use super::AuthorityId;

/// A CRL as recorded before it is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crl {
    /// Who signed it.
    pub issuer: AuthorityId,
    /// RFC 5280 §5.2.3; strictly increasing for each issuer.
    pub number: u64,
    /// The whole list.
    pub der: Vec<u8>,
    /// `thisUpdate`.
    pub this_update: Time,
    /// `nextUpdate`.
    pub next_update: Time,
}
