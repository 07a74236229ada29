//! Subjects: rows M58, M64 and M66.

use pki::name::Name;
use simulator::clock::Clock;
use simulator::tenant::subject::{SubjectRule, shown, to_name, written};
use simulator::tenant::{MintOptions, Profile, Rules, TenantOptions};

use crate::caller::{Caller, NOW};

async fn verdict_for(rules: Rules, subject: &str) -> (String, String) {
    let options = TenantOptions { clock: Clock::fixed(NOW), rules, ..TenantOptions::default() };
    let mut caller = Caller::with(options).await;
    caller.profile = caller.tenant.add_profile(Profile::new(subject));
    caller.verdict(&caller.plan(&MintOptions::default())).await
}

#[tokio::test]
async fn m64_escaped_fails_quoted_and_removed_succeed() {
    for special in ['+', ',', ';', '='] {
        let escaped = format!("CN=Test User \\{special} LLC,O=Contoso");
        let (code, text) = verdict_for(Rules::default(), &escaped).await;
        assert_eq!(code, "SubjectNameMismatch", "{escaped}");
        assert!(text.contains(&format!("CN=\"Test User {special} LLC\"")), "{text}");
        let quoted = format!("CN=\"Test User {special} LLC\",O=Contoso");
        assert_eq!(verdict_for(Rules::default(), &quoted).await.0, "Success", "{quoted}");
        let lenient = Rules { subject: SubjectRule::Decoded, ..Rules::default() };
        assert_eq!(verdict_for(lenient, &escaped).await.0, "Success", "{escaped}");
    }
    assert_eq!(verdict_for(Rules::default(), "CN=Test User  LLC,O=Contoso").await.0, "Success");
}

#[tokio::test]
async fn m66_mismatch_names_both_and_the_first_differing_rdn() {
    let caller = Caller::new().await;
    let plan = caller.plan(&MintOptions::default());
    let name = |text: &str| to_name(text).unwrap();
    let device = &caller.device.name;
    let cases = [
        (
            "CN=Domain Admin,OU=Sales,O=Contoso".to_owned(),
            "RDN 1: CSR has CN=Domain Admin, challenge has CN=",
        ),
        (format!("CN={device},OU=IT,O=Contoso"), "RDN 2: CSR has OU=IT, challenge has OU=Sales"),
        (format!("CN={device},OU=Sales"), "RDN 3: CSR has nothing, challenge has O=Contoso"),
        (format!("CN={device},OU=Sales,O=Contoso,CN=x"), "RDN 4: CSR has CN=x, challenge has nothing"),
        (format!("OU=Sales,CN={device},O=Contoso"), "RDN 1: CSR has OU=Sales, challenge has CN="),
    ];
    for (subject, sentence) in cases {
        let mut changed = plan.clone();
        changed.subject = name(&subject);
        let (code, text) = caller.verdict(&changed).await;
        assert_eq!(code, "SubjectNameMismatch");
        let both = format!(
            "Subject Name in CSR {subject} and challenge CN={device},OU=Sales,O=Contoso do not match"
        );
        assert!(text.contains(&both), "{text}");
        assert!(text.contains(sentence), "{text}");
    }
    let mut none = plan.clone();
    none.subject = Name::from_pairs(&[]);
    assert_eq!(caller.verdict(&none).await.0, "SubjectNameMissing");
}

#[test]
fn texts_are_split_like_windows_does() {
    let rdns = written("CN=\"a, b\", OU=c\\,d; E=x@y + SERIALNUMBER=7");
    let pairs: Vec<_> = rdns.iter().map(|rdn| (rdn.attribute.as_str(), rdn.value.as_str())).collect();
    assert_eq!(pairs, [("CN", "a, b"), ("OU", "c,d"), ("E", "x@y"), ("SERIALNUMBER", "7")]);
    let text = "CN=\"a, b\",E=x@y,SERIALNUMBER=7,DC=example";
    assert_eq!(shown(&to_name(text).unwrap()), text);
}
