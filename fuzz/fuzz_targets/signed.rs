//! CMS SignedData: BER in; each signer verified under each certificate that came along.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::certificate::Certificate;
use pki::cms::signed::SignedData;

fuzz_target!(|bytes: &[u8]| {
    let Ok(data) = SignedData::parse(bytes) else { return };
    let content = data.content.as_deref().unwrap_or_default();
    for signer in data.signers.iter().take(4) {
        for certificate in data.certificates.iter().take(4).filter_map(|der| Certificate::parse(der).ok()) {
            let _ = signer.sid.means(&certificate);
            let _ = signer.verify(certificate.key(), &data.content_type, content);
        }
    }
});
