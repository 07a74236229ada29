//! `[crl]`: how the revocation list is divided.

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};

/// Parts at most: a list of a million entries then has 4,000 in each.
const MOST: u16 = 256;

/// `[crl]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct CrlSettings {
    pub shards: u16,
}

impl Default for CrlSettings {
    fn default() -> Self {
        Self { shards: 1 }
    }
}

impl CrlSettings {
    /// How many parts; the setting itself, checked.
    pub(super) fn believe(&self, problems: &mut Problems) -> u16 {
        if !(1..=MOST).contains(&self.shards) {
            problems.push(
                Problem::new(Code::Rule, "crl.shards", self.shards)
                    .rule(format!("a list has 1 to {MOST} parts"))
                    .fix("write 1, or remove the line"),
            );
        }
        self.shards
    }
}
