//! The limit that cryptography sets to enrolments: how many a second one core could do if nothing else cost anything.
//!
//! One enrolment is one RSA-2048 unwrap, the verification of message and request (RSA-2048), one P-256 signature, one
//! RSA-2048 encryption and one RSA-2048 signature. Each is timed alone on one thread, through the same code that the
//! server uses, and their times are added up. Run it in the same minute and on the same core as the load test:
//!
//! ```sh
//! cargo run --release --example crypto_bound -- 2   # seconds per operation
//! ```
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]

use chancery::keys::{KeyAlgorithm, KeyDirectory, PrivateKey};
use pki::algorithm::{Digest, KeyTransport, SignatureAlgorithm};
use std::time::{Duration, Instant};

const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);
const ECDSA: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let seconds: f64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let path = std::env::temp_dir().join(format!("chancery-bound-{}", std::process::id()));
    let keys = KeyDirectory::open(&path).unwrap();
    let ra = keys.generate("ra", KeyAlgorithm::Rsa2048).unwrap();
    let ca = keys.generate("ca", KeyAlgorithm::P256).unwrap();
    let total = measure(&ra, &ca, Duration::from_secs_f64(seconds)).await;
    std::fs::remove_dir_all(path).unwrap();
    println!(
        "{{\"operation\":\"enrolment\",\"micros\":{:.1},\"per_second\":{:.0}}}",
        total * 1e6,
        1.0 / total
    );
}

/// The sum, in seconds.
async fn measure(ra: &PrivateKey, ca: &PrivateKey, span: Duration) -> f64 {
    let message = vec![0x5a; 1500];
    let wrapped = ra.public().encrypt(KeyTransport::Pkcs1, &[7; 16]).unwrap();
    let signature = ra.sign(RSA, &message).await.unwrap();
    let unwrap =
        timed("rsa_2048_unwrap", span, async || ra.unwrap(KeyTransport::Pkcs1, &wrapped).await.is_ok()).await;
    let verify =
        timed("rsa_2048_verify", span, async || ra.public().verify(RSA, &message, &signature).is_ok()).await;
    let issue = timed("p256_sign", span, async || ca.sign(ECDSA, &message).await.is_ok()).await;
    let encrypt =
        timed("rsa_2048_encrypt", span, async || ra.public().encrypt(KeyTransport::Pkcs1, &[7; 16]).is_ok())
            .await;
    let sign = timed("rsa_2048_sign", span, async || ra.sign(RSA, &message).await.is_ok()).await;
    unwrap + 2.0 * verify + issue + encrypt + sign
}

/// Seconds that this thread has spent on a core, so that others on the machine do not count.
fn on_cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap() / 1e9
}

/// Seconds of a core for one run of `operation`: the median of five spans.
async fn timed(name: &str, span: Duration, operation: impl AsyncFn() -> bool) -> f64 {
    let mut medians = Vec::new();
    for _ in 0..5 {
        let (start, before, mut runs) = (Instant::now(), on_cpu(), 0u32);
        while start.elapsed() < span / 5 {
            for _ in 0..16 {
                assert!(operation().await, "{name} failed");
            }
            runs += 16;
        }
        medians.push((on_cpu() - before) / f64::from(runs));
    }
    medians.sort_by(f64::total_cmp);
    let each = medians.get(2).copied().unwrap();
    println!("{{\"operation\":\"{name}\",\"micros\":{:.1},\"per_second\":{:.0}}}", each * 1e6, 1.0 / each);
    each
}
