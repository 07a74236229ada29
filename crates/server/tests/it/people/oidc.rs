//! Signing in at an identity provider, and tokens that must not be believed (threat 88). The provider here says what it is told to;
//! `interop/oidc.sh` has one that this project did not write.

use super::browser::now;
use super::door::Guest;
use crate::world::World;
use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::extract::{Form, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chancery::people::{Login, Role};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

fn base64url(octets: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(octets)
}

/// What the provider says next.
#[derive(Default)]
struct Says {
    issuer: String,
    token: String,
    challenge: String,
    code: String,
    asked_keys: u32,
}

/// A provider that says what it is told to.
struct Provider {
    key: EcdsaKeyPair,
    issuer: String,
    says: Arc<Mutex<Says>>,
}

/// Public halves, for the set of keys.
fn jwk(key: &EcdsaKeyPair, kid: &str) -> Value {
    let point = key.public_key().as_ref();
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "alg": "ES256",
        "x": base64url(&point[1..33]), "y": base64url(&point[33..65]) })
}

fn new_key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

impl Provider {
    async fn start() -> Provider {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}", socket.local_addr().unwrap());
        let says = Arc::new(Mutex::new(Says { issuer: issuer.clone(), ..Says::default() }));
        let key = new_key();
        let (mine, base) = (jwk(&key, "k1"), issuer.clone());
        let other = jwk(&new_key(), "k2");
        let discovery = move |State(says): State<Arc<Mutex<Says>>>| {
            let (base, issuer) = (base.clone(), says.lock().unwrap().issuer.clone());
            async move {
                Json(json!({ "issuer": issuer, "authorization_endpoint": format!("{base}/authorize"),
                    "token_endpoint": format!("{base}/token"), "jwks_uri": format!("{base}/jwks") }))
            }
        };
        let keys = move |State(says): State<Arc<Mutex<Says>>>| {
            says.lock().unwrap().asked_keys += 1;
            let set = json!({ "keys": [mine, other, { "kty": "oct", "k": "AAAA" }, { "kty": "RSA" }, 7] });
            async move { Json(set) }
        };
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(Arc::clone(&says));
        tokio::spawn(async move { axum::serve(socket, routes).await.unwrap() });
        Provider { key, issuer, says }
    }

    fn settings(&self) -> String {
        format!(
            "\n[admin.oidc]\nissuer = '{}'\nclient_id = 'chancery'\ntitle = 'Contoso'\n\
             [[admin.oidc.role]]\nclaim = 'groups'\nvalue = 'pki-owners'\nrole = 'owner'\n\
             [[admin.oidc.role]]\nclaim = 'groups'\nvalue = 'pki-readers'\nrole = 'auditor'\n",
            self.issuer
        )
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        signed_by(&self.key, header, claims)
    }
}

fn signed_by(key: &EcdsaKeyPair, header: &Value, claims: &Value) -> String {
    let signed = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", base64url(signature.as_ref()))
}

/// The token endpoint: a code is good once, for whoever has its verifier.
async fn token(
    State(says): State<Arc<Mutex<Says>>>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Json<Value>, axum::http::StatusCode> {
    let mut says = says.lock().unwrap();
    let challenge = base64url(super::browser::sha256(&form["code_verifier"]));
    if says.code.is_empty() || form["code"] != says.code || challenge != says.challenge {
        return Err(axum::http::StatusCode::BAD_REQUEST);
    }
    says.code.clear();
    Ok(Json(json!({ "access_token": "x", "token_type": "Bearer", "id_token": says.token })))
}

/// A sign-in that a browser began.
struct Begun {
    guest: Guest,
    state: String,
    nonce: String,
}

async fn begun(world: &World, provider: &Provider) -> Begun {
    let mut guest = Guest::new(world);
    let (status, to) = guest.get("/sign-in/provider?to=/account").await;
    assert_eq!(status, 303, "{to}");
    let query: HashMap<String, String> =
        reqwest::Url::parse(&to).unwrap().query_pairs().into_owned().collect();
    assert!(to.starts_with(&format!("{}/authorize?", provider.issuer)), "{to}");
    assert_eq!((query["code_challenge_method"].as_str(), query["response_type"].as_str()), ("S256", "code"));
    assert_eq!(query["redirect_uri"], format!("{}/sign-in/callback", guest.origin));
    guest.take_cookie().unwrap();
    let mut says = provider.says.lock().unwrap();
    says.challenge = query["code_challenge"].clone();
    says.code = "code-1".to_owned();
    Begun { guest, state: query["state"].clone(), nonce: query["nonce"].clone() }
}

fn honest(world: &World, provider: &Provider, nonce: &str) -> Value {
    let at = now(world).unix();
    json!({ "iss": provider.issuer, "sub": "u-1", "aud": "chancery", "exp": at + 300, "iat": at, "nonce": nonce,
        "email": "Ada@example.com", "name": "Ada Lovelace", "groups": ["staff", "pki-owners"] })
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "k1", "typ": "JWT" })
}

