//! The policy: 200 decisions in a table (`tests/policy/decisions.toml`), each with its explanation; what a rule may not say.

mod shorthand;

use ca::policy::{Decision, Facts, Known, Policy, Settings};
use ca::rejection::Rejection;
use serde::Deserialize;

const ENDPOINTS: &[&str] = &["corp", "lab", "branch"];
const PROFILES: &[&str] =
    &["device", "user", "user-short", "server", "computer", "byod", "kiosk", "mail", "logon", "elliptic"];
const KNOWN: Known<'static> = Known { endpoints: ENDPOINTS, profiles: PROFILES };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    set: Vec<Set>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    about: String,
    #[serde(default)]
    policy: Vec<Settings>,
    /// Facts, decision, explanation.
    rows: Vec<[String; 3]>,
}

fn table() -> Vec<Set> {
    toml::from_str::<Table>(include_str!("../policy/decisions.toml")).unwrap().set
}

fn believed(rules: Vec<Settings>) -> Policy {
    Policy::new(rules.into_iter().map(|one| one.check(&KNOWN).unwrap()).collect()).unwrap()
}

fn one(text: &str) -> Result<Policy, String> {
    let rule: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
    let rule = rule.check(&KNOWN).map_err(|faults| faults[0].to_string())?;
    Policy::new(vec![rule])
}

fn word(decision: Decision<'_>) -> String {
    decision.outcome().to_string()
}

#[test]
fn m69_two_hundred_decisions_and_their_explanations() {
    let mut rows = 0;
    for set in table() {
        let policy = believed(set.policy);
        for [facts, decision, sentence] in set.rows {
            let facts = shorthand::facts(&facts);
            let explained = policy.explain(&facts);
            assert_eq!(word(explained.decision), decision, "{}: {facts:?}", set.about);
            assert_eq!(explained.sentence, sentence, "{}: {facts:?}", set.about);
            assert_eq!(explained.decision, policy.decide(&facts), "the explanation is of the decision");
            rows += 1;
        }
    }
    assert!(rows >= 200, "{rows}");
}

#[test]
fn m69_each_rule_of_the_table_decides_somewhere_and_none_decides_always() {
    for set in table().into_iter().filter(|set| !set.policy.is_empty()) {
        let policy = believed(set.policy);
        let facts: Vec<Facts> = set.rows.iter().map(|row| shorthand::facts(&row[0])).collect();
        for rule in policy.rules().iter().filter(|rule| rule.name() != "never") {
            let decides = |facts: &&Facts| policy.decide(facts).rule == Some(rule);
            let times = facts.iter().filter(decides).count();
            assert!((1..facts.len()).contains(&times), "{} decides {times} times", rule.name());
        }
    }
}

#[test]
fn m69_an_explanation_names_the_first_condition_that_failed_with_both_sides() {
    let policy = one("name = \"a\"\nwhen.platform = [\"ios\"]\nwhen.dns = [\"*.b\"]\nallow = true").unwrap();
    let explained = policy.explain(&shorthand::facts("platform=windows; dns=a.c"));
    let failed = explained.steps[0].failed().unwrap();
    assert_eq!(
        (failed.fact, failed.expected.as_str(), failed.found.as_str()),
        ("platform", "ios", "windows")
    );
    assert_eq!(explained.steps[0].sentence(), "a does not match: platform is windows, not ios");
    let explained = policy.explain(&shorthand::facts("platform=ios; dns=a.b,a.c"));
    assert_eq!(explained.steps[0].sentence(), "a does not match: dns is a.b, a.c, not only *.b");
}

#[test]
fn m69_a_refusal_names_rule_sentence_and_facts_and_nothing_that_a_terminal_would_act_on() {
    let policy = one("name = \"a\"\nwhen.dns = [\"*\"]\nrefuse = \"No.\"").unwrap();
    let facts = shorthand::facts("dns=a\u{1b}[31m\u{202e}.b");
    let fault = policy.decide(&facts).profile(&facts).unwrap_err();
    let told = Rejection::from(fault).to_string();
    assert!(told.starts_with("CHY-2601: the rule a refuses the request (No.): dns is a"), "{told}");
    assert!(!told.contains(['\u{1b}', '\u{202e}']), "{told}");
    assert!(!policy.explain(&facts).sentence.contains(['\u{1b}', '\u{202e}']));
}

