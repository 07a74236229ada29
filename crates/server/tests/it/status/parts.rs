//! The revocation list in parts: what certificates point to, and what relying parties make of it.

use super::desk::Desk;
use chancery::clock::{Clock, SystemClock};
use chancery::jobs::crl::{Parts, make};
use chancery::server::StartError;
use chancery::store::sqlite::Sqlite;
use chancery::verify::Verification;
use pki::Time;
use pki::certificate::Certificate;
use pki::crl::CertificateList;
use pki::pem;
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const SHARDS: u16 = 4;

/// A world whose list has four parts.
async fn divided() -> Desk {
    Desk::with_all(|settings| {
        format!("public_url = 'http://127.0.0.1:1'\n{settings}[crl]\nshards = {SHARDS}\n")
    })
    .await
}

async fn fetched(desk: &Desk, name: &str) -> CertificateList {
    let url = format!("http://{}/crl/{name}.crl", desk.world.at.scep);
    let answer = desk.world.http.get(url).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{name}");
    CertificateList::parse(&answer.bytes().await.unwrap()).unwrap()
}

/// The name of the list that the certificate points to.
async fn part_of(desk: &Desk, certificate: &Certificate) -> String {
    desk.write("one.pem", pem::encode("CERTIFICATE", certificate.der()).as_bytes());
    let (said, _) = desk.run("openssl", "x509 -in one.pem -noout -ext crlDistributionPoints").await;
    let url = said.split("URI:").nth(1).unwrap().trim();
    url.strip_prefix("http://127.0.0.1:1/crl/").unwrap().strip_suffix(".crl").unwrap().to_owned()
}

fn serials(list: &CertificateList) -> BTreeSet<Vec<u8>> {
    list.revoked.iter().map(|one| one.serial.octets().to_vec()).collect()
}

