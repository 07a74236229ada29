//! An administrator's desk: a tenant, settings, a profile and a root in files, and the program.

use crate::world::Home;
use serde_json::Value;
use simulator::identity::self_signed;
use simulator::keys::RsaKey;
use simulator::tenant::{Application, Group, Hop, Recorded, Tenant, TenantOptions};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

pub(super) const URL: &str = "https://scep.contoso.example/scep/wifi";

/// One root for all tests, PEM: making a key is slow.
pub(super) fn root_pem() -> &'static str {
    static ROOT: OnceLock<String> = OnceLock::new();
    ROOT.get_or_init(|| {
        let name = pki::name::Name::from_pairs(&[(pki::oid::CN, "Contoso root")]);
        let der = self_signed(&RsaKey::generate(2048).unwrap(), name, &[1], 1_795_240_000).unwrap();
        pki::pem::encode("CERTIFICATE", &der)
    })
}

pub(super) struct Desk {
    pub(super) tenant: Tenant,
    pub(super) pilot: Group,
    home: Home,
}

impl Desk {
    /// With `wifi.toml`, a device's profile for Windows that refers to "Contoso root", and `root.pem`.
    pub(super) async fn open() -> Desk {
        let tenant = Tenant::start(TenantOptions { tls: false, ..TenantOptions::default() }).await.unwrap();
        let app = tenant.application(&tenant.credentials().client_id).unwrap();
        tenant.register(app.with_profiles());
        tenant.codes().interval = 1;
        let pilot = tenant.add_group("Wi-Fi pilot", &[]);
        let home = Home::new(Some(&tenant), "");
        let desk = Desk { tenant, pilot, home };
        desk.keep("root.pem", root_pem());
        let words = ["profile", "new", "--preset", "wifi-device", "--platform", "windows", "--url", URL];
        let made = desk.says(0, &[&words[..], &["--root", "Contoso root"]].concat());
        desk.keep("wifi.toml", &made);
        desk
    }

    pub(super) fn keep(&self, name: &str, text: &str) {
        std::fs::write(self.file(name), text).unwrap();
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Rewrites the profile.
    pub(super) fn edit(&self, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.file("wifi.toml")).unwrap();
        assert!(text.contains(from), "{text}");
        self.keep("wifi.toml", &text.replace(from, to));
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        command.env_clear().current_dir(self.home.path()).stdin(Stdio::null());
        command.args(["--local", "--config", "chancery.toml"]).args(words);
        command
    }

    pub(super) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    pub(super) fn begin(&self, words: &[&str]) -> Child {
        self.command(words).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    /// Both outputs; it ends with that code.
    pub(super) fn says(&self, code: i32, words: &[&str]) -> String {
        let output = self.run(words);
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.status.code(), Some(code), "{words:?}: {out}{err}");
        if code == 1 || code == 2 { err.into_owned() } else { out.into_owned() }
    }

    /// `intune apply wifi.toml` to the pilot group.
    pub(super) fn applies(&self, code: i32, more: &[&str]) -> String {
        let words = ["intune", "apply", "wifi.toml", "--root", "root.pem", "--group", "Wi-Fi pilot"];
        self.says(code, &[&words[..], more].concat())
    }

    /// What was written to Graph.
    pub(super) fn writes(&self) -> Vec<Recorded> {
        let writes = |hop: Hop| matches!(hop, Hop::ConfigurationWrites | Hop::Assignments);
        let all = self.tenant.journal().requests();
        all.into_iter().filter(|one| one.hop.is_some_and(writes)).collect()
    }

    /// Takes these permissions away from the application.
    pub(super) fn without(&self, permissions: &[&str]) {
        let mut app: Application = self.tenant.application(&self.tenant.credentials().client_id).unwrap();
        app.graph_roles.retain(|role| !permissions.contains(&role.as_str()));
        self.tenant.register(app);
    }
}

/// JSON out of an output.
pub(super) fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}
