//! Every fault at every hop: told, and mended by doing the same again; nothing is made twice (threats 19 to 21).

use super::desk::{URL, root_pem};
use base64::Engine as _;
use chancery::rollout::{Office, Who};
use chancery::validators::Refusal;
use chancery::validators::intune::{Credential, IntuneSettings};
use mdm::cloud::Cloud;
use mdm::entra::{Secret, Tenant as TenantName};
use mdm::format::TrustedRoot;
use mdm::platform::Platform;
use mdm::preset::{Authority, Preset};
use mdm::profile::{Assignment, Group, RootCertificate, ScepUrl};
use mdm::rollout::{Definition, plan};
use simulator::fleet::{RequestPlan, quick_keys};
use simulator::tenant::{Delivery, Fault, Hop, Rule, Tenant, TenantOptions, When, transport_faults};
use std::time::Duration;

/// Has the tenant grant and hear of a certificate for a delivery.
pub(super) async fn certified(tenant: &Tenant, delivery: &Delivery) {
    let key = quick_keys(1).unwrap().remove(0);
    let csr = RequestPlan::honest(delivery).sign(&key, pki::algorithm::Digest::Sha256).unwrap();
    let csr = base64::engine::general_purpose::STANDARD.encode(csr);
    let (urls, credentials, http) = (tenant.urls(), tenant.credentials(), reqwest::Client::new());
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.secret),
        ("scope", "https://api.manage.microsoft.com//.default"),
    ];
    let url = format!("{}{}/oauth2/v2.0/token", urls.authority, tenant.tenant_id());
    let granted: serde_json::Value = http.post(url).form(&fields).send().await.unwrap().json().await.unwrap();
    let transaction = delivery.device.id.clone();
    let request = serde_json::json!({"request": {
        "transactionId": transaction, "certificateRequest": csr, "callerInfo": "test"}});
    let note = serde_json::json!({"notification": {
        "transactionId": transaction, "certificateRequest": csr, "certificateThumbprint": "AB".repeat(20),
        "certificateSerialNumber": transaction, "certificateExpirationDateUtc": "2099-01-01T00:00:00Z",
        "issuingCertificateAuthority": "CA", "caConfiguration": "", "certificateAuthority": "", "callerInfo": "test"}});
    for (action, body) in [("validateRequest", request), ("successNotification", note)] {
        let asked = http.post(format!("{}/ScepActions/{action}", urls.scep_service));
        let asked =
            asked.bearer_auth(granted["access_token"].as_str().unwrap()).header("api-version", "2018-02-20");
        let said: serde_json::Value = asked.json(&body).send().await.unwrap().json().await.unwrap();
        assert_eq!(said["code"], "Success", "{action}: {said}");
    }
}

struct Bench {
    tenant: Tenant,
    settings: IntuneSettings,
    definition: Definition,
}

impl Bench {
    async fn open() -> Bench {
        let tenant = Tenant::start(TenantOptions::default()).await.unwrap();
        let credentials = tenant.credentials();
        let app = tenant.application(&credentials.client_id).unwrap();
        tenant.register(app.with_profiles());
        tenant.add_group("Pilot", &[]);
        let name = TenantName::parse(tenant.tenant_domain()).unwrap();
        let secret = Credential::Secret(Secret::new(credentials.secret.clone()));
        let mut settings = IntuneSettings::new(name, &credentials.client_id, secret);
        let urls = tenant.urls();
        settings.cloud = Cloud { authority: urls.authority, graph: urls.graph, ..Cloud::global() };
        settings.extra_roots = pki::pem::decode("CERTIFICATE", &tenant.root_pem().unwrap()).unwrap();
        settings.retry_pause = Duration::from_millis(1);
        settings.call_timeout = Duration::from_millis(500);
        let authority = Authority {
            urls: vec![ScepUrl::parse(URL).unwrap()],
            roots: vec![RootCertificate { name: "Contoso root".into(), thumbprints: Vec::new() }],
        };
        let mut profile = Preset::WifiDevice.profile(Platform::Windows, &authority).unwrap();
        profile.assignments = vec![Assignment::Group(Group { id: "Pilot".into(), members: None })];
        let der = pki::pem::decode("CERTIFICATE", root_pem()).unwrap().remove(0);
        let root = TrustedRoot {
            name: "Contoso root".into(),
            description: String::new(),
            platform: Platform::Windows,
            certificate: pki::certificate::Certificate::parse(&der).unwrap(),
            file_name: "root.pem".into(),
            deployment_channel: None,
            assignments: Vec::new(),
        };
        Bench { tenant, settings, definition: Definition { profile, roots: vec![root] } }
    }

