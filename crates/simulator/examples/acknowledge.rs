//! Devices that enrol one after another, for ever, and say what they got: for `interop/kill` and `interop/powercut`.
//!
//! ```text
//! acknowledge URL CHALLENGE_FILE      one line in $ACKNOWLEDGED, the serial number, for each certificate received
//! ```
//! The server may die at any moment. A device that was interrupted sends the same message again, as real ones do, until
//! it is answered; its certificate must then be one, so it is asked for once more and compared.

use std::env;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use chancery_simulator::fleet::{
    DeviceKey, GaveUp, Handset, HttpClient, Introduction, Outcome, Prepared, RequestPlan, Target, http_client,
};
use chancery_simulator::tenant::{Device, Platform, San, SanKind};
use pki::name::Name;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Devices at once.
const DEVICES: u64 = 2;
/// Between two attempts at a server that may be dead.
const PAUSE: Duration = Duration::from_millis(5);

#[tokio::main]
async fn main() -> Result<(), Fault> {
    let mut arguments = env::args().skip(1);
    let (url, file) = (arguments.next().ok_or("URL")?, arguments.next().ok_or("CHALLENGE_FILE")?);
    let challenge = std::fs::read_to_string(file)?.trim().to_owned();
    let path = env::var_os("ACKNOWLEDGED").ok_or("$ACKNOWLEDGED is not set")?;
    let out = Arc::new(Mutex::new(OpenOptions::new().append(true).open(path)?));
    let run: u128 = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis();
    let http = http_client(None)?;
    let lines = (0..DEVICES).map(|line| {
        let one = Line { http: http.clone(), target: Target::at(url.clone()), challenge: challenge.clone() };
        tokio::spawn(one.for_ever(format!("{run}-{line}"), Arc::clone(&out)))
    });
    for line in lines.collect::<Vec<_>>() {
        line.await??;
    }
    Ok(())
}

/// One device after another.
struct Line {
    http: HttpClient,
    target: Target,
    challenge: String,
}

impl Line {
    async fn for_ever(self, name: String, out: Arc<Mutex<File>>) -> Result<(), Fault> {
        for number in 0_u64.. {
            let device = device(&format!("{name}-{number}"));
            let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
            let handset = Handset {
                device: &device,
                user: None,
                http: &self.http,
                target: &self.target,
                now: i64::try_from(now)?,
            };
            let key = DeviceKey::generate(2048)?;
            let (to, prepared) = self.prepared(&handset, &key).await?;
            let first = answered(&handset, &to, &prepared).await?;
            let line = format!("{first}\n");
            out.lock().map_err(|_| "a line panicked")?.write_all(line.as_bytes())?;
            let again = answered(&handset, &to, &prepared).await?;
            if again != first {
                return Err(format!("a retransmission of {first} was answered with {again}").into());
            }
        }
        Ok(())
    }

    async fn prepared(
        &self,
        handset: &Handset<'_>,
        key: &DeviceKey,
    ) -> Result<(Introduction, Prepared), Fault> {
        let name = &handset.device.name;
        let plan = RequestPlan {
            subject: Name::from_pairs(&[(pki::oid::CN, name)]),
            sans: vec![San::new(SanKind::Dns, format!("{name}.sim.example"))],
            key_usage: 160,
            extended_key_usages: vec!["1.3.6.1.5.5.7.3.2".into()],
            challenge: Some(self.challenge.clone()),
            extensions: Vec::new(),
        };
        loop {
            let made = handset.introduce().await.and_then(|to| {
                let prepared = handset.prepare(&to, &plan, key)?;
                Ok((to, prepared))
            });
            match made {
                Ok(made) => return Ok(made),
                // A server that died between its two answers seems to have no capabilities.
                Err(GaveUp::Http(_) | GaveUp::Status { status: 503, .. } | GaveUp::NoAlgorithm) => {
                    tokio::time::sleep(PAUSE).await;
                }
                Err(other) => return Err(other.into()),
            }
        }
    }
}

/// The serial number, once the server has lived long enough to say it.
async fn answered(handset: &Handset<'_>, to: &Introduction, prepared: &Prepared) -> Result<String, Fault> {
    loop {
        match handset.deliver(to, prepared).await {
            Ok(Outcome::Granted(certificate)) => return Ok(certificate.serial().to_string()),
            Ok(other) => return Err(format!("{}: {}", handset.device.name, other.sentence()).into()),
            Err(GaveUp::Http(_) | GaveUp::Status { status: 503, .. }) => tokio::time::sleep(PAUSE).await,
            Err(other) => return Err(other.into()),
        }
    }
}

fn device(name: &str) -> Device {
    Device {
        id: name.to_owned(),
        entra_id: name.to_owned(),
        name: name.to_owned(),
        platform: Platform::Windows,
        serial_number: name.to_owned(),
        user: None,
    }
}
