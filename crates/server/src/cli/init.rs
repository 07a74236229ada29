//! `chancery init`.

use super::{Context, Failure, Outcome};
use crate::clock::SystemClock;
use crate::installation::Installation;
use pki::certificate::Certificate;
use serde_json::json;

/// Make the CA: root, issuing CA, RA, store. Does nothing to one that is there
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

pub(super) fn run(_args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let installation =
        context.block_on(async { Ok(Installation::open_or_make(&config, &SystemClock).await?) })?;
    let authority = &installation.authority;
    let root = fingerprint(&authority.root);
    let text = format!(
        "The CA is in {}\n  root:    {}\n  issuing: {}\n  root SHA-256 fingerprint: {root}\n\
         Note the fingerprint. Next: chancery serve",
        config.data_dir.display(),
        authority.root.subject(),
        authority.issuing.certificate.subject(),
    );
    let json = json!({
        "data_dir": config.data_dir,
        "root": authority.root.subject().to_string(),
        "issuing": authority.issuing.certificate.subject().to_string(),
        "root_sha256": root,
    });
    Ok(Outcome::new(text, json))
}

/// SHA-256 of the certificate, upper-case hexadecimal, as consoles show it.
pub(super) fn fingerprint(certificate: &Certificate) -> String {
    certificate.sha256().iter().map(|octet| format!("{octet:02X}")).collect()
}