    /// All of it, once.
    async fn apply(&self) -> Result<(), Refusal> {
        let office = Office::open(&self.settings, Who::Application, None).await?;
        let mut definition = self.definition.clone();
        office.resolve(&mut definition.profile.assignments).await?;
        let definitions = [definition];
        let present = office.present(&definitions).await?;
        let plan = plan(&definitions, &present).unwrap_or_else(|found| panic!("{found:?}"));
        office.carry_out(&plan, |_| ()).await.map_err(|stopped| *stopped.why)
    }

    /// Begins anew.
    async fn forget(&self) {
        let (profiles, roots) = (self.tenant.deployed(), self.tenant.deployed_roots());
        let ids = profiles.iter().map(|one| &one.id).chain(roots.iter().map(|one| &one.id));
        for id in ids {
            assert!(self.tenant.remove_configuration(id));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t20_t21_faults_at_every_hop_are_told_and_doing_it_again_mends_them() {
    let bench = Bench::open().await;
    let secret = bench.tenant.credentials().secret.clone();
    let faults = transport_faults(2_000);
    assert!(faults.len() >= 60, "{}", faults.len());
    for hop in [Hop::GraphToken, Hop::Groups, Hop::Configurations, Hop::ConfigurationWrites, Hop::Assignments]
    {
        for fault in &faults {
            let rule = Rule { hop, fault: fault.fault.clone(), when: When::Always, after: 0 };
            bench.tenant.faults().order(rule);
            let refused = bench.apply().await;
            bench.tenant.faults().clear();
            let refused = refused.expect_err(&format!("{} at {hop:?}", fault.name));
            assert!(
                !refused.operator.contains(&secret) && !refused.operator.contains("eyJ"),
                "{}",
                refused.operator
            );
            bench.apply().await.unwrap_or_else(|why| panic!("{} at {hop:?}: {why:?}", fault.name));
            let (profiles, roots) = (bench.tenant.deployed(), bench.tenant.deployed_roots());
            assert_eq!(
                (profiles.len(), roots.len()),
                (1, 1),
                "{} at {hop:?} makes nothing twice",
                fault.name
            );
            assert_eq!(
                (profiles[0].targets.len(), roots[0].targets.len()),
                (1, 1),
                "{} at {hop:?}",
                fault.name
            );
            bench.forget().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t19_a_next_page_elsewhere_gets_no_token() {
    let bench = Bench::open().await;
    let order = |hop, fault| bench.tenant.faults().order(Rule { hop, fault, when: When::Times(1), after: 0 });
    order(Hop::Configurations, Fault::NextLinkTo { uri: "https://elsewhere.invalid/".into() });
    let refused = bench.apply().await.unwrap_err();
    assert_eq!(refused.code.0, 5107, "{refused:?}");
    order(
        Hop::Configurations,
        Fault::Redirect { status: 307, location: Some("https://elsewhere.invalid/".into()) },
    );
    assert!(bench.apply().await.is_err());
    bench.apply().await.unwrap();
}

/// Answers a request for a token with one, and every other with the Authorization header that it came with.
async fn echo() -> std::net::SocketAddr {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = vec![0; 16_384];
            let count = stream.read(&mut read).await.unwrap_or_default();
            let text = String::from_utf8_lossy(&read[..count]).into_owned();
            let bearer =
                text.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
            let (status, body) = if text.starts_with("POST") {
                (200, r#"{"token_type":"Bearer","expires_in":3599,"access_token":"zebra"}"#.to_owned())
            } else {
                (400, format!(r#"{{"error":{{"code":"BadRequest","message":"you said {bearer}"}}}}"#))
            };
            let length = body.len();
            let answer =
                format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn t19_a_token_that_is_echoed_is_told_to_nobody() {
    let (mut bench, address) = (Bench::open().await, echo().await);
    bench.settings.insecure_loopback = true;
    let base = format!("http://{address}/");
    bench.settings.cloud = Cloud { authority: base.clone(), graph: base, ..Cloud::global() };
    let refused = bench.apply().await.unwrap_err();
    assert!(refused.operator.contains("you said Bearer (token left out)"), "{refused:?}");
    assert!(!refused.operator.contains("zebra"));
}
