use scep::caps::Offer;
use scep::{Capabilities, Capability};

const EVERYTHING: Offer =
    Offer { renewal: true, next_ca: true, legacy_3des: true, legacy_sha1: true, sha384: true };

#[test]
fn q37_golden_default_list() {
    let list = Capabilities::offered(Offer::default()).to_string();
    assert_eq!(list, "AES\nPOSTPKIOperation\nRenewal\nSHA-256\nSHA-384\nSHA-512\nSCEPStandard\n");
}

#[test]
fn q23_golden_full_list_is_what_ios_wants() {
    let list = Capabilities::offered(EVERYTHING).to_string();
    assert_eq!(
        list,
        "AES\nDES3\nGetNextCACert\nPOSTPKIOperation\nRenewal\nSHA-1\nSHA-256\nSHA-384\nSHA-512\nSCEPStandard\n"
    );
}

#[test]
fn rfc_74_keywords_are_exact_and_from_the_list() {
    let known = "AES DES3 GetNextCACert POSTPKIOperation Renewal SHA-1 SHA-256 SHA-512 SCEPStandard";
    let offer = Offer { sha384: false, ..EVERYTHING };
    let list = Capabilities::offered(offer).to_string();
    assert_eq!(list.lines().collect::<Vec<_>>(), known.split(' ').collect::<Vec<_>>());
}

#[test]
fn q12_the_list_stays_under_1024_octets() {
    assert!(Capabilities::offered(EVERYTHING).to_string().len() <= 1024);
}

#[test]
fn q19_sha_384_can_be_switched() {
    let with = |sha384| Capabilities::offered(Offer { sha384, ..Offer::default() }).to_string();
    assert!(with(true).contains("SHA-384\n"));
    assert!(!with(false).contains("SHA-384"));
}

#[test]
fn rfc_75_client_ignores_case_line_ends_and_unknown_words() {
    let caps = Capabilities::parse(b"aes\r\nScepStandard\nExample.com-Wizardry\r\n renewal \n\nSHA-3\xff");
    assert!(caps.has(Capability::Aes) && caps.has(Capability::ScepStandard) && caps.has(Capability::Renewal));
    assert!(!caps.has(Capability::Des3) && !caps.has(Capability::Sha512));
    assert!(Capabilities::parse(b"").is_empty());
    assert!(Capabilities::parse(b"<html><h1>404</h1></html>").is_empty());
}

#[test]
fn rfc_76_scepstandard_implies_what_it_stands_for() {
    let caps = Capabilities::parse(b"SCEPStandard");
    assert!(
        caps.has(Capability::Aes) && caps.has(Capability::PostPkiOperation) && caps.has(Capability::Sha256)
    );
    assert!(!caps.has(Capability::Sha1) && !caps.has(Capability::Des3) && !caps.has(Capability::Renewal));
    assert!(!caps.lists(Capability::Aes));
}

#[test]
fn rfc_73_what_is_written_is_read_back() {
    let caps = Capabilities::offered(EVERYTHING);
    assert_eq!(Capabilities::parse(caps.to_string().as_bytes()), caps);
    assert_eq!(Capabilities::parse(caps.to_string().replace('\n', "\r\n").as_bytes()), caps);
}

#[test]
fn q26_renewal_is_announced_although_macos_sends_pkcsreq() {
    assert!(Capabilities::offered(Offer::default()).lists(Capability::Renewal));
}
