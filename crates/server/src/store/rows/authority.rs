//! Authorities: who signs.

use pki::Time;

use super::AuthorityId;

/// What an authority's key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AuthorityRole {
    /// Signs issuing authorities; its key may be elsewhere.
    Root,
    /// Signs certificates and CRLs.
    Issuing,
    /// RFC 8894 §2.1.2: signs and decrypts SCEP messages.
    Ra,
    /// RFC 6960 §4.2.2.2: signs OCSP answers about the certificates of the authority that issued it.
    Ocsp,
}

/// An authority about to be recorded.
#[derive(Clone, Debug)]
pub struct NewAuthority {
    /// Short and unique, for people and URLs.
    pub name: String,
    /// What its key is for.
    pub role: AuthorityRole,
    /// Its own certificate.
    pub certificate: Vec<u8>,
    /// Where `keys` finds the private key; a file name, never the key.
    pub key_reference: String,
    /// When it was made.
    pub created_at: Time,
}

/// A recorded authority.
#[derive(Clone, Debug)]
pub struct Authority {
    /// Its row.
    pub id: AuthorityId,
    /// Short and unique, for people and URLs.
    pub name: String,
    /// What its key is for.
    pub role: AuthorityRole,
    /// Its own certificate.
    pub certificate: Vec<u8>,
    /// Where `keys` finds the private key.
    pub key_reference: String,
    /// When it was made.
    pub created_at: Time,
    /// Since when it signs nothing.
    pub retired_at: Option<Time>,
}
