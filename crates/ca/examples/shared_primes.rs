//! What it costs to look for primes that RSA keys share.
//!
//! ```text
//! cargo run --release -p chancery-ca --example shared_primes -- 20000
//! ```
//!
//! The numbers are odd and random, of 2048 bits: for the arithmetic it makes no difference that they are no keys.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a measurement needs arguments and a clock"
)]

extern crate chancery_ca as ca;

use ca::key_policy::shared_primes::shared_primes;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(20_000);
    let moduli: Vec<Vec<u8>> = (0..count).map(|_| modulus()).collect();
    let since = std::time::Instant::now();
    let found = shared_primes(&moduli).len();
    println!("{count} keys in {:.1} s, {found} share small factors", since.elapsed().as_secs_f64());
}

fn modulus() -> Vec<u8> {
    let mut octets = vec![0; 256];
    // Without randomness all are alike, which the count above would show.
    let _ = aws_lc_rs::rand::fill(&mut octets);
    if let Some(first) = octets.first_mut() {
        *first |= 0x80;
    }
    if let Some(last) = octets.last_mut() {
        *last |= 1;
    }
    octets
}
