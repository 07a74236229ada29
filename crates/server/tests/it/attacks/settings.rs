//! Settings under which anybody would get a certificate.

use crate::world::Home;
use chancery::config::Problems;

fn believed(settings: &str) -> Result<(), Problems> {
    let home = Home::new(None, "");
    home.configure(settings);
    home.config().map(drop)
}

#[test]
fn v12_t23_an_endpoint_that_would_issue_to_anyone_does_not_start() {
    let home = Home::new(None, "");
    let data = home.path().join("data");
    let with = |endpoint: &str| {
        believed(&format!(
            "data_dir = {data:?}\n[[profile]]\nname = 'device'\n[[endpoint]]\nname = 'open'\n{endpoint}"
        ))
    };
    for open in [
        "profile = 'device'\nvalidator = ''",
        "profile = 'device'\nvalidator = 'none'",
        "profile = 'device'\nvalidator = 'any'",
        "profile = 'device'\nvalidator = 'static'",
        "profile = 'device'\nvalidator = 'static'\n[endpoint.static]",
        "profile = 'device'\nvalidator = 'static'\n[endpoint.static]\nchallenge_hash = ''",
        "profile = 'device'\nvalidator = 'static'\n[endpoint.static]\nchallenge_hash = 'secret'",
        "profile = 'device'\nvalidator = 'intune'",
        "profile = 'device'\nvalidator = 'intune'\n[endpoint.intune]\ntenant = ''\napp_id = ''",
        "profile = 'nobody'\nvalidator = 'one_time'",
    ] {
        let problems = with(open).expect_err(open).to_string();
        assert!(problems.contains("CHY-6"), "{open}: {problems}");
    }
    assert!(with("profile = 'device'\nvalidator = 'one_time'").is_ok(), "control");
}