async fn back(begun: &Begun) -> (u16, String) {
    begun.guest.get(&format!("/sign-in/callback?code=code-1&state={}", begun.state)).await
}

async fn with_provider() -> (World, Provider) {
    let provider = Provider::start().await;
    let settings = provider.settings();
    let world = World::configured(|usual| format!("{usual}{settings}")).await;
    (world, provider)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_of_the_provider_comes_in_with_the_role_of_their_claims() {
    let (world, provider) = with_provider().await;
    let mut first = begun(&world, &provider).await;
    provider.says.lock().unwrap().token =
        provider.signed(&header(), &honest(&world, &provider, &first.nonce));
    assert_eq!(back(&first).await, (303, "/account".to_owned()));
    let attempt = first.guest.take_cookies();
    assert!(attempt.iter().any(|cookie| cookie.starts_with("chancery=")), "{attempt:?}");
    let (status, page) = first.guest.get("/account").await;
    assert!(status == 200 && page.contains("ada@example.com") && page.contains("Ada Lovelace"));
    let login = Login::parse("ada@example.com").unwrap();
    let person = world.store.person_by_login(&login).await.unwrap().unwrap();
    assert_eq!((person.role, person.elsewhere.unwrap().subject.as_str()), (Role::Owner, "u-1"));

    // Whom the provider vouches for has no other way in.
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let (status, _) = first.guest.post("/account/passkeys/options", &[("csrf", &csrf)]).await;
    assert_eq!(status, 409);

    // The claims of now count: a second owner lets the first be less.
    let second = begun(&world, &provider).await;
    let mut claims = honest(&world, &provider, &second.nonce);
    (claims["sub"], claims["email"]) = (json!("u-2"), json!("bob@example.com"));
    provider.says.lock().unwrap().token = provider.signed(&header(), &claims);
    assert_eq!(back(&second).await.0, 303);
    let third = begun(&world, &provider).await;
    let mut claims = honest(&world, &provider, &third.nonce);
    claims["groups"] = json!(["pki-readers"]);
    provider.says.lock().unwrap().token = provider.signed(&header(), &claims);
    assert_eq!(back(&third).await.0, 303);
    let person = world.store.person_by_login(&login).await.unwrap().unwrap();
    assert_eq!(person.role, Role::Auditor);
    assert_eq!(first.guest.get("/account").await.0, 303, "the session of the old role is over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t88_a_token_that_is_not_all_as_it_must_be_lets_nobody_in() {
    let (world, provider) = with_provider().await;
    let foreign = new_key();
    type Lie = fn(&Provider, &EcdsaKeyPair, Value) -> String;
    let lies: Vec<(&str, &str, Lie)> = vec![
        ("alg none", "CHY-6517", |_, _, claims| {
            format!("{}.{}.", base64url(r#"{"alg":"none","kid":"k1"}"#), base64url(claims.to_string()))
        }),
        ("alg None", "CHY-6517", |_, _, claims| {
            format!("{}.{}.", base64url(r#"{"alg":"None"}"#), base64url(claims.to_string()))
        }),
        ("HMAC with the public key", "CHY-6517", |provider, _, claims| {
            let signed =
                format!("{}.{}", base64url(r#"{"alg":"HS256","kid":"k1"}"#), base64url(claims.to_string()));
            let key = hmac::Key::new(hmac::HMAC_SHA256, provider.key.public_key().as_ref());
            format!("{signed}.{}", base64url(hmac::sign(&key, signed.as_bytes())))
        }),
        ("another key under the known id", "CHY-6517", |_, foreign, claims| {
            signed_by(foreign, &header(), &claims)
        }),
        ("a key of its own in the header", "CHY-6517", |_, foreign, claims| {
            signed_by(foreign, &json!({ "alg": "ES256", "kid": "k1", "jwk": jwk(foreign, "k1") }), &claims)
        }),
        ("keys elsewhere", "CHY-6517", |_, foreign, claims| {
            signed_by(
                foreign,
                &json!({ "alg": "ES256", "kid": "k1", "jku": "https://evil.test/jwks" }),
                &claims,
            )
        }),
        ("an unknown key id", "CHY-6517", |_, foreign, claims| {
            signed_by(foreign, &json!({ "alg": "ES256", "kid": "k9" }), &claims)
        }),
        ("no key id where there are two keys", "CHY-6517", |provider, _, claims| {
            provider.signed(&json!({ "alg": "ES256" }), &claims)
        }),
        ("another key's id", "CHY-6517", |provider, _, claims| {
            provider.signed(&json!({ "alg": "ES256", "kid": "k2" }), &claims)
        }),
        ("RS256 over an elliptic key", "CHY-6517", |provider, _, claims| {
            provider.signed(&json!({ "alg": "RS256", "kid": "k1" }), &claims)
        }),
        ("ES384", "CHY-6517", |provider, _, claims| {
            provider.signed(&json!({ "alg": "ES384", "kid": "k1" }), &claims)
        }),
        ("something critical", "CHY-6517", |provider, _, claims| {
            provider.signed(&json!({ "alg": "ES256", "kid": "k1", "crit": ["x"], "x": 1 }), &claims)
        }),
        ("no signature", "CHY-6517", |provider, _, claims| {
            let token = provider.signed(&header(), &claims);
            format!("{}.", token.rsplit_once('.').unwrap().0)
        }),
        ("a changed claim", "CHY-6517", |provider, _, mut claims| {
            let token = provider.signed(&header(), &claims);
            claims["sub"] = json!("u-9");
            let parts: Vec<&str> = token.split('.').collect();
            format!("{}.{}.{}", parts[0], base64url(claims.to_string()), parts[2])
        }),
        ("five parts", "CHY-6517", |provider, _, claims| {
            format!("{}.a.b", provider.signed(&header(), &claims))
        }),
        ("no token", "CHY-6517", |_, _, _| String::new()),
        ("no JSON", "CHY-6517", |_, _, _| "a.b.c".to_owned()),
        ("too long", "CHY-6517", |provider, _, mut claims| {
            claims["x"] = json!("x".repeat(64 << 10));
            provider.signed(&header(), &claims)
        }),
        ("another issuer", "CHY-6517", |provider, _, mut claims| {
            claims["iss"] = json!("https://evil.test");
            provider.signed(&header(), &claims)
        }),
        ("another audience", "CHY-6517", |provider, _, mut claims| {
            claims["aud"] = json!(["chancery", "other"]);
            provider.signed(&header(), &claims)
        }),
        ("another party", "CHY-6517", |provider, _, mut claims| {
            claims["azp"] = json!("other");
            provider.signed(&header(), &claims)
        }),
        ("another nonce", "CHY-6517", |provider, _, mut claims| {
            claims["nonce"] = json!("AAAA");
            provider.signed(&header(), &claims)
        }),
        ("expired", "CHY-6517", |provider, _, mut claims| {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 60);
            provider.signed(&header(), &claims)
        }),
        ("of yesterday", "CHY-6517", |provider, _, mut claims| {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 86_400);
            provider.signed(&header(), &claims)
        }),
        ("no group", "CHY-6518", |provider, _, mut claims| {
            claims["groups"] = json!(["staff"]);
            provider.signed(&header(), &claims)
        }),
        ("too many groups", "CHY-6518", |provider, _, mut claims| {
            claims.as_object_mut().unwrap().remove("groups");
            claims["_claim_names"] = json!({ "groups": "src1" });
            provider.signed(&header(), &claims)
        }),
        ("no login", "CHY-6513", |provider, _, mut claims| {
            claims["email"] = json!("<script>");
            provider.signed(&header(), &claims)
        }),
    ];
    for (what, code, lie) in lies {
        let begun = begun(&world, &provider).await;
        let claims = honest(&world, &provider, &begun.nonce);
        provider.says.lock().unwrap().token = lie(&provider, &foreign, claims);
        let (status, page) = back(&begun).await;
        assert!(status == 200 && page.contains(code), "{what}: {status} {page}");
    }
    assert_eq!(world.store.people(chancery::store::PersonId(0), 10).await.unwrap(), []);
    let begun = begun(&world, &provider).await;
    provider.says.lock().unwrap().token =
        provider.signed(&header(), &honest(&world, &provider, &begun.nonce));
    assert_eq!(back(&begun).await.0, 303, "control");
    assert!(provider.says.lock().unwrap().asked_keys <= 3, "unknown key ids ask no flood of questions");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t88_an_answer_belongs_to_the_browser_and_the_sign_in_that_began_it() {
    let (world, provider) = with_provider().await;
    let attempt = begun(&world, &provider).await;
    let good = provider.signed(&header(), &honest(&world, &provider, &attempt.nonce));
    provider.says.lock().unwrap().token = good;
    let state = &attempt.state;
    for wrong in [
        "code=code-1".to_owned(),
        "code=code-1&state=".to_owned(),
        "code=code-1&state=AAAA".to_owned(),
        format!("state={state}"),
        format!("code=code-1&state={state}&state={state}"),
        format!("code=code-1&code=code-2&state={state}"),
        format!("code=code-1&state={state}&iss=https%3A%2F%2Fevil.test"),
        format!("code=wrong&state={state}"),
        format!("error=access_denied&state={state}"),
    ] {
        let (status, page) = attempt.guest.get(&format!("/sign-in/callback?{wrong}")).await;
        assert!(status == 200 && (page.contains("CHY-6517") || page.contains("CHY-6516")), "{wrong}");
    }
    let stranger = Begun { guest: Guest::new(&world), state: state.clone(), nonce: String::new() };
    assert!(back(&stranger).await.1.contains("CHY-6517"), "another browser has begun nothing");
    assert_eq!(back(&attempt).await.0, 303, "control");
    assert!(back(&attempt).await.1.contains("CHY-6516"), "the code is used");

    let late = begun(&world, &provider).await;
    world.clock.advance(601);
    provider.says.lock().unwrap().token = provider.signed(&header(), &honest(&world, &provider, &late.nonce));
    assert!(back(&late).await.1.contains("CHY-6517"), "ten minutes are over");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t88_an_address_that_is_somebodys_here_makes_nobody_that_person() {
    let (world, provider) = with_provider().await;
    super::browser::person(&world, "ada@example.com", Role::Owner).await;
    let attempt = begun(&world, &provider).await;
    provider.says.lock().unwrap().token =
        provider.signed(&header(), &honest(&world, &provider, &attempt.nonce));
    let (status, page) = back(&attempt).await;
    assert!(status == 200 && page.contains("CHY-6507"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t88_a_document_of_another_issuer_is_not_taken() {
    let (world, provider) = with_provider().await;
    provider.says.lock().unwrap().issuer = "https://evil.test".to_owned();
    let (status, page) = Guest::new(&world).get("/sign-in/provider").await;
    assert!(status == 200 && page.contains("CHY-6516"), "{status}");
}
