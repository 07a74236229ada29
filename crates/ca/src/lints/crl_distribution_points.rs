//! CRL distribution points: one point, plain HTTP URLs, those of the profile.

use super::{Examined, Lint, Scope, require, urls};
use pki::extension::find;
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "crl_distribution_points", clause: "RFC 5280 §4.2.1.13", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let wanted = examined.profile.map(|profile| profile.urls.of(examined.certificate.serial()).crl);
    let Some(extension) = find(examined.certificate.extensions(), &oid::CRL_DISTRIBUTION_POINTS) else {
        return require(wanted.is_none_or(|wanted| wanted.is_empty()), "it is missing");
    };
    require(examined.scope != Scope::Root, "a root has one: nobody can revoke it")?;
    let found = urls::of_distribution_points(&extension.value).map_err(|error| error.to_string())?;
    urls::check(&found)?;
    require(wanted.is_none_or(|wanted| wanted == found), "its URLs are not the profile's")
}
