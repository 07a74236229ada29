//! The policy at work: rules over a list's facts, tier-0 names and namespaces, and past requests asked again.

use crate::world::{Csr, Device, Told, World};
use chancery::policy::replay;
use pki::general_name::GeneralName;
use std::process::{Command, Output};
use std::time::Duration;

const RULES: &str = r#"
[[policy]]
name = "noncompliant"
refuse = "Devices must comply."
[policy.when]
endpoint = ["once"]
device_compliant = false

[[policy]]
name = "pilots"
use_profile = "other"
[policy.when]
device_groups = ["Pilot-*"]
"#;

const LIST: &str = "id,compliant,groups,platform,ownership
phone,true,Staff; Pilot-1,iOS,personal
tablet,false,Staff,Android,company
desk,true,,Windows,company
";

/// A world whose endpoint `once` follows this list, with these rules.
async fn world(name: &str, rules: &str, list: &str) -> World {
    let path = std::env::temp_dir().join(format!("chancery-policy-{name}-{}.csv", std::process::id()));
    std::fs::write(&path, list).unwrap();
    let section =
        format!("[endpoint.directory]\nfile = {path:?}\nevery = '1s'\n[[endpoint]]\nname = 'other'");
    let settings = |usual: String| usual.replacen("[[endpoint]]\nname = 'other'", &section, 1) + rules;
    let world = World::configured(settings).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    world
}

async fn ask(world: &World, device: &Device, csr: impl Fn(&str) -> Csr) -> Told {
    let challenge = world.challenge("once", None).await;
    device.asks(world, "once", &csr(&challenge)).await
}

async fn plainly(world: &World, name: &str) -> Told {
    let device = world.device(name);
    ask(world, &device, |challenge| Csr::named(name, challenge)).await
}

async fn named(world: &World, name: GeneralName) -> Told {
    let device = world.device("d");
    ask(world, &device, |challenge| Csr { names: vec![name.clone()], ..Csr::named("d", challenge) }).await
}

