//! The limit that cryptography sets to enrolments: how many a second this machine could do if nothing else cost anything.
//!
//! One enrolment is the verification of message and request (RSA-2048), one RSA-2048 unwrap, one P-256 signature, one
//! RSA-2048 encryption and one RSA-2048 signature, through the same code that the server uses. They are done in a row,
//! and on every core at once, since the cores of a machine slow each other down. Run it in the same minute as the load:
//!
//! ```sh
//! cargo run --release --example crypto_bound -- 2   # seconds
//! ```
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on should say where")]

use chancery::keys::{KeyAlgorithm, KeyDirectory, PrivateKey};
use pki::algorithm::{Digest, KeyTransport, SignatureAlgorithm};
use std::time::{Duration, Instant};
use tokio::runtime::Builder;

const RSA: SignatureAlgorithm = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);
const ECDSA: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);

/// What one enrolment needs.
struct Material {
    ra: PrivateKey,
    ca: PrivateKey,
    message: Vec<u8>,
    wrapped: Vec<u8>,
    signature: Vec<u8>,
}

fn main() {
    let seconds: f64 = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1.0);
    let (material, span) = (Material::new(), Duration::from_secs_f64(seconds));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let each: Vec<f64> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(|| material.enrolment(span))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let mean = each.iter().sum::<f64>() / cores as f64;
    let rate = cores as f64 / mean;
    println!("{{\"cores\":{cores},\"micros_of_a_core\":{:.1},\"per_second\":{rate:.0}}}", mean * 1e6);
}

impl Material {
    fn new() -> Material {
        let path = std::env::temp_dir().join(format!("chancery-bound-{}", std::process::id()));
        let keys = KeyDirectory::open(&path).unwrap();
        let ra = keys.generate("ra", KeyAlgorithm::Rsa2048).unwrap();
        let ca = keys.generate("ca", KeyAlgorithm::P256).unwrap();
        std::fs::remove_dir_all(path).unwrap();
        let message = vec![0x5a; 1500];
        let wrapped = ra.public().encrypt(KeyTransport::Pkcs1, &[7; 16]).unwrap();
        let runtime = Builder::new_current_thread().build().unwrap();
        let signature = runtime.block_on(ra.sign(RSA, &message)).unwrap();
        Material { ra, ca, message, wrapped, signature }
    }

    /// Seconds of this thread's core that one enrolment takes: the mean over `span`.
    fn enrolment(&self, span: Duration) -> f64 {
        let runtime = Builder::new_current_thread().build().unwrap();
        let (start, before, mut runs) = (Instant::now(), on_cpu(), 0u32);
        while start.elapsed() < span {
            runtime.block_on(self.once());
            runs += 1;
        }
        (on_cpu() - before) / f64::from(runs)
    }

    async fn once(&self) {
        let Material { ra, ca, message, wrapped, signature } = self;
        for _of_message_and_request in 0..2 {
            ra.public().verify(RSA, message, signature).unwrap();
        }
        assert!(ra.unwrap(KeyTransport::Pkcs1, wrapped).await.is_ok());
        ca.sign(ECDSA, message).await.unwrap();
        ra.public().encrypt(KeyTransport::Pkcs1, &[7; 16]).unwrap();
        ra.sign(RSA, message).await.unwrap();
    }
}

/// Seconds that this thread has spent on a core, so that others on the machine do not count.
fn on_cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    text.split(' ').next().and_then(|nanos| nanos.parse::<f64>().ok()).unwrap() / 1e9
}