#[test]
fn m69_a_rule_that_asks_takes_something_away_and_says_what_it_asks() {
    let policy = one("name = \"a\"\nask = \"Is it?\"\nwhen.device_compliant = false").unwrap();
    let unknown = shorthand::facts("dns=a");
    let decision = policy.decide(&unknown);
    let (rule, sentence) = decision.question().unwrap();
    assert_eq!((rule.name(), sentence, decision.outcome().to_string()), ("a", "Is it?", "ask".to_owned()));
    assert_eq!(decision.profile(&unknown), Ok(None), "by the endpoint's own profile");
    assert!(
        policy.explain(&unknown).sentence.starts_with("rule a asks for an approval: device_compliant is")
    );
    let told = Rejection::from(rule.unawaited(&unknown)).to_string();
    assert!(told.starts_with("CHY-2602: the rule a asks for an approval"), "{told}");
    // One name of several is enough, as for a refusal.
    let names = one("name = \"a\"\nask = \"Is it?\"\nwhen.dns = [\"*.b\"]").unwrap();
    assert!(names.decide(&shorthand::facts("dns=a.c,a.b")).question().is_some());
    let lax =
        one("name = \"a\"\nask = \"?\"\nunknown = \"no_match\"\nwhen.device_compliant = false").unwrap();
    assert!(lax.decide(&unknown).question().is_none());
}

#[test]
fn m69_rules_that_cannot_be_meant_are_refused() {
    let refused = [
        ("refuse = \"x\"", "name"),
        ("name = \"A b\"\nrefuse = \"x\"", "name"),
        ("name = \"a\"", "exactly one of"),
        ("name = \"a\"\nallow = true\nrefuse = \"x\"", "exactly one of"),
        ("name = \"a\"\nask = \"x\"\nrefuse = \"x\"", "exactly one of"),
        ("name = \"a\"\nask = \"x\"\nallow = true", "exactly one of"),
        ("name = \"a\"\nask = \" \"", "ask"),
        ("name = \"a\"\nallow = false", "allow"),
        ("name = \"a\"\nuse_profile = \"nobody\"", "no [[profile]]"),
        ("name = \"a\"\nrefuse = \" \"", "refuse"),
        ("name = \"a\"\nrefuse = \"a\\nb\"", "refuse"),
        ("name = \"a\"\nallow = true\nunknown = \"match\"", "cannot match on what is not known"),
        ("name = \"a\"\nallow = true\nunknown = \"perhaps\"", "unknown variant"),
        ("name = \"a\"\nallow = true\nwhen.dns = []", "empty list"),
        ("name = \"a\"\nallow = true\nwhen.dns = [\"\"]", "it is empty"),
        ("name = \"a\"\nallow = true\nwhen.endpoint = [\"crop\"]", "none of corp"),
        ("name = \"a\"\nallow = true\nwhen.profile = [\"devise\"]", "none of device"),
        ("name = \"a\"\nallow = true\nwhen.platform = [\"window\"]", "none of windows"),
        ("name = \"a\"\nallow = true\nwhen.ownership = [\"corporate\"]", "none of company"),
        ("name = \"a\"\nallow = true\nwhen.user_risk = [\"severe\"]", "none of none"),
        ("name = \"a\"\nallow = true\nwhen.key = [\"rsa-1024\"]", "none of rsa-2048"),
        ("name = \"a\"\nallow = true\nwhen.request = [\"second\"]", "none of first"),
        ("name = \"a\"\nallow = true\nwhen.subject = [\"Sales\"]", "attribute's word"),
        ("name = \"a\"\nallow = true\nwhen.subject = [\"XY=Sales\"]", "attribute's word"),
        ("name = \"a\"\nallow = true\nwhen.eku = [\"clientauthentication\"]", "extended key usage"),
        ("name = \"a\"\nallow = true\nwhen.device_compliant = \"yes\"", "boolean"),
        ("name = \"a\"\nallow = true\nwhen.colour = [\"red\"]", "unknown field"),
        ("name = \"a\"\nallow = true\ncolour = \"red\"", "unknown field"),
    ];
    for (text, why) in refused {
        let told = one(text).expect_err(text);
        assert!(told.contains(why), "{text}: {told}");
    }
    let rule = || toml::from_str::<Settings>("name = \"a\"\nallow = true").unwrap().check(&KNOWN).unwrap();
    assert_eq!(Policy::new(vec![rule(), rule()]), Err("a".to_owned()));
}

#[test]
fn m69_what_is_written_down_of_a_request_is_read_again() {
    let text = "dns=a.b; upn=c@d; eku=clientAuth; platform=ios; device_groups=A,B; user_risk=low; names=?";
    for facts in [shorthand::facts(text), shorthand::facts(""), shorthand::facts("eku=?; names=?")] {
        let written = serde_json::to_string(&facts).unwrap();
        assert_eq!(serde_json::from_str::<Facts>(&written).unwrap(), facts, "{written}");
    }
    assert!(serde_json::from_str::<Facts>("{\"colour\":\"red\"}").is_err());
}
