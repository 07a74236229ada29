//! Entra, Graph and Intune on loopback, each doing exactly what a test tells it.

use chancery::validators::intune::{BreakerSettings, Credential, Intune, IntuneSettings};
use chancery::validators::{ChallengeText, IssuedFacts, Petition, Refusal, Validator, Verdict};
use mdm::cloud::Cloud;
use mdm::entra::{Secret, Tenant};
use pki::Time;
use pki::name::Name;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};

pub(crate) const SECRET: &str = "zebra-client-secret-8Q~";
pub(crate) const CHALLENGE: &str = "zebraMIIPchallengeBLOB";
pub(crate) const CSR: &[u8] = b"0\x82zebra-csr \xff\xfe\x00 as received";
pub(crate) const TRANSACTION: &str = "251E592A777C82996C7CF96F3AAADCF996FC31FF";
pub(crate) const SUCCESS: &str = r#"{"@odata.context":"x","code":"Success","errorDescription":""}"#;

/// What a place does with a connection.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// The place's good answer.
    Good,
    /// The place's good body with another status and header lines.
    GoodWith(u16, &'static str),
    /// Another body with status 200.
    Body(Vec<u8>),
    /// Status, header lines, body.
    Status(u16, &'static str, Vec<u8>),
    /// These octets instead of an answer, then close.
    Raw(Vec<u8>),
    /// These octets, then reset.
    RawThenReset(Vec<u8>),
    /// These octets, then nothing for ever.
    RawThenHang(Vec<u8>),
    /// The good answer, an octet every 40 ms.
    Drip,
    /// The good answer, late.
    Late(Duration),
    /// Close, reset or hang before reading anything.
    CloseUnread,
    /// Speaks first, as no HTTP server does.
    Greet(&'static [u8]),
    ResetUnread,
    HangUnread,
}

/// A request as it arrived.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Seen {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn field(&self, name: &str) -> Option<String> {
        let body = String::from_utf8(self.body.clone()).unwrap();
        let pair = body.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")).map(str::to_owned));
        pair.map(|text| percent_encoding_decode(&text.replace('+', " ")))
    }
}

fn percent_encoding_decode(text: &str) -> String {
    let mut out = Vec::new();
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte == b'%' {
            let hex = [bytes.next().unwrap(), bytes.next().unwrap()];
            out.push(u8::from_str_radix(std::str::from_utf8(&hex).unwrap(), 16).unwrap());
        } else {
            out.push(byte);
        }
    }
    String::from_utf8(out).unwrap()
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Entra,
    Graph,
    Intune,
}

/// One listener.
#[derive(Clone)]
pub(crate) struct Place {
    pub(crate) address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    next: VecDeque<Deed>,
    always: Option<Deed>,
    body: String,
    seen: Vec<Seen>,
    connections: usize,
}

impl Place {
    async fn open(body: impl Fn(SocketAddr) -> String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let place = Self { address, state: Arc::default() };
        place.state.lock().unwrap().body = body(address);
        let accepting = place.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let place = accepting.clone();
                tokio::spawn(async move { place.attend(stream).await });
            }
        });
        place
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    pub(crate) fn always(&self, deed: Deed) {
        self.state.lock().unwrap().always = Some(deed);
    }

    pub(crate) fn then(&self, deed: Deed) -> &Self {
        self.state.lock().unwrap().next.push_back(deed);
        self
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().connections
    }

    async fn attend(self, mut stream: TcpStream) {
        let (deed, good) = {
            let mut state = self.state.lock().unwrap();
            state.connections += 1;
            let deed = state.next.pop_front().or_else(|| state.always.clone()).unwrap_or(Deed::Good);
            (deed, state.body.clone())
        };
        match deed {
            Deed::CloseUnread => return,
            Deed::Greet(octets) => {
                let _ = stream.write_all(octets).await;
                return sleep(Duration::from_millis(200)).await;
            }
            Deed::ResetUnread => return stream.set_zero_linger().unwrap(),
            Deed::HangUnread => return sleep(Duration::from_secs(60)).await,
            _ => {}
        }
        let Some(seen) = read_request(&mut stream).await else { return };
        self.state.lock().unwrap().seen.push(seen);
        perform(deed, good.into_bytes(), &mut stream).await;
    }
}

async fn perform(deed: Deed, good: Vec<u8>, stream: &mut TcpStream) {
    let bytes = match &deed {
        Deed::GoodWith(status, headers) => answer(*status, headers, &good),
        Deed::Body(body) => answer(200, "", body),
        Deed::Status(status, headers, body) => answer(*status, headers, body),
        Deed::Raw(raw) | Deed::RawThenReset(raw) | Deed::RawThenHang(raw) => raw.clone(),
        _ => answer(200, "", &good),
    };
    if let Deed::Late(by) = deed {
        sleep(by).await;
    }
    if matches!(deed, Deed::Drip) {
        for byte in bytes {
            if stream.write_all(&[byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(40)).await;
        }
        return;
    }
    let _ = stream.write_all(&bytes).await;
    match deed {
        Deed::RawThenReset(_) => stream.set_zero_linger().unwrap(),
        Deed::RawThenHang(_) => sleep(Duration::from_secs(60)).await,
        _ => {
            let _ = stream.shutdown().await;
        }
    }
}

pub(crate) fn answer(status: u16, headers: &str, body: &[u8]) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status} X\r\nConnection: close\r\n{headers}");
    if !headers.to_ascii_lowercase().contains("transfer-encoding") && !headers.contains("Content-Length") {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    head.push_str("\r\n");
    [head.as_bytes(), body].concat()
}

