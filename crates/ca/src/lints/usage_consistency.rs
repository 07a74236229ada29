//! Each purpose comes with a key usage that it can be served with.

use super::{Examined, Lint, require};
use pki::extension::KeyUsage;
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "usage_consistency", clause: "RFC 5280 §4.2.1.12", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let usage = examined.certificate.key_usage().ok().flatten().unwrap_or_default();
    let purposes = examined.certificate.extended_key_usage().ok().flatten().unwrap_or_default();
    let sign = KeyUsage::DIGITAL_SIGNATURE;
    let exchange = KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT);
    for purpose in purposes.0 {
        let wanted = match purpose {
            oid::CLIENT_AUTH => sign.with(KeyUsage::KEY_AGREEMENT),
            oid::SERVER_AUTH => sign.with(exchange),
            oid::CODE_SIGNING => sign,
            oid::EMAIL_PROTECTION => sign.with(KeyUsage::NON_REPUDIATION).with(exchange),
            _ => continue,
        };
        require(!usage.and(wanted).is_empty(), &format!("{purpose} cannot be served with {usage}"))?;
    }
    Ok(())
}
