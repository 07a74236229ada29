//! `chancery profile export`.

use super::examine::told;
use super::network::Network;
use super::{failed, file, read, text};
use crate::cli::{Failure, Outcome};
use crate::mdm_profiles::{Companions, Form, all_steps, errors, write};
use mdm::format::TrustedRoot;
use mdm::profile::Profile;
use pki::certificate::Certificate;
use pki::pem;
use serde_json::json;
use std::path::PathBuf;

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
    /// Certificates that devices are to trust besides, PEM or DER, such as the root of other servers: they go along, and the
    /// profile does not refer to them
    #[arg(long = "extra-root", value_name = "FILE", requires = "certificates")]
    extra_roots: Vec<PathBuf>,
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
    let mut roots = roots(&profile, &args.certificates)?;
    roots.extend(extra_roots(&profile, &args.extra_roots)?);
    let radius_roots = args.network.roots(&profile)?;
    let with = Companions { roots, radius_roots, networks: args.network.read(&profile)? };
    if args.format == Form::Wlan && with.networks.is_empty() {
        return Err(failed("a network needs a name: --ssid NAME").usage());
    }
    let listed = (args.format == Form::Steps)
        .then(|| all_steps(&profile, &with.networks))
        .transpose()
        .map_err(failed)?;
    let written = write(&profile, args.format, with).map_err(failed)?;
    match args.format {
        Form::Graph => {
            let value = serde_json::from_str(&written).map_err(|error| failed(error.to_string()))?;
            Ok(Outcome::new(written, value))
        }
        Form::Steps => Ok(Outcome::new(written, json!({ "steps": listed }))),
        _ => Ok(text(written)),
    }
}

/// A profile by which devices fail is not handed on by mistake.
pub(in crate::cli) fn sound(profile: &Profile) -> Result<(), Failure> {
    let found = errors(profile);
    if found.is_empty() {
        return Ok(());
    }
    let fix = "Mend it (chancery profile lint --fix does much), or write it all the same with --force.";
    Err(failed(format!("devices would fail by this profile:\n{}", told(&found))).fix(fix))
}

/// The certificates of the CA, in the order in which the profile names them.
pub(in crate::cli) fn roots(profile: &Profile, paths: &[PathBuf]) -> Result<Vec<TrustedRoot>, Failure> {
    let named = |(at, path): (usize, &PathBuf)| {
        let mut root = root(profile, path)?;
        if let Some(named) = profile.root_certificates.get(at) {
            root.name.clone_from(&named.name);
        } else if at > 0 {
            root.name.clone_from(&root.file_name);
        }
        Ok(root)
    };
    paths.iter().enumerate().map(named).collect()
}

/// Certificates that the profile does not refer to, called after their files (M5).
pub(in crate::cli) fn extra_roots(profile: &Profile, paths: &[PathBuf]) -> Result<Vec<TrustedRoot>, Failure> {
    let named = |path: &PathBuf| {
        let mut root = root(profile, path)?;
        root.name.clone_from(&root.file_name);
        if profile.root_certificates.iter().any(|one| one.name == root.name) {
            let sentence = format!("the profile refers to `{}`, which is an extra root", root.name);
            return Err(failed(sentence).fix("Call the file something else, or give it as one of the CA's."));
        }
        Ok(root)
    };
    paths.iter().map(named).collect()
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
