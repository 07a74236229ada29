//! The client against the simulated tenant, over TLS: another's reading of the same contract.

use super::far_end::{TRANSACTION, refusal, validator};
use chancery::validators::intune::{ClientCertificate, Credential, IntuneSettings};
use chancery::validators::{ChallengeText, IssuedFacts, Petition, Refusal, Validator, Verdict};
use mdm::cloud::Cloud;
use mdm::entra::{Secret, Tenant as TenantName};
use pki::Time;
use pki::name::Name;
use simulator::fleet::{DeviceKey, RequestPlan};
use simulator::tenant::{
    Fault, Hop, MintOptions, Platform, Profile, Rule, Tenant, TenantOptions, When, transport_faults,
};
use std::time::Duration;
use tokio::time::Instant;

struct Bench {
    tenant: Tenant,
    csr: Vec<u8>,
}

impl Bench {
    async fn open() -> Self {
        let tenant = Tenant::start(TenantOptions::default()).await.unwrap();
        let device = tenant.enrol_device(Platform::Windows, None);
        let profile = tenant.add_profile(Profile::new("CN={{DeviceName}}"));
        let delivery = tenant.deliver(&device.id, &profile.id, &MintOptions::default()).unwrap();
        let key = DeviceKey::generate(2048).unwrap();
        let csr = RequestPlan::honest(&delivery).sign(&key, pki::algorithm::Digest::Sha256).unwrap();
        Self { tenant, csr }
    }

    fn settings(&self) -> IntuneSettings {
        let credentials = self.tenant.credentials();
        let secret = Credential::Secret(Secret::new(credentials.secret.clone()));
        let name = TenantName::parse(self.tenant.tenant_domain()).unwrap();
        let mut settings = IntuneSettings::new(name, &credentials.client_id, secret);
        let urls = self.tenant.urls();
        settings.cloud = Cloud { authority: urls.authority, graph: urls.graph, ..Cloud::global() };
        settings.extra_roots = pki::pem::decode("CERTIFICATE", &self.tenant.root_pem().unwrap()).unwrap();
        settings.allowed_hosts.push("127.0.0.1".into());
        settings.retry_pause = Duration::from_millis(1);
        settings.breaker.failures = u32::MAX;
        settings
    }

    async fn judge(&self, validator: &Validator) -> Verdict {
        let petition = Petition {
            endpoint: "windows",
            profile: "device",
            transaction_id: TRANSACTION,
            csr: &self.csr,
            challenge: Some(ChallengeText::new("the tenant reads the one in the request")),
            subject: &Name::from_pairs(&[]),
            alternative_names: &[],
            caller: None,
            source: [192, 0, 2, 1].into(),
            now: Time::from_unix(1_800_000_000),
            deadline: Instant::now() + Duration::from_secs(10),
        };
        validator.judge(&petition).await
    }

    async fn issued(&self, validator: &Validator) -> Result<(), Refusal> {
        let facts = IssuedFacts {
            transaction_id: TRANSACTION,
            csr: &self.csr,
            thumbprint: [0xab; 20],
            serial: &[0x5a, 0x4d, 0xbd, 0x24],
            not_after: Time::from_unix(1_812_730_280),
            issuer: "Example Issuing CA",
            deadline: Instant::now() + Duration::from_secs(10),
        };
        validator.issued(&facts).await
    }
}

#[tokio::test]
async fn contract_3_to_6_the_tenant_finds_no_breach_with_secret_rs256_and_ps256() {
    let bench = Bench::open().await;
    let credentials = bench.tenant.credentials().clone();
    let certificate = |pss| {
        let (certificate, key) = (credentials.certificate.clone(), credentials.private_key.clone().into());
        Credential::Certificate(ClientCertificate { certificate, key, pss })
    };
    let secret = Credential::Secret(Secret::new(credentials.secret.clone()));
    for credential in [secret, certificate(false), certificate(true)] {
        let validator = validator(IntuneSettings { credential, ..bench.settings() });
        let verdict = bench.judge(&validator).await;
        assert!(matches!(verdict, Verdict::Vouched(_)), "{verdict:?}");
        bench.issued(&validator).await.unwrap();
    }
    let breaches = bench.tenant.journal().breaches().to_vec();
    assert!(breaches.is_empty(), "{breaches:?}");
    assert_eq!(bench.tenant.ledger().certificates().len(), 3);
}

