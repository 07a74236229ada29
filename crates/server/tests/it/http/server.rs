//! A server around a gateway that does as the query says.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use chancery::approvals::{Approval, ApprovalDecided, ApprovalList};
use chancery::clock::SystemClock;
use chancery::config::{Config, Files, Secret, Sources};
use chancery::doctor::Examination;
use chancery::explanation::{administrator, asking};
use chancery::history::Enrolment;
use chancery::http::{
    Access, Addresses, ApiProblem, Approvals, AuthorityList, BoxFuture, Caller, CertificateFile,
    CertificateProfiles, CertificateRequests, ChallengeDesk, ConnectionList, EditedMdmProfile,
    GivenMdmProfile, HealthReport, Hint, IssuedChallenge, LintedMdmProfile, MdmChoices, MdmProfile,
    MdmProfileChanges, MdmProfileReach, MdmProfiles, NewChallenge, NewMdmProfile, Noted, OcspReply,
    OcspResponder, Once, People, Policies, PolicyQuestion, PolicyRules, ProfileDetail, ProfileList,
    ProfileVersionText, Publications, Readiness, Records, Repetitions, ReplayQuestion, Replayed,
    RequestsListed, RequestsPage, Revocations, ScepGateway, ScepHttpRequest, ScepHttpResponse, Servers,
    Services, SettingList, Sightings, SignedIn, Site, StalledConversations, System, WebhookBook, Whose,
};
use chancery::policy::{Preview, Verdict};
use chancery::requests::{CertificateForm, RequestedCertificate};
use chancery::revocation::{Row, Summary};
use chancery::search::{Around, Finder, Latency};
use chancery::store::Store;
use chancery::store::sqlite::Sqlite;
use chancery::store::{
    Begun, Delivery, DeliveryId, KeptAnswer, OnceKey, Stalled, StalledSearch, Webhook, WebhookId,
};
use chancery::telemetry::Metrics;
use chancery::tokens::Scope;
use chancery::trial::Trial;
use chancery::validators::refusal::BEARER_TOKEN;
use chancery::webhooks::{Secreted, Wanted};
use chancery::why::CertificateStatus;
use pki::Time;
use pki::crl::Reason;

/// Stands in for the enrolment: a word in the query decides what happens.
#[derive(Default)]
pub(super) struct Puppet {
    pub(super) heard: Mutex<Vec<(String, ScepHttpRequest)>>,
    pub(super) finished: AtomicUsize,
}

impl ScepGateway for Puppet {
    fn answer<'a>(&'a self, endpoint: &'a str, request: ScepHttpRequest) -> BoxFuture<'a, ScepHttpResponse> {
        let query = request.raw_query.clone();
        self.heard.lock().unwrap().push((endpoint.to_owned(), request));
        Box::pin(async move {
            let has = |word: &str| query.contains(word);
            assert!(!has("panic"), "as the query asked");
            if has("slow") {
                tokio::time::sleep(Duration::from_millis(600)).await;
            }
            self.finished.fetch_add(1, Ordering::SeqCst);
            let status = if has("redirect") {
                302
            } else if has("unauthorised") {
                401
            } else {
                200
            };
            let body = if has("big") { vec![b'x'; 64 << 20] } else { b"answer".to_vec() };
            ScepHttpResponse { status, content_type: "application/x-pki-message", body, retry_after: None }
        })
    }
}

impl Publications for Puppet {
    fn ca_certificate(&self, name: &str, form: CertificateFile) -> Option<Vec<u8>> {
        (name == "issuing").then(|| format!("{form:?}").into_bytes())
    }
    fn crl(&self, name: &str) -> Option<axum::body::Bytes> {
        (name == "issuing").then(|| b"crl".to_vec().into())
    }
}

impl OcspResponder for Puppet {
    fn answer<'a>(&'a self, request: &'a [u8]) -> BoxFuture<'a, OcspReply> {
        Box::pin(async move {
            assert_ne!(request, b"panic", "as the request asked");
            OcspReply { der: b"ocsp".to_vec(), result: "answered", fresh: None }
        })
    }
}

impl Readiness for Puppet {
    fn reserves(&self) -> Vec<String> {
        Vec::new()
    }

