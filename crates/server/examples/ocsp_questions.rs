//! Writes the OCSP questions about a store's certificates, one path a line, for a load generator; and says how fast one
//! core signs with P-256, the bound for answers with a nonce.
//!
//! ```text
//! cargo run --release -p chancery --example ocsp_questions -- DIRECTORY 1000000 > paths
//! ```

use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chancery::store::sqlite::Sqlite;
use chancery::store::{AuthorityRole, CertificateId, Search, Store};
use pki::algorithm::Digest;
use pki::certificate::{Certificate, Serial};
use pki::ocsp::{CertId, OcspRequest};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

const PAGE: u32 = 10_000;

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("which directory?")?);
    let most: usize = arguments.next().unwrap_or_else(|| "1000000".to_owned()).parse()?;
    eprintln!("{:.0} P-256 signatures a second and core", signatures_a_second()?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(questions(&Sqlite::open_to_read(&directory.join("chancery.db"))?, most))
}

async fn questions(store: &dyn Store, most: usize) -> Outcome<()> {
    let authorities = store.authorities().await?;
    let issuing = authorities.iter().find(|one| one.role == AuthorityRole::Issuing).ok_or("no issuing CA")?;
    let issuer = Certificate::parse(&issuing.certificate).map_err(|error| error.to_string())?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut written, mut after) = (0, CertificateId::default());
    while written < most {
        let page = store.certificates(Search { after, limit: PAGE, ..Search::default() }).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for one in page.iter().take(most - written) {
            let request = OcspRequest::plain(&CertId::new(Digest::Sha1, &issuer, &Serial::new(&one.serial)));
            let path = STANDARD.encode(request).replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
            writeln!(out, "/ocsp/{path}")?;
            written += 1;
        }
    }
    Ok(out.flush()?)
}

fn signatures_a_second() -> Outcome<f64> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).map_err(|_| "no key")?;
    let (message, random) = ([7; 200], SystemRandom::new());
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < Duration::from_secs(2) {
        key.sign(&random, &message).map_err(|_| "no signature")?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}
