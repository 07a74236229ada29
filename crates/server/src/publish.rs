//! What relying parties fetch: CA certificates and CRLs.

use crate::authority::{Authority, ISSUING};
use crate::http::{CertificateFile, Publications};
use crate::store::Crl;
use axum::body::Bytes;
use pki::cms::signed::certs_only;
use pki::pem;
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

/// CA certificates and the newest CRLs, from memory: they are served when the store is away, too.
pub struct Shelf {
    authority: Arc<Authority>,
    crls: RwLock<BTreeMap<Option<u16>, (u64, Bytes)>>,
}

impl Shelf {
    /// A shelf without CRL yet.
    #[must_use]
    pub fn new(authority: Arc<Authority>) -> Shelf {
        Shelf { authority, crls: RwLock::default() }
    }

    /// Puts new CRLs out; readers see the old one or the new one, whole. One with a lower number than is out stays in.
    pub fn publish(&self, crls: Vec<Crl>) {
        let mut out = self.crls.write().unwrap_or_else(PoisonError::into_inner);
        for crl in crls {
            if out.get(&crl.shard).is_none_or(|(number, _)| *number < crl.number) {
                out.insert(crl.shard, (crl.number, Bytes::from_owner(Shared(crl.der))));
            }
        }
    }

    /// The highest number that is out; 0 before the first.
    #[must_use]
    pub fn number(&self) -> u64 {
        let crls = self.crls.read().unwrap_or_else(PoisonError::into_inner);
        crls.values().map(|(number, _)| *number).max().unwrap_or(0)
    }
}

/// What the store was given, not a copy of it.
struct Shared(Arc<Vec<u8>>);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Publications for Shelf {
    fn ca_certificate(&self, name: &str, form: CertificateFile) -> Option<Vec<u8>> {
        let chain = match name {
            ISSUING => self.authority.chain().to_vec(),
            "root" => vec![&self.authority.root],
            _ => return None,
        };
        Some(match form {
            CertificateFile::Cer => chain.first()?.der().to_vec(),
            CertificateFile::Pem => {
                chain.iter().map(|one| pem::encode("CERTIFICATE", one.der())).collect::<String>().into_bytes()
            }
            CertificateFile::P7b => certs_only(&chain.iter().map(|one| one.der()).collect::<Vec<_>>(), &[]),
        })
    }

    fn crl(&self, name: &str) -> Option<Bytes> {
        let shard = match name.strip_prefix(ISSUING)? {
            "" => None,
            part => Some(part.strip_prefix('-')?.parse().ok()?),
        };
        let crls = self.crls.read().unwrap_or_else(PoisonError::into_inner);
        crls.get(&shard).map(|(_, der)| der.clone())
    }
}
