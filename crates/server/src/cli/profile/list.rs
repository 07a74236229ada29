//! `chancery profile list`.

use super::{failed, file};
use crate::cli::intune::connection::{Connection, told};
use crate::cli::{Context, Failure, Outcome};
use crate::rollout::{Listed, TO_READ};
use mdm::lint::{Severity, Surroundings, lint};
use mdm::profile::Profile;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Which profiles
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A folder of profiles
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Those of the tenant instead
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    connection: Connection,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    if !args.live {
        return in_folder(&args.folder);
    }
    let settings = args.connection.settings(context)?;
    let listed = context.block_on(async {
        let office = args.connection.open(&settings, &TO_READ).await?;
        office.list().await.map_err(|refusal| told(&refusal))
    })?;
    Ok(outcome(listed.iter().map(live).collect()))
}

/// A line for people and an object for programs.
type Row = (String, Value);

fn outcome(rows: Vec<Row>) -> Outcome {
    let lines: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let text = if rows.is_empty() { "no profiles".to_owned() } else { lines.join("\n") };
    let values: Vec<&Value> = rows.iter().map(|row| &row.1).collect();
    Outcome::new(text, json!({ "profiles": values }))
}

/// Files that end as profiles do; one that is no profile says why.
fn in_folder(folder: &Path) -> Result<Outcome, Failure> {
    let unreadable = |error: std::io::Error| failed(format!("{} cannot be read: {error}", folder.display()));
    let entries = std::fs::read_dir(folder).map_err(unreadable)?.collect::<Result<Vec<_>, _>>();
    let mut paths: Vec<PathBuf> = entries.map_err(unreadable)?.iter().map(std::fs::DirEntry::path).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "toml" || end == "json"));
    paths.sort();
    let row = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        match file::Source::at(path.clone()).read() {
            Ok(profile) => of_file(&name, &profile),
            Err(failure) => {
                let why = failure.complaints.first().map(|one| one.sentence.clone()).unwrap_or_default();
                (format!("{name}: no profile: {why}"), json!({ "file": name, "error": why }))
            }
        }
    };
    Ok(outcome(paths.iter().map(row).collect()))
}

fn of_file(file: &str, profile: &Profile) -> Row {
    let found = lint(profile, &Surroundings::default());
    let errors = found.iter().filter(|one| one.rule.severity == Severity::Error).count();
    let (name, shown) = (profile.name.as_str(), profile.shown_name());
    let line = format!("{file}: \"{shown}\" ({}; {name}), {errors} errors by the linter", profile.platform);
    let row = json!({
        "file": file, "name": name, "shown_name": shown, "platform": profile.platform,
        "certificate_type": profile.certificate_type, "errors": errors,
    });
    (line, row)
}

fn live(listed: &Listed) -> Row {
    let (id, name, kind) = (listed.id.as_str(), &listed.name, &listed.kind);
    match &listed.profile {
        Ok(found) => {
            let profile = &found.profile;
            let root = profile.root_certificates.first().map(|root| root.name.as_str());
            let count = profile.assignments.len();
            let line = format!(
                "{id}: \"{name}\" ({}), trusted certificate \"{}\", {count} assignments",
                profile.platform,
                root.unwrap_or("none")
            );
            let row = json!({
                "id": id, "shown_name": name, "type": kind, "platform": profile.platform, "root": root,
                "certificate_type": profile.certificate_type, "assignments": profile.assignments,
            });
            (line, row)
        }
        Err(why) => (
            format!("{id}: \"{name}\" ({kind}): {why}"),
            json!({ "id": id, "shown_name": name, "type": kind, "error": why }),
        ),
    }
}
