//! The program as a process, its directory, and the tenant that it asks.

use chancery::keys::{KeyDirectory, SystemRandom};
use chancery::store::sqlite::Sqlite;
use chancery::store::{ClaimHash, NewChallenge, Store as _};
use chancery::validators::{ChallengeKey, challenge};
use pki::Time;
use simulator::tenant::{Tenant, TenantOptions};
use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

pub(super) struct Rig {
    pub(super) home: PathBuf,
    pub(super) tenant: Tenant,
    scep: SocketAddr,
    admin: SocketAddr,
}

impl Rig {
    /// A directory with settings and a CA in it.
    pub(super) async fn new() -> Rig {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let home = std::env::temp_dir().join(format!("chancery-crash-{}-{number}", std::process::id()));
        let _ = fs::remove_dir_all(&home);
        fs::create_dir_all(&home).unwrap();
        let tenant = Tenant::start(TenantOptions { tls: false, ..TenantOptions::default() }).await.unwrap();
        // An address of its own: between two starts nobody else's free port is one of these.
        let pid = std::process::id();
        let address = Ipv4Addr::new(127, 77, (pid >> 8) as u8, pid as u8);
        let held = [0; 2].map(|_| TcpListener::bind((address, 0)).unwrap());
        let [scep, admin] = held.map(|socket| socket.local_addr().unwrap());
        let rig = Rig { home, tenant, scep, admin };
        rig.write_settings();
        let made = rig.command(&["init"]).output().unwrap();
        assert!(made.status.success(), "{made:?}");
        rig
    }

    fn write_settings(&self) {
        let Rig { home, tenant, scep, admin } = self;
        let (secret, credentials, urls) = (home.join("secret"), tenant.credentials(), tenant.urls());
        fs::write(&secret, &credentials.secret).unwrap();
        let data = home.join("data");
        let settings = format!(
            "data_dir = {data:?}\npublic_url = 'http://{scep}'\n\
             [listen]\nscep = '{scep}'\nadmin = '{admin}'\n\
             [limits]\nconnections_per_ip = 0\n[log]\nlevel = 'warn'\n\
             [[endpoint]]\nname = 'once'\nvalidator = 'one_time'\n\
             [[endpoint]]\nname = 'intune'\nvalidator = 'intune'\n[endpoint.intune]\ntenant = '{}'\n\
             app_id = '{}'\nclient_secret_file = {secret:?}\nauthority = '{}'\ngraph = '{}'\n",
            tenant.tenant_id(),
            credentials.client_id,
            urls.authority,
            urls.graph,
        );
        fs::write(home.join("chancery.toml"), settings).unwrap();
    }

    pub(super) fn url(&self, endpoint: &str) -> String {
        format!("http://{}/scep/{endpoint}", self.scep)
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let other = std::env::var_os("CRASH_CHANCERY");
        let mut command = Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_chancery").into()));
        command
            .env_clear()
            .arg("--config")
            .arg(self.home.join("chancery.toml"))
            .arg("--local")
            .args(arguments);
        command
    }

    /// Starts the server; `None` if it died before it was ready.
    pub(super) async fn start(&self, environment: &[(&str, &str)]) -> Option<Running> {
        let log = File::options().create(true).append(true).open(self.home.join("log")).unwrap();
        let mut command = self.command(&["serve"]);
        command.envs(environment.iter().copied()).stdin(Stdio::null());
        let child = command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        let (mut running, since) = (Running(child), Instant::now());
        let http = simulator::fleet::http_client(None).unwrap();
        let url = format!("http://{}/readyz", self.admin);
        while since.elapsed() < Duration::from_secs(30) {
            if http.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
                return Some(running);
            }
            if running.ended().is_some() {
                return None;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        panic!("not ready in 30 s; the log says: {}", self.log());
    }

    pub(super) fn log(&self) -> String {
        let log = fs::read_to_string(self.home.join("log")).unwrap_or_default();
        log.lines().rev().take(20).collect::<Vec<_>>().join("\n")
    }

    fn database(&self) -> PathBuf {
        self.home.join("data/chancery.db")
    }

    /// The store as it is on the disk, whether a server runs or not.
    pub(super) fn store(&self) -> Sqlite {
        Sqlite::open_to_read(&self.database()).unwrap()
    }

    /// New one-time challenges, recorded while no server runs.
    pub(super) async fn challenges(&self, count: usize) -> Vec<String> {
        let keys = KeyDirectory::open(&self.home.join("data/keys")).unwrap();
        let key = ChallengeKey::new(&keys.secret("challenge-hash").unwrap()).unwrap();
        let store = Sqlite::open(&self.database()).unwrap();
        let now = Time::from_unix(simulator::clock::Clock::system().now());
        let texts: Vec<String> =
            (0..count).map(|_| challenge::mint(&mut SystemRandom).unwrap().to_string()).collect();
        let put = |text: &String| {
            store.put_challenge(NewChallenge {
                hash: ClaimHash(key.hash(text).0),
                endpoint: "once".into(),
                identity: None,
                expires_at: now.plus_days(1),
                created_at: now,
                note: String::new(),
            })
        };
        // All are queued before the first is awaited, so that they share their commits.
        let queued: Vec<_> = texts.iter().map(put).collect();
        for one in queued {
            assert!(one.await.unwrap());
        }
        texts
    }

    /// What `chancery verify` finds, if anything.
    pub(super) fn verify(&self, grace: &str) -> Option<String> {
        let said = self.command(&["verify", "--grace", grace]).output().unwrap();
        (said.status.code() != Some(0)).then(|| format!("{said:?}"))
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.home);
        }
    }
}

/// A server that dies with this value.
pub(super) struct Running(Child);

impl Running {
    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().unwrap()
    }

    /// `kill -9`.
    pub(super) fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
