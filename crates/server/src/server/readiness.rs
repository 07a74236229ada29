use crate::authority::{Authority, Ca};
use crate::clock::Clock;
use crate::directory::Health;
use crate::http::{BoxFuture, Readiness};
use crate::installation::Installation;
use crate::store::Store;
use std::sync::Arc;

/// Ready while the store writes and the certificates that sign are valid.
pub(super) struct StoreAndCertificates {
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    clock: Arc<dyn Clock>,
    directories: Vec<Arc<Health>>,
}

impl StoreAndCertificates {
    pub(super) fn new(
        installation: &Installation,
        clock: &Arc<dyn Clock>,
        directories: Vec<Arc<Health>>,
    ) -> StoreAndCertificates {
        StoreAndCertificates {
            store: Arc::clone(&installation.store),
            authority: Arc::clone(&installation.authority),
            clock: Arc::clone(clock),
            directories,
        }
    }
}

impl Readiness for StoreAndCertificates {
    fn reserves(&self) -> Vec<String> {
        let now = self.clock.now();
        self.directories.iter().filter_map(|directory| directory.trouble(now)).collect()
    }

    fn troubles(&self) -> BoxFuture<'_, Vec<String>> {
        Box::pin(async move {
            let now = self.clock.now();
            let mut troubles: Vec<String> = self.store.stopped().into_iter().collect();
            let ra = self.authority.ra();
            let ocsp = self.authority.responder(Ca::Issuing);
            let issuing = &self.authority.issuing.certificate;
            let delegates = [("RA's", Some(&ra)), ("OCSP signer's", ocsp.as_ref())];
            let delegates =
                delegates.iter().filter_map(|(what, one)| Some((*what, &one.as_ref()?.certificate)));
            for (what, certificate) in [("issuing CA's", issuing)].into_iter().chain(delegates) {
                if !certificate.is_valid_at(now) {
                    let until = certificate.not_after();
                    troubles.push(format!("the {what} certificate is not valid now (it ends {until})"));
                }
            }
            troubles
        })
    }
}
