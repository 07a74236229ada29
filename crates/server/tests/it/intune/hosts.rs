//! To whom a token or a secret goes, and to whom not (threat 19).

use super::far_end::*;
use super::openssl::Workshop;
use chancery::validators::Verdict;
use chancery::validators::intune::{Intune, IntuneSettings, SettingsError};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::{self, ServerConfig};

/// An HTTPS far end: Entra, Graph and Intune in one. Records request lines; counts connections, even unfinished ones.
struct Https {
    address: SocketAddr,
    lines: Arc<Mutex<Vec<String>>>,
    connections: Arc<Mutex<usize>>,
}

impl Https {
    async fn open((certificate, key): &(Vec<u8>, Vec<u8>), discovered: Option<String>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let key = rustls_pki_types::PrivatePkcs8KeyDer::from(key.clone()).into();
        let config =
            config.with_no_client_auth().with_single_cert(vec![certificate.clone().into()], key).unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let (lines, connections): (Arc<Mutex<Vec<String>>>, Arc<Mutex<usize>>) = Default::default();
        let (seen, counted) = (Arc::clone(&lines), Arc::clone(&connections));
        let uri = discovered.unwrap_or_else(|| format!("https://{address}/fe"));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                *counted.lock().unwrap() += 1;
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let Some(request) = read_request(&mut stream).await else { continue };
                let body = match request.line.split(' ').nth(1).unwrap() {
                    path if path.ends_with("/token") => {
                        r#"{"token_type":"Bearer","expires_in":3599,"access_token":"zebra"}"#.to_owned()
                    }
                    path if path.ends_with("/endpoints") => endpoints(&uri),
                    _ => SUCCESS.to_owned(),
                };
                seen.lock().unwrap().push(request.line);
                let _ = stream.write_all(&answer(200, "", body.as_bytes())).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { address, lines, connections }
    }

    fn url(&self) -> String {
        format!("https://{}/", self.address)
    }
}

/// Production's fence: https only, with this host allowed beside Microsoft's.
fn settings(world: &World, far_end: &Https, root: &[u8], allowed: &[&str]) -> IntuneSettings {
    let mut settings = world.settings();
    settings.insecure_loopback = false;
    settings.call_timeout = std::time::Duration::from_secs(5);
    settings.cloud.authority = far_end.url();
    settings.cloud.graph = far_end.url();
    settings.extra_roots = vec![root.to_vec()];
    settings.allowed_hosts.extend(allowed.iter().map(|host| (*host).to_owned()));
    settings
}

