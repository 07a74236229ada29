//! OpenSSL and GnuTLS ask.

use super::desk::Desk;

#[tokio::test]
async fn openssl_asks_by_post_in_every_way() {
    let desk = Desk::open().await;
    let other = desk.another().await;
    desk.revoke(&other, 1).await;
    desk.write("other.pem", pki::pem::encode("CERTIFICATE", other.der()).as_bytes());
    for digest in ["sha1", "sha256", "sha384", "sha512"] {
        for nonce in ["-nonce", "-no_nonce"] {
            let words = format!(
                "ocsp -issuer issuing.pem -{digest} -cert device.pem -{digest} -cert other.pem \
                 -{digest} -serial 0x1234 {nonce} -url @ -CAfile chain.pem"
            );
            let (said, _) = desk.run("openssl", &words).await;
            for expected in [
                "Response verify OK",
                "device.pem: good",
                "other.pem: revoked",
                "Reason: keyCompromise",
                "0x1234: unknown",
            ] {
                assert!(said.contains(expected), "{digest} {nonce}: {expected} is not in {said}");
            }
            assert!(!said.contains("WARNING"), "{digest} {nonce}: {said}");
        }
    }
    // The RA's certificate is the issuing CA's, and the issuing CA's is the root's.
    desk.write("ra.pem", pki::pem::encode("CERTIFICATE", desk.world.ra().der()).as_bytes());
    for (issuer, certificate) in [("issuing.pem", "ra.pem"), ("root.pem", "issuing.pem")] {
        let words = format!("ocsp -issuer {issuer} -cert {certificate} -url @ -CAfile chain.pem");
        let (said, _) = desk.run("openssl", &words).await;
        assert!(said.contains(&format!("{certificate}: good")) && said.contains("verify OK"), "{said}");
    }
}

#[tokio::test]
async fn t54_another_issuer_is_not_spoken_for() {
    let desk = Desk::open().await;
    for words in [
        "ecparam -name prime256v1 -genkey -noout -out x.key",
        // The same name, another key.
        "req -x509 -new -key x.key -subj /CN=Chancery~Issuing~CA -days 9 -out x.pem",
    ] {
        assert!(desk.run("openssl", words).await.1, "{words}");
    }
    for issuer in ["x.pem", "root.pem"] {
        let words = format!("ocsp -issuer {issuer} -cert device.pem -url @ -CAfile chain.pem");
        let (said, _) = desk.run("openssl", &words).await;
        let refused = said.contains("unauthorized (6)") || said.contains("device.pem: unknown");
        assert!(refused && !said.contains(": good"), "{issuer}: {said}");
    }
}

#[tokio::test]
async fn gnutls_asks_and_verifies() {
    let desk = Desk::open().await;
    let words = "--ask=@ --load-cert=device.pem --load-issuer=issuing.pem --load-trust=chain.pem --outder --outfile=answer";
    let (said, succeeded) = desk.run("ocsptool", words).await;
    assert!(succeeded && said.contains("Verifying OCSP Response: Success"), "{said}");
    let words = "--verify-response --load-response=answer --load-trust=chain.pem";
    assert!(desk.run("ocsptool", words).await.1);
    desk.revoke(&desk.certificate, 4).await;
    desk.until(&desk.certificate, super::desk::is_revoked).await;
    let words = "--ask=@ --load-cert=device.pem --load-issuer=issuing.pem --load-trust=chain.pem";
    let (said, _) = desk.run("ocsptool", words).await;
    assert!(said.to_lowercase().contains("revoked"), "{said}");
}

#[tokio::test]
async fn curl_asks_by_get_and_openssl_reads() {
    let desk = Desk::open().await;
    let words = "ocsp -issuer issuing.pem -cert device.pem -no_nonce -reqout asked";
    assert!(desk.run("openssl", words).await.1);
    let (base64, _) = desk.run("openssl", "base64 -A -in asked").await;
    let path = base64.trim().replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    for version in ["--http1.0 -H Host:", "--http1.1"] {
        let (_, fetched) = desk.run("curl", &format!("-sS -f -o answer -D head {version} @/{path}")).await;
        assert!(fetched, "{version}");
        let words = "ocsp -issuer issuing.pem -cert device.pem -no_nonce -reqin asked -respin answer -CAfile chain.pem";
        let (said, _) = desk.run("openssl", words).await;
        assert!(said.contains("device.pem: good") && said.contains("verify OK"), "{version}: {said}");
        let head = std::fs::read_to_string(desk.path("head")).unwrap().to_lowercase();
        for header in [
            "cache-control: max-age=60, public, no-transform, must-revalidate",
            "last-modified: ",
            "expires: ",
            "etag: \"",
        ] {
            assert!(head.contains(header), "{version}: {header} is not in {head}");
        }
    }
}
