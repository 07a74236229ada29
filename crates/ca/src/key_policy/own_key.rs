//! Rule: nobody gets a certificate for a key of this CA: CA, RA or OCSP signer (threat 38).

use super::{Fingerprint, OwnKey};
use crate::rejection::{KeyFault, Shown};

/// Checks against our own keys.
///
/// # Errors
/// [`KeyFault::OwnKey`].
pub fn check(fingerprint: &Fingerprint, own: &[OwnKey]) -> Result<(), KeyFault> {
    match own.iter().find(|key| key.fingerprint == *fingerprint) {
        Some(key) => Err(KeyFault::OwnKey { owner: Shown::new(&key.name) }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn t38_keys_of_ours_are_refused_and_others_pass() {
        let own = ["root CA", "issuing CA", "RA"].map(str::to_owned);
        let own: Vec<OwnKey> =
            own.into_iter().zip(1_u8..).map(|(name, n)| OwnKey { fingerprint: [n; 32], name }).collect();
        for key in &own {
            let fault = check(&key.fingerprint, &own).unwrap_err();
            assert!(fault.operator().contains(&key.name));
        }
        assert_eq!(check(&[9; 32], &own), Ok(()));
    }
}
