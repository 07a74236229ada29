//! A receiver on loopback that does what a test tells it.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A message as it arrived.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Seen {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Whether the secret signed it (Standard Webhooks 1.0).
    pub(super) fn is_signed_with(&self, secret: &str) -> bool {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let (id, timestamp) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        assert!(!id.is_empty() && !id.contains('.') && timestamp.parse::<i64>().is_ok(), "{self:?}");
        let signature = self.header("webhook-signature").strip_prefix("v1,").unwrap();
        let signed = format!("{id}.{timestamp}.{}", self.body);
        let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
        hmac::verify(&key, signed.as_bytes(), &STANDARD.decode(signature).unwrap()).is_ok()
    }
}

/// How it answers: a status and more headers; `None` is not at all.
pub(super) type Deed = Option<(u16, &'static str)>;

#[derive(Clone)]
pub(super) struct Receiver {
    pub(super) at: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    connections: Arc<Mutex<usize>>,
    deeds: Arc<Mutex<VecDeque<Deed>>>,
}

impl Receiver {
    /// Answers 204, after having done these.
    pub(super) async fn start(deeds: &[Deed]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let receiver = Receiver {
            at: listener.local_addr().unwrap(),
            seen: Arc::default(),
            connections: Arc::default(),
            deeds: Arc::new(Mutex::new(deeds.iter().copied().collect())),
        };
        let own = receiver.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *own.connections.lock().unwrap() += 1;
                tokio::spawn(own.clone().answer(stream));
            }
        });
        receiver
    }

    async fn answer(self, mut stream: TcpStream) {
        let Some(seen) = read(&mut stream).await else { return };
        self.seen.lock().unwrap().push(seen);
        let deed = self.deeds.lock().unwrap().pop_front().unwrap_or(Some((204, "")));
        let Some((status, more)) = deed else { return std::future::pending().await };
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n{more}\r\n");
        let _ = stream.write_all(answer.as_bytes()).await;
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.at)
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        *self.connections.lock().unwrap()
    }

    /// Waits, for a minute at most, until so many messages are there.
    pub(super) async fn until(&self, many: usize) -> Vec<Seen> {
        let began = Instant::now();
        while self.seen().len() < many {
            assert!(began.elapsed().as_secs() < 60, "{} of {many}", self.seen().len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.seen()
    }
}

async fn read(stream: &mut TcpStream) -> Option<Seen> {
    let mut octets = Vec::new();
    let end = loop {
        if let Some(at) = octets.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        if stream.read_buf(&mut octets).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(octets[..end].to_vec()).unwrap();
    let headers: Vec<(String, String)> = head
        .lines()
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length")?.1.parse::<usize>().ok()?;
    while octets.len() < end + length {
        stream.read_buf(&mut octets).await.ok()?;
    }
    Some(Seen { headers, body: String::from_utf8(octets[end..].to_vec()).unwrap() })
}
