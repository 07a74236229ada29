//! Microsoft's SID extension: in a device's or user's certificate alone, one well-formed SID, and the same as in the
//! alternative names (M186; KB5014754).

use super::{Examined, Lint, Scope, require};
use crate::decide::sid::{Sid, extension_value, of_uri};
use pki::extension::find;
use pki::general_name::GeneralName;
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "sid", clause: "MS-WCCE §2.2.2.7.7.4", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let Some(found) = find(examined.certificate.extensions(), &oid::MS_SID) else { return Ok(()) };
    require(examined.scope == Scope::EndEntity, "a certificate of the CA itself maps to no account")?;
    // The text stands at the end; whatever else the value holds, it is not what is written here.
    let text = found.value.windows(9).position(|octets| octets == b"S-1-5-21-");
    let text = text.and_then(|at| std::str::from_utf8(found.value.get(at..)?).ok()).unwrap_or_default();
    let sid = Sid::parse(text)?;
    require(extension_value(&sid) == found.value, "its value is not one otherName with a SID")?;
    let san = examined.certificate.san().map_err(|error| error.to_string())?;
    for name in &san.0 {
        let GeneralName::Uri(uri) = name else { continue };
        let other = of_uri(uri).ok().flatten();
        require(other.is_none_or(|other| other == sid), "the alternative names have another SID")?;
    }
    Ok(())
}
