//! `chancery intune apply`.

mod told;

pub(in crate::cli) use told::devices;

use super::connection::{self, Connection};
use crate::cli::profile;
use crate::cli::{Context, Failure, Outcome};
use crate::explanation::administrator;
use crate::rollout::{Office, TO_WRITE};
use mdm::platform::Platform;
use mdm::profile::{Assignment, Group, Profile};
use mdm::rollout::{Definition, Obstacle, Plan, plan};
use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

/// Which profiles, for whom, and how
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Profiles, as `chancery profile new` writes them
    #[arg(required = true)]
    profiles: Vec<PathBuf>,
    /// For these platforms instead of the one that the file names
    #[arg(long = "platform", value_name = "WORD", value_parser = profile::platform)]
    platforms: Vec<Platform>,
    /// Certificates of the CA, PEM or DER, for the Trusted certificate profiles, in the order in which a profile names
    /// them; what is in the tenant already need not be given
    #[arg(long = "root", value_name = "FILE")]
    roots: Vec<PathBuf>,
    /// Certificates that devices are to trust besides, PEM or DER, such as the root of the access points' certificates; no
    /// profile refers to them
    #[arg(long = "extra-root", value_name = "FILE")]
    extra_roots: Vec<PathBuf>,
    /// Groups that get it, by name or object id, instead of the assignments in the file
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    #[command(flatten)]
    connection: Connection,
    /// Print the exact requests and send none of them; exit code 3 where there are any
    #[arg(long)]
    dry_run: bool,
    /// Write without asking
    #[arg(long)]
    yes: bool,
    /// Write it though devices would fail
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    let mut definitions = args.definitions()?;
    let settings = args.connection.settings(context)?;
    let quiet = context.globals.json;
    context.block_on(async {
        let office = args.connection.open(&settings, &TO_WRITE).await?;
        let refused = |refusal: crate::validators::Refusal| connection::told(&refusal);
        for one in &mut definitions {
            office.resolve(&mut one.profile.assignments).await.map_err(refused)?;
        }
        let present = office.present(&definitions).await.map_err(refused)?;
        let plan = plan(&definitions, &present).map_err(|found| obstructed(&found))?;
        let spreads = told::spreads(&office, &plan).await.map_err(refused)?;
        if args.dry_run {
            return Ok(told::requests(&office.requests(&plan), &plan, &spreads));
        }
        if plan.steps.is_empty() {
            return Ok(told::nothing());
        }
        let shown = told::plan(&plan, &spreads);
        args.agreed(&shown, quiet)?;
        carried_out(&office, &plan, quiet).await
    })
}

impl Args {
    /// The profiles for their platforms, linted (M72, M93).
    fn definitions(&self) -> Result<Vec<Definition>, Failure> {
        let mut definitions = Vec::new();
        for path in &self.profiles {
            let read = profile::read_file(path)?;
            let platforms =
                if self.platforms.is_empty() { vec![read.platform] } else { self.platforms.clone() };
            for platform in platforms {
                definitions.push(self.definition(Profile { platform, ..read.clone() })?);
            }
        }
        Ok(definitions)
    }

    fn definition(&self, mut profile: Profile) -> Result<Definition, Failure> {
        if !self.groups.is_empty() {
            let group = |name: &String| Assignment::Group(Group { id: name.clone(), members: None });
            profile.assignments = self.groups.iter().map(group).collect();
        }
        if !profile.assignments.iter().any(|one| !matches!(one, Assignment::Exclude(_))) {
            let sentence = format!("\"{}\" is assigned to nobody", profile.shown_name());
            return Err(Failure::new(administrator::UNASSIGNED, sentence));
        }
        if !self.force {
            profile::sound(&profile)?;
        }
        let mut roots = profile::roots(&profile, &self.roots)?;
        roots.extend(profile::extra_roots(&profile, &self.extra_roots)?);
        Ok(Definition { profile, roots })
    }

    /// Whether somebody agrees to what is shown: by the flag, or at a terminal.
    fn agreed(&self, shown: &str, quiet: bool) -> Result<(), Failure> {
        if self.yes {
            if !quiet {
                say(shown);
            }
            return Ok(());
        }
        say(shown);
        let refused = |why: &str| Failure::new(administrator::UNCONFIRMED, why);
        if !std::io::stdin().is_terminal() {
            return Err(refused("there is nobody to ask").usage());
        }
        say("Do this? [y/N] ");
        let mut answer = String::new();
        // An answer that cannot be read is no yes.
        let _ = std::io::stdin().read_line(&mut answer);
        if matches!(answer.trim(), "y" | "Y" | "yes") {
            Ok(())
        } else {
            Err(refused("the answer was not yes"))
        }
    }
}

async fn carried_out(office: &Office, plan: &Plan, quiet: bool) -> Result<Outcome, Failure> {
    let tell = |step: &mdm::rollout::Step| {
        if !quiet {
            say(&format!("done: {} \"{}\"", step.deed.label(), step.name));
        }
    };
    match office.carry_out(plan, tell).await {
        Ok(()) => Ok(told::done(plan)),
        Err(stopped) => {
            let (done, all) = (stopped.done, plan.steps.len());
            let mut failure = connection::told(&stopped.why);
            if let Some(complaint) = failure.complaints.last_mut() {
                complaint.sentence.push_str(&told::so_far(plan, done, all));
                complaint.fix.push_str(" Then run the same command again: it goes on where it stopped.");
            }
            Err(failure)
        }
    }
}

fn obstructed(found: &[Obstacle]) -> Failure {
    let sentences: Vec<String> = found.iter().map(ToString::to_string).collect();
    Failure::new(administrator::IN_THE_WAY, format!("nothing was written: {}", sentences.join("; ")))
}

/// To people, while it happens: the outcome alone is standard output's.
fn say(text: &str) {
    let mut out = std::io::stderr();
    let _ = writeln!(out, "{text}");
    let _ = out.flush();
}