#[tokio::test]
async fn t19_over_tls_with_an_extra_root() {
    let (workshop, world) = (Workshop::open(), World::open().await);
    let pair = workshop.certificate("far-end");
    let far_end = Https::open(&pair, None).await;
    let verdict = judge(&validator(settings(&world, &far_end, &pair.0, &["127.0.0.1"]))).await;
    assert!(matches!(verdict, Verdict::Vouched(_)), "{verdict:?}");
    assert_eq!(far_end.lines.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn t19_an_untrusted_certificate_gets_no_secret() {
    let (workshop, world) = (Workshop::open(), World::open().await);
    let (pair, other) = (workshop.certificate("far-end"), workshop.certificate("other"));
    let far_end = Https::open(&pair, None).await;
    let refused = refusal(judge(&validator(settings(&world, &far_end, &other.0, &["127.0.0.1"]))).await);
    assert_eq!(refused.code.0, 5102, "{refused}");
    assert!(far_end.lines.lock().unwrap().is_empty());
}

#[tokio::test]
async fn t19_no_token_leaves_for_a_host_that_is_not_allowed() {
    let (workshop, world) = (Workshop::open(), World::open().await);
    let pair = workshop.certificate("far-end");
    let thief = Https::open(&pair, None).await;
    let port = thief.address.port();
    for uri in [
        format!("https://localhost:{port}/fe"),
        format!("https://127.0.0.1:{port}/fe"),
        format!("http://127.0.0.1:{port}/fe"),
        format!("https://fef.manage.microsoft.com@127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/.manage.microsoft.com"),
        format!("https://127.0.0.1:{port}/fe?x=.manage.microsoft.com"),
        format!("https://2130706433:{port}/fe"),
        format!("//127.0.0.1:{port}/fe"),
        format!("file://127.0.0.1:{port}/fe"),
    ] {
        let far_end = Https::open(&pair, Some(uri.clone())).await;
        let validator = validator(settings(&world, &far_end, &pair.0, &[]));
        let refused = refusal(judge(&validator).await);
        assert_eq!(refused.code.0, 5114, "{uri}: {refused}");
        assert!(refused.security_event);
        assert_eq!(issued(&validator).await.unwrap_err().code.0, 5114, "{uri}");
    }
    assert_eq!(*thief.connections.lock().unwrap(), 0, "not even a connection");
    let far_end = Https::open(&pair, Some(format!("https://localhost:{port}/fe"))).await;
    let verdict = judge(&validator(settings(&world, &far_end, &pair.0, &["localhost"]))).await;
    assert!(matches!(verdict, Verdict::Vouched(_)), "control: allowed, it goes there: {verdict:?}");
}

#[tokio::test]
async fn t19_no_redirect_is_followed() {
    for part in [Part::Entra, Part::Graph, Part::Intune] {
        for number in [301, 302, 303, 307, 308] {
            let (world, thief) = (World::open().await, World::open().await);
            let location: &'static str = format!("Location: {}x\r\n", thief.intune.url()).leak();
            world.place(part).always(Deed::GoodWith(number, location));
            assert_eq!(refusal(judge(&world.validator()).await).code.0, 5108, "{number} at {part:?}");
            assert_eq!(thief.intune.connections(), 0);
        }
    }
}

#[tokio::test]
async fn t19_a_next_page_elsewhere_gets_no_token() {
    let (world, thief) = (World::open().await, World::open().await);
    let page = serde_json::json!({"value": [], "@odata.nextLink": thief.graph.url()});
    world.graph.always(Deed::Body(page.to_string().into()));
    let refused = refusal(judge(&world.validator()).await);
    assert_eq!((refused.code.0, thief.graph.connections()), (5114, 0));
}

#[tokio::test]
async fn t19_https_is_refused_to_a_plain_port_and_http_without_the_test_setting() {
    let world = World::open().await;
    let mut strict = world.settings();
    strict.insecure_loopback = false;
    assert!(matches!(Intune::new(strict, None), Err(SettingsError::Url(_))));
    for (authority, graph) in [("http://login.example/", None), ("login.example", None), ("", None)]
        .into_iter()
        .chain([
            ("https://login.example/", Some("http://graph.example/")),
            ("https://u:p@login.example/", None),
        ])
        .chain([("https://login.example/?x=", None), ("https://login.example/#", None)])
    {
        let mut odd = world.settings();
        odd.cloud.authority = authority.to_owned();
        odd.cloud.graph = graph.map_or(odd.cloud.graph, str::to_owned);
        assert!(matches!(Intune::new(odd, None), Err(SettingsError::Url(_))), "{authority} {graph:?}");
    }
    let mut tls = world.settings();
    world.entra.always(Deed::Greet(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    tls.cloud.authority = world.entra.url().replace("http:", "https:");
    assert_eq!(refusal(judge(&validator(tls)).await).code.0, 5102);
    assert!(world.entra.seen().is_empty());
}

#[tokio::test]
async fn settings_that_would_break_a_header_or_never_send_are_refused() {
    let world = World::open().await;
    let refused = |change: fn(&mut IntuneSettings)| {
        let mut settings = world.settings();
        change(&mut settings);
        Intune::new(settings, None).is_err()
    };
    assert!(refused(|settings| settings.provider = "a\r\nX: y".into()));
    assert!(refused(|settings| settings.provider = " ".into()));
    assert!(refused(|settings| settings.provider = "Bücher CA".into()));
    assert!(refused(|settings| settings.concurrency = 0));
    assert!(refused(|settings| settings.intune_app_id = "../users".into()));
    assert!(refused(|settings| settings.extra_roots = vec![b"no certificate".to_vec()]));
    assert!(!refused(|_| ()), "control");
}

#[tokio::test]
async fn an_unresolvable_address_is_told_as_such() {
    let world = World::open().await;
    let mut settings = world.settings();
    settings.call_timeout = std::time::Duration::from_secs(10);
    settings.allowed_hosts = vec![".invalid".into()];
    world.graph.always(Deed::Body(endpoints("https://nowhere.invalid/fe").into()));
    let refused = refusal(judge(&validator(settings)).await);
    assert_eq!(refused.code.0, 5101, "{refused}");
    assert_eq!(world.graph.connections(), 2, "rediscovered once");
}
