//! `chancery api openapi`.

use super::{Context, Failure, Outcome};
use clap::Subcommand;

/// What programs need to know of the administrative API
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Its description, OpenAPI 3.1 in JSON, as GET /api/openapi.json gives it
    Openapi,
}

#[expect(clippy::unnecessary_wraps, reason = "every verb has this shape")]
pub(super) fn run(args: Args, _context: &Context) -> Result<Outcome, Failure> {
    let Verb::Openapi = args.verb;
    let document = crate::http::openapi();
    Ok(Outcome::new(format!("{document:#}"), document))
}
