//! The directory that a server works in, and its settings.

use chancery::clock::Clock;
use chancery::config::{Config, Disk, Sources};
use chancery::keys::KeyDirectory;
use chancery::server::{Server, StartError};
use chancery::validators::ChallengeKey;
use pki::Time;
use simulator::tenant::Tenant;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// The challenge of the endpoint `fixed`.
pub(crate) const SHARED: &str = "zebra-shared-challenge-A7Q2";

/// The clock that tenant and server share.
pub(crate) struct Ticking(pub simulator::clock::Clock);

impl Clock for Ticking {
    fn now(&self) -> Time {
        Time::from_unix(self.0.now())
    }
}

/// A directory of its own; removed when dropped.
pub(crate) struct Home {
    path: PathBuf,
}

impl Home {
    /// Makes it and writes the settings.
    pub(crate) fn new(tenant: Option<&Tenant>, more: &str) -> Home {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("chancery-world-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("data")).unwrap();
        let home = Home { path };
        let intune = tenant.map(|tenant| home.intune(tenant, more)).unwrap_or_default();
        let settings = format!("{}{intune}", home.settings());
        fs::write(home.path.join("chancery.toml"), settings).unwrap();
        home
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the administrative API to whoever has this token.
    pub(crate) fn add_admin_token(&self, token: &str) {
        let (file, settings) = (self.path.join("token"), self.path.join("chancery.toml"));
        fs::write(&file, token).unwrap();
        let text = fs::read_to_string(&settings).unwrap();
        fs::write(settings, format!("{text}\n[admin]\ntoken_file = {file:?}\n")).unwrap();
    }

    /// Says less.
    pub(crate) fn log_only(&self, level: &str) {
        let settings = self.path.join("chancery.toml");
        let text = fs::read_to_string(&settings).unwrap();
        fs::write(settings, text.replace("level = 'trace'", &format!("level = '{level}'"))).unwrap();
    }

    /// Writes other settings.
    pub(crate) fn configure(&self, settings: &str) {
        fs::write(self.path.join("chancery.toml"), settings).unwrap();
    }

    /// The settings of [`super::World`], without a tenant.
    pub(crate) fn settings(&self) -> String {
        let data = self.path.join("data");
        let keys = KeyDirectory::open(&data.join("keys")).unwrap();
        let key = ChallengeKey::new(&keys.secret("challenge-hash").unwrap()).unwrap();
        let hash = key.hash(SHARED);
        format!(
            "data_dir = {data:?}\n\
             [listen]\nscep = '127.0.0.1:0'\nadmin = '127.0.0.1:0'\n\
             [log]\nformat = 'json'\nlevel = 'trace'\n\
             [limits]\nconnections_per_ip = 0\n\
             [[profile]]\nname = 'device'\n[[profile]]\nname = 'other'\n\
             [[endpoint]]\nname = 'once'\nprofile = 'device'\nvalidator = 'one_time'\nndes = true\n\
             [[endpoint]]\nname = 'other'\nprofile = 'other'\nvalidator = 'one_time'\nndes = false\n\
             [[endpoint]]\nname = 'fixed'\nprofile = 'device'\nvalidator = 'static'\nndes = false\n\
             renewal = false\n[endpoint.static]\nchallenge_hash = '{hash}'\n"
        )
    }

    fn intune(&self, tenant: &Tenant, more: &str) -> String {
        let secret = self.path.join("client-secret");
        let credentials = tenant.credentials();
        fs::write(&secret, &credentials.secret).unwrap();
        let urls = tenant.urls();
        let one = |name: &str, on_failure: &str| {
            format!(
                "[[endpoint]]\nname = '{name}'\nprofile = 'device'\nvalidator = 'intune'\nndes = false\n\
                 on_notify_failure = '{on_failure}'\n[endpoint.intune]\ntenant = '{}'\napp_id = '{}'\n\
                 client_secret_file = {secret:?}\nauthority = '{}'\ngraph = '{}'\n{more}\n",
                tenant.tenant_id(),
                credentials.client_id,
                urls.authority,
                urls.graph,
            )
        };
        one("intune", "withhold") + &one("deliver", "deliver")
    }

    /// The settings, believed.
    pub(crate) fn config(&self) -> Result<Config, chancery::config::Problems> {
        let file = Some(self.path.join("chancery.toml"));
        Sources { file, local: true, ..Sources::default() }.config(&Disk)
    }

    pub(crate) async fn server(&self, clock: &simulator::clock::Clock) -> Result<Server, StartError> {
        let config = self.config().unwrap_or_else(|problems| panic!("{problems}"));
        Server::start(&Arc::new(config), Arc::new(Ticking(clock.clone()))).await
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
