//! `chancery profile new|show|export|lint|diff`: what an MDM administrator fills in, written, checked and compared. Needs no
//! configuration and no data directory.

mod compare;
mod examine;
mod export;
mod file;
mod network;

#[cfg(feature = "demo")]
pub(super) use export::sound;

use super::{Context, Failure, Outcome};
use crate::explanation::administrator;
use clap::Subcommand;
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{RootCertificate, ScepUrl, Thumbprint};
use serde::de::IntoDeserializer as _;
use serde_json::json;
use std::path::PathBuf;

/// Write, check and compare MDM profiles
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// A profile to begin with, printed as TOML
    New {
        /// wifi-device, wifi-user, nps-user, smime-signing, scepman-device, scepman-user, securew2-device, securew2-user,
        /// azure-vpn
        #[arg(long, value_name = "WORD", value_parser = preset)]
        preset: Preset,
        /// windows, ios, macos, android_fully_managed, android_dedicated, android_corporate_work_profile,
        /// android_personal_work_profile, aosp_user_affine, aosp_userless
        #[arg(long, value_name = "WORD", value_parser = platform)]
        platform: Platform,
        /// SCEP URLs, in order
        #[arg(long = "url", value_name = "URL", value_parser = url, required = true)]
        urls: Vec<ScepUrl>,
        /// The root or issuing certificate: the name of its Trusted certificate profile, and the SHA-1 thumbprint
        #[arg(long = "root", value_name = "NAME=THUMBPRINT", value_parser = root)]
        roots: Vec<RootCertificate>,
    },
    /// A profile of any form as TOML, the form that the other verbs take, too
    Show(file::Source),
    /// The profile in a form for others: graph, mobileconfig, syncml, powershell, steps, wlan. Refused while devices would fail
    Export(export::Args),
    /// What is wrong with a profile, or advised against: exit code 0 for nothing, 3 for something
    Lint(examine::Args),
    /// What an edit does to devices: exit code 3 where they enrol again
    Diff(compare::Args),
}

pub(super) fn run(args: Args, _context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::New { preset, platform, urls, roots } => {
            let profile = preset.profile(platform, &Authority { urls, roots });
            let profile = profile.ok_or_else(|| {
                let sentence = format!("{} makes no sense on {platform}", preset.word());
                Failure::new(administrator::PROFILE, sentence).usage()
            })?;
            file::shown(&profile)
        }
        Verb::Show(source) => file::shown(&source.read()?),
        Verb::Export(args) => export::run(&args),
        Verb::Lint(args) => examine::run(&args),
        Verb::Diff(args) => compare::run(&args),
    }
}

fn preset(word: &str) -> Result<Preset, String> {
    let known = Preset::ALL.into_iter().find(|preset| preset.word() == word);
    known.ok_or_else(|| "there is no such preset".into())
}

/// As a file writes it.
fn platform(word: &str) -> Result<Platform, String> {
    let word: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = word.into_deserializer();
    serde::Deserialize::deserialize(word).map_err(|error: serde::de::value::Error| error.to_string())
}

fn url(text: &str) -> Result<ScepUrl, String> {
    ScepUrl::parse(text).map_err(|error| error.to_string())
}

fn root(text: &str) -> Result<RootCertificate, String> {
    let (name, thumbprint) = text.split_once('=').unwrap_or((text, ""));
    let thumbprints = match thumbprint {
        "" => Vec::new(),
        digits => vec![Thumbprint::parse(digits).map_err(|error| error.to_string())?],
    };
    Ok(RootCertificate { name: name.to_owned(), thumbprints })
}

/// A profile that cannot be read, or not be written so.
fn failed(sentence: impl Into<String>) -> Failure {
    Failure::new(administrator::PROFILE, sentence)
}

/// For programs: an object with the text alone.
fn text(text: String) -> Outcome {
    let json = json!({ "text": text });
    Outcome::new(text, json)
}

/// Reads a file that the command line names.
fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| failed(format!("{} cannot be read: {error}", path.display())))
}
