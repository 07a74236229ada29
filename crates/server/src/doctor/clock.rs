//! The clock: against what this CA has seen already.

use super::{Data, Examination};
use crate::explanation::administrator;
use crate::store::Store as _;
use pki::Time;
use std::path::Path;

/// This program was written then; no clock may be before.
const WRITTEN: Time = Time::from_unix(1_790_000_000);
/// Seconds that two machines, or one machine before and after a start, may differ.
const SLACK: i64 = 60;
/// Where systemd notes that the clock follows a server.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

pub(super) async fn examine(data: &Data, now: Time, examination: &mut Examination) {
    let fix = "set the clock and let it follow a time server (timedatectl set-ntp true)";
    if now < WRITTEN {
        return examination.found(administrator::CLOCK, format!("this machine's clock says {now}"), fix);
    }
    let newest = async {
        let head = data.store.audit_head().await.ok()?;
        let rows = data.store.audit(head.sequence.saturating_sub(1), 1).await.ok()?;
        Some(rows.first()?.at)
    };
    match newest.await {
        Some(at) if at > now.plus_seconds(SLACK) => {
            let what = format!("this machine's clock says {now}, and the newest audit row is of {at}");
            examination.found(administrator::CLOCK, what, fix);
        }
        _ if Path::new(SYNCHRONIZED).exists() => {
            examination.well("clock", format!("{now}, follows a time server"));
        }
        _ => examination.well("clock", format!("{now}, not before anything recorded")),
    }
}
