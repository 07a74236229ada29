//! `chancery simulate intune`: Entra, Graph and Intune's validation service on one address.

use super::failed;
use crate::cli::demo::{Scratch, say};
use crate::cli::outcome::Exit;
use crate::cli::{Context, Failure, Outcome, serve};
use serde_json::{Value, json};
use simulator::tenant::{Listen, Rules, Tenant, TenantOptions, subject::SubjectRule};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Play an Intune tenant (Entra, Graph, ScepActions) until a signal comes
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8444")]
    listen: SocketAddr,
    /// HTTPS with a certificate made for it [default]
    #[arg(long, conflicts_with = "plain")]
    tls: bool,
    /// Plain HTTP, for clients that cannot be given a root
    #[arg(long)]
    plain: bool,
    /// The host name that URLs carry [default: the address listened on]
    #[arg(long, value_name = "NAME")]
    advertise: Option<String>,
    /// Compare subjects as decoded names; Intune compares texts, and so refuses escaped commas
    #[arg(long)]
    lenient_subjects: bool,
    /// Seed of identifiers and of faults by chance
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let json = context.globals.json;
    context.block_on(async {
        let tenant = Tenant::start(options(args)).await.map_err(|error| failed(&error))?;
        // Its one application may do all that this program knows to ask for, profiles included.
        if let Some(app) = tenant.application(&tenant.credentials().client_id) {
            tenant.register(app.with_profiles());
        }
        let scratch = Scratch::make("chancery-tenant")?;
        let files = Files::write(&scratch, &tenant)?;
        let told = files.told(&tenant);
        say(&if json { told.to_string() } else { text(&told) });
        serve::stopped().await;
        Ok(Outcome::already_told(Exit::Ok))
    })
}

fn options(args: Args) -> TenantOptions {
    let subject = if args.lenient_subjects { SubjectRule::Decoded } else { SubjectRule::StrictString };
    TenantOptions {
        listen: Listen::Address(args.listen),
        tls: args.tls || !args.plain,
        advertise: args.advertise,
        seed: args.seed,
        rules: Rules { subject, ..Rules::default() },
        ..TenantOptions::default()
    }
}

/// What a client is configured with, in files: a secret has no business in a terminal's history.
struct Files {
    secret: PathBuf,
    certificate: PathBuf,
    key: PathBuf,
    root: Option<PathBuf>,
}

impl Files {
    fn write(scratch: &Scratch, tenant: &Tenant) -> Result<Files, Failure> {
        let credentials = tenant.credentials();
        let root = tenant.root_pem().map(|pem| scratch.write("tls-root.pem", &pem)).transpose()?;
        Ok(Files {
            secret: scratch.write("client-secret", &credentials.secret)?,
            certificate: scratch.write("app-certificate.pem", &credentials.certificate_pem())?,
            key: scratch.write("app-key.pem", &credentials.private_key_pem())?,
            root,
        })
    }

    fn told(&self, tenant: &Tenant) -> Value {
        let urls = tenant.urls();
        json!({
            "authority": urls.authority, "graph": urls.graph, "intune": urls.intune,
            "scep_service": urls.scep_service, "resource": "https://api.manage.microsoft.com/",
            "tenant": tenant.tenant_id(), "domain": tenant.tenant_domain(),
            "app_id": tenant.credentials().client_id,
            "client_secret_file": self.secret, "client_certificate_file": self.certificate,
            "client_key_file": self.key, "ca_file": self.root,
            "control": format!("{}sim/", urls.control),
        })
    }
}

fn text(told: &Value) -> String {
    let of = |key: &str| told.get(key).and_then(Value::as_str).unwrap_or_default();
    let mut lines =
        vec!["A pretend Intune tenant. Its keys are throw-away, its files vanish at the end.".to_owned()];
    for (label, key) in [
        ("Entra", "authority"),
        ("Graph", "graph"),
        ("Intune", "intune"),
        ("tenant", "tenant"),
        ("domain", "domain"),
        ("app id", "app_id"),
        ("secret in", "client_secret_file"),
        ("certificate", "client_certificate_file"),
        ("its key", "client_key_file"),
        ("TLS root", "ca_file"),
        ("control", "control"),
    ] {
        if !of(key).is_empty() {
            lines.push(format!("  {label:<12} {}", of(key)));
        }
    }
    lines.push(hints(of("control"), of("ca_file")));
    lines.join("\n")
}

/// How a device, a profile and a challenge are made from outside.
fn hints(control: &str, root: &str) -> String {
    let curl = if root.is_empty() { "curl".to_owned() } else { format!("curl --cacert {root}") };
    format!(
        "The control API:\n  \
         {curl} {control}state\n  \
         {curl} {control}devices -d '{{\"platform\":\"windows\"}}'\n  \
         {curl} {control}profiles -d '{{\"subject\":\"CN={{{{DeviceName}}}}\"}}'\n  \
         {curl} {control}groups -d '{{\"name\":\"Pilot\"}}'\n  \
         {curl} {control}challenges -d '{{\"device\":\"ID\",\"profile\":\"ID\"}}'\n  \
         {curl} {control}faults -d '{{\"hop\":\"validate_request\",…}}'\n\
         Ctrl-C stops it."
    )
}
