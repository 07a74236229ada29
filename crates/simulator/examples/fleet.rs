//! A tenant and a fleet against a gateway that is started meanwhile: `fleet SCEP_URL CREDENTIALS_DIR
//! [DEVICES] [HOSTILE]`.
//! Writes what the gateway needs to the directory, waits for a line on standard input, and runs.

use std::{env, fs, io};

use chancery_simulator::fleet::{Fleet, FleetOptions, Keys, Target, Trick, http_client};
use chancery_simulator::tenant::{Tenant, TenantOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (url, folder) = (arguments.next().ok_or("SCEP_URL")?, arguments.next().ok_or("CREDENTIALS_DIR")?);
    let devices = arguments.next().map_or(Ok(40), |count| count.parse())?;
    let hostile = arguments.next().map_or(Ok(10), |count| count.parse())?;
    let tenant = Tenant::start(TenantOptions::default()).await?;
    let credentials = tenant.credentials();
    let urls = tenant.urls();
    fs::write(format!("{folder}/root.pem"), tenant.root_pem().unwrap_or_default())?;
    fs::write(format!("{folder}/secret"), &credentials.secret)?;
    let intune = [tenant.tenant_domain(), &credentials.client_id, &urls.authority, &urls.graph, &urls.intune];
    fs::write(format!("{folder}/intune.txt"), intune.join("\n"))?;
    println!("ready");
    io::stdin().read_line(&mut String::new())?;
    let options = FleetOptions {
        devices,
        tricks: Trick::ALL.into_iter().cycle().take(hostile).collect(),
        keys: if devices > 300 { Keys::Quick } else { Keys::Own },
        ..FleetOptions::default()
    };
    let fleet = Fleet::new(tenant.world(), http_client(None)?, Target::at(url), options)?;
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let run = tokio::spawn(fleet.run(sender));
    let start = std::time::Instant::now();
    while let Some(event) = events.recv().await {
        let trick = event.trick.map_or("", |trick| trick.title());
        println!(
            "{:6.2}s {} {trick} #{} {:?} {}",
            start.elapsed().as_secs_f64(),
            event.device.name,
            event.attempt,
            event.took,
            event.outcome.sentence()
        );
    }
    run.await?;
    println!("{}", tenant.report()["verdicts"]);
    println!(
        "certificates {} breaches {:?}",
        tenant.ledger().certificates().len(),
        tenant.journal().breaches()
    );
    Ok(())
}
