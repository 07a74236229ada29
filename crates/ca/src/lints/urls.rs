//! The URLs inside cRLDistributionPoints and authorityInfoAccess, read from their bytes.

use crate::profile::settings::is_status_url;
use pki::der::{Error, Reader, Tag};
use pki::{Oid, oid};

/// `uniformResourceIdentifier [6] IMPLICIT IA5String`
const URI: Tag = Tag::primitive(6);

/// The URLs of one cRLDistributionPoints extension: one point, a full name of URIs.
pub(super) fn of_distribution_points(der: &[u8]) -> Result<Vec<String>, Error> {
    let mut points = Reader::only(der)?.open(Tag::SEQUENCE)?;
    let mut point = points.sequence()?;
    points.finish()?;
    let mut name = point.nested(Tag::constructed(0))?;
    point.finish()?;
    let mut full = name.nested(Tag::constructed(0))?;
    name.finish()?;
    let mut urls = Vec::new();
    while !full.is_empty() {
        urls.push(pki::text::decode(Tag::IA5_STRING, full.expect(URI)?)?);
    }
    Ok(urls)
}

/// The URLs of authorityInfoAccess: OCSP responders, CA issuers.
pub(super) fn of_information(der: &[u8]) -> Result<(Vec<String>, Vec<String>), Error> {
    let mut descriptions = Reader::only(der)?.open(Tag::SEQUENCE)?;
    let (mut ocsp, mut ca_issuers): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    while !descriptions.is_empty() {
        let mut description = descriptions.sequence()?;
        let method: Oid = description.oid()?;
        let url = pki::text::decode(Tag::IA5_STRING, description.expect(URI)?)?;
        description.finish()?;
        match method {
            oid::AD_OCSP => ocsp.push(url),
            oid::AD_CA_ISSUERS => ca_issuers.push(url),
            _ => return Err(Error::Structure("an access method that is not issued")),
        }
    }
    Ok((ocsp, ca_issuers))
}

/// Checks that there is at least one URL, and each is plain HTTP to a host.
pub(super) fn check<'a>(urls: impl IntoIterator<Item = &'a String>) -> Result<(), String> {
    let mut any = false;
    for url in urls {
        any = true;
        if !is_status_url(url) {
            return Err(format!("{url:?} is no http:// URL of a host"));
        }
    }
    if any { Ok(()) } else { Err("there is no URL".into()) }
}
