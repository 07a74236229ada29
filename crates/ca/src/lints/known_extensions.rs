//! Only extensions that are made here, each with its criticality; nothing of a request gets through (threats 24, 26).

use super::{Examined, Lint, require};
use pki::{Oid, oid};

pub(super) const LINT: Lint = Lint { name: "known_extensions", clause: "RFC 5280 §4.2", check };

/// Extension and whether it is critical; `None` where that depends on the subject.
const KNOWN: [(Oid, Option<bool>); 10] = [
    (oid::BASIC_CONSTRAINTS, Some(true)),
    (oid::KEY_USAGE, Some(true)),
    (oid::EXTENDED_KEY_USAGE, Some(false)),
    (oid::SUBJECT_ALT_NAME, None),
    (oid::SUBJECT_KEY_IDENTIFIER, Some(false)),
    (oid::AUTHORITY_KEY_IDENTIFIER, Some(false)),
    (oid::CRL_DISTRIBUTION_POINTS, Some(false)),
    (oid::AUTHORITY_INFO_ACCESS, Some(false)),
    (oid::OCSP_NO_CHECK, Some(false)),
    (oid::MS_SID, Some(false)),
];

fn check(examined: &Examined<'_>) -> Result<(), String> {
    for extension in examined.certificate.extensions() {
        let (_, critical) = KNOWN
            .iter()
            .find(|(known, _)| *known == extension.oid)
            .ok_or_else(|| format!("the extension {} is none of ours", extension.oid))?;
        let fits = critical.is_none_or(|critical| critical == extension.critical);
        require(fits, &format!("the extension {} has the wrong criticality", extension.oid))?;
    }
    Ok(())
}
