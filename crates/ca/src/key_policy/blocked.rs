//! Rule: a key known to be compromised is certified nowhere (threats 36, 39; BR 4.9.1.1, 6.1.1.3).

use super::Fingerprint;
use crate::rejection::{KeyFault, Shown};

/// Checks against the block list, which is sorted ascending.
///
/// # Errors
/// [`KeyFault::Blocked`].
pub fn check(fingerprint: &Fingerprint, blocked: &[Fingerprint]) -> Result<(), KeyFault> {
    if blocked.binary_search(fingerprint).is_err() {
        return Ok(());
    }
    Err(KeyFault::Blocked { fingerprint: shown(fingerprint) })
}

/// The fingerprint in lower-case hexadecimal.
#[must_use]
pub fn shown(fingerprint: &Fingerprint) -> Shown {
    Shown::new(&fingerprint.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t39_blocked_keys_are_refused_and_others_pass() {
        let blocked: Vec<Fingerprint> = (0..200_u8).step_by(2).map(|n| [n; 32]).collect();
        for n in 0..200_u8 {
            assert_eq!(check(&[n; 32], &blocked).is_err(), n % 2 == 0);
        }
    }
}
