//! Settings: read, merged, refused with a reason.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use chancery::config::{Code, Config, Disk, EXAMPLE, Files, Flag, Origin, Problems, Sources, Validator};
use chancery::validators::intune::Credential;

/// Files that exist in this test only.
#[derive(Default)]
struct Shelf(BTreeMap<PathBuf, Vec<u8>>);

impl Files for Shelf {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.get(path).cloned().ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    }
}

fn shelf(files: &[(&str, &str)]) -> Shelf {
    Shelf(files.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect())
}

fn from_file(text: &str) -> Result<Config, Problems> {
    let sources = Sources { file: Some("/etc/c.toml".into()), ..Sources::default() };
    sources.config(&shelf(&[("/etc/c.toml", text)]))
}

fn from_environment(variables: &[(&str, &str)]) -> Result<Config, Problems> {
    environment(variables).config(&Shelf::default())
}

fn environment(variables: &[(&str, &str)]) -> Sources {
    let environment = variables.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Sources { environment, ..Sources::default() }
}

fn refusal(text: &str) -> String {
    from_file(text).err().expect("refused").to_string()
}

const INTUNE: &str = r#"
[[endpoint]]
name = "e"
validator = "intune"
[endpoint.intune]
tenant = "contoso.example"
app_id = "11111111-2222-3333-4444-555555555555"
"#;

#[test]
fn without_any_settings_one_endpoint_asks_for_one_time_challenges() {
    let config = Sources::default().config(&Shelf::default()).expect("defaults are valid");
    let endpoint = config.ndes().expect("an NDES endpoint");
    assert_eq!(endpoint.name.as_str(), "default");
    assert!(matches!(endpoint.validator, Validator::OneTime(_)));
    assert_eq!(endpoint.slots.names().count(), 1);
    let (days, profile) = (86_400, config.profiles.find("device").expect("the usual one"));
    assert_eq!((profile.validity.period, profile.validity.cap), (365 * days, 730 * days));
    assert_eq!(profile.usage.extended, [pki::oid::CLIENT_AUTH]);
    assert_eq!(endpoint.renewal, ca::profile::RenewalRules { allowed: true, window: None });
    assert_eq!(config.listen.admin.to_string(), "127.0.0.1:8081");
}

#[test]
fn flag_over_environment_over_file_over_default() {
    let files = shelf(&[("/c.toml", "data_dir = '/file'\n[log]\nlevel = 'warn'\nformat = 'json'\n")]);
    let mut sources = environment(&[("CHANCERY_DATA_DIR", "/environment"), ("CHANCERY_LOG__LEVEL", "debug")]);
    sources.file = Some("/c.toml".into());
    sources.flags = vec![Flag { name: "--data-dir", key: "data_dir", value: "/flag".into() }];
    let loaded = sources.load(&files).expect("valid");
    let settings = loaded.settings().expect("valid");
    assert_eq!(settings.data_dir, "/flag");
    assert_eq!(settings.log.level, "debug");
    assert_eq!(settings.log.format, "json");
    assert_eq!(settings.listen.scep, "0.0.0.0:8080");
    assert_eq!(loaded.origins.get("data_dir"), Some(&Origin::Flag("--data-dir")));
    assert_eq!(loaded.origins.get("log.level"), Some(&Origin::Environment("CHANCERY_LOG__LEVEL".into())));
    assert_eq!(loaded.origins.get("log.format"), Some(&Origin::File));
    assert_eq!(loaded.origins.get("listen.scep"), None);
}

