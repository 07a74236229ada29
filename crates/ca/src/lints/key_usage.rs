//! keyUsage is there, and gives what the kind of certificate and of key may have (RFC 3279 §2.3, RFC 8813 §3).

use super::{Examined, Lint, Scope, require};
use crate::decide::usage::fit_for;
use crate::profile::Platform;
use pki::extension::KeyUsage;

pub(super) const LINT: Lint = Lint { name: "key_usage", clause: "RFC 5280 §4.2.1.3", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let usage =
        examined.certificate.key_usage().map_err(|error| error.to_string())?.ok_or("it is missing")?;
    require(!usage.is_empty(), "it is empty")?;
    let key = examined.certificate.key();
    match examined.scope {
        Scope::Root | Scope::IssuingCa => require(
            usage == KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN),
            "a CA has keyCertSign and cRLSign",
        ),
        // RFC 8894 §2.3: SCEP envelopes are made to this key.
        Scope::Registration => {
            let wanted = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
            require(
                usage == wanted && key.is_rsa(),
                "an RA has digitalSignature and keyEncipherment on an RSA key",
            )
        }
        // RFC 6960 §4.2.2.2: it signs answers and nothing else.
        Scope::Responder => {
            require(usage == KeyUsage::DIGITAL_SIGNATURE, "a responder has digitalSignature alone")
        }
        Scope::EndEntity => {
            let platform = examined.profile.map_or(Platform::Any, |profile| profile.platform);
            let fit = fit_for(key, platform);
            require(fit.contains(usage), "it gives what this key or platform may not have")?;
            // M18: without the switch, whatever was asked for, it is the profile's.
            let fixed = examined.profile.filter(|profile| !profile.usage.use_requested_key_usages);
            let as_profile = fixed.is_none_or(|profile| profile.usage.key_usage.and(fit) == usage);
            require(as_profile, "it is not the profile's")
        }
    }
}
