//! A minimal gateway: what it takes to talk to the tenant, and a device's request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Certificate, Client, RequestBuilder, Response};
use serde_json::{Value, json};
use simulator::clock::Clock;
use simulator::fleet::{DeviceKey, RequestPlan};
use simulator::tenant::{Device, MintOptions, Platform, Profile, SanKind, Tenant, TenantOptions};
use std::sync::OnceLock;

pub const NOW: i64 = 1_795_240_000;
pub const INTUNE_SCOPE: &str = "https://api.manage.microsoft.com//.default";
pub const GRAPH_SCOPE: &str = "https://graph.microsoft.com/.default";

/// One key for all tests: making one is slow.
pub fn key() -> DeviceKey {
    static KEY: OnceLock<DeviceKey> = OnceLock::new();
    KEY.get_or_init(|| DeviceKey::generate(2048).unwrap()).clone()
}

pub struct Caller {
    pub tenant: Tenant,
    pub http: Client,
    pub device: Device,
    pub profile: Profile,
}

impl Caller {
    pub async fn new() -> Self {
        Self::with(TenantOptions { clock: Clock::fixed(NOW), ..TenantOptions::default() }).await
    }

    pub async fn with(options: TenantOptions) -> Self {
        let tenant = Tenant::start(options).await.unwrap();
        let http = client(&tenant);
        let user = tenant.add_user("ada@contoso.example", Some("S-1-5-21-1-2-3-1001".into()));
        let device = tenant.enrol_device(Platform::Windows, Some(&user.id));
        let profile = tenant.add_profile(
            Profile::new("CN={{DeviceName}},OU=Sales,O=Contoso")
                .with_san(SanKind::Upn, "{{UserPrincipalName}}")
                .with_san(SanKind::Uri, "IntuneDeviceId://{{DeviceId}}"),
        );
        Self { tenant, http, device, profile }
    }

    pub fn plan(&self, options: &MintOptions) -> RequestPlan {
        RequestPlan::honest(&self.tenant.deliver(&self.device.id, &self.profile.id, options).unwrap())
    }

    pub fn token_request(&self, fields: &[(&str, &str)]) -> RequestBuilder {
        let url =
            format!("{}{}/oauth2/v2.0/token", self.tenant.urls().authority, self.tenant.tenant_domain());
        self.http.post(url).form(fields)
    }

    pub async fn token(&self, scope: &str) -> String {
        let credentials = self.tenant.credentials();
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", &credentials.client_id),
            ("client_secret", &credentials.secret),
            ("scope", scope),
        ];
        let answer: Value = self.token_request(&fields).send().await.unwrap().json().await.unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    /// A read of Graph, by its path and query without leading slash.
    pub async fn graph(&self, path: &str) -> (u16, Value) {
        self.follow(&format!("{}{path}", self.tenant.urls().graph)).await
    }

    /// A read of Graph, by the whole link.
    pub async fn follow(&self, link: &str) -> (u16, Value) {
        let token = self.token(GRAPH_SCOPE).await;
        let answer = self.http.get(link).bearer_auth(token).send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    /// All objects of all pages from that path on, the number of pages, and the delta link if there is one.
    pub async fn pages(&self, path: &str) -> (Vec<Value>, usize, Option<String>) {
        let mut link = format!("{}{path}", self.tenant.urls().graph);
        let (mut all, mut count) = (Vec::new(), 0);
        loop {
            let (status, body) = self.follow(&link).await;
            assert_eq!(status, 200, "{body}");
            count += 1;
            all.extend(body["value"].as_array().unwrap().iter().cloned());
            match body["@odata.nextLink"].as_str() {
                Some(next) => link = next.to_owned(),
                None => return (all, count, body["@odata.deltaLink"].as_str().map(str::to_owned)),
            }
        }
    }

    pub fn authority(&self, token: &str, call: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}/CertificateAuthorityRequests/{call}", self.tenant.urls().pki_service);
        self.http
            .post(url)
            .bearer_auth(token)
            .header("api-version", "5019-05-05")
            .header("client-request-id", "1")
            .json(body)
    }

    pub fn discovery(&self, token: &str) -> RequestBuilder {
        let url = format!(
            "{}v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints",
            self.tenant.urls().graph
        );
        self.http.get(url).bearer_auth(token).header("client-request-id", "1")
    }

    pub fn action(&self, token: &str, action: &str, body: &Value) -> RequestBuilder {
        let url = format!("{}/ScepActions/{action}", self.tenant.urls().scep_service);
        self.http
            .post(url)
            .bearer_auth(token)
            .header("api-version", "2018-02-20")
            .header("client-request-id", "1")
            .json(body)
    }

    pub async fn validate(&self, token: &str, csr: &str) -> Response {
        self.action(token, "validateRequest", &validate_body(csr)).send().await.unwrap()
    }

    /// Code and description for a plan signed with the common key.
    pub async fn verdict(&self, plan: &RequestPlan) -> (String, String) {
        self.verdict_on(&csr(plan, &key())).await
    }

    pub async fn verdict_on(&self, csr: &str) -> (String, String) {
        let token = self.token(INTUNE_SCOPE).await;
        let answer = self.validate(&token, csr).await;
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        (body["code"].as_str().unwrap().into(), body["errorDescription"].as_str().unwrap().into())
    }
}

pub fn client(tenant: &Tenant) -> Client {
    let builder = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy();
    match tenant.root_pem() {
        Some(pem) => builder.tls_certs_only([Certificate::from_pem(pem.as_bytes()).unwrap()]),
        None => builder,
    }
    .build()
    .unwrap()
}

pub fn csr(plan: &RequestPlan, key: &DeviceKey) -> String {
    STANDARD.encode(plan.sign(key, pki::algorithm::Digest::Sha256).unwrap())
}

pub fn validate_body(csr: &str) -> Value {
    json!({ "request": { "transactionId": "T1", "certificateRequest": csr, "callerInfo": "test" } })
}
