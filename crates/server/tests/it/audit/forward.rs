//! Rows sent to a collector, which goes away and comes back.

use crate::store::sample::at;
use crate::store::sqlite::Bed;
use chancery::audit::syslog::Sender;
use chancery::config::Collector;
use chancery::jobs::forward::Forwarder;
use chancery::store::sqlite::Sqlite;
use chancery::store::{AuditEvent, Store};
use std::collections::BTreeSet;
use std::os::unix::net::UnixDatagram;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio::time::timeout;

async fn happen(store: &dyn Store, many: u64) {
    for n in 0..many {
        store.append_audit(AuditEvent::new("a.b", n.to_string()), at(0)).await.unwrap();
    }
}

async fn forwarder(store: &Arc<dyn Store>, collector: &Collector) -> Forwarder {
    Forwarder::start(Arc::clone(store), collector.clone(), Sender::new("ca")).await.unwrap()
}

fn sequence(message: &str) -> u64 {
    assert!(message.starts_with("<109>1 ") && message.ends_with('}'), "whole: {message}");
    let (_, rest) = message.split_once("[chancery@32473 seq=\"").unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

/// RFC 6587 §3.4.1: MSG-LEN SP SYSLOG-MSG.
async fn framed(stream: &mut TcpStream) -> Option<String> {
    let mut length = 0;
    loop {
        match timeout(Duration::from_secs(5), stream.read_u8()).await.ok()?.ok()? {
            b' ' => break,
            digit => length = length * 10 + usize::from(digit - b'0'),
        }
    }
    let mut message = vec![0; length];
    stream.read_exact(&mut message).await.ok()?;
    Some(String::from_utf8(message).unwrap())
}

fn store_of(bed: &Bed) -> Arc<dyn Store> {
    Arc::new(Sqlite::open(&bed.path()).unwrap())
}

#[tokio::test]
async fn rfc_6587_a_collector_that_was_away_gets_every_row() {
    let bed = Bed::new();
    let store = store_of(&bed);
    happen(&*store, 3).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let place = listener.local_addr().unwrap();
    let collector = Collector::Tcp(place.to_string());
    let mut sending = forwarder(&store, &collector).await;
    happen(&*store, 5).await;
    assert!(!sending.look().await.unwrap());
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut seen = BTreeSet::new();
    for _ in 0..5 {
        seen.insert(sequence(&framed(&mut stream).await.unwrap()));
    }
    assert_eq!(
        seen.iter().copied().collect::<Vec<_>>(),
        [4, 5, 6, 7, 8],
        "what was before is exported, not sent"
    );
    // What is written now reaches nobody: the collector is gone.
    drop((stream, listener));
    happen(&*store, 5).await;
    for _ in 0..3 {
        let _ = sending.look().await;
    }
    assert!(sending.look().await.is_err(), "it knows that nobody is there");
    happen(&*store, 5).await;
    let listener = TcpListener::bind(place).await.unwrap();
    assert!(!sending.look().await.unwrap());
    let (mut stream, _) = listener.accept().await.unwrap();
    while !seen.contains(&18) {
        seen.insert(sequence(&framed(&mut stream).await.unwrap()));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), (4..=18).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_socket_of_this_machine_gets_every_row_once_over_a_restart_of_both() {
    let bed = Bed::new();
    let (store, path) = (store_of(&bed), bed.path().with_file_name("log"));
    let collector = Collector::Unix(path.clone());
    let mut first = forwarder(&store, &collector).await;
    happen(&*store, 4).await;
    assert!(first.look().await.is_err(), "nobody there yet");
    let mut seen = Vec::new();
    let listen = || {
        let socket = UnixDatagram::bind(&path).unwrap();
        socket.set_nonblocking(true).unwrap();
        socket
    };
    let socket = listen();
    assert!(!first.look().await.unwrap());
    // The next look finds that the line stands, and moves the mark.
    assert!(!first.look().await.unwrap());
    read_all(&socket, &mut seen);
    assert_eq!(seen, [1, 2, 3, 4]);
    drop((first, socket));
    std::fs::remove_file(&path).unwrap();
    let mut second = forwarder(&store, &collector).await;
    happen(&*store, 2).await;
    assert!(second.look().await.is_err());
    let socket = listen();
    assert!(!second.look().await.unwrap());
    read_all(&socket, &mut seen);
    assert_eq!(seen, [1, 2, 3, 4, 5, 6]);
}

fn read_all(socket: &UnixDatagram, seen: &mut Vec<u64>) {
    let mut buffer = vec![0; 65_536];
    // Datagrams of this machine are there when they are sent.
    let mut receive = || {
        let length = socket.recv(&mut buffer).ok()?;
        Some(String::from_utf8(buffer[..length].to_vec()).unwrap())
    };
    while let Some(message) = receive() {
        seen.push(sequence(&message));
    }
}

#[tokio::test]
async fn rfc_5426_a_row_is_a_datagram() {
    let bed = Bed::new();
    let store = store_of(&bed);
    let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let collector = Collector::Udp(socket.local_addr().unwrap().to_string());
    let mut forwarder = forwarder(&store, &collector).await;
    happen(&*store, 2).await;
    assert!(!forwarder.look().await.unwrap());
    let mut buffer = vec![0; 65_536];
    for expected in 1..=2 {
        let length = timeout(Duration::from_secs(5), socket.recv(&mut buffer)).await.unwrap().unwrap();
        assert_eq!(sequence(std::str::from_utf8(&buffer[..length]).unwrap()), expected);
    }
}