    fn troubles(&self) -> BoxFuture<'_, Vec<String>> {
        Box::pin(async { vec!["the key is locked".to_owned()] })
    }
}

/// The puppet knows no certificate, profile or request that waits.
fn nothing<'a, T>() -> BoxFuture<'a, Result<T, ApiProblem>> {
    Box::pin(async { Err(ApiProblem::new(404, administrator::SERIAL)) })
}

impl CertificateProfiles for Puppet {
    fn list(&self) -> ProfileList {
        ProfileList { profiles: Vec::new() }
    }
    fn show<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<ProfileDetail, ApiProblem>> {
        nothing()
    }
    fn version<'a>(
        &'a self,
        _: &'a str,
        _: &'a str,
    ) -> BoxFuture<'a, Result<ProfileVersionText, ApiProblem>> {
        panic!("nobody asks")
    }
    fn preview(&self, _: &str, _: &str) -> Result<Preview, ApiProblem> {
        panic!("nobody asks")
    }
}

impl MdmProfiles for Puppet {
    fn choices(&self) -> MdmChoices {
        panic!("nobody asks")
    }
    fn generate(&self, _: NewMdmProfile) -> Result<MdmProfile, ApiProblem> {
        panic!("nobody asks")
    }
    fn lint(&self, _: GivenMdmProfile) -> Result<LintedMdmProfile, ApiProblem> {
        panic!("nobody asks")
    }
    fn diff(&self, _: EditedMdmProfile) -> Result<MdmProfileChanges, ApiProblem> {
        panic!("nobody asks")
    }
    fn reach(&self, _: GivenMdmProfile) -> BoxFuture<'_, Result<MdmProfileReach, ApiProblem>> {
        panic!("nobody asks")
    }
}

impl Policies for Puppet {
    fn rules(&self) -> PolicyRules {
        panic!("nobody asks")
    }
    fn test(&self, _: PolicyQuestion) -> BoxFuture<'_, Result<Verdict, ApiProblem>> {
        panic!("nobody asks")
    }
    fn replay(&self, _: ReplayQuestion) -> BoxFuture<'_, Result<Replayed, ApiProblem>> {
        panic!("nobody asks")
    }
}

impl Records for Puppet {
    fn why<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<CertificateStatus, ApiProblem>> {
        nothing()
    }
    fn enrolment<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Enrolment, ApiProblem>> {
        nothing()
    }
    fn take_list<'a>(&'a self, _: &'a str, text: String) -> BoxFuture<'a, Result<usize, ApiProblem>> {
        Box::pin(async move { Ok(text.len()) })
    }
}

impl Revocations for Puppet {
    fn revoke<'a>(&'a self, _: &'a str, _: Reason, _: &'a Caller) -> BoxFuture<'a, Result<Row, ApiProblem>> {
        nothing()
    }
    fn revoke_all<'a>(
        &'a self,
        _: Whose,
        _: Reason,
        _: &'a Caller,
    ) -> BoxFuture<'a, Result<Summary, ApiProblem>> {
        nothing()
    }
}

impl Access for Puppet {
    fn admit<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Caller, ApiProblem>> {
        Box::pin(async move {
            if token == TOKEN { Ok(Caller::configured()) } else { Err(ApiProblem::new(401, BEARER_TOKEN)) }
        })
    }

    fn lacking<'a>(&'a self, _: &'a Caller, _: Scope, _: &'a str) -> BoxFuture<'a, ApiProblem> {
        Box::pin(async { panic!("the token of this test may do everything") })
    }
}

impl People for Puppet {
    fn site(&self) -> &Site {
        static SITE: LazyLock<Site> = LazyLock::new(|| Site::new(None, false));
        &SITE
    }

    fn has_cookie(&self, _: &axum::http::HeaderMap) -> bool {
        false
    }

    fn session<'a>(
        &'a self,
        _: &'a axum::http::HeaderMap,
    ) -> BoxFuture<'a, Result<Option<SignedIn>, ApiProblem>> {
        Box::pin(async { Ok(None) })
    }
}

