//! Rule: one key, one subject (threats 31, 39). The same subject may have its own key certified again: Q48.

use super::{Fingerprint, blocked};
use crate::rejection::{KeyFault, Shown};

/// Checks the other holders that the store found.
///
/// # Errors
/// [`KeyFault::Repeated`] with the first holder.
pub fn check(fingerprint: &Fingerprint, other_holders: &[String]) -> Result<(), KeyFault> {
    match other_holders.first() {
        Some(holder) => {
            Err(KeyFault::Repeated { holder: Shown::new(holder), fingerprint: blocked::shown(fingerprint) })
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t39_a_key_of_another_subject_is_refused() {
        assert_eq!(check(&[1; 32], &[]), Ok(()));
        let fault = check(&[1; 32], &["CN=other".into()]).unwrap_err();
        assert!(fault.operator().contains("CN=other"));
    }
}
