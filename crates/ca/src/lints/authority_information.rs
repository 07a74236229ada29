//! Authority information access: OCSP and CA issuers at plain HTTP URLs, those of the profile.

use super::{Examined, Lint, require, urls};
use pki::extension::find;
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "authority_information", clause: "RFC 5280 §4.2.2.1", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let wanted = examined.profile.map(|profile| (&profile.urls.ocsp, &profile.urls.ca_issuers));
    let Some(extension) = find(examined.certificate.extensions(), &oid::AUTHORITY_INFO_ACCESS) else {
        let none = wanted.is_none_or(|(ocsp, ca_issuers)| ocsp.is_empty() && ca_issuers.is_empty());
        return require(none, "it is missing");
    };
    let (ocsp, ca_issuers) = urls::of_information(&extension.value).map_err(|error| error.to_string())?;
    urls::check(ocsp.iter().chain(&ca_issuers))?;
    require(wanted.is_none_or(|wanted| wanted == (&ocsp, &ca_issuers)), "its URLs are not the profile's")
}