impl WebhookBook for Puppet {
    fn all(&self) -> BoxFuture<'_, Result<Vec<(Webhook, u64)>, ApiProblem>> {
        nothing()
    }

    fn add<'a>(&'a self, _: Wanted, _: &'a str) -> BoxFuture<'a, Result<Secreted, ApiProblem>> {
        nothing()
    }

    fn remove<'a>(&'a self, _: WebhookId, _: &'a str) -> BoxFuture<'a, Result<(), ApiProblem>> {
        nothing()
    }

    fn test<'a>(&'a self, _: WebhookId, _: &'a str) -> BoxFuture<'a, Result<(bool, String), ApiProblem>> {
        nothing()
    }

    fn history(
        &self,
        _: WebhookId,
        _: Option<DeliveryId>,
        _: u32,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, ApiProblem>> {
        nothing()
    }
}

impl Approvals for Puppet {
    fn waiting(&self) -> BoxFuture<'_, Result<ApprovalList, ApiProblem>> {
        nothing()
    }

    fn held<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Approval, ApiProblem>> {
        nothing()
    }

    fn decide<'a>(
        &'a self,
        _: &'a str,
        _: bool,
        _: &'a Caller,
    ) -> BoxFuture<'a, Result<ApprovalDecided, ApiProblem>> {
        nothing()
    }
}

impl StalledConversations for Puppet {
    fn stalled(&self, _: StalledSearch) -> BoxFuture<'_, Result<Vec<Stalled>, ApiProblem>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

impl Sightings for Puppet {
    fn seen<'a>(&'a self, _: &'a str, _: Hint, _: &'a Caller) -> BoxFuture<'a, Result<Noted, ApiProblem>> {
        Box::pin(async { Err(ApiProblem::new(400, asking::SEEN)) })
    }
}

impl CertificateRequests for Puppet {
    fn ask<'a>(
        &'a self,
        _: CertificateForm,
        _: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestedCertificate, ApiProblem>> {
        Box::pin(async { Err(ApiProblem::new(404, asking::NO_COUNTER)) })
    }

    fn fetch<'a>(
        &'a self,
        _: &'a str,
        _: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestedCertificate, ApiProblem>> {
        Box::pin(async { Err(ApiProblem::new(404, asking::NO_REQUEST)) })
    }

    fn list<'a>(
        &'a self,
        _: RequestsPage,
        _: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestsListed, ApiProblem>> {
        Box::pin(async { Ok(RequestsListed { items: Vec::new(), next: None }) })
    }
}

impl Repetitions for Puppet {
    fn begin(&self, _: Once) -> BoxFuture<'_, Result<Begun, ApiProblem>> {
        Box::pin(async { Ok(Begun::New) })
    }
    fn end(&self, _: OnceKey, _: Option<KeptAnswer>) -> BoxFuture<'_, ()> {
        Box::pin(async {})
    }
}

impl System for Puppet {
    fn authorities(&self) -> BoxFuture<'_, Result<AuthorityList, ApiProblem>> {
        nothing()
    }
    fn connections(&self) -> ConnectionList {
        ConnectionList { connections: Vec::new() }
    }
    fn try_connection<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Trial, ApiProblem>> {
        nothing()
    }
    fn settings(&self) -> SettingList {
        SettingList { settings: Vec::new() }
    }
    fn health(&self) -> BoxFuture<'_, Result<HealthReport, ApiProblem>> {
        nothing()
    }
    fn doctor(&self) -> BoxFuture<'_, Result<Examination, ApiProblem>> {
        nothing()
    }
}

impl ChallengeDesk for Puppet {
    fn issue<'a>(
        &'a self,
        wanted: NewChallenge,
        _: &'a str,
    ) -> BoxFuture<'a, Result<IssuedChallenge, ApiProblem>> {
        Box::pin(async move {
            let endpoint = wanted.endpoint.unwrap_or_else(|| "default".to_owned());
            Ok(IssuedChallenge {
                challenge: Secret::new("C".repeat(32)),
                endpoint,
                expires: Time::from_unix(0),
            })
        })
    }
}

struct Shelf(String);

impl Files for Shelf {
    fn read(&self, path: &Path) -> std::io::Result<Vec<u8>> {
        Ok(if path.ends_with("c.toml") { self.0.clone() } else { TOKEN.to_owned() }.into_bytes())
    }
}

pub(super) const TOKEN: &str = "0123456789abcdef0123456789abcdef";

