//! Where to ask, as OpenSSL writes it: read by us, and written by us octet for octet alike.

use crate::openssl::Desk;
use chancery_pki::certificate::Certificate;
use chancery_pki::crl::CertificateList;
use chancery_pki::extension::{AuthorityInfoAccess, CrlDistributionPoints, Extension, Restriction, find};
use chancery_pki::pem;

const SETTINGS: &str = "\
[req]
distinguished_name = dn
[dn]
[located]
authorityInfoAccess = OCSP;URI:http://a.example/ocsp,OCSP;URI:http://b.example/ocsp,caIssuers;URI:http://a.example/ca.crt
crlDistributionPoints = point
noCheck = ignored
[point]
fullname = URI:http://a.example/1.crl,URI:http://b.example/1.crl
[wild]
authorityInfoAccess = caIssuers;URI:http://a.example/ca.crt,1.2.3.4;URI:http://c.example,OCSP;DNS:d.example
crlDistributionPoints = some,URI:http://a.example/2.crl
[some]
fullname = URI:http://a.example/some.crl
reasons = keyCompromise
[ca]
default_ca = authority
[authority]
database = index
crlnumber = crlnumber
default_md = sha256
default_crl_days = 7
crl_extensions = part
[part]
issuingDistributionPoint = critical,@one
[one]
fullname = URI:http://a.example/1.crl,URI:http://b.example/1.crl
[other]
issuingDistributionPoint = critical,@restricted
[restricted]
onlyuser = TRUE
indirectCRL = TRUE
onlysomereasons = keyCompromise,CACompromise
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("settings", SETTINGS);
    desk.write("index", "");
    desk.write("crlnumber", "01\n");
    desk.openssl("ecparam -name prime256v1 -genkey -noout -out ca.key");
    desk
}

fn decoded(desk: &Desk, label: &str, name: &str) -> Vec<u8> {
    let text = String::from_utf8(desk.read(name)).unwrap();
    pem::decode(label, &text).unwrap().remove(0)
}

fn certificate(desk: &Desk, section: &str) -> Certificate {
    desk.openssl(&format!(
        "req -config settings -x509 -new -key ca.key -subj /CN=ca -extensions {section} -out {section}.pem"
    ));
    Certificate::parse(&decoded(desk, "CERTIFICATE", &format!("{section}.pem"))).unwrap()
}

fn list(desk: &Desk, section: &str) -> CertificateList {
    desk.openssl(&format!(
        "ca -config settings -gencrl -crlexts {section} -keyfile ca.key -cert located.pem -out {section}.crl"
    ));
    CertificateList::parse(&decoded(desk, "X509 CRL", &format!("{section}.crl"))).unwrap()
}

fn strings<const N: usize>(all: [&str; N]) -> Vec<String> {
    all.map(str::to_owned).to_vec()
}

#[test]
fn locations_are_read_and_written_as_openssl_does() {
    let desk = desk();
    let found = certificate(&desk, "located");
    let AuthorityInfoAccess { ocsp, ca_issuers } = found.authority_info_access().unwrap();
    assert_eq!(ocsp, strings(["http://a.example/ocsp", "http://b.example/ocsp"]));
    assert_eq!(ca_issuers, strings(["http://a.example/ca.crt"]));
    let CrlDistributionPoints(lists) = found.crl_distribution_points().unwrap();
    assert_eq!(lists, strings(["http://a.example/1.crl", "http://b.example/1.crl"]));
    assert_eq!(found.has_ocsp_no_check(), Ok(true));
    for ours in [
        Extension::authority_info_access(&ocsp, &ca_issuers),
        Extension::crl_distribution_points(&lists),
        Extension::ocsp_no_check(),
    ] {
        assert_eq!(find(found.extensions(), &ours.oid), Some(&ours));
    }

    let part = list(&desk, "part");
    let point = part.issuing_distribution_point().unwrap().unwrap();
    assert_eq!((&point.uris, point.restrictions.is_empty()), (&lists, true));
    let ours = Extension::issuing_distribution_point(&lists);
    assert_eq!(find(&part.extensions, &ours.oid), Some(&ours));
}

#[test]
fn what_is_not_ours_is_skipped_or_named() {
    let desk = desk();
    certificate(&desk, "located");
    let found = certificate(&desk, "wild");
    let access = found.authority_info_access().unwrap();
    assert_eq!((access.ocsp, access.ca_issuers), (strings([]), strings(["http://a.example/ca.crt"])));
    assert_eq!(found.crl_distribution_points().unwrap().0, strings(["http://a.example/2.crl"]));
    assert_eq!(found.has_ocsp_no_check(), Ok(false));

    let restricted = list(&desk, "other").issuing_distribution_point().unwrap().unwrap();
    let expected = [Restriction::UserCertificates, Restriction::SomeReasons, Restriction::Indirect];
    assert_eq!((restricted.uris.len(), restricted.restrictions), (0, expected.to_vec()));
}
