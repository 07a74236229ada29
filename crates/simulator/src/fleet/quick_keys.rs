//! Many distinct RSA keys in little time, for load: every pair out of a few primes makes another modulus.
//!
//! Whoever has two of these keys has both. They are fit for measuring and for nothing else.

use std::sync::Arc;
use std::thread;

use num_bigint::BigUint;
use pki::der::{Error, Reader, Tag, Writer};

use super::key::DeviceKey;
use crate::keys::{KeyError, RsaKey};

const FAILED: KeyError = KeyError("make keys out of primes");

/// `count` keys of 2048 bits, each with another modulus.
///
/// # Errors
/// The crypto library failed.
pub fn quick_keys(count: usize) -> Result<Vec<DeviceKey>, KeyError> {
    let pairs = (1..).find(|primes: &usize| primes * (primes - 1) / 2 >= count).unwrap_or(2);
    let makers =
        on_all_cores(pairs.div_ceil(2), |_| RsaKey::generate(2_048).and_then(|key| primes_of(&key)))?;
    let primes: Arc<Vec<BigUint>> = Arc::new(makers.into_iter().flatten().collect());
    let chosen: Vec<(usize, usize)> =
        (1..primes.len()).flat_map(|p| (0..p).map(move |q| (p, q))).take(count).collect();
    let chosen = Arc::new(chosen);
    let (all, pairs) = (Arc::clone(&primes), Arc::clone(&chosen));
    on_all_cores(chosen.len(), move |at| {
        let (p, q) = pairs.get(at).copied().ok_or(FAILED)?;
        join(all.get(p).ok_or(FAILED)?, all.get(q).ok_or(FAILED)?)
    })
}

/// Makes items 0 to `count` on as many threads as there are cores; their order is kept.
fn on_all_cores<T: Send + 'static>(
    count: usize,
    make: impl Fn(usize) -> Result<T, KeyError> + Send + Clone + 'static,
) -> Result<Vec<T>, KeyError> {
    let workers = thread::available_parallelism().map_or(2, usize::from);
    let share = count.div_ceil(workers).max(1);
    let threads: Vec<_> = (0..count)
        .step_by(share)
        .map(|start| {
            let make = make.clone();
            thread::spawn(move || (start..count.min(start + share)).map(make).collect::<Result<Vec<_>, _>>())
        })
        .collect();
    let mut all = Vec::with_capacity(count);
    for thread in threads {
        all.extend(thread.join().map_err(|_| FAILED)??);
    }
    Ok(all)
}

/// The two primes of `RSAPrivateKey` (RFC 8017 §A.1.2) within PKCS#8.
fn primes_of(key: &RsaKey) -> Result<[BigUint; 2], KeyError> {
    let read = || -> Result<[BigUint; 2], Error> {
        let mut outer = Reader::only(key.pkcs8())?.open(Tag::SEQUENCE)?;
        outer.u32()?;
        outer.any()?;
        let mut fields = Reader::only(outer.octet_string()?)?.open(Tag::SEQUENCE)?;
        fields.u32()?;
        for _ in ["n", "e", "d"] {
            fields.integer()?;
        }
        Ok([BigUint::from_bytes_be(fields.integer()?), BigUint::from_bytes_be(fields.integer()?)])
    };
    read().map_err(|_| FAILED)
}

fn join(p: &BigUint, q: &BigUint) -> Result<DeviceKey, KeyError> {
    let one = BigUint::from(1_u8);
    let (p1, q1) = (p - &one, q - &one);
    let exponent = BigUint::from(65_537_u32);
    let private = exponent.modinv(&(&p1 * &q1)).ok_or(FAILED)?;
    let numbers = [
        p * q,
        exponent,
        private.clone(),
        p.clone(),
        q.clone(),
        &private % &p1,
        &private % &q1,
        q.modinv(p).ok_or(FAILED)?,
    ];
    RsaKey::from_pkcs8(&pkcs8(&numbers)).map(|key| DeviceKey::Strong(Arc::new(key)))
}

/// `PrivateKeyInfo` (RFC 5208 §5) around `RSAPrivateKey` of these numbers.
fn pkcs8(numbers: &[BigUint]) -> Vec<u8> {
    let inner = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.u32(0);
            numbers.iter().for_each(|number| w.unsigned(&number.to_bytes_be()));
        });
    });
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.u32(0);
            w.sequence(|w| {
                w.oid(&pki::oid::RSA_ENCRYPTION);
                w.null();
            });
            w.octet_string(&inner);
        });
    })
}
