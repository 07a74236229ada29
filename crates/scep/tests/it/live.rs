//! Clients that this project did not write, against this crate behind a socket.

#![expect(clippy::disallowed_methods, reason = "the judges are programs and speak over sockets")]

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Output};

use scep::caps::Offer;
use scep::server::{self, Answer, Layout, Policy};
use scep::{Capabilities, Method, Operation};

#[expect(dead_code, reason = "the example's main is not the test's")]
#[path = "../../examples/enrol.rs"]
mod example;

use crate::openssl::Desk;
use crate::support::{CHALLENGE, World, reply_to, world};

/// Answers on loopback until the test ends; gives the URL.
fn serve(world: &'static World, ra_and_ca: &'static [&'static pki::certificate::Certificate]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/scep/pkiclient.exe", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            answer(world, ra_and_ca, &mut stream.unwrap());
        }
    });
    url
}

fn answer(world: &World, certificates: &[&pki::certificate::Certificate], stream: &mut TcpStream) {
    let Some((head, body)) = read(stream) else { return };
    let mut words = head.split(' ');
    let method = if words.next() == Some("POST") { Method::Post } else { Method::Get };
    let query = words.next().and_then(|target| target.split_once('?')).map_or("", |(_, query)| query);
    let (kind, body) = match Operation::decode(method, query, &body).unwrap() {
        Operation::GetCaCaps => {
            ("text/plain", Capabilities::offered(Offer::default()).to_string().into_bytes())
        }
        Operation::GetCaCert => {
            let response = server::ca_certificates(Layout::Full, Some(certificates[0]), &certificates[1..]);
            (response.content_type, response.body)
        }
        Operation::PkiOperation(message) => (server::PKI_MESSAGE, certrep(world, &message)),
        Operation::GetNextCaCert | Operation::GetCaCertChain => ("text/plain", Vec::new()),
    };
    let length = body.len();
    let head = format!("HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n");
    stream.write_all(&[head.as_bytes(), &body].concat()).unwrap();
}

/// Issues to whoever knows the challenge.
fn certrep(world: &World, message: &[u8]) -> Vec<u8> {
    match world.open(message, &Policy::default()) {
        Ok(opened) => {
            let server::Opened::CertificateRequested(requested) = &opened else { panic!("{opened:?}") };
            let known = requested.challenge.as_ref().is_some_and(|one| one.reveal() == CHALLENGE);
            let text = Some("the challenge is wrong".into());
            let verdict = match known {
                true => Answer::Success { certificates: vec![world.issue_for(&opened).der().to_vec()] },
                false => Answer::Failure { fail_info: scep::FailInfo::BadRequest, text },
            };
            world.answer(&verdict, reply_to(&opened))
        }
        Err(refused) => world.answer(&Answer::refused(&refused.refusal, true), &refused.reply_to.unwrap()),
    }
}

fn read(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| {
                    line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse().ok()
                })
                .unwrap_or(0);
            if bytes.len() >= end + 4 + length {
                return Some((head, bytes[end + 4..end + 4 + length].to_vec()));
            }
        }
        match stream.read(&mut buffer).ok()? {
            0 => return None,
            count => bytes.extend_from_slice(&buffer[..count]),
        }
    }
}

fn run(desk: &Desk, program: &str, arguments: &str) -> Output {
    Command::new(program).args(arguments.split(' ')).current_dir(desk.path()).output().unwrap()
}

#[test]
fn q19_q20_strongswan_fetches_the_certificates_and_enrols() {
    let (world, desk) = (world(), Desk::new());
    let certificates: &'static [_] = Box::leak(Box::new([&world.ra, &world.ca]));
    let url = serve(world, certificates);
    let fetched = run(
        &desk,
        "pki",
        &format!("--scepca --url {url} --caout ca.pem --raout ra.pem --outform pem --force"),
    );
    assert!(fetched.status.success(), "{fetched:?}");
    desk.key("device.key", &world.device_key);
    desk.pem("ca.pem", "CERTIFICATE", world.ca.der());
    desk.pem("ra.pem", "CERTIFICATE", world.ra.der());
    let common = format!(
        "--scep --url {url} --in device.key --dn CN=device --cacert-enc ra.pem --cacert-sig ra.pem --cacert ca.pem --outform pem"
    );
    for options in ["", " --cipher aes --digest sha256"] {
        let enrolled = run(&desk, "pki", &format!("{common} --password {CHALLENGE}{options}"));
        assert!(enrolled.status.success(), "{enrolled:?}");
        let der = pki::pem::decode("CERTIFICATE", &String::from_utf8_lossy(&enrolled.stdout)).unwrap();
        let issued = pki::certificate::Certificate::parse(&der[0]).unwrap();
        assert_eq!(issued.key(), &world.device_key.public());
        assert!(issued.verify_signed_by(world.ca.key()).is_ok());
    }
    let refused = run(&desk, "pki", &format!("{common} --password wrong"));
    assert!(!refused.status.success(), "{refused:?}");
}

#[test]
fn the_example_enrols_by_post_and_by_get() {
    let (world, desk) = (world(), Desk::new());
    let url = serve(world, Box::leak(Box::new([&world.ra, &world.ca])));
    let out = desk.path().to_str().unwrap();
    let fingerprint: String = world.ca.sha256().iter().map(|octet| format!("{octet:02X}:")).collect();
    let enrol = |more: &str| {
        let line = format!("{url} --cn phone --out {out} {more}");
        example::enrol(line.split_whitespace().map(str::to_owned)).map_err(|error| error.to_string())
    };
    let known = format!("--fingerprint {fingerprint} --challenge {CHALLENGE}");
    for more in [known.clone(), format!("{known} --get"), format!("--challenge {CHALLENGE}")] {
        enrol(&more).unwrap();
        let issued = desk.openssl("x509 -in device.pem -noout -subject -issuer");
        assert!(issued.contains("CN = phone") && issued.contains("CN = Chancery CA"), "{issued}");
        desk.openssl("pkey -in device.key -noout -check");
    }
    assert_eq!(enrol("--challenge wrong").unwrap_err(), "refused: badRequest the challenge is wrong");
    let strange = format!("--fingerprint {} --challenge {CHALLENGE}", "00".repeat(32));
    assert_eq!(enrol(&strange).unwrap_err(), "no certificate has this fingerprint");
}
