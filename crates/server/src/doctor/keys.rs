//! Key files: there, closed to others, and those that belong to the certificates.

use super::Examination;
use crate::config::Config;
use crate::explanation::{administrator, ours};
use crate::keys::{KeyDirectory, KeyError};
use crate::store::{Authority, AuthorityRole};
use ca::key_policy::canonical;
use pki::certificate::Certificate;
use std::fs;
use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

const RESTORE: &str = "restore the key file from the backup of this data directory";

pub(super) fn examine(config: &Config, authorities: &[Authority], examination: &mut Examination) {
    let path = config.data_dir.join("keys");
    let keys = match path.is_dir().then(|| KeyDirectory::open(&path)) {
        Some(Ok(keys)) => keys,
        Some(Err(error)) => return examination.found(ours::KEY, error.to_string(), RESTORE),
        None => {
            let what = format!("{} is not there: the CA cannot sign", path.display());
            return examination.found(ours::KEY, what, RESTORE);
        }
    };
    let before = examination.findings.len();
    modes(&path, examination);
    for one in authorities.iter().filter(|one| one.retired_at.is_none()) {
        key_of(one, &keys, examination);
    }
    if examination.findings.len() == before {
        examination.well("keys", format!("{}, mode 600, each with its certificate", path.display()));
    }
}

/// Every file there is secret, the key of keyed hashes as well.
fn modes(path: &Path, examination: &mut Examination) {
    let files = fs::read_dir(path).into_iter().flatten().flatten();
    for file in files {
        let Ok(found) = file.metadata() else { continue };
        let (shown, mode) = (file.path().display().to_string(), found.mode() & 0o777);
        if mode & 0o077 != 0 {
            let what = format!("{shown} may be read by others than its owner (mode {mode:o})");
            examination.found(administrator::MODES, what, format!("chmod 600 {shown}"));
        }
    }
    if !path.join("challenge-hash").is_file() {
        let what = "the key of challenge hashes is gone: no recorded challenge is good any more";
        examination.found(ours::KEY, what, RESTORE);
    }
}

fn key_of(one: &Authority, keys: &KeyDirectory, examination: &mut Examination) {
    let name = &one.name;
    let Ok(certificate) = Certificate::parse(&one.certificate) else {
        let what = format!("the recorded certificate of authority {name:?} cannot be parsed");
        return examination.found(ours::AUTHORITY, what, "restore store and keys from one backup");
    };
    match keys.load(&one.key_reference) {
        Ok(key) if canonical(key.public()).spki() == canonical(certificate.key()).spki() => {}
        Ok(_) => {
            let what = format!("key file {:?} is not the key of authority {name:?}", one.key_reference);
            examination.found(ours::AUTHORITY, what, "restore store and keys from one backup");
        }
        // Told above, with the others.
        Err(KeyError::Exposed { .. }) => {}
        Err(KeyError::File { source, .. })
            if one.role == AuthorityRole::Root && source.kind() == ErrorKind::NotFound =>
        {
            examination.well("root's key", "it is not here, as it may be");
        }
        Err(error) => examination.found(ours::KEY, format!("authority {name:?}: {error}"), RESTORE),
    }
}
