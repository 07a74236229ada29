//! `chancery profile export`.

use super::examine::told;
use super::network::Network;
use super::{failed, file, read, text};
use crate::cli::{Failure, Outcome};
use clap::ValueEnum;
use mdm::format::mobileconfig::{self, Configuration};
use mdm::format::{TrustedRoot, Unwritable, graph, powershell, steps, syncml, wifi};
use mdm::lint::{Severity, Surroundings, lint};
use mdm::profile::Profile;
use pki::certificate::Certificate;
use pki::pem;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

/// The forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// Microsoft Graph's JSON
    Graph,
    /// Apple's configuration
    Mobileconfig,
    /// Windows' SyncML
    Syncml,
    /// A script for Microsoft Graph PowerShell
    Powershell,
    /// What to enter on the portal's pages
    Steps,
    /// The network's profile for Windows, EAP-TLS with the certificate; needs --ssid
    Wlan,
}

/// Which profile, in which form
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    source: file::Source,
    /// The form
    #[arg(long, value_name = "FORM")]
    format: Form,
    /// Certificates of the CA that go along, PEM or DER: the Trusted certificate profiles of a script, the payloads of a
    /// configuration
    #[arg(long = "certificate", value_name = "FILE")]
    certificates: Vec<PathBuf>,
    #[command(flatten)]
    network: Network,
    /// Write it though devices would fail
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let profile = args.source.read()?;
    if !args.force {
        sound(&profile)?;
    }
    let roots = args.certificates.iter().map(|path| root(&profile, path)).collect::<Result<Vec<_>, _>>()?;
    let networks = args.network.read(&profile)?;
    let refused = |error: Unwritable| failed(error.to_string());
    match args.format {
        Form::Graph => {
            let value = graph::write(&profile, None).map_err(refused)?;
            let shown = serde_json::to_string_pretty(&value).map_err(|error| failed(error.to_string()))?;
            Ok(Outcome::new(shown, value))
        }
        Form::Mobileconfig => {
            let mut certificates = roots;
            for one in args.network.roots(&profile)? {
                // The CA's root may be the RADIUS server's, too: a payload stands in a configuration once.
                if certificates.iter().all(|known| known.certificate != one.certificate) {
                    certificates.push(one);
                }
            }
            let with = Configuration {
                ca_name: "Chancery",
                challenge: None,
                certificates: &certificates,
                networks: networks.as_slice(),
            };
            mobileconfig::write(&profile, &with).map(text).map_err(refused)
        }
        Form::Syncml => syncml::write(&profile, "").map(text).map_err(refused),
        Form::Powershell => powershell::write(&profile, &roots).map(text).map_err(refused),
        Form::Steps => {
            let mut listed_steps = steps::scep(&profile).map_err(refused)?;
            listed_steps.extend(networks.iter().flat_map(|network| steps::wifi(&profile, network)));
            Ok(listed(&listed_steps))
        }
        Form::Wlan => {
            let network =
                networks.first().ok_or_else(|| failed("a network needs a name: --ssid NAME").usage())?;
            wifi::write_wlan(network, profile.certificate_type).map(text).map_err(refused)
        }
    }
}

/// A profile by which devices fail is not handed on by mistake.
pub(in crate::cli) fn sound(profile: &Profile) -> Result<(), Failure> {
    let mut found = lint(profile, &Surroundings::default());
    found.retain(|one| one.rule.severity == Severity::Error);
    if found.is_empty() {
        return Ok(());
    }
    let fix = "Mend it (chancery profile lint --fix does much), or write it all the same with --force.";
    Err(failed(format!("devices would fail by this profile:\n{}", told(&found))).fix(fix))
}

pub(super) fn root(profile: &Profile, path: &PathBuf) -> Result<TrustedRoot, Failure> {
    let octets = read(path)?;
    let blocks = std::str::from_utf8(&octets).ok().and_then(|text| pem::decode("CERTIFICATE", text).ok());
    let block = blocks.as_deref().and_then(<[Vec<u8>]>::first);
    let certificate = Certificate::parse(block.unwrap_or(&octets))
        .map_err(|error| failed(format!("{} is no certificate: {error}", path.display())))?;
    let file_name = path.file_name().and_then(|name| name.to_str()).unwrap_or("root.cer").to_owned();
    let named = profile.root_certificates.first().map_or_else(|| file_name.clone(), |root| root.name.clone());
    Ok(TrustedRoot {
        name: named,
        description: String::new(),
        platform: profile.platform,
        certificate,
        file_name,
        deployment_channel: profile.deployment_channel,
        assignments: profile.assignments.clone(),
    })
}

fn listed(steps: &[steps::Step]) -> Outcome {
    let (mut shown, mut page) = (String::new(), "");
    for step in steps {
        // Writing into a String cannot fail.
        if step.page != page {
            let _ = writeln!(shown, "{}", step.page);
            page = step.page;
        }
        let _ = writeln!(shown, "  {}: {}", step.field, step.value);
    }
    Outcome::new(shown.trim_end().to_owned(), json!({ "steps": steps }))
}
