//! Where more can be learned of a certificate: its status, its issuer, its issuer's revocation lists.

use super::Extension;
use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid, text};

/// `uniformResourceIdentifier [6] IMPLICIT IA5String` (RFC 5280 §4.2.1.6)
const URI: Tag = Tag::primitive(6);

impl Extension {
    /// cRLDistributionPoints (RFC 5280 §4.2.1.13): one point of these URIs.
    #[must_use]
    pub fn crl_distribution_points(uris: &[String]) -> Extension {
        Extension::new(oid::CRL_DISTRIBUTION_POINTS, false, |w| {
            w.sequence(|w| w.sequence(|w| write_full_name(w, uris)));
        })
    }

    /// authorityInfoAccess (RFC 5280 §4.2.2.1): OCSP responders, then where the issuer's certificate is.
    #[must_use]
    pub fn authority_info_access(ocsp: &[String], ca_issuers: &[String]) -> Extension {
        let described = |method: Oid| move |uri| (method, uri);
        let all = ocsp
            .iter()
            .map(described(oid::AD_OCSP))
            .chain(ca_issuers.iter().map(described(oid::AD_CA_ISSUERS)));
        Extension::new(oid::AUTHORITY_INFO_ACCESS, false, |w| {
            w.sequence(|w| {
                all.for_each(|(method, uri)| {
                    w.sequence(|w| {
                        w.oid(&method);
                        w.string(URI, uri);
                    });
                });
            });
        })
    }

    /// issuingDistributionPoint (RFC 5280 §5.2.5), critical: this list is the part that certificates with one of these
    /// URIs point to. The URIs stand as in the certificates' cRLDistributionPoints, octet for octet.
    #[must_use]
    pub fn issuing_distribution_point(uris: &[String]) -> Extension {
        Extension::new(oid::ISSUING_DISTRIBUTION_POINT, true, |w| {
            w.sequence(|w| write_full_name(w, uris));
        })
    }
}

/// `distributionPoint [0]`, a CHOICE and so EXPLICIT, of `fullName [0] IMPLICIT GeneralNames`.
fn write_full_name(w: &mut Writer, uris: &[String]) {
    w.explicit(0, |w| w.explicit(0, |w| uris.iter().for_each(|uri| w.string(URI, uri))));
}

/// `AuthorityInfoAccessSyntax` (RFC 5280 §4.2.2.1): the URIs of its two methods, in order. Other methods and other kinds
/// of name are skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityInfoAccess {
    /// id-ad-ocsp: responders.
    pub ocsp: Vec<String>,
    /// id-ad-caIssuers: where the issuer's certificate is.
    pub ca_issuers: Vec<String>,
}

impl AuthorityInfoAccess {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken; an empty list is refused.
    pub fn parse(der: &[u8]) -> Result<AuthorityInfoAccess, Error> {
        let mut access = AuthorityInfoAccess::default();
        for_each(der, |mut description| {
            let method = description.oid()?;
            let location = description.any()?.raw;
            description.finish()?;
            let uris = uris(Reader::new(location))?;
            match method {
                oid::AD_OCSP => access.ocsp.extend(uris),
                oid::AD_CA_ISSUERS => access.ca_issuers.extend(uris),
                _ => {}
            }
            Ok(())
        })?;
        Ok(access)
    }
}

/// `CRLDistributionPoints` (RFC 5280 §4.2.1.13): the URIs, in order, of the points whose list is the issuer's own and for
/// every reason. Points of an indirect CRL or of some reasons are skipped: their list alone says of nothing that it is good.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CrlDistributionPoints(pub Vec<String>);

impl CrlDistributionPoints {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken; an empty list is refused.
    pub fn parse(der: &[u8]) -> Result<CrlDistributionPoints, Error> {
        let mut found = Vec::new();
        for_each(der, |mut point| {
            let uris = point.optional(Tag::constructed(0))?.map_or(Ok(Vec::new()), point_uris)?;
            let reasons = point.optional(Tag::primitive(1))?;
            let issuer = point.optional(Tag::constructed(2))?;
            if reasons.is_none() && issuer.is_none() {
                found.extend(uris);
            }
            point.finish()
        })?;
        Ok(CrlDistributionPoints(found))
    }
}

/// What a revocation list leaves out (RFC 5280 §5.2.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Restriction {
    /// onlyContainsUserCerts
    UserCertificates,
    /// onlyContainsCACerts
    CaCertificates,
    /// onlySomeReasons
    SomeReasons,
    /// indirectCRL: it may list what other issuers signed.
    Indirect,
    /// onlyContainsAttributeCerts
    AttributeCertificates,
}

/// `IssuingDistributionPoint` (RFC 5280 §5.2.5): of what a revocation list speaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuingDistributionPoint {
    /// It speaks of certificates with one of these URIs in a distribution point; empty: of those of all points.
    pub uris: Vec<String>,
    /// In the standard's order.
    pub restrictions: Vec<Restriction>,
}

