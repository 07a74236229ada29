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

/// The server that most checks use: Intune at NDES' address, and a one-time endpoint for each profile.
pub(super) fn main(scratch: &Scratch, tenant: &Tenant) -> Result<String, Failure> {
    let profiles: String = PROFILES.iter().map(|(name, more)| one_time(name, more)).collect();
    Ok(format!("{LOOPBACK}{}{profiles}{}", stage::endpoint(scratch, tenant, "intune")?, page()))
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
