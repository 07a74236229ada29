use super::report::{Invariant, Report};
use ca::key_policy::shared_primes::shared_primes;
use pki::certificate::Serial;
use std::collections::VecDeque;

pub(super) fn check(keys: &VecDeque<(Serial, Vec<u8>)>, wanted: usize, report: &mut Report) {
    if wanted == 0 {
        return;
    }
    let moduli: Vec<Vec<u8>> = keys.iter().map(|(_, modulus)| modulus.clone()).collect();
    report.looked_at(Invariant::SharedPrimes, moduli.len() as u64);
    for place in shared_primes(&moduli) {
        if let Some((serial, _)) = keys.get(place) {
            let what = format!("{serial}: its key shares a prime with another certificate's key");
            report.found(Invariant::SharedPrimes, what);
        }
    }
}
