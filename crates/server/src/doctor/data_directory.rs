//! The data directory: whose it is, what carries it, how much room is left.

use super::Examination;
use crate::config::Config;
use crate::explanation::administrator;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Command;

/// Room below which it is time to act, in KiB.
const LEAST_KIB: u64 = 512 * 1024;
/// A twentieth of the disk is little, too, but not where that many KiB are left: a million certificates need less.
const PLENTY_KIB: u64 = 10 * 1024 * 1024;
/// File systems of other machines: their locks and syncs are not what a database needs.
const REMOTE: [&str; 8] = ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs"];

pub(super) fn examine(config: &Config, examination: &mut Examination) {
    let path = &config.data_dir;
    // That it is not there is said where the store is looked for.
    let Ok(found) = fs::metadata(path) else { return };
    let shown = path.display();
    let mode = found.mode() & 0o777;
    if mode & 0o077 != 0 {
        let what =
            format!("{shown} may be entered by others than its owner (mode {mode:o}); it holds private keys");
        examination.found(administrator::MODES, what, format!("chmod 700 {shown}"));
    }
    let me = fs::metadata("/proc/self").map(|own| own.uid());
    if let Ok(me) = me.as_ref().copied()
        && me != found.uid()
        && me != 0
    {
        let what = format!("{shown} belongs to user {}, and this is user {me}", found.uid());
        examination.found(administrator::MODES, what, "run chancery as the user that the server runs as");
    } else if mode & 0o077 == 0 {
        examination.well("data directory", format!("{shown}, mode {mode:o}"));
    }
    file_system(path, examination);
    for (flag, unit) in [("-Pk", "KiB"), ("-Pi", "inodes")] {
        room(path, flag, unit, examination);
    }
}

fn file_system(path: &Path, examination: &mut Examination) {
    let (Ok(path), Ok(mounts)) = (path.canonicalize(), fs::read_to_string("/proc/mounts")) else { return };
    let entries = mounts.lines().filter_map(|line| {
        let mut words = line.split(' ').skip(1);
        Some((words.next()?, words.next()?))
    });
    let above = entries.filter(|(place, _)| path.starts_with(place));
    let Some((place, kind)) = above.max_by_key(|(place, _)| place.len()) else { return };
    if REMOTE.contains(&kind) {
        let what =
            format!("the data directory is on {place}, which is {kind}: a file system of another machine");
        examination.found(administrator::MODES, what, "keep the data directory on a local disk");
    }
}

fn room(path: &Path, flag: &str, unit: &'static str, examination: &mut Examination) {
    let Some((total, free)) = asked(path, flag) else { return };
    let scarce = match unit {
        "KiB" => free < LEAST_KIB || (free < total / 20 && free < PLENTY_KIB),
        _ => free < total / 20,
    };
    // Some file systems count no inodes.
    if total > 0 && scarce {
        let what = format!("{free} of {total} {unit} are free where the data directory is");
        let fix = "make room: when the disk is full, issuing stops";
        examination.found(administrator::ROOM, what, fix);
    } else if unit == "KiB" {
        examination.well("disk", format!("{} MiB free", free / 1024));
    }
}

/// Total and free, as `df` tells: the standard library does not.
fn asked(path: &Path, flag: &str) -> Option<(u64, u64)> {
    let said = Command::new("df").env("LC_ALL", "C").arg(flag).arg(path).output().ok()?;
    let text = String::from_utf8(said.stdout).ok()?;
    let mut words = text.lines().nth(1)?.split_whitespace().skip(1);
    let total = words.next()?.parse().ok()?;
    Some((total, words.nth(1)?.parse().ok()?))
}
