//! `chancery simulate devices`: load for anybody's SCEP server, made beforehand so that the server is measured.

mod tenant;

use super::failed;
use crate::cli::{Context, Failure, Outcome};
use crate::config::Period;
use crate::explanation::administrator;
use simulator::driver::{DriverOptions, Loaded, Report, Verify, drive, plans_with_challenge};
use simulator::fleet::{RequestPlan, quick_keys};
use simulator::tenant::Platform;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Drive a SCEP server with devices whose messages are made beforehand
#[derive(clap::Args, Debug)]
#[command(group = clap::ArgGroup::new("challenge").required(true))]
pub(super) struct Args {
    /// The server's SCEP URL, without query
    #[arg(long, value_name = "URL")]
    url: String,
    /// A file with the one challenge that all devices send
    #[arg(long, value_name = "FILE", group = "challenge")]
    challenge_file: Option<PathBuf>,
    /// The control URL of `chancery simulate intune`, which makes a challenge for each device
    #[arg(long, value_name = "URL", group = "challenge")]
    tenant: Option<String>,
    /// Root that the SCEP server's TLS is under, PEM
    #[arg(long, value_name = "FILE")]
    tls_root: Option<PathBuf>,
    /// Root that the tenant's TLS is under, PEM
    #[arg(long, value_name = "FILE")]
    tenant_root: Option<PathBuf>,
    /// How many devices, each with a key and a request of its own
    #[arg(long, value_name = "NUMBER", default_value_t = 100)]
    devices: usize,
    /// Connections, each with one request under way
    #[arg(long, value_name = "NUMBER", default_value_t = 8)]
    connections: usize,
    /// Send nothing new after this time, such as 30s
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    duration: Option<Duration>,
    /// Platforms in turn: windows, ios, macos, android
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = platform)]
    #[arg(default_values = ["windows", "ios", "macos", "android"])]
    platforms: Vec<Platform>,
    /// Send GET even where the server offers POST
    #[arg(long)]
    get: bool,
    /// Decrypt each reply and compare its certificate, instead of every fiftieth
    #[arg(long)]
    verify_all: bool,
    /// Write when each message was sent (Unix seconds) and how long its answer took (milliseconds) to this file, as CSV
    #[arg(long, value_name = "FILE")]
    times: Option<PathBuf>,
}

/// Reads a period as the settings file writes it.
pub(in crate::cli) fn period(text: &str) -> Result<Duration, String> {
    Period::parse(text)
        .map(|period| period.0)
        .ok_or_else(|| "a period is a number with ms, s, m, h, d".into())
}

fn platform(text: &str) -> Result<Platform, String> {
    Ok(match text {
        "windows" => Platform::Windows,
        "ios" => Platform::Ios,
        "macos" => Platform::Macos,
        "android" => Platform::Android,
        _ => return Err("a platform is windows, ios, macos or android".into()),
    })
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    context.block_on_one_thread(async {
        let plans = plans(&args).await?;
        let keys = quick_keys(plans.len()).map_err(|error| failed(&error))?;
        let options = options(&args)?;
        let loaded = Loaded::prepare(&options, plans.into_iter().zip(keys).collect());
        let loaded = Arc::new(loaded.await.map_err(|error| failed(&error))?);
        let report = drive(&options, loaded).await.map_err(|error| failed(&error))?;
        args.times.as_deref().map(|path| note(path, &report.times)).transpose()?;
        let json = serde_json::to_value(&report).unwrap_or_default();
        let short = report.granted < report.sent || report.sent == 0;
        Ok(Outcome::new(text(&report), json).finding(short))
    })
}

async fn plans(args: &Args) -> Result<Vec<RequestPlan>, Failure> {
    match (&args.challenge_file, &args.tenant) {
        (Some(path), _) => Ok(plans_with_challenge(read(path)?.trim(), args.devices)),
        (None, Some(control)) => {
            let root = args.tenant_root.as_deref().map(read).transpose()?;
            tenant::Control { url: control, root: root.as_deref() }.plans(&args.platforms, args.devices).await
        }
        (None, None) => Ok(Vec::new()),
    }
}

fn options(args: &Args) -> Result<DriverOptions, Failure> {
    Ok(DriverOptions {
        root_pem: args.tls_root.as_deref().map(read).transpose()?,
        connections: args.connections,
        platforms: args.platforms.clone(),
        by_get: args.get,
        limit: args.duration,
        verify: if args.verify_all { Verify::All } else { Verify::Every(50) },
        ..DriverOptions::at(args.url.clone())
    })
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::new(administrator::MESSAGES, format!("{}: {error}", path.display())))
}

fn note(path: &Path, times: &[(SystemTime, Duration)]) -> Result<(), Failure> {
    let mut text = String::from("sent,milliseconds\n");
    for (sent, took) in times {
        let sent = sent.duration_since(UNIX_EPOCH).unwrap_or_default();
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{:.6},{:.3}", sent.as_secs_f64(), took.as_secs_f64() * 1_000.0);
    }
    let failed = |error| Failure::new(administrator::MESSAGES, format!("{}: {error}", path.display()));
    std::fs::write(path, text).map_err(failed)
}

fn text(report: &Report) -> String {
    let Report { sent, granted, verified, seconds, rate, latency, .. } = report;
    let mut text = format!(
        "{granted} of {sent} enrolled in {seconds:.2} s: {rate:.1} a second, {verified} replies decrypted and compared\n\
         latency ms: p50 {:.1}, p90 {:.1}, p99 {:.1}, max {:.1}\n",
        latency.p50, latency.p90, latency.p99, latency.max
    );
    for (kind, counted) in [("refused", &report.refused), ("error", &report.errors)] {
        for (why, count) in counted {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "{kind}: {count} × {why}");
        }
    }
    text
}
