//! What is no request, and the many spellings of one.

use super::desk::Desk;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::ocsp::BasicResponse;
use std::io::{Read as _, Write as _};

#[tokio::test]
async fn t62_every_spelling_by_get_equals_the_post() {
    let desk = Desk::open().await;
    let request = desk.question(desk.certificate.serial());
    let posted = desk.ask(request.clone()).await;
    let plain = STANDARD.encode(&request);
    let percent = |set: &str| -> String {
        plain
            .chars()
            .map(|c| if set.contains(c) { format!("%{:02x}", c as u32) } else { c.to_string() })
            .collect()
    };
    let unpadded = plain.trim_end_matches('=').to_owned();
    let mut tails: Vec<String> =
        ["", "+", "/", "=", "+/", "+=", "/=", "+/="].map(|set| format!("/{}", percent(set))).into();
    tails.extend([
        format!("//{plain}"),
        format!("/{unpadded}"),
        format!("/{}", plain.replace('+', "-").replace('/', "_")),
    ]);
    let at = desk.world.at.scep;
    for (number, tail) in tails.into_iter().enumerate() {
        for head in ["HTTP/1.0\r\n\r\n", "HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"] {
            let target = format!("GET /ocsp{tail} {head}");
            let answer = tokio::task::spawn_blocking(move || {
                let mut stream = std::net::TcpStream::connect(at).unwrap();
                stream.write_all(target.as_bytes()).unwrap();
                let mut all = Vec::new();
                stream.read_to_end(&mut all).unwrap();
                all
            });
            assert!(answer.await.unwrap().ends_with(&posted), "{number}: /ocsp{tail} {head}");
        }
    }
}

#[tokio::test]
async fn t51_what_is_no_request_is_told_so_cheaply() {
    let desk = Desk::open().await;
    let long = desk.question(desk.certificate.serial()).repeat(100);
    for body in [Vec::new(), b"x".to_vec(), vec![0x30; 5_000], vec![0x30; 2_000_000], long] {
        assert_eq!(desk.ask(body).await, [0x30, 3, 0x0a, 1, 1], "malformedRequest");
    }
    let answer = desk.world.http.get(format!("{}/%", desk.url())).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["cache-control"]),
        (200, &"no-store".parse().unwrap())
    );
    assert_eq!(answer.bytes().await.unwrap(), &[0x30, 3, 0x0a, 1, 1][..]);
    let answer = desk.world.http.put(desk.url()).send().await.unwrap();
    assert_eq!(answer.status(), 405);
}

#[tokio::test]
async fn t56_a_nonced_answer_is_never_kept() {
    let desk = Desk::open().await;
    let mut bodies = Vec::new();
    for number in 0..3 {
        let words = format!("ocsp -issuer issuing.pem -cert device.pem -nonce -reqout asked{number}");
        assert!(desk.run("openssl", &words).await.1);
        let request = std::fs::read(desk.path(&format!("asked{number}"))).unwrap();
        let (first, second) = (desk.ask(request.clone()).await, desk.ask(request.clone()).await);
        assert_ne!(first, second, "signed twice: ECDSA never gives the same twice");
        let asked = pki::ocsp::OcspRequest::parse(&request).unwrap();
        assert_eq!(BasicResponse::parse(&first).unwrap().nonce, asked.nonce);
        let path = STANDARD.encode(&request).replace('/', "%2F");
        let answer = desk.world.http.get(format!("{}/{path}", desk.url())).send().await.unwrap();
        assert_eq!(answer.headers()["cache-control"], "no-store");
        bodies.push(first);
    }
    let question = desk.question(desk.certificate.serial());
    assert_eq!(
        desk.ask(question.clone()).await,
        desk.ask(question).await,
        "control: without a nonce it is kept"
    );
}
