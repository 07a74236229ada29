//! What relying parties fetch: CA certificates and the CRL.

use crate::authority::{Authority, ISSUING};
use crate::http::{CertificateFile, Publications};
use pki::cms::signed::certs_only;
use pki::pem;
use std::sync::{Arc, PoisonError, RwLock};

/// CA certificates and the newest CRL, from memory: they are served when the store is away, too.
pub struct Shelf {
    authority: Arc<Authority>,
    crl: RwLock<Option<Vec<u8>>>,
}

impl Shelf {
    /// A shelf without CRL yet.
    #[must_use]
    pub fn new(authority: Arc<Authority>) -> Shelf {
        Shelf { authority, crl: RwLock::new(None) }
    }

    /// Puts a new CRL out; readers see the old one or the new one, whole.
    pub fn publish(&self, crl: Vec<u8>) {
        *self.crl.write().unwrap_or_else(PoisonError::into_inner) = Some(crl);
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

    fn crl(&self, name: &str) -> Option<Vec<u8>> {
        let crl = self.crl.read().unwrap_or_else(PoisonError::into_inner);
        crl.clone().filter(|_| name == ISSUING)
    }
}