/// Reads one request; shared with the TLS far end.
pub(crate) async fn read_request(stream: &mut (impl AsyncReadExt + Unpin)) -> Option<Seen> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
    let mut lines = head.split("\r\n").map(str::to_owned);
    let line = lines.next().unwrap();
    let headers: Vec<(String, String)> = lines
        .map(|line| line.split_once(": ").map(|(name, value)| (name.into(), value.into())).unwrap())
        .collect();
    let length = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    let length = length.map_or(0, |(_, value)| value.parse().unwrap());
    while bytes.len() < head_end + 4 + length {
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    Some(Seen { line, headers, body: bytes[head_end + 4..].to_vec() })
}

/// The three places.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) entra: Place,
    pub(crate) graph: Place,
    pub(crate) intune: Place,
}

impl World {
    pub(crate) async fn open() -> Self {
        let token = r#"{"token_type":"Bearer","expires_in":3599,"ext_expires_in":3599,"access_token":"zebra.access.token"}"#;
        let entra = Place::open(|_| token.to_owned()).await;
        let intune = Place::open(|_| SUCCESS.to_owned()).await;
        let graph = Place::open(|_| endpoints(&format!("{}fe/", intune.url()))).await;
        Self { entra, graph, intune }
    }

    pub(crate) fn place(&self, part: Part) -> &Place {
        match part {
            Part::Entra => &self.entra,
            Part::Graph => &self.graph,
            Part::Intune => &self.intune,
        }
    }

    pub(crate) fn settings(&self) -> IntuneSettings {
        let tenant = Tenant::parse("contoso.onmicrosoft.com").unwrap();
        let mut settings =
            IntuneSettings::new(tenant, "b4cd6d5e-app", Credential::Secret(Secret::new(SECRET)));
        settings.cloud = Cloud { authority: self.entra.url(), graph: self.graph.url(), ..Cloud::global() };
        settings.insecure_loopback = true;
        settings.retry_pause = Duration::from_millis(1);
        settings.call_timeout = Duration::from_millis(400);
        settings.provider = "Example CA v1.2".into();
        settings.breaker = BreakerSettings { failures: u32::MAX, pause: Duration::from_secs(1) };
        settings
    }

    pub(crate) fn validator(&self) -> Validator {
        validator(self.settings())
    }
}

pub(crate) fn validator(settings: IntuneSettings) -> Validator {
    Validator::Intune(Box::new(Intune::new(settings, None).unwrap()))
}

pub(crate) fn endpoints(uri: &str) -> String {
    serde_json::json!({"@odata.context": "c", "value": [
        {"id": "1", "providerName": "AnotherService", "uri": "https://other.manage.microsoft.com/"},
        {"id": "2", "deletedDateTime": null, "capability": "x", "providerName": "scepRequestValidationFEService", "uri": uri},
        {"id": "3", "providerName": "ScepRequestValidationFEService", "uri": "https://later.manage.microsoft.com/"}]})
    .to_string()
}

pub(crate) async fn judge(validator: &Validator) -> Verdict {
    let petition = Petition {
        endpoint: "windows",
        profile: "device",
        transaction_id: TRANSACTION,
        csr: CSR,
        challenge: Some(ChallengeText::new(CHALLENGE)),
        subject: &Name::from_pairs(&[(pki::oid::CN, "PC 1")]),
        alternative_names: &[],
        caller: None,
        source: [192, 0, 2, 1].into(),
        now: Time::from_unix(1_800_000_000),
        deadline: Instant::now() + Duration::from_secs(20),
    };
    validator.judge(&petition).await
}

pub(crate) async fn issued(validator: &Validator) -> Result<(), Refusal> {
    let facts = IssuedFacts {
        transaction_id: TRANSACTION,
        csr: CSR,
        thumbprint: [0xab; 20],
        serial: &[0x00, 0xda, 0x4d, 0xbd],
        not_after: Time::from_unix(1_812_730_280),
        issuer: "Example Issuing CA",
        deadline: Instant::now() + Duration::from_secs(20),
    };
    validator.issued(&facts).await
}

pub(crate) fn refusal(verdict: Verdict) -> Refusal {
    match verdict {
        Verdict::Refused(refusal) => refusal,
        Verdict::Vouched(voucher) => panic!("{voucher:?}"),
    }
}
