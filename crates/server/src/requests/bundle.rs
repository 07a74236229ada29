//! The one file with a key that was made here, and its password: both leave in one answer and are kept nowhere.

use super::answer::Bundle;
use super::form::no_key;
use crate::config::Secret;
use crate::enroll::Enroller;
use crate::http::ApiProblem;
use crate::keys::{HandedKey, SystemRandom};
use pki::certificate::Certificate;
use pki::pkcs12::{self, Contents};
use pki::{Random as _, RandomFailed};
use zeroize::Zeroizing;

/// Crockford's 32: none of them looks like another, and none needs the shift key.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
/// 125 bits.
const LENGTH: usize = 25;

/// PKCS #12 with the certificates of the CA behind the certificate.
pub(super) fn of(
    key: &HandedKey,
    certificate: &Certificate,
    enroller: &Enroller,
) -> Result<Bundle, ApiProblem> {
    let password = password().map_err(|_| no_key())?;
    let chain = enroller.authority.chain();
    let friendly_name = certificate.subject().common_name().unwrap_or_default();
    let contents =
        Contents { key: key.reveal_pkcs8(), certificate, chain: &chain, friendly_name: &friendly_name };
    let pkcs12 = pkcs12::write(&contents, &password, &mut SystemRandom).map_err(|_| no_key())?;
    Ok(Bundle { pkcs12, password: Secret::new(password.to_string()) })
}

/// Five groups of five.
fn password() -> Result<Zeroizing<String>, RandomFailed> {
    let mut octets = Zeroizing::new([0; LENGTH]);
    SystemRandom.fill(&mut *octets)?;
    let mut text = Zeroizing::new(String::with_capacity(LENGTH + LENGTH / 5));
    for (at, octet) in octets.iter().enumerate() {
        if at > 0 && at.is_multiple_of(5) {
            text.push('-');
        }
        // 32 divides 256: every letter is as likely as another.
        let letter = LETTERS.get(usize::from(octet % 32)).copied().unwrap_or(b'0');
        text.push(char::from(letter));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_125_bits_in_five_groups() {
        let one = password().unwrap();
        assert_eq!(one.len(), 29);
        assert!(one.split('-').all(|group| group.len() == 5 && group.bytes().all(|b| LETTERS.contains(&b))));
        assert_ne!(*one, *password().unwrap());
    }
}
