//! `chancery profile new|list|show|export|lint|diff|platforms`: what an MDM administrator fills in, written, checked and compared. Needs
//! no configuration and no data directory, but for what is `--live` and for `lint --ca`.

mod compare;
mod examine;
mod export;
mod file;
mod known;
mod list;
mod network;

pub(super) use compare::told as told_changes;
pub(super) use export::{extra_roots, roots, sound};
#[cfg(feature = "demo")]
pub(super) use known::of_running as served_by;

use super::{Context, Failure, Outcome};
use crate::explanation::administrator;
use crate::mdm_profiles;
use clap::Subcommand;
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{Profile, RootCertificate, ScepUrl, Thumbprint};
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
        /// Make it for a platform that has ended, too: android_device_administrator, windows_8_1
        #[arg(long)]
        legacy: bool,
    },
    /// The profiles in a folder, or with --live those of the tenant
    List(list::Args),
    /// A profile of any form as TOML, the form that the other verbs take, too
    Show(file::Source),
    /// The profile in a form for others: graph, mobileconfig, syncml, powershell, steps, wlan, outlook. Refused while devices would fail
    Export(export::Args),
    /// What is wrong with a profile, or advised against: exit code 0 for nothing, 3 for something
    Lint(examine::Args),
    /// What each platform makes of a profile, as a page in Markdown
    Platforms,
    /// What an edit does to devices: exit code 3 where they enrol again
    Diff(compare::Args),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::New { preset, platform, urls, roots, legacy } => {
            file::shown(&begun(preset, platform, &Authority { urls, roots }, legacy)?)
        }
        Verb::List(args) => list::run(&args, context),
        Verb::Show(source) => file::shown(&source.read()?),
        Verb::Export(args) => export::run(&args),
        Verb::Platforms => Ok(text(mdm::platform::matrix().trim_end().to_owned())),
        Verb::Lint(args) => examine::run(&args, context),
        Verb::Diff(args) => compare::run(&args, context),
    }
}

/// A profile to begin with; for a platform that has ended only where that is asked for (M129).
pub(super) fn begun(
    preset: Preset,
    platform: Platform,
    authority: &Authority,
    legacy: bool,
) -> Result<Profile, Failure> {
    mdm_profiles::begun(preset, platform, authority, legacy)
        .map_err(|sentence| Failure::new(administrator::PROFILE, sentence).usage())
}

fn preset(word: &str) -> Result<Preset, String> {
    mdm_profiles::preset(word).ok_or_else(|| "there is no such preset".into())
}

/// A profile out of a file whose form says all.
pub(super) fn read_file(path: &std::path::Path) -> Result<Profile, Failure> {
    file::Source::at(path.to_owned()).read()
}

/// As a file writes it.
pub(super) fn platform(word: &str) -> Result<Platform, String> {
    mdm_profiles::platform(word)
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
