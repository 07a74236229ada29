//! Load against anybody's SCEP server: `drive URL CHALLENGE [MESSAGES]`. Prints the report as JSON.

use std::{env, sync::Arc, time::Instant};

use chancery_simulator::driver::{DriverOptions, Loaded, drive, plans_with_challenge};
use chancery_simulator::fleet::quick_keys;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = env::args().skip(1);
    let (url, challenge) = (arguments.next().ok_or("URL")?, arguments.next().ok_or("CHALLENGE")?);
    let count = arguments.next().map_or(Ok(200), |count| count.parse())?;
    let start = Instant::now();
    let keys = quick_keys(count)?;
    eprintln!("{count} keys after {:?}", start.elapsed());
    let options = DriverOptions::at(url);
    let plans = plans_with_challenge(&challenge, count).into_iter().zip(keys).collect();
    let loaded = Arc::new(Loaded::prepare(&options, plans).await?);
    eprintln!("{} messages, {} octets, after {:?}", loaded.len(), loaded.octets(), start.elapsed());
    println!("{}", serde_json::to_string(&drive(&options, loaded).await?)?);
    Ok(())
}