#[tokio::test]
async fn t20_t21_the_tenants_own_faults_at_every_hop_issue_nothing() {
    let bench = Bench::open().await;
    let faults = transport_faults(2_000);
    assert!(faults.len() >= 60, "{}", faults.len());
    for hop in
        [Hop::GraphToken, Hop::Endpoints, Hop::IntuneToken, Hop::ValidateRequest, Hop::SuccessNotification]
    {
        for fault in &faults {
            let rule = Rule { hop, fault: fault.fault.clone(), when: When::Always, after: 0 };
            bench.tenant.faults().order(rule);
            let validator =
                validator(IntuneSettings { call_timeout: Duration::from_millis(500), ..bench.settings() });
            let vouched = hop != Hop::SuccessNotification
                && matches!(bench.judge(&validator).await, Verdict::Vouched(_));
            let acknowledged = hop == Hop::SuccessNotification && bench.issued(&validator).await.is_ok();
            assert!(!vouched && !acknowledged, "{} at {hop:?}", fault.name);
            bench.tenant.faults().clear();
        }
    }
    assert!(matches!(bench.judge(&validator(bench.settings())).await, Verdict::Vouched(_)), "control");
}

#[tokio::test]
async fn contract_20_faults_of_token_discovery_and_result() {
    let bench = Bench::open().await;
    let code = |code: &str| Fault::Code { code: code.into() };
    for (hop, fault, expected) in [
        (Hop::GraphToken, Fault::TokenError { code: 7_000_222 }, Some(5111)),
        (Hop::GraphToken, Fault::WrongAudience, Some(5106)),
        (Hop::GraphToken, Fault::NoRoles, Some(5112)),
        (Hop::IntuneToken, Fault::WrongAudience, Some(5106)),
        (Hop::IntuneToken, Fault::NoRoles, Some(5106)),
        (Hop::Endpoints, Fault::MissingEndpoint, Some(5113)),
        (Hop::Endpoints, Fault::NextLink, None),
        (Hop::Endpoints, Fault::NextLinkTo { uri: "https://elsewhere.invalid/".into() }, Some(5114)),
        (Hop::Endpoints, Fault::EndpointUri { uri: "https://elsewhere.invalid/".into() }, Some(5114)),
        (Hop::Endpoints, Fault::EndpointUri { uri: "http://127.0.0.1:1/".into() }, Some(5114)),
        (Hop::Endpoints, Fault::DuplicateEndpoint { genuine_first: true }, None),
        (Hop::Endpoints, Fault::LegacyNames, None),
        (Hop::ValidateRequest, code("Novel"), Some(3124)),
        (Hop::ValidateRequest, code("ChallengeExpired"), Some(3107)),
        (Hop::ValidateRequest, Fault::LowerCaseCode, Some(3124)),
        (Hop::ValidateRequest, Fault::MissingCode, Some(5107)),
        (Hop::ValidateRequest, Fault::MissingDescription, None),
        (Hop::ValidateRequest, Fault::NullDescription, None),
        (Hop::ValidateRequest, Fault::Delay { ms: 100 }, None),
    ] {
        bench.tenant.faults().order(Rule { hop, fault: fault.clone(), when: When::Always, after: 0 });
        let verdict = bench.judge(&validator(bench.settings())).await;
        bench.tenant.faults().clear();
        match expected {
            None => assert!(matches!(verdict, Verdict::Vouched(_)), "{fault:?}: {verdict:?}"),
            Some(number) => assert_eq!(refusal(verdict).code.0, number, "{fault:?} at {hop:?}"),
        }
    }
}

#[tokio::test]
async fn contract_4_a_tenant_that_moves_is_followed() {
    let bench = Bench::open().await;
    let validator = validator(bench.settings());
    assert!(matches!(bench.judge(&validator).await, Verdict::Vouched(_)));
    bench.tenant.world().move_scale_unit();
    let verdict = bench.judge(&validator).await;
    assert!(matches!(verdict, Verdict::Vouched(_)), "{verdict:?}");
}