#[tokio::test]
async fn m69_facts_of_the_directory_choose_the_profile_or_refuse_and_the_audit_names_the_rule() {
    let world = world("rules", RULES, LIST).await;
    let phone = world.device("phone");
    let told = ask(&world, &phone, |challenge| Csr::named("phone", challenge)).await;
    let certificate = phone.opens(&told);
    assert!(plainly(&world, "desk").await.text.is_empty());
    let profiles: Vec<String> = world.certificates().await.into_iter().map(|one| one.profile).collect();
    assert_eq!(profiles, ["other", "device"]);
    // The device hears the rule's sentence, the audit has rule and facts.
    assert_eq!(plainly(&world, "tablet").await.text, "CHY-2601: Devices must comply.");
    let rows = world.store.audit(0, 10_000).await.unwrap();
    let row = |part: &str| rows.iter().any(|row| row.event.contains(part));
    assert!(row(r#""rule":"pilots""#) && row(r#""outcome":"use_profile other""#));
    assert!(row("the rule noncompliant refuses the request"));
    // Who is not on the list is not known to comply: a refusal counts that against it (fail closed).
    assert!(plainly(&world, "stranger").await.text.starts_with("CHY-2601"));
    // The same facts choose the same profile at a renewal.
    let renewing = phone.signing_with(&certificate);
    let message = renewing.renewal_req(&world, &phone.csr("").signed(&phone.key));
    renewing.opens(&world.post("once", message).await);
    assert_eq!(world.certificates().await.len(), 3);
    world.assert_sound().await;
    world.assert_verified().await;
}

#[tokio::test]
async fn m70_an_id_that_the_directory_does_not_know_can_be_refused() {
    let rules = "[[policy]]\nname = 'verified'\nrefuse = 'Unknown device.'\nwhen.device_known = false\n";
    let world = world("verified", rules, LIST).await;
    assert!(plainly(&world, "desk").await.text.is_empty());
    assert_eq!(plainly(&world, "IMEI-356938035643809").await.text, "CHY-2601: Unknown device.");
    // An endpoint without a directory knows nobody.
    let device = world.device("desk");
    let challenge = world.challenge("other", None).await;
    let told = device.asks(&world, "other", &device.csr(&challenge)).await;
    assert_eq!(told.text, "CHY-2601: Unknown device.");
}

#[tokio::test]
async fn m69_nobody_without_a_challenge_can_try_the_rules_out() {
    let world = world("challenge", RULES, LIST).await;
    let device = world.device("tablet");
    let told = device.asks(&world, "once", &device.csr("guessed")).await;
    assert!(told.text.starts_with("CHY-3002"), "{told:?}");
}

#[tokio::test]
async fn t25_tier_0_names_and_domain_controllers_are_refused_at_every_endpoint() {
    let settings = |usual: String| {
        format!("{usual}[privileged]\naccounts = ['tier0-*']\ndomain_controllers = ['dc01.contoso.com']\n")
            .replacen(
                "name = 'device'",
                "name = 'device'\nupn_domains = ['contoso.com']\nupn_excluded = ['admin.contoso.com']\n\
             allow_privileged = ['guest@contoso.com']",
                1,
            )
    };
    let world = World::configured(settings).await;
    let upn = |text: &str| GeneralName::Upn(text.into());
    for (name, code) in [
        (upn("Administrator@contoso.com"), "CHY-2320"),
        (upn("tier0-ada@contoso.com"), "CHY-2320"),
        (upn("DC01$@contoso.com"), "CHY-2320"),
        (GeneralName::Dns("DC01.contoso.com".into()), "CHY-2320"),
        (upn("ada@fabrikam.com"), "CHY-2311"),
        (upn("ada@admin.contoso.com"), "CHY-2319"),
    ] {
        let told = named(&world, name.clone()).await;
        assert!(told.text.starts_with(code), "{name}: {told:?}");
    }
    for common in ["krbtgt", "CONTOSO\\Administrator", "DC01$"] {
        let told = plainly(&world, common).await;
        assert!(told.text.starts_with("CHY-2215"), "{common}: {told:?}");
    }
    assert_eq!(world.issued().await, 0);
    assert!(named(&world, upn("guest@contoso.com")).await.text.is_empty());
    assert!(named(&world, upn("ada@contoso.com")).await.text.is_empty());
}

#[tokio::test]
async fn m69_a_replay_says_which_past_requests_other_rules_would_have_decided_otherwise() {
    let world = world("replay", RULES, LIST).await;
    for name in ["phone", "tablet", "desk", "stranger"] {
        plainly(&world, name).await;
    }
    let policy = world.home.config().unwrap().policy;
    let same = replay(&*world.store, &policy, None, 10).await.unwrap();
    assert_eq!((same.asked, same.differing, same.skipped), (4, 0, 0));
    let open = replay(&*world.store, &ca::policy::Policy::default(), None, 2).await.unwrap();
    assert_eq!((open.asked, open.differing, open.changed.len()), (4, 3, 2));
    let first = &open.changed[0];
    assert_eq!(
        (first.subject.as_str(), first.was.as_str(), first.is.as_str()),
        ("CN=phone", "use_profile other", "allow")
    );
    assert_eq!(first.was_by.as_deref(), Some("pilots"));
    let later = Some(pki::Time::from_unix(world.clock.now()).plus_seconds(60));
    assert_eq!(replay(&*world.store, &policy, later, 10).await.unwrap().asked, 0);
}

fn chancery(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(arguments)
        .env_remove("CHANCERY_CONFIG")
        .output()
        .unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn m69_the_command_line_checks_explains_and_replays() {
    let world = world("cli", RULES, LIST).await;
    let device = world.device("tablet");
    plainly(&world, "tablet").await;
    let place = std::env::temp_dir().join(format!("chancery-policy-cli-{}", std::process::id()));
    std::fs::create_dir_all(&place).unwrap();
    let file = |name: &str, content: &[u8]| {
        std::fs::write(place.join(name), content).unwrap();
        place.join(name).to_string_lossy().into_owned()
    };
    let csr = file("csr.der", &device.csr("").signed(&device.key));
    let facts = file("facts.json", br#"{"device":{"compliant":true,"groups":["Pilot-2"]}}"#);
    let open = file("open.toml", b"[[policy]]\nname = 'all'\nallow = true\n");
    let odd = file("odd.toml", b"[[policy]]\nname = 'all'\nallow = true\nwhen.platform = ['toaster']\n");
    let settings = world.home.path().join("chancery.toml");
    let run = |more: &[&str]| {
        let all = [&["--config", settings.to_str().unwrap(), "--local", "policy"], more].concat();
        chancery(&all)
    };
    let checked = run(&["check"]);
    assert_eq!(checked.status.code(), Some(0));
    assert!(text(&checked).starts_with("noncompliant: refuse\npilots: use_profile other\n"), "{checked:?}");
    assert_eq!(run(&["check", "--policy", &odd]).status.code(), Some(1));
    // Nothing is known of the device: the first rule counts that against it.
    let refused = run(&["test", "--csr", &csr, "--endpoint", "once"]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(text(&refused).contains("noncompliant matches: endpoint is once, device_compliant is not known"));
    let chosen = run(&["test", "--csr", &csr, "--endpoint", "once", "--device-facts", &facts]);
    assert_eq!(chosen.status.code(), Some(0), "{chosen:?}");
    let said = text(&chosen);
    assert!(said.contains("noncompliant does not match: device_compliant is true, not false"), "{said}");
    assert!(
        said.contains("because: rule pilots chooses the profile other: device_groups is pilot-2"),
        "{said}"
    );
    let wanted = ["test", "--csr", &csr, "--endpoint", "once", "--device-facts", &facts, "--preview"];
    let previewed = text(&run(&wanted));
    for line in ["certificate: other", "  subject    CN=tablet", "  purposes   clientAuth", "  until      "] {
        assert!(previewed.contains(line), "{line:?} is not in {previewed}");
    }
    assert!(
        !text(&run(&["test", "--csr", &csr, "--endpoint", "once", "--preview"])).contains("certificate:")
    );
    assert_eq!(run(&["test", "--csr", &csr, "--endpoint", "nowhere"]).status.code(), Some(1));
    assert_eq!(run(&["replay"]).status.code(), Some(0));
    let differing = run(&["replay", "--policy", &open]);
    assert_eq!(differing.status.code(), Some(3));
    assert!(text(&differing).contains("1 of 1 past requests would be decided otherwise"), "{differing:?}");
    std::fs::remove_dir_all(&place).unwrap();
}
