//! `chancery profile diff`.

use super::{failed, file, read};
use crate::cli::intune::connection::{self, Connection};
use crate::cli::intune::devices;
use crate::cli::{Context, Failure, Outcome};
use crate::explanation::administrator;
use crate::rollout::{Office, TO_READ};
use mdm::diff::{Change, changes};
use mdm::format::graph::Imported;
use mdm::graph::{ConfigurationId, Spread};
use mdm::profile::Profile;
use mdm::rollout::{self, Definition};
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Which profile, and what it was before
#[derive(clap::Args, Debug)]
#[command(allow_missing_positional = true)]
pub(super) struct Args {
    /// The profile as it was, as TOML (`chancery profile show` makes that of every form); not with --live
    #[arg(required_unless_present = "live", conflicts_with = "live")]
    before: Option<PathBuf>,
    #[command(flatten)]
    after: file::Source,
    /// Compare with what the tenant has under the profile's name, and say on how many devices it is
    #[arg(long)]
    live: bool,
    #[command(flatten)]
    connection: Connection,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    let after = args.after.read()?;
    let Some(before) = &args.before else { return live(args, &after, context) };
    let text = String::from_utf8_lossy(&read(before)?).into_owned();
    let before: Profile =
        toml::from_str(&text).map_err(|error| failed(format!("{}: {error}", before.display())))?;
    let changed = changes(&before, &after);
    let again = again(&changed);
    let json = json!({ "changes": changed, "enrols_again": again });
    Ok(Outcome::new(told(&changed, again), json).finding(again))
}

/// Against the tenant's profile of that type and name. Assignments are `chancery intune apply`'s to compare.
fn live(args: &Args, after: &Profile, context: &Context) -> Result<Outcome, Failure> {
    let settings = args.connection.settings(context)?;
    let (changed, spread) = context.block_on(async {
        let office = args.connection.open(&settings, &TO_READ).await?;
        let (id, found) = present(&office, after).await?;
        let changed = rollout::changes(&found, after).map_err(|error| failed(error.to_string()))?;
        let kind = after.platform.rules().profile_type.value;
        let spread: Option<Spread> = match kind.filter(|_| again(&changed)) {
            Some(kind) => office.spread(&id, kind).await.map_err(|refusal| connection::told(&refusal))?,
            None => None,
        };
        Ok((changed, spread))
    })?;
    let again = again(&changed);
    let mut text = told(&changed, again);
    if again {
        let _ = write!(text, "\n{}", devices(spread));
    }
    let on = spread.map(|one| json!({ "certificates": one.certificates, "devices": one.devices }));
    Ok(Outcome::new(text, json!({ "changes": changed, "enrols_again": again, "on": on })).finding(again))
}

async fn present(office: &Office, wanted: &Profile) -> Result<(ConfigurationId, Imported), Failure> {
    let definition = Definition { profile: wanted.clone(), roots: Vec::new() };
    let found = office.present(&[definition]).await.map_err(|refusal| connection::told(&refusal))?;
    let of_kind = |one: &(ConfigurationId, Imported)| one.1.profile.platform.installs_on(wanted.platform);
    let mut found: Vec<_> = found.profiles.into_iter().filter(of_kind).collect();
    let name = wanted.shown_name();
    match (found.pop(), found.len()) {
        (Some(one), 0) => Ok(one),
        (None, _) => {
            let sentence = format!("the tenant has no profile \"{name}\" for {}", wanted.platform);
            Err(Failure::new(administrator::IN_THE_WAY, sentence)
                .fix("See what there is: chancery profile list --live."))
        }
        (Some(_), more) => {
            let sentence = format!("the tenant has {} profiles \"{name}\" for {}", more + 1, wanted.platform);
            Err(Failure::new(administrator::IN_THE_WAY, sentence))
        }
    }
}

/// Whether a device enrols again by any of these.
fn again(changed: &[Change]) -> bool {
    changed.iter().any(Change::enrols_again)
}

pub(in crate::cli) fn told(changed: &[Change], again: bool) -> String {
    let mut text = String::new();
    for one in changed {
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{}: {} → {}\n  {} ({})",
            one.setting, one.before, one.after, one.sentence, one.source
        );
    }
    text.push_str(match (changed.is_empty(), again) {
        (true, _) => "nothing differs",
        (false, false) => "no device enrols again",
        (false, true) => "every device that has the profile enrols again",
    });
    text
}
