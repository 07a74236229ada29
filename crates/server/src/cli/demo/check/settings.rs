//! Settings of the servers that checks run against.

use super::super::stage;
use crate::cli::Failure;
use crate::cli::demo::Scratch;
use simulator::tenant::Tenant;

const LOOPBACK: &str = "[listen]\nscep = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n";

/// Profiles beyond the usual one, each with an endpoint of the same name and one-time challenges.
const PROFILES: [(&str, &str); 8] = [
    ("plain", ""),
    ("asked", "allow_requested_validity = true"),
    ("apple", "platform = \"apple\"\nallow_requested_validity = true\nuse_requested_key_usages = true"),
    ("requested", "use_requested_key_usages = true"),
    ("smime", "extended_key_usage = [\"emailProtection\"]"),
    (
        "smime-open",
        "extended_key_usage = [\"emailProtection\"]\nuse_requested_key_usages = true\n\
         allow_requested_validity = true",
    ),
    ("long-names", "enforce_dn_length = false"),
    ("serverauth", "extended_key_usage = [\"clientAuth\", \"serverAuth\", \"1.3.6.1.4.1.311.20.2.2\"]"),
];

/// The server that most checks use: Intune at NDES' address and at `names`, and a one-time endpoint for each profile.
pub(super) fn main(scratch: &Scratch, tenant: &Tenant) -> Result<String, Failure> {
    let profiles: String = PROFILES.iter().map(|(name, more)| one_time(name, more)).collect();
    let intune = stage::endpoint(scratch, tenant, "intune")?;
    Ok(format!("{LOOPBACK}{intune}{}{profiles}{}", names(scratch, tenant)?, page()))
}

/// M121, M122: Intune, and a profile that lets a second common name and e-mail names without an address pass.
fn names(scratch: &Scratch, tenant: &Tenant) -> Result<String, Failure> {
    let profile =
        "[[profile]]\nname = \"names\"\nallow_second_common_name = true\nenforce_email_syntax = false\n";
    let endpoint = "[[endpoint]]\nname = \"names\"\nprofile = \"names\"\nvalidator = \"intune\"\n";
    // It binds certificates by the directory's names; what becomes of them there is the other endpoint's to follow.
    let directory = "[endpoint.directory]\nevery = \"1d\"\n";
    Ok(format!("{profile}{endpoint}{}{directory}", stage::access(scratch, tenant)?))
}

/// A server of one profile and one endpoint, both `plain`, with `section` before them and `more` in the profile.
pub(super) fn small(section: &str, more: &str) -> String {
    format!("{LOOPBACK}{section}\n{}", one_time("plain", more))
}

/// A server whose endpoint `fixed` takes one static challenge.
pub(super) fn fixed(hash: &str) -> String {
    let endpoint =
        "[[endpoint]]\nname = \"fixed\"\nprofile = \"plain\"\nvalidator = \"static\"\n[endpoint.static]\n";
    format!("{}{endpoint}challenge_hash = \"{hash}\"\n", small("", ""))
}

/// A profile and its endpoint.
pub(super) fn one_time(name: &str, more: &str) -> String {
    format!(
        "[[profile]]\nname = \"{name}\"\n{more}\n\
         [[endpoint]]\nname = \"{name}\"\nprofile = \"{name}\"\nvalidator = \"one_time\"\n"
    )
}

/// M43: an endpoint that shows NDES' page.
fn page() -> &'static str {
    "[[endpoint]]\nname = \"page\"\nprofile = \"plain\"\nvalidator = \"one_time\"\nndes_page = true\n"
}
