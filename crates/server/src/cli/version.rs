//! `chancery version`.

use serde_json::json;

use super::{Context, Failure, Outcome};

/// Print the version
#[derive(clap::Args, Debug)]
pub(super) struct Args {}

#[expect(clippy::unnecessary_wraps, reason = "every verb has this shape")]
pub(super) fn run(_args: Args, _context: &Context) -> Result<Outcome, Failure> {
    let version = env!("CARGO_PKG_VERSION");
    Ok(Outcome::new(format!("chancery {version}"), json!({ "name": "chancery", "version": version })))
}