#[test]
fn the_environment_reaches_into_lists_by_name_and_by_number() {
    let config = from_environment(&[
        ("CHANCERY_ENDPOINT__DEFAULT__RENEWAL", "false"),
        ("CHANCERY_ENDPOINT__0__ONE_TIME__TTL", "2h"),
        ("CHANCERY_PROFILE__DEVICE__CURVES", r#"["P-256"]"#),
        ("CHANCERY_LIMITS__QUEUE", "7"),
    ])
    .expect("valid");
    let endpoint = config.endpoint("default").expect("the endpoint");
    assert!(!endpoint.renewal.allowed);
    assert!(matches!(endpoint.validator, Validator::OneTime(one) if one.ttl.as_secs() == 7200));
    assert_eq!(config.profiles.find("device").expect("the profile").key.curves.len(), 1);
    assert_eq!(config.limits.queue, 7);
}

#[test]
fn an_unknown_key_is_refused_with_a_suggestion() {
    let cases = [
        ("[listen]\nscpe = '1'", "CHY-6003 listen.scpe", "did you mean `scep`?"),
        ("[limit]\nbody = '1'", "CHY-6003 limit", "did you mean `limits`?"),
        ("body = '1B'", "CHY-6003 body", "did you mean `body` in [limits]?"),
        ("[[endpoint]]\nnmae = 'x'", "CHY-6003 endpoint.nmae", "did you mean `name`?"),
        ("[[endpoint]]\n[endpoint.one_time]\nttll = '1h'", "endpoint.one_time.ttll", "did you mean `ttl`?"),
        ("zzz = 1", "CHY-6003 zzz", "known at the top: data_dir"),
    ];
    for (text, key, fix) in cases {
        let told = refusal(text);
        assert!(told.contains(key) && told.contains(fix), "{text}: {told}");
    }
    let told = from_environment(&[("CHANCERY_LISTEN__SCPE", "x")]).err().expect("refused").to_string();
    assert!(told.contains("CHANCERY_LISTEN__SCPE") && told.contains("`scep`"), "{told}");
    let told = from_environment(&[("CHANCERY_DATADIR", "x")]).err().expect("refused").to_string();
    assert!(told.contains("`data_dir`"), "{told}");
}

#[test]
fn variables_that_kubernetes_sets_beside_a_service_are_not_ours() {
    let variables =
        [("CHANCERY_SERVICE_HOST", "10.0.0.1"), ("CHANCERY_PORT_8080_TCP", "tcp://10.0.0.1:8080")];
    assert!(from_environment(&variables).is_ok());
}

#[test]
fn every_refusal_names_key_value_rule_and_fix() {
    let cases = [
        ("[limits]\nbody = '5 bananas'", r#"CHY-6005 limits.body = "5 bananas""#),
        ("[limits]\nheader_timeout = '0s'", r#"limits.header_timeout = "0s""#),
        ("[limits]\nconnections = 0", r#"limits.connections = "0""#),
        ("[ca]\nkey = 'p521'", r#"ca.key = "p521""#),
        ("[ca]\nissuing_validity_days = 9999", "ca.issuing_validity_days"),
        ("[listen]\nscep = 'everywhere'", r#"listen.scep = "everywhere""#),
        ("[listen]\nscep_tls = '0.0.0.0:1'", "CHY-6011 tls"),
        ("public_url = 'ftp://x'", r#"public_url = "ftp://x""#),
        ("public_url = 'https://pki.example.com'", r#"CHY-6005 public_url = "https://pki.example.com""#),
        ("[log]\nlevel = '=='", "log.level"),
        ("[[profile]]\nname = 'Device 1'", r#"profile.0.name = "Device 1""#),
        ("[[profile]]\nname = 'device'\nvalidity_days = 800", r#"profile.device.validity_days = "800""#),
        ("[[profile]]\nname = 'device'\nmax_validity_days = 99999", "profile.device.max_validity_days"),
        (
            "[[profile]]\nname = 'device'\nextended_key_usage = ['any']",
            r#"profile.device.extended_key_usage = "any""#,
        ),
        ("[[profile]]\nname = 'device'\nextended_key_usage = ['1.3.6.1.5.5.7.3.9']", "power over others"),
        ("[[profile]]\nname = 'device'\nauthority = 'other'", "CHY-6007 profile.device.authority"),
        ("[[profile]]\nname = 'device'\nbackdate_hours = 73", "the default is backdate_hours = 24"),
        ("[[profile]]\nname = 'device'\nsan_required = ['dns']\nsan_allowed = []", "san_required"),
        ("[[profile]]\nname = 'device'\n[[profile]]\nname = 'device'", "CHY-6010 profile.name"),
        ("[[endpoint]]\nname = 'e'\nvalidator = 'inntune'", r#"write "intune""#),
        ("[[endpoint]]\nname = 'e'\nvalidator = 'one_time'\nprofile = 'no'", "CHY-6007 endpoint.e.profile"),
        ("[[endpoint]]\nname='e'\nvalidator='one_time'\n[endpoint.one_time]\nttl = '1s'", "one_time.ttl"),
        ("profile = []", "CHY-6011 profile"),
        ("endpoint = []", "CHY-6011 endpoint"),
    ];
    for (text, expected) in cases {
        let told = refusal(text);
        assert!(told.contains(expected) && told.contains("Fix: "), "{text}: {told}");
        assert!(!told.contains(": . Fix") && !told.ends_with("Fix: "), "{text}: {told}");
    }
}

#[test]
fn a_wrong_type_or_syntax_is_told_with_its_line() {
    assert!(refusal("\n\n[limits]\nqueue = 'many'").contains("CHY-6004 /etc/c.toml:4"));
    assert!(refusal("\n[limits\n").contains("CHY-6002 /etc/c.toml:2"));
    let told = from_environment(&[("CHANCERY_LIMITS__QUEUE", "many")]).err().expect("refused").to_string();
    assert!(told.contains("CHY-6004 limits.queue"), "{told}");
}

#[test]
fn all_problems_are_told_at_once() {
    let told = from_file("public_url = 'x y'\n[ca]\nkey = 'z'\n[limits]\nbody = '1'").err().expect("refused");
    assert_eq!(told.0.len(), 3, "{told}");
}

#[test]
fn an_endpoint_that_would_issue_to_anyone_does_not_start() {
    for text in [
        "[[endpoint]]\nname = 'e'",
        "[[endpoint]]\nname = 'e'\nvalidator = 'none'",
        "[[endpoint]]\nname = 'e'\nvalidator = 'static'",
        "[[endpoint]]\nname = 'e'\nvalidator = 'static'\n[endpoint.static]\nchallenge_hash = ''",
    ] {
        assert!(refusal(text).contains("CHY-6006"), "{text}");
    }
}

#[test]
fn a_challenge_written_where_its_hash_belongs_is_not_repeated() {
    let text =
        "[[endpoint]]\nname='e'\nvalidator='static'\n[endpoint.static]\nchallenge_hash = 'correct-horse'";
    let told = refusal(text);
    assert!(told.contains("CHY-6009") && !told.contains("correct-horse"), "{told}");
}

#[test]
fn a_client_secret_comes_from_a_file_or_the_environment_only() {
    let with_secret = format!("{INTUNE}client_secret = 'hunter2hunter2'\n");
    let told = refusal(&with_secret);
    assert!(told.contains("did you mean `client_secret_file`?") && !told.contains("hunter2"), "{told}");

    let file = format!("{INTUNE}client_secret_file = 'secret'\n");
    let files = shelf(&[("/etc/c.toml", &file), ("/etc/secret", "hunter2hunter2\n")]);
    let sources = Sources { file: Some("/etc/c.toml".into()), ..Sources::default() };
    assert_eq!(secret_of(&sources.config(&files).expect("valid")), "hunter2hunter2");

    let files = shelf(&[("/etc/c.toml", INTUNE)]);
    let mut sources = environment(&[("CHANCERY_ENDPOINT__E__INTUNE__CLIENT_SECRET", "hunter3hunter3")]);
    sources.file = Some("/etc/c.toml".into());
    assert_eq!(secret_of(&sources.config(&files).expect("valid")), "hunter3hunter3");
    let shown = toml::to_string(&sources.load(&files).expect("valid").table).expect("TOML");
    assert!(!shown.contains("hunter3"), "{shown}");
}

fn secret_of(config: &Config) -> &str {
    match &config.endpoints[0].validator {
        Validator::Intune(intune) => match &intune.credential {
            Credential::Secret(secret) => secret.expose(),
            Credential::Certificate(_) | Credential::Absent => panic!("no secret"),
        },
        _ => panic!("not Intune"),
    }
}

#[test]
fn intune_without_a_credential_or_with_two_is_refused() {
    assert!(refusal(INTUNE).contains("CHY-6011 endpoint.e.intune.client_secret_file"));
    let both =
        format!("{INTUNE}client_secret_file = 'a'\nclient_certificate_file = 'b'\nclient_key_file = 'c'\n");
    assert!(refusal(&both).contains("CHY-6011"));
    let unreadable = format!("{INTUNE}client_secret_file = 'nowhere'\n");
    assert!(refusal(&unreadable).contains("CHY-6009"));
}

#[test]
fn credentials_travel_over_https_unless_the_tenant_is_simulated_here() {
    let text = format!("{INTUNE}client_secret_file = 's'\nauthority = 'http://127.0.0.1:9'\n");
    let files = shelf(&[("/c.toml", &text), ("/s", "secret")]);
    let mut sources = Sources { file: Some("/c.toml".into()), ..Sources::default() };
    let told = sources.config(&files).err().expect("refused").to_string();
    assert!(told.contains("CHY-6008 endpoint.e.intune.authority"), "{told}");
    sources.local = true;
    assert!(sources.config(&files).is_ok());
}

#[test]
fn a_loopback_public_url_is_refused_unless_local() {
    for url in ["http://localhost", "http://127.0.0.1:8080", "http://0.0.0.0", "http://a.localhost"] {
        let mut sources = environment(&[("CHANCERY_PUBLIC_URL", url)]);
        let told = sources.config(&Shelf::default()).err().expect(url).to_string();
        assert!(told.contains("CHY-6008 public_url"), "{told}");
        sources.local = true;
        // No certificate could name a host below localhost (RFC 6761 §6.3), not even in a test.
        assert_eq!(sources.config(&Shelf::default()).is_ok(), !url.ends_with(".localhost"), "{url}");
    }
    let config = from_environment(&[("CHANCERY_PUBLIC_URL", "http://pki.example.com:80/x/")]).expect("valid");
    assert_eq!(config.public_url.expect("a URL").as_str(), "http://pki.example.com:80/x");
}

#[test]
fn without_public_url_there_is_a_warning_and_local_needs_none() {
    let mut sources = Sources::default();
    let config = sources.config(&Shelf::default()).expect("valid");
    assert!(config.public_url.is_none());
    assert!(config.warnings.iter().any(|warning| warning.code == Code::NoPublicUrl));
    sources.local = true;
    let config = sources.config(&Shelf::default()).expect("valid");
    assert_eq!(config.public_url.expect("a URL").as_str(), "http://127.0.0.1:8080");
}

#[test]
fn people_sign_in_over_tls_or_on_loopback() {
    let open = "[listen]\nadmin = '0.0.0.0:8081'\n[admin]\n";
    let told = refusal(open);
    assert!(told.contains("listen.admin") && told.contains("needs TLS"), "{told}");
    for fine in ["behind_proxy = true", "certificate_file = 'a'\nkey_file = 'b'"] {
        assert!(from_file(&format!("{open}{fine}\n")).is_ok(), "{fine}");
    }
    let oidc = "[admin.oidc]\nclient_id = 'c'\n";
    let role = "[[admin.oidc.role]]\nclaim = 'a'\nvalue = 'b'\nrole = 'owner'";
    let provider = "issuer = 'https://id.example'\n";
    assert!(from_file(&format!("{oidc}{provider}{role}")).is_ok());
    for (bad, key) in [
        ("[admin]\nurl = 'http://pki.example.com'".to_owned(), "admin.url"),
        ("[admin]\nurl = 'https://pki.example.com/portal'".to_owned(), "admin.url"),
        ("[admin]\ncertificate_file = 'a'".to_owned(), "admin"),
        ("[admin]\nidle = '1s'".to_owned(), "admin.idle"),
        ("[admin]\nlongest = '31d'".to_owned(), "admin.longest"),
        (format!("{oidc}issuer = 'http://id.example'\n{role}"), "admin.oidc.issuer"),
        (format!("{oidc}{provider}"), "admin.oidc"),
        (format!("{oidc}{provider}scopes = ['email']\n{role}"), "admin.oidc"),
        (format!("{oidc}{provider}{}", role.replace("owner", "root")), "admin.oidc.role"),
    ] {
        let told = refusal(&bad);
        assert!(told.contains(key), "{key}: {told}");
    }
}

#[test]
fn self_made_tls_certificates_are_for_tests() {
    let text = "[listen]\nscep_tls = '127.0.0.1:0'\n[tls]\nself_signed = true";
    assert!(refusal(text).contains("CHY-6008 tls.self_signed"));
}

#[test]
fn one_endpoint_only_answers_at_ndes_address() {
    let one = |name: &str| format!("[[endpoint]]\nname = '{name}'\nvalidator = 'one_time'\nndes = true\n");
    assert!(refusal(&format!("{}{}", one("a"), one("b"))).contains("CHY-6010 endpoint.b.ndes"));
    assert!(refusal(&format!("{}{}", one("a"), one("a"))).contains("CHY-6010 endpoint.name"));
}

#[test]
fn m16_a_validity_below_five_days_is_a_warning() {
    let config = from_file("[[profile]]\nname = 'device'\nvalidity_days = 4").expect("valid");
    assert!(config.warnings.iter().any(|warning| warning.code == Code::ShortLived));
    let config = from_file("[[profile]]\nname = 'device'\nvalidity_days = 5").expect("valid");
    assert!(config.warnings.iter().all(|warning| warning.code != Code::ShortLived));
}

#[test]
fn m23_a_display_name_is_answered_with_the_name_that_was_meant() {
    let text = "[[profile]]\nname = 'wifi'\ndisplay_name = 'Wi-Fi'\n\
                [[endpoint]]\nname = 'e'\nvalidator = 'one_time'\nprofile = ";
    let told = refusal(&format!("{text}'Wi-Fi'"));
    assert!(told.contains(r#"write its name, "wifi""#), "{told}");
    assert!(from_file(&format!("{text}'wifi'").replace("Wi-Fi", "Renamed")).is_ok());
}

#[test]
fn m25_client_auth_missing_warns_and_further_usages_are_noticed() {
    let warned = |usages: &str, code: Code| {
        let text = format!("[[profile]]\nname = 'device'\nextended_key_usage = {usages}");
        from_file(&text).expect("valid").warnings.iter().any(|warning| warning.code == code)
    };
    assert!(warned("['serverAuth']", Code::Doubtful));
    assert!(warned("['clientAuth', 'serverAuth']", Code::ExtraUsage));
    assert!(!warned("['clientAuth']", Code::Doubtful) && !warned("['clientAuth']", Code::ExtraUsage));
}

#[test]
fn m26_an_apple_profile_has_no_proof_of_origin() {
    let text =
        "[[profile]]\nname = 'device'\nkey_usage = ['digitalSignature', 'nonRepudiation']\nplatform = ";
    assert!(refusal(&format!("{text}'apple'")).contains("profile.device.key_usage"));
    assert!(from_file(&format!("{text}'any'")).is_ok());
}

#[test]
fn m35_the_ten_attributes_are_read_from_a_file() {
    let text = "[[profile]]\nname = 'device'\ncertificate_type = 'user'\nsubject_allowed = ['CN']\n\
                san_allowed = ['upn']\nvalidity_days = 30\nkey_storage = 'tpm'\nkey_usage = ['digitalSignature']\n\
                rsa_sizes = []\ncurves = ['P-384']\nhash = 'sha384'\nauthority = 'default'\n\
                extended_key_usage = ['1.3.6.1.5.5.7.3.2', '1.3.6.1.4.1.99999.1']";
    let config = from_file(text).expect("valid");
    let profile = config.profiles.find("device").expect("the profile");
    assert_eq!(profile.certificate_type, ca::profile::CertificateType::User);
    assert_eq!(profile.subject.allowed, [pki::oid::CN]);
    assert_eq!(profile.san.allowed, [ca::profile::SanKind::Upn]);
    assert_eq!(profile.validity.period, 30 * 86_400);
    assert_eq!(profile.key_storage, ca::profile::KeyStorage::Tpm);
    assert_eq!((profile.key.rsa.len(), profile.key.curves.len()), (0, 1));
    assert_eq!(profile.hash, pki::algorithm::Digest::Sha384);
    assert_eq!(profile.usage.key_usage, pki::extension::KeyUsage::DIGITAL_SIGNATURE);
    assert_eq!(profile.usage.extended[1].to_string(), "1.3.6.1.4.1.99999.1");
}

#[test]
fn a_word_that_a_profile_does_not_know_is_told_with_those_it_knows() {
    let told = refusal("[[profile]]\nname = 'device'\nplatform = 'windoze'");
    assert!(told.contains("CHY-6004 /etc/c.toml:3") && told.contains("windows"), "{told}");
}

#[test]
fn a_fault_of_a_profile_is_told_once_and_not_again_at_its_endpoint() {
    let told = from_file("[[profile]]\nname = 'device'\nversion = 0").err().expect("refused");
    assert_eq!(told.0.len(), 1, "{told}");
}

const STATIC: &str = "[[endpoint]]\nname = 'e'\nvalidator = 'static'\n[endpoint.static]\n";

#[test]
fn a_static_challenge_is_known_by_hash_by_file_or_by_both() {
    let hash = format!("challenge_hash = 'hmac-sha256:{}'\n", "0".repeat(64));
    let file = "challenge_file = 'c'\n";
    for (lines, known) in
        [(hash.clone(), (true, false)), (file.into(), (false, true)), (hash + file, (true, true))]
    {
        let files = shelf(&[("/etc/c.toml", &format!("{STATIC}{lines}")), ("/etc/c", "correct-horse\n")]);
        let sources = Sources { file: Some("/etc/c.toml".into()), ..Sources::default() };
        let config = sources.config(&files).expect("valid");
        let Validator::Static(found) = &config.endpoints[0].validator else { panic!("not static") };
        assert_eq!((found.hash.is_some(), found.challenge.is_some()), known, "{lines}");
        if let Some(challenge) = &found.challenge {
            assert_eq!(challenge.reveal_secret(), "correct-horse");
        }
    }
    assert!(refusal(&format!("{STATIC}{file}")).contains("CHY-6009 endpoint.e.static.challenge_file"));
}

#[test]
fn a_secret_that_everybody_may_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt as _;
    let path = std::env::temp_dir().join(format!("chancery-secret-{}", std::process::id()));
    std::fs::write(&path, "0123456789abcdef0123456789abcdef").expect("written");
    let text = path.display().to_string();
    let warned = |mode: u32| {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("set");
        let config = environment(&[("CHANCERY_ADMIN__TOKEN_FILE", &text)]).config(&Disk).expect("valid");
        config.warnings.iter().any(|warning| warning.key == "admin.token_file")
    };
    let found = (warned(0o644), warned(0o640), warned(0o600));
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(found, (true, false, false));
}

#[test]
fn t25_a_static_endpoint_whose_profile_takes_any_domain_is_a_warning() {
    let warned = |domains: &str| {
        let hash = format!("challenge_hash = 'hmac-sha256:{}'\n", "0".repeat(64));
        let text = format!("{STATIC}{hash}[[profile]]\nname = 'device'\ndomains = {domains}");
        let config = from_file(&text).expect("valid");
        config.warnings.iter().any(|warning| warning.key == "profile.device.domains")
    };
    assert!(warned("[]"));
    assert!(!warned("['example.com']"));
}

#[test]
fn t24_no_sid_is_vouched_for_unless_that_is_written() {
    let vouched = |line: &str| {
        let text = format!("{INTUNE}client_secret_file = 's'\n{line}");
        let files = shelf(&[("/etc/c.toml", &text), ("/etc/s", "secret")]);
        let sources = Sources { file: Some("/etc/c.toml".into()), ..Sources::default() };
        match &sources.config(&files).expect("valid").endpoints[0].validator {
            Validator::Intune(intune) => intune.vouch_sid,
            _ => panic!("not Intune"),
        }
    };
    assert!(!vouched(""));
    assert!(vouched("vouch_sid = true\n"));
}

#[test]
fn t19_an_allowed_host_of_one_label_would_allow_the_world() {
    for host in ["com", "", ".com", "a.b/", "*.example.com"] {
        let told = refusal(&format!("{INTUNE}client_secret_file = 's'\nallowed_hosts = ['{host}']\n"));
        assert!(told.contains("endpoint.e.intune.allowed_hosts"), "{host}: {told}");
    }
}

#[test]
fn the_example_holds_every_key_at_its_default() {
    let defaults =
        Sources::default().load(&Shelf::default()).expect("defaults").settings().expect("defaults");
    let mut expected = toml::Table::try_from(&defaults).expect("a table");
    expected.insert("data_dir".into(), toml::Value::String("/var/lib/chancery".into()));
    assert_eq!(EXAMPLE.parse::<toml::Table>().expect("TOML"), expected);
    assert!(from_file(EXAMPLE).is_ok());
}

#[test]
fn the_example_with_every_line_uncommented_names_every_key() {
    let all = uncommented();
    let files = shelf(&[("/etc/c.toml", &all)]);
    let sources = Sources { file: Some("/etc/c.toml".into()), ..Sources::default() };
    let loaded = sources.load(&files).expect("every key is known and of the right type");
    for section in chancery::config::sections() {
        for key in chancery::config::section_keys(section) {
            let wanted = if section.is_empty() { (*key).to_owned() } else { format!("{section}.{key}") };
            let named = |origin: &String| {
                without_numbers(origin) == wanted
                    || without_numbers(origin).starts_with(&format!("{wanted}."))
            };
            assert!(loaded.origins.keys().any(named), "{wanted} is not in the example");
        }
    }
}

fn without_numbers(key: &str) -> String {
    key.split('.').filter(|part| part.parse::<u32>().is_err()).collect::<Vec<_>>().join(".")
}

fn uncommented() -> String {
    let setting = |line: &str| {
        let rest = line.strip_prefix("# ").unwrap_or_default();
        let key = rest.split(" = ").next().unwrap_or_default();
        let is_key = rest.contains(" = ")
            && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit());
        is_key
            || ["[endpoint.", "[[policy]]", "[policy.", "[admin.", "[[admin."]
                .iter()
                .any(|start| rest.starts_with(start))
    };
    EXAMPLE.lines().map(|line| if setting(line) { &line[2..] } else { line }).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_sample_file_is_valid() {
    struct Samples;
    impl Files for Samples {
        fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
            if !path.starts_with("/etc/chancery") {
                return std::fs::read(path);
            }
            let pem = |label: &str| format!("-----BEGIN {label}-----\nMAA=\n-----END {label}-----\n");
            Ok(match path.extension().and_then(|extension| extension.to_str()) {
                Some("pem") => pem("CERTIFICATE").into_bytes(),
                Some("key") => pem("PRIVATE KEY").into_bytes(),
                _ => b"0123456789abcdef0123456789abcdef\n".to_vec(),
            })
        }
    }
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).expect("samples/") {
        let path = entry.expect("an entry").path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let sources = Sources { file: Some(path.clone()), ..Sources::default() };
            if let Err(problems) = sources.config(&Samples) {
                panic!("{}: {problems}", path.display());
            }
            seen += 1;
        }
    }
    assert!(seen >= 3, "{seen} samples");
}
