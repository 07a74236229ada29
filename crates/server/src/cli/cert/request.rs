//! `chancery cert request`: a certificate for a request of one's own, past no check that a caller of the API would meet.

use crate::cli::{Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::explanation::{asking, ours};
use crate::http::ApiProblem;
use crate::installation::Installation;
use crate::profiles::Profiles;
use crate::requests::{CertificateForm, RequestDesk, RequestedCertificate, Who};
use crate::server::{StartError, endpoints};
use crate::telemetry::Metrics;
use crate::validators::By;
use std::path::PathBuf;
use std::sync::Arc;

/// Ask for a certificate
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The certificate profile
    #[arg(long, required_unless_present = "fetch")]
    profile: Option<String>,
    /// The endpoint [default: the first that issues by this profile]
    #[arg(long)]
    endpoint: Option<String>,
    /// A certification request (PKCS #10), PEM
    #[arg(long, value_name = "FILE", required_unless_present = "fetch")]
    csr: Option<PathBuf>,
    /// Fetch what a request that waited has become, by its id
    #[arg(long, value_name = "ID", conflicts_with_all = ["profile", "endpoint", "csr"])]
    fetch: Option<String>,
}

/// As the audit names whoever works here. Who can use this can read the keys: an owner, to the endpoint.
const WHO: Who<'_> = Who { name: "command line", identity: "command line", by: By::Owner, limits: None };

pub(super) async fn run(
    config: &Config,
    installation: Installation,
    args: &Args,
) -> Result<Outcome, Failure> {
    let desk = desk(config, &installation).await?;
    let answer = match (&args.fetch, &args.profile, &args.csr) {
        (Some(id), ..) => desk.fetch(id, WHO, true).await,
        (None, Some(profile), Some(path)) => {
            let csr = std::fs::read_to_string(path).map_err(|error| {
                Failure::new(asking::FORM, format!("{} cannot be read: {error}", path.display()))
            })?;
            let (profile, endpoint) = (profile.clone(), args.endpoint.clone());
            desk.ask(
                &CertificateForm { profile, endpoint, csr: Some(csr), ..CertificateForm::default() },
                WHO,
            )
            .await
        }
        _ => return Err(Failure::new(asking::FORM, "name --profile and --csr, or --fetch").usage()),
    };
    told(&answer.map_err(refused)?)
}

async fn desk(config: &Config, installation: &Installation) -> Result<RequestDesk, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let metrics = Arc::new(Metrics::default());
    let profiles = Arc::new(Profiles::recorded(&*installation.store, config).await?);
    let built =
        endpoints::build(config, installation, &clock, &metrics, &profiles).map_err(StartError::from)?;
    Ok(RequestDesk::new(built.counters, Arc::clone(&installation.store), clock, metrics))
}

fn told(answer: &RequestedCertificate) -> Result<Outcome, Failure> {
    let text = match &answer.certificate {
        Some(pem) => std::iter::once(pem).chain(&answer.chain).map(String::as_str).collect(),
        None => format!(
            "the request is {}; fetch it with: chancery cert request --fetch {}",
            answer.status, answer.id
        ),
    };
    let json = serde_json::to_value(answer)
        .map_err(|error| Failure::new(ours::STORE, format!("the answer cannot be written: {error}")))?;
    Ok(Outcome::new(text, json))
}

fn refused(problem: ApiProblem) -> Failure {
    Failure::new(problem.code, problem.sentence).fix(problem.fix)
}