/// A running server; it stops when dropped.
pub(super) struct Server {
    pub(super) at: Addresses,
    pub(super) puppet: Arc<Puppet>,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(super) fn start(settings: &str) -> Self {
        let listen = "listen = { scep = '127.0.0.1:0', admin = '127.0.0.1:0', scep_tls = '127.0.0.1:0' }\n\
                      tls = { self_signed = true }\nadmin = { token_file = 'token' }\n";
        let sources = Sources { file: Some("/c.toml".into()), local: true, ..Sources::default() };
        let config = sources.config(&Shelf(format!("{listen}{settings}"))).unwrap_or_else(|p| panic!("{p}"));
        let puppet = Arc::new(Puppet::default());
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let services = services(&puppet);
        let thread = std::thread::spawn(move || run(&config, services, &tell, stopped));
        Self { at: told.recv().unwrap(), puppet, stop: Some(stop), thread: Some(thread) }
    }

    pub(super) fn connect(&self) -> TcpStream {
        connect(self.at.scep)
    }

    /// Sends `request` as it is, and gives back everything that comes until the server closes.
    pub(super) fn send(&self, request: impl AsRef<[u8]>) -> Reply {
        exchange(self.at.scep, request.as_ref())
    }

    /// `GET target`, on a connection of its own.
    pub(super) fn get(&self, target: &str) -> Reply {
        self.send(format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
    }

    pub(super) fn admin(&self, request: &str) -> Reply {
        exchange(self.at.admin, request.as_bytes())
    }

    /// Says stop without waiting.
    pub(super) fn say_stop(&mut self) {
        let _ = self.stop.take().map(|stop| stop.send(()));
    }

    pub(super) fn wait_end(&mut self) {
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    pub(super) fn heard(&self) -> Vec<(String, ScepHttpRequest)> {
        self.puppet.heard.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.say_stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// A store in which nothing is.
fn empty_store() -> Arc<dyn Store> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    let file = std::env::temp_dir().join(format!("chancery-puppet-{}-{number}.db", std::process::id()));
    let store = Sqlite::open(&file).unwrap();
    // It is held open, and goes with the process.
    std::fs::remove_file(&file).unwrap();
    Arc::new(store)
}

impl Around for Puppet {
    fn chain(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn platform(&self, _: &str) -> &'static str {
        "any"
    }

    fn latency(&self) -> Option<Latency> {
        None
    }
}

fn services(puppet: &Arc<Puppet>) -> Services {
    Services {
        gateway: puppet.clone(),
        publications: puppet.clone(),
        ocsp: puppet.clone(),
        readiness: puppet.clone(),
        profiles: puppet.clone(),
        mdm: puppet.clone(),
        policies: puppet.clone(),
        simulator: None,
        records: puppet.clone(),
        challenges: puppet.clone(),
        revocations: puppet.clone(),
        stalled: puppet.clone(),
        sightings: puppet.clone(),
        requests: puppet.clone(),
        approvals: puppet.clone(),
        repetitions: puppet.clone(),
        system: puppet.clone(),
        access: puppet.clone(),
        visitors: Arc::new(chancery::portal::Nobody),
        people: puppet.clone(),
        webhooks: puppet.clone(),
        finder: Arc::new(Finder::new(empty_store(), Arc::new(SystemClock), puppet.clone())),
        clock: Arc::new(chancery::clock::SystemClock),
        metrics: Arc::new(Metrics::default()),
    }
}

fn run(
    config: &Config,
    services: Services,
    tell: &std::sync::mpsc::Sender<Addresses>,
    stopped: tokio::sync::oneshot::Receiver<()>,
) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let servers = Servers::bind(config, services).await.unwrap();
        tell.send(servers.addresses()).unwrap();
        servers.run_until(async { drop(stopped.await) }).await;
    });
}

pub(super) fn connect(at: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(at).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    stream
}

pub(super) fn exchange(at: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = connect(at);
    // The server may answer and close before it has read everything.
    let _ = stream.write_all(request);
    Reply::read(stream)
}

/// An answer, taken apart as text.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Reply {
    pub(super) fn read(mut stream: TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A reset after the answer is still an answer.
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Self { status, head: head.to_owned(), body: body.to_owned() }
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().skip(1).filter_map(|line| line.split_once(": "));
        lines.filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }
}
