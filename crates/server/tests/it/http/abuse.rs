//! Peers that send too much, too slowly, too often, or the wrong thing.

use std::io::{Read as _, Write as _};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::server::{Reply, Server, connect};

const TARGET: &str = "/certsrv/mscep/mscep.dll?operation=PKIOperation";

fn get(query: &str) -> String {
    format!("GET {TARGET}&message={query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
}

#[test]
fn t48_a_chunked_body_without_end_is_413_and_little_of_it_is_read() {
    const CHUNK: usize = 64 << 10;
    const MOST: usize = 1 << 30;
    let server = Server::start("");
    let mut stream = server.connect();
    let reading = stream.try_clone().unwrap();
    let reader = std::thread::spawn(move || Reply::read(reading));
    stream
        .write_all(format!("POST {TARGET} HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n").as_bytes())
        .unwrap();
    let chunk = [format!("{CHUNK:x}\r\n").as_bytes(), &vec![b'x'; CHUNK], b"\r\n"].concat();
    let mut sent = 0;
    while sent < MOST && stream.write_all(&chunk).is_ok() {
        sent += CHUNK;
    }
    assert_eq!(reader.join().unwrap().status, 413);
    // 256 KiB are read, 8 MiB at most are thrown away, the rest sat in the kernel's buffers.
    assert!(sent < 32 << 20, "{sent} bytes were taken");
    assert!(server.heard().is_empty());
}

#[test]
fn t48_an_announced_length_beyond_the_limit_is_413_before_any_of_it_is_sent() {
    let server = Server::start("");
    let mut stream = server.connect();
    let head =
        format!("POST {TARGET} HTTP/1.1\r\nContent-Length: 10000000000\r\nExpect: 100-continue\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(Reply::read(stream).status, 413);
}

#[test]
fn t48_the_limit_itself_is_served() {
    let server = Server::start("[limits]\nbody = '8KiB'\n");
    let post = |length: usize| {
        let body = "x".repeat(length);
        server.send(format!(
            "POST {TARGET} HTTP/1.1\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    };
    assert_eq!(post(8 << 10).status, 200);
    assert_eq!(post((8 << 10) + 1).status, 413);
}

#[test]
fn t49_a_head_that_trickles_is_cut_off() {
    let server = Server::start("[limits]\nheader_timeout = '300ms'\n");
    let mut stream = server.connect();
    let started = Instant::now();
    stream.write_all(b"GET /scep/def").unwrap();
    let mut byte = [0];
    assert!(matches!(stream.read(&mut byte), Ok(0) | Err(_)));
    let took = started.elapsed();
    assert!(took >= Duration::from_millis(250) && took < Duration::from_secs(5), "{took:?}");
}

#[test]
fn t49_a_body_that_trickles_is_408() {
    let server = Server::start("[limits]\nbody_timeout = '300ms'\n");
    let mut stream = server.connect();
    stream.write_all(format!("POST {TARGET} HTTP/1.1\r\nContent-Length: 100\r\n\r\nabc").as_bytes()).unwrap();
    assert_eq!(Reply::read(stream).status, 408);
}

#[test]
fn t49_a_peer_that_takes_no_answer_is_cut_off() {
    let server = Server::start("[limits]\nbody_timeout = '300ms'\n");
    let mut stream = server.connect();
    stream.write_all(get("big").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let mut taken = Vec::new();
    let _ = stream.read_to_end(&mut taken);
    assert!(taken.len() < 64 << 20, "{} bytes", taken.len());
}

#[test]
fn t49_connections_beyond_the_cap_are_503_and_seats_are_given_back() {
    beyond_two("[limits]\nconnections_per_ip = 2\n");
    beyond_two("[limits]\nconnections = 2\nconnections_per_ip = 0\n");
}

fn beyond_two(settings: &str) {
    let server = Server::start(settings);
    let idle = [server.connect(), server.connect()];
    // A connection counts once it was accepted.
    std::thread::sleep(Duration::from_millis(100));
    let reply = server.send(get(""));
    assert_eq!((reply.status, reply.header("retry-after")), (503, Some("10")));
    drop(idle);
    let deadline = Instant::now() + Duration::from_secs(5);
    while server.send(get("")).status != 200 {
        assert!(Instant::now() < deadline, "no seat was given back");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn t46_a_panic_ends_one_request_and_is_counted() {
    let server = Server::start("");
    let mut stream = server.connect();
    let both = format!("GET {TARGET}&panic HTTP/1.1\r\nHost: x\r\n\r\n{}", get("fine"));
    stream.write_all(both.as_bytes()).unwrap();
    let mut told = String::new();
    let _ = stream.read_to_string(&mut told);
    assert!(told.starts_with("HTTP/1.1 500") && told.contains("HTTP/1.1 200"), "{told}");
    assert_eq!(server.send(get("fine")).status, 200);
    let metrics = server.admin("GET /metrics HTTP/1.0\r\n\r\n").body;
    assert!(metrics.contains("chancery_http_panics_total 1"), "{metrics}");
}

#[test]
fn t46_a_panic_of_ocsp_ends_one_request_and_is_counted() {
    let server = Server::start("");
    let post = |body: &str, more: &str| {
        format!("POST /ocsp HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n{more}\r\n{body}", body.len())
    };
    let mut stream = server.connect();
    let both = post("panic", "") + &post("fine", "Connection: close\r\n");
    stream.write_all(both.as_bytes()).unwrap();
    let mut told = String::new();
    let _ = stream.read_to_string(&mut told);
    assert!(told.starts_with("HTTP/1.1 500") && told.contains("HTTP/1.1 200"), "{told}");
    let metrics = server.admin("GET /metrics HTTP/1.0\r\n\r\n").body;
    assert!(metrics.contains("chancery_http_panics_total 1"), "{metrics}");
}

#[test]
fn t50_over_capacity_is_503_with_retry_after_and_what_is_cheap_is_served() {
    let server =
        Server::start("[limits]\noperations = 1\nqueue = 1\nqueue_wait = '100ms'\nretry_after = '7s'\n");
    let slow = |server: &Server| {
        let mut stream = server.connect();
        stream.write_all(get("slow").as_bytes()).unwrap();
        stream
    };
    let first = slow(&server);
    std::thread::sleep(Duration::from_millis(150));
    let (queued, refused) = (slow(&server), slow(&server));
    for late in [Reply::read(queued), Reply::read(refused)] {
        assert_eq!((late.status, late.header("retry-after")), (503, Some("7")));
    }
    assert_eq!(server.get("/scep/default?operation=GetCACaps").status, 200);
    assert_eq!(Reply::read(first).status, 200);
    assert_eq!(server.send(get("fine")).status, 200);
}

#[test]
fn a_request_whose_client_left_is_finished() {
    let server = Server::start("");
    let mut stream = server.connect();
    stream.write_all(get("slow").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    drop(stream);
    let deadline = Instant::now() + Duration::from_secs(5);
    while server.puppet.finished.load(Ordering::SeqCst) == 0 {
        assert!(Instant::now() < deadline, "the work was dropped with its client");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn stopping_finishes_what_is_in_flight_and_accepts_nothing_more() {
    let mut server = Server::start("");
    let mut stream = server.connect();
    stream.write_all(format!("GET {TARGET}&message=slow HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    server.say_stop();
    std::thread::sleep(Duration::from_millis(150));
    assert!(std::net::TcpStream::connect(server.at.scep).is_err(), "the port is closed");
    let reply = Reply::read(stream);
    assert_eq!((reply.status, reply.body.as_str()), (200, "answer"));
    server.wait_end();
}

#[test]
fn stopping_waits_for_work_whose_client_left() {
    let mut server = Server::start("");
    let mut stream = server.connect();
    stream.write_all(get("slow").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(150));
    drop(stream);
    server.say_stop();
    server.wait_end();
    assert_eq!(server.puppet.finished.load(Ordering::SeqCst), 1);
}

#[test]
fn stopping_does_not_wait_longer_than_drain() {
    let mut server = Server::start("[limits]\ndrain = '200ms'\n");
    let mut stream = server.connect();
    stream.write_all(format!("POST {TARGET} HTTP/1.1\r\nContent-Length: 9\r\n\r\n").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let started = Instant::now();
    server.say_stop();
    server.wait_end();
    assert!(started.elapsed() < Duration::from_secs(3), "{:?}", started.elapsed());
}

#[test]
fn garbage_is_400_and_harms_nobody() {
    let server = Server::start("");
    for garbage in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..],
        b"\0\0\0\0\r\n\r\n",
        b"GET\r\n\r\n",
        b"\r\n\r\n\xff\xff\r\n\r\n",
    ] {
        let mut stream = connect(server.at.scep);
        let _ = stream.write_all(garbage);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let status = Reply::read(stream).status;
        assert!([0, 400].contains(&status), "{garbage:?}: {status}");
    }
    assert_eq!(server.send(get("fine")).status, 200);
}