/// Makes the lists now, as `cert revoke --publish` does beside a server, and waits until they are given out.
async fn published(desk: &Desk) {
    let parts = Parts::of(&desk.world.home.config().unwrap());
    let made = make(&*desk.world.store, &desk.world.authority, &SystemClock, &parts).await.unwrap();
    let began = std::time::Instant::now();
    for crl in made {
        let name = crl.shard.map_or("default".to_owned(), |shard| format!("default-{shard}"));
        while fetched(desk, &name).await.number() < Some(crl.number) {
            assert!(began.elapsed().as_secs() < 10, "{name} is not given out");
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test]
async fn t60_each_certificate_is_judged_by_the_part_it_points_to() {
    let desk = divided().await;
    let mut certificates = vec![desk.certificate.clone()];
    for _ in 0..11 {
        certificates.push(desk.another().await);
    }
    for revoked in certificates.iter().step_by(2) {
        desk.revoke(revoked, 1).await;
    }
    published(&desk).await;
    let mut names = BTreeSet::new();
    for (number, certificate) in certificates.iter().enumerate() {
        let name = part_of(&desk, certificate).await;
        for other in 0..SHARDS {
            let other = format!("default-{other}");
            let list = fetched(&desk, &other).await;
            desk.write("list.pem", pem::encode("X509 CRL", list.der()).as_bytes());
            let words = "verify -crl_check -extended_crl -CAfile root.pem -untrusted issuing.pem -CRLfile list.pem one.pem";
            let (said, good) = desk.run("openssl", words).await;
            if other != name {
                assert!(!good && said.contains("different CRL scope"), "{name} by {other}: {said}");
            } else if number % 2 == 0 {
                assert!(!good && said.contains("certificate revoked"), "{said}");
            } else {
                assert!(good, "{said}");
            }
        }
        names.insert(name);
    }
    assert!(names.len() > 1, "twelve random numbers in one part of four");
    let mut united = BTreeSet::new();
    for shard in 0..SHARDS {
        united.extend(serials(&fetched(&desk, &format!("default-{shard}")).await));
    }
    assert_eq!(united, serials(&fetched(&desk, "default").await), "the parts are the whole");
    assert_eq!(united.len(), 6);
    desk.world.assert_sound().await;
    desk.world.assert_verified().await;
}

#[tokio::test]
async fn a_part_is_made_anew_where_it_changed_or_its_time_has_come() {
    let desk = divided().await;
    let world = &desk.world;
    let parts = Parts::of(&world.home.config().unwrap());
    let now = Time::from_unix(world.clock.now());
    let lists = async |later: i64| {
        let clock = At(now.plus_seconds(later));
        let made = make(&*world.store, &world.authority, &clock, &parts).await.unwrap();
        made.into_iter().map(|crl| (crl.shard, crl)).collect::<BTreeMap<_, _>>()
    };
    let first = lists(3600).await;
    let same = lists(7200).await;
    assert!(same[&None].number > first[&None].number, "the list of everything is made each time");
    for shard in (0..SHARDS).map(Some) {
        assert_eq!(same[&shard], first[&shard], "nothing changed");
    }
    desk.revoke(&desk.certificate, 1).await;
    let here = shard_here(&desk.certificate);
    let changed = lists(7300).await;
    for shard in (0..SHARDS).map(Some) {
        assert_eq!(changed[&shard] != first[&shard], shard == here, "{shard:?}");
    }
    let list = CertificateList::parse(&changed[&here].der).unwrap();
    assert!(serials(&list).contains(desk.certificate.serial().octets()));
    let last = changed[&None].number.max(changed[&here].number);
    assert_eq!(lists(3600 + 43_199).await[&here], changed[&here], "half a day is not over");
    for (shard, crl) in lists(7300 + 43_200).await {
        assert!(crl.number > last, "{shard:?} has its time");
    }
}

#[tokio::test]
async fn a_part_that_was_spoilt_or_is_of_the_future_is_not_kept() {
    let desk = divided().await;
    let world = &desk.world;
    let parts = Parts::of(&world.home.config().unwrap());
    let now = Time::from_unix(world.clock.now() + 60);
    let clock = At(now);
    let first = make(&*world.store, &world.authority, &clock, &parts).await.unwrap();
    let mut spoilt = first[1].clone();
    let end = spoilt.der.len() - 1;
    Arc::make_mut(&mut spoilt.der)[end] ^= 1;
    spoilt.number = first.last().unwrap().number + 9;
    world.store.put_crl(spoilt.clone()).await.unwrap();
    let again = make(&*world.store, &world.authority, &clock, &parts).await.unwrap();
    assert!(again[1].number > spoilt.number && again[1].der != spoilt.der);
    assert_eq!(again[2..], first[2..], "control: what is sound is kept");
    // Before the start of the server, which made the parts that were kept.
    let earlier = At(now.plus_seconds(-3600));
    let back = make(&*world.store, &world.authority, &earlier, &parts).await.unwrap();
    assert!(back.iter().zip(&again).all(|(new, old)| new.number > old.number));
}

#[tokio::test]
async fn i7_verify_reads_the_parts() {
    let desk = divided().await;
    let here = shard_here(&desk.certificate).unwrap();
    let issuer = desk.world.authority.issuing.id;
    let before = desk.world.store.newest_crl(issuer, Some(here)).await.unwrap().unwrap();
    let der: String = before.der.iter().map(|octet| format!("{octet:02x}")).collect();
    desk.revoke(&desk.certificate, 4).await;
    published(&desk).await;
    let other = (here + 1) % SHARDS;
    let newest = |shard| format!("number = (SELECT max(number) FROM crls WHERE shard = {shard})");
    let mine = newest(here);
    for (sql, what) in [
        (String::new(), ""),
        (format!("DELETE FROM crls WHERE shard = {other}"), "was never made"),
        (
            format!(
                "UPDATE crls SET der = unhex(substr(hex(der), 1, 2 * length(der) - 2) || iif(hex(der) LIKE '%00', '01', '00')) WHERE {mine}"
            ),
            "does not verify",
        ),
        (
            format!("UPDATE crls SET der = (SELECT der FROM crls WHERE {}) WHERE {mine}", newest(other)),
            "its number is not its row's",
        ),
        (format!("UPDATE crls SET shard = {other} WHERE {mine}"), "of another part"),
        (format!("UPDATE crls SET shard = NULL WHERE {mine}"), "whether it is a part"),
        (
            format!(
                "DELETE FROM crls WHERE {mine};
                 UPDATE crls SET der = X'{der}' WHERE number = {}",
                before.number
            ),
            "does not list it",
        ),
        ("UPDATE revocations SET reason = 1".to_owned(), "says 4"),
    ] {
        let told = told(&desk, &sql).await;
        assert_eq!(told.is_empty(), sql.is_empty(), "{sql}: {told:?}");
        assert!(sql.is_empty() || told.iter().any(|one| one.contains(what)), "{sql}: {told:?}");
    }
}

/// What `verify` finds in a copy of the store in which `sql` was done.
async fn told(desk: &Desk, sql: &str) -> Vec<String> {
    let (from, copy) = (desk.path("data").join("chancery.db"), desk.path("copy.db"));
    let _ = std::fs::remove_file(&copy);
    let raw = Connection::open(from).unwrap();
    raw.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
    Connection::open(&copy).unwrap().execute_batch(sql).unwrap();
    let store = Arc::new(Sqlite::open_to_read(&copy).unwrap());
    let now = SystemClock.now().plus_seconds(300);
    let report = Verification { store, keys: None, now, grace: 0, shared_primes: 0 }.run().await.unwrap();
    report.rows.iter().flat_map(|row| row.told.clone()).collect()
}

fn shard_here(certificate: &Certificate) -> Option<u16> {
    ca::profile::shard_of(certificate.serial(), SHARDS)
}

/// A clock that stands still.
struct At(Time);

impl Clock for At {
    fn now(&self) -> Time {
        self.0
    }
}

#[tokio::test]
async fn a_list_is_had_as_pem_and_no_other_name() {
    let desk = divided().await;
    let get = |name: &str| desk.world.http.get(format!("http://{}/crl/{name}", desk.world.at.scep)).send();
    let text = get("default-3.pem").await.unwrap().text().await.unwrap();
    assert_eq!(pem::decode("X509 CRL", &text).unwrap()[0], fetched(&desk, "default-3").await.der());
    for absent in
        ["default-4.crl", "default-.crl", "default--1.crl", "default-x.crl", "defaul.crl", "root.crl"]
    {
        assert_eq!(get(absent).await.unwrap().status(), 404, "{absent}");
    }
}

#[tokio::test]
async fn t60_the_number_of_parts_is_fixed() {
    let mut desk = divided().await;
    let settings = std::fs::read_to_string(desk.path("chancery.toml")).unwrap();
    for shards in [1, 2, 8] {
        desk.world.stop().await;
        desk.world.home.configure(&settings.replace("shards = 4", &format!("shards = {shards}")));
        let refused = desk.world.home.server(&desk.world.clock).await;
        assert!(matches!(refused, Err(StartError::Shards { recorded: 4, .. })), "{shards}");
        desk.world.home.configure(&settings);
        desk.world.start_again().await;
    }
    assert_eq!(part_of(&desk, &desk.another().await).await.get(..8), Some("default-"), "control");
}
