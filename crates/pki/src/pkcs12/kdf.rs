//! The key derivation of RFC 7292 appendix B.2, for the one key that is still derived so: the MAC's, over SHA-256.

use aws_lc_rs::digest::{Context, SHA256};
use core::num::NonZeroU32;
use zeroize::Zeroizing;

/// Octets of SHA-256's output and of its block: u and v of appendix B.2.
const OUTPUT: usize = 32;
const BLOCK: usize = 64;
/// Appendix B.3: what the key is for.
const INTEGRITY: u8 = 3;

/// The key of the MAC: as long as one output of the hash, so that steps 6B and 6C never come about.
pub(super) fn mac_key(password: &str, salt: &[u8], iterations: NonZeroU32) -> Zeroizing<[u8; OUTPUT]> {
    // Appendix B.1: a BMPString with its two octets of zero at the end. The caller lets ASCII alone through.
    let password: Zeroizing<Vec<u8>> =
        Zeroizing::new(password.bytes().chain([0]).flat_map(|octet| [0, octet]).collect());
    let mut hash = Context::new(&SHA256);
    hash.update(&[INTEGRITY; BLOCK]);
    hash.update(&repeated(salt));
    hash.update(&repeated(&password));
    let mut key = Zeroizing::new([0; OUTPUT]);
    key.copy_from_slice(hash.finish().as_ref());
    for _ in 1..iterations.get() {
        let mut hash = Context::new(&SHA256);
        hash.update(&*key);
        key.copy_from_slice(hash.finish().as_ref());
    }
    key
}

/// Copies of `octets`, the last one cut, to a whole number of blocks.
fn repeated(octets: &[u8]) -> Zeroizing<Vec<u8>> {
    let length = octets.len().next_multiple_of(BLOCK);
    let mut out = Zeroizing::new(Vec::with_capacity(length));
    out.extend(octets.iter().cycle().take(length));
    out
}
