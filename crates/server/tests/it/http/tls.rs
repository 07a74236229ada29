//! TLS, judged by OpenSSL's client.

use std::io::Write as _;
use std::process::{Command, Stdio};

use super::server::Server;

fn s_client(server: &Server, option: &str) -> String {
    let at = server.at.scep_tls.unwrap().to_string();
    let mut client = Command::new("openssl")
        .args(["s_client", "-connect", &at, "-msg", "-ign_eof", option])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let request =
        b"GET /certsrv/mscep/mscep.dll?operation=GetCACaps HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    client.stdin.take().unwrap().write_all(request).unwrap();
    let output = client.wait_with_output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn q26_tls_1_2_and_1_3_without_asking_for_a_client_certificate() {
    let server = Server::start("");
    for (option, version) in [("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")] {
        let told = s_client(&server, option);
        assert!(told.contains(version) && told.contains("HTTP/1.1 200 OK"), "{told}");
        assert!(!told.contains("CertificateRequest"), "{option}: a client certificate was asked for");
    }
}

#[test]
fn tls_1_1_is_refused() {
    let server = Server::start("");
    assert!(!s_client(&server, "-tls1_1").contains("HTTP/1.1 200"));
}
