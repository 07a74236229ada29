//! What is where, and how it is answered.

use super::server::Server;

const NDES: &str = "/certsrv/mscep/mscep.dll";

#[test]
fn q5_http_1_0_is_answered_with_a_length_and_closed() {
    let server = Server::start("");
    let reply = server.send(format!("GET {NDES}?operation=GetCACaps HTTP/1.0\r\n\r\n"));
    assert_eq!((reply.status, reply.body.as_str()), (200, "answer"));
    assert!(reply.head.starts_with("HTTP/1.0 200"), "{}", reply.head);
    assert_eq!(reply.header("content-length"), Some("6"));
}

#[test]
fn q4_a_request_without_host_is_served() {
    let server = Server::start("");
    for host in ["", "Host:\r\n"] {
        let request = format!("GET {NDES}?operation=GetCACaps HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        assert_eq!(server.send(request).status, 200, "{host:?}");
    }
}

#[test]
fn m40_a_target_of_40_960_bytes_arrives_byte_for_byte() {
    let server = Server::start("");
    let start = format!("{NDES}?operation=PKIOperation&message=");
    let target = format!("{start}{}", "MIAG+/%2B%0A%3D".repeat(4096));
    let target = &target[..40_960];
    assert_eq!(server.get(target).status, 200);
    let heard = server.heard();
    assert_eq!(heard[0].1.raw_query, target.split_once('?').unwrap().1);
}

#[test]
fn q6_a_target_of_64_kib_is_served_and_one_of_a_megabyte_is_414() {
    let server = Server::start("");
    let target = |length: usize| format!("{NDES}?operation=PKIOperation&message={}", "A".repeat(length));
    assert_eq!(server.get(&target(65_000)).status, 200);
    assert_eq!(server.get(&target(65_536)).status, 414);
    let reply = server.get(&target(1 << 20));
    assert_eq!(reply.status, 414, "{}", reply.head);
    assert_eq!(server.heard().len(), 1);
}

#[test]
fn q9_q30_any_tail_leads_to_the_same_endpoint() {
    let server = Server::start("");
    for path in [
        NDES,
        "/certsrv/mscep/mscep.dll/",
        "/certsrv/mscep/mscep.dll/pkiclient.exe",
        "/certsrv/mscep/mscep.dll/a/b%ffc/..",
        "/CertSrv/mscep/mscep.dll/pkiclient.exe",
        "/cgi-bin/pkiclient.exe",
        "/scep/default",
        "/scep/default/",
        "/scep/default/pkiclient.exe",
        "/scep/default/cgi-bin/%80?x",
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        let reply = server.get(&format!("{path}{separator}operation=GetCACaps&message=default"));
        assert_eq!(reply.status, 200, "{path}: {}", reply.head);
    }
    assert!(server.heard().iter().all(|(endpoint, _)| endpoint == "default"));
}

#[test]
fn m38_each_endpoint_hears_its_own_requests_and_others_are_not_listed() {
    let endpoints =
        "[[endpoint]]\nname='alpha'\nvalidator='one_time'\n[[endpoint]]\nname='beta'\nvalidator='one_time'\n";
    let server = Server::start(endpoints);
    assert_eq!(server.get("/scep/beta?operation=GetCACaps").status, 200);
    assert_eq!(server.heard()[0].0, "beta");
    let reply = server.get("/scep/gamma?operation=GetCACaps");
    assert_eq!(reply.status, 404);
    assert!(!reply.body.contains("alpha") && reply.body.contains("chancery config show"), "{}", reply.body);
    assert_eq!(server.get(NDES).status, 404, "no endpoint is at NDES' address");
}

#[test]
fn q10_content_types_have_no_parameters_and_lengths_are_told() {
    let server = Server::start("");
    let body = "x".repeat(3000);
    let post = format!(
        "POST {NDES}?operation=PKIOperation HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let reply = server.send(post);
    assert_eq!(reply.header("content-type"), Some("application/x-pki-message"));
    assert_eq!(reply.header("content-length"), Some("6"));
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert_eq!(reply.header("x-request-id").map(str::len), Some(16));
    assert_eq!(reply.header("transfer-encoding"), None);
    assert_eq!(server.heard()[0].1.body.len(), 3000);
}

#[test]
fn q8_any_content_type_or_none_and_chunks_are_read() {
    let server = Server::start("");
    for header in ["", "Content-Type: application/octet-stream\r\n", "Content-Type: x\r\n"] {
        let request = format!(
            "POST {NDES}?operation=PKIOperation&message= HTTP/1.1\r\n{header}Connection: close\r\n\
             Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
        );
        assert_eq!(server.send(request).status, 200, "{header}");
    }
    assert!(server.heard().iter().all(|(_, request)| &request.body[..] == b"abcde"));
}

#[test]
fn m42_a_bare_get_is_403_and_says_that_the_endpoint_is_alive() {
    let server = Server::start("");
    for target in [NDES, "/scep/default", "/certsrv/mscep/mscep.dll/pkiclient.exe?message=x"] {
        let reply = server.get(target);
        assert_eq!(reply.status, 403, "{target}");
        let id = reply.header("x-request-id").unwrap();
        assert!(
            reply.body.contains("SCEP endpoint and it is alive") && reply.body.contains(id),
            "{}",
            reply.body
        );
    }
    assert!(server.heard().is_empty());
}

#[test]
fn m43_ndes_page_is_a_switch() {
    let server = Server::start("[[endpoint]]\nname='e'\nndes=true\nndes_page=true\nvalidator='one_time'\n");
    let reply = server.get(NDES);
    assert_eq!(reply.status, 200);
    assert!(reply.body.contains("Network Device Enrollment Service"));
    assert_eq!(server.get("/scep/e?operation=GetCACaps").status, 200);
}

#[test]
fn m41_neither_a_redirect_nor_401_leaves_a_scep_path() {
    let server = Server::start("");
    for word in ["redirect", "unauthorised"] {
        let reply = server.get(&format!("{NDES}?operation=GetCACaps&{word}"));
        assert_eq!(reply.status, 500, "{word}");
        assert_eq!(reply.header("location"), None);
        assert_eq!(reply.header("www-authenticate"), None);
    }
    // A path that a framework might "correct".
    for path in ["//scep/default", "/scep//default", "/scep", "/scep/default//"] {
        let status = server.get(&format!("{path}?operation=GetCACaps")).status;
        assert!([200, 404].contains(&status), "{path}: {status}");
    }
}

#[test]
fn methods_other_than_get_and_post_are_405() {
    let server = Server::start("");
    for method in ["PUT", "DELETE", "PROPFIND", "OPTIONS"] {
        let request = format!("{method} {NDES} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assert_eq!(server.send(request).status, 405, "{method}");
    }
    let head = server
        .send(format!("HEAD {NDES}?operation=GetCACert HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    assert_eq!((head.status, head.body.as_str(), head.header("content-length")), (200, "", Some("6")));
}

#[test]
fn ca_certificates_and_crls_have_their_registered_types() {
    let server = Server::start("");
    for (target, content_type, body) in [
        ("/ca/issuing.cer", "application/pkix-cert", "Cer"),
        ("/ca/issuing.pem", "application/pem-certificate-chain", "Pem"),
        ("/ca/issuing.p7b", "application/x-pkcs7-certificates", "P7b"),
        ("/crl/issuing.crl", "application/pkix-crl", "crl"),
    ] {
        let reply = server.send(format!("GET {target} HTTP/1.0\r\n\r\n"));
        assert_eq!(
            (reply.status, reply.header("content-type"), reply.body.as_str()),
            (200, Some(content_type), body)
        );
    }
    for target in
        ["/ca/other.cer", "/ca/issuing.exe", "/ca/issuing", "/crl/other.crl", "/crl/issuing", "/ca/..%2f.cer"]
    {
        assert_eq!(server.get(target).status, 404, "{target}");
    }
}

#[test]
fn one_connection_carries_several_requests() {
    let server = Server::start("");
    let one = format!("GET {NDES}?operation=GetCACaps HTTP/1.1\r\nHost: x\r\n");
    let reply = server.send(format!("{one}\r\n{one}\r\n{one}Connection: close\r\n\r\n"));
    assert_eq!(reply.status, 200);
    assert_eq!(server.heard().len(), 3);
}
