//! Revocations by the thousand, and the process that does them killed in between.

use crate::store::sample;
use crate::world::World;
use chancery::store::{AuditEvent, Completion, Reservation, Reserved};
use pki::certificate::Serial;
use pki::crl::CertificateList;
use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

const MANY: u64 = 10_000;

/// Certificates in the store of this world's CA. Their bytes are no certificates: a CRL has serial numbers alone.
async fn fill(world: &World) -> Vec<String> {
    let issuer = world.authority.issuing.id;
    let far = pki::Time::from_unix(world.clock.now()).plus_days(365);
    let mut serials = Vec::new();
    for page in 0..MANY / 1_000 {
        let numbers: Vec<u64> = (page * 1_000..(page + 1) * 1_000).collect();
        let one =
            |n: &u64| Reservation { not_after: far, notification: None, ..sample::reservation(issuer, *n) };
        let pending: Vec<_> = numbers.iter().map(|n| world.store.reserve(one(n))).collect();
        let mut completions = Vec::new();
        for (n, pending) in numbers.iter().zip(pending) {
            let Reserved::New(id) = pending.await.unwrap() else { panic!("not new") };
            let event = AuditEvent::detail("{}".to_owned());
            let (der, at) = (sample::completion(id, *n).der, pki::Time::from_unix(world.clock.now()));
            completions.push(world.store.complete(Completion { id, der, at, event }));
            serials.push(Serial::new(&sample::reservation(issuer, *n).serial).to_string());
        }
        for completion in completions {
            completion.await.unwrap();
        }
    }
    serials
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn done_7_every_accepted_revocation_is_in_the_next_crl_whoever_is_killed() {
    let mut world = World::start().await;
    let serials = fill(&world).await;
    let list = world.home.path().join("serials");
    std::fs::write(&list, serials.join("\n")).unwrap();
    let mut accepted = BTreeSet::new();
    for kill_after in [Some(1), Some(2_000), Some(6_000), None] {
        let mut program = Command::new(env!("CARGO_BIN_EXE_chancery"));
        program.args(["--local", "--config"]).arg(world.home.path().join("chancery.toml"));
        program.args(["cert", "revoke", "--reason", "keyCompromise", "--from"]).arg(&list);
        let mut child = program.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let mut told = 0;
        while let Some(line) = lines.next().map(Result::unwrap) {
            if let Some(serial) = line.split(' ').next().filter(|_| line.ends_with(" revoked")) {
                accepted.insert(serial.to_owned());
                told += 1;
            }
            if kill_after == Some(told) {
                // SIGKILL; what was written before is still read.
                child.kill().unwrap();
            }
        }
        let status = child.wait().unwrap();
        assert_eq!(status.success(), kill_after.is_none(), "{status:?}");
        world.restart().await;
        let url = format!("http://{}/crl/{}.crl", world.at.scep, chancery::authority::ISSUING);
        let der = world.http.get(url).send().await.unwrap().bytes().await.unwrap();
        let crl = CertificateList::parse(&der).unwrap();
        let listed: BTreeSet<String> = crl.revoked.iter().map(|entry| entry.serial.to_string()).collect();
        let lost: Vec<&String> = accepted.difference(&listed).collect();
        assert!(lost.is_empty(), "{lost:?} of {} are lost", accepted.len());
    }
    assert_eq!(accepted.len(), serials.len());
}