impl IssuingDistributionPoint {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken; a point that is named, but by no URI, is refused.
    pub fn parse(der: &[u8]) -> Result<IssuingDistributionPoint, Error> {
        let mut fields = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let point = fields.optional(Tag::constructed(0))?;
        let uris = point.map_or(Ok(Vec::new()), point_uris)?;
        // Without its point it would pass for a list of everything.
        if point.is_some() && uris.is_empty() {
            return Err(Error::Structure("a part of a revocation list that no URI names"));
        }
        let mut restrictions = Vec::new();
        for (number, restriction) in [
            (1, Restriction::UserCertificates),
            (2, Restriction::CaCertificates),
            (3, Restriction::SomeReasons),
            (4, Restriction::Indirect),
            (5, Restriction::AttributeCertificates),
        ] {
            match fields.optional(Tag::primitive(number))? {
                None => {}
                // ReasonFlags, the one field that is no BOOLEAN.
                Some(_) if restriction == Restriction::SomeReasons => restrictions.push(restriction),
                Some([0xff]) => restrictions.push(restriction),
                // An explicit FALSE is not DER, but says the same as none.
                Some([0x00]) => {}
                Some(_) => return Err(Error::Boolean),
            }
        }
        fields.finish()?;
        Ok(IssuingDistributionPoint { uris, restrictions })
    }
}

/// Reads `SEQUENCE SIZE (1..MAX) OF SEQUENCE`, element by element.
fn for_each(der: &[u8], mut read: impl FnMut(Reader<'_>) -> Result<(), Error>) -> Result<(), Error> {
    let mut list = Reader::only(der)?.open(Tag::SEQUENCE)?;
    if list.is_empty() {
        return Err(Error::Structure("a list of locations without one"));
    }
    while !list.is_empty() {
        read(list.sequence()?)?;
    }
    Ok(())
}

/// `DistributionPointName`: a full name, or one relative to the issuer's, which no URI is made of.
fn point_uris(explicit: &[u8]) -> Result<Vec<String>, Error> {
    let name = Reader::only(explicit)?;
    if name.tag == Tag::constructed(1) { Ok(Vec::new()) } else { uris(name.open(Tag::constructed(0))?) }
}

/// The URIs among general names.
fn uris(mut names: Reader<'_>) -> Result<Vec<String>, Error> {
    let mut uris = Vec::new();
    while !names.is_empty() {
        let name = names.any()?;
        if name.tag == URI {
            uris.push(text::decode(Tag::IA5_STRING, name.value)?);
        }
    }
    Ok(uris)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(hosts: &[&str]) -> Vec<String> {
        hosts.iter().map(|host| format!("http://{host}.example/x")).collect()
    }

    #[test]
    fn what_is_written_is_read() {
        let (one, two) = (urls(&["a", "b"]), urls(&["c"]));
        let access = Extension::authority_info_access(&one, &two);
        let expected = AuthorityInfoAccess { ocsp: one.clone(), ca_issuers: two };
        assert_eq!(AuthorityInfoAccess::parse(&access.value), Ok(expected));
        let points = Extension::crl_distribution_points(&one);
        assert_eq!(CrlDistributionPoints::parse(&points.value), Ok(CrlDistributionPoints(one.clone())));
        let part = Extension::issuing_distribution_point(&one);
        assert!(part.critical, "RFC 5280 §5.2.5");
        let expected = IssuingDistributionPoint { uris: one, restrictions: Vec::new() };
        assert_eq!(IssuingDistributionPoint::parse(&part.value), Ok(expected));
    }

    #[test]
    fn a_point_of_some_reasons_or_of_another_issuer_is_no_place_to_ask() {
        let point = |w: &mut Writer, host: &str, more: &dyn Fn(&mut Writer)| {
            w.sequence(|w| {
                write_full_name(w, &urls(&[host]));
                more(w);
            });
        };
        let der = Writer::bytes_of(|w| {
            w.sequence(|w| {
                point(w, "reasons", &|w| w.tlv(Tag::primitive(1), &[6, 0x40]));
                point(w, "whole", &|_| {});
                point(w, "indirect", &|w| w.explicit(2, |w| w.string(Tag::primitive(2), "other.example")));
                w.sequence(|w| w.explicit(0, |w| w.explicit(1, |_| {})));
            });
        });
        assert_eq!(CrlDistributionPoints::parse(&der), Ok(CrlDistributionPoints(urls(&["whole"]))));
    }

    #[test]
    fn restrictions_of_a_list_are_read() {
        let all = [0x30, 16, 0x81, 1, 0xff, 0x82, 1, 0xff, 0x83, 2, 6, 0x40, 0x84, 1, 0xff, 0x85, 1, 0xff];
        let read = IssuingDistributionPoint::parse(&all).unwrap();
        assert_eq!((read.uris.len(), read.restrictions.len()), (0, 5));
        let read = IssuingDistributionPoint::parse(&[0x30, 3, 0x84, 1, 0]).unwrap();
        assert_eq!(read, IssuingDistributionPoint::default());
        let nameless = &[0x30, 4, 0xa0, 2, 0xa1, 0][..];
        for bad in [nameless, &[0x30, 3, 0x84, 1, 1], &[0x30, 3, 0x86, 1, 0xff], &[0x30, 0, 0]] {
            assert!(IssuingDistributionPoint::parse(bad).is_err(), "{bad:02x?}");
        }
    }

    #[test]
    fn empty_and_malformed_lists_are_refused() {
        for bad in [&[0x30, 0][..], &[0x30, 2, 0x30, 0, 0], &[0x30, 2, 0x31, 0]] {
            assert!(AuthorityInfoAccess::parse(bad).is_err(), "{bad:02x?}");
            assert!(CrlDistributionPoints::parse(bad).is_err(), "{bad:02x?}");
        }
        let not_ascii = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oid::AD_OCSP);
                    w.tlv(URI, &[0xe9]);
                });
            });
        });
        assert_eq!(AuthorityInfoAccess::parse(&not_ascii), Err(Error::Characters));
    }
}
