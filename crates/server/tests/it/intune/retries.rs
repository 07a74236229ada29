//! How often each hop is asked (contract §4 and §8): counts are exact.

use super::far_end::*;
use chancery::validators::intune::BreakerSettings;
use chancery::validators::{Retry, Verdict};
use std::time::Duration;
use tokio::time::Instant;

fn counts(world: &World) -> [usize; 3] {
    [world.entra.connections(), world.graph.connections(), world.intune.connections()]
}

fn status(number: u16) -> Deed {
    Deed::Status(number, "", b"{}".to_vec())
}

#[tokio::test]
async fn contract_8_validate_request_is_repeated_once_and_where_told() {
    for (deed, expected) in [
        // entra, graph, intune: always failing that way.
        (status(429), [2, 1, 2]),
        (Deed::Status(429, "Retry-After: 0\r\n", vec![]), [2, 1, 2]),
        (Deed::Status(429, "Retry-After: 6\r\n", vec![]), [2, 1, 1]),
        (Deed::Status(503, "Retry-After: 3600\r\n", vec![]), [2, 1, 1]),
        (status(502), [2, 2, 2]),
        (status(503), [2, 2, 2]),
        (status(504), [2, 2, 2]),
        (status(500), [2, 2, 2]),
        (status(404), [2, 2, 2]),
        (status(410), [2, 2, 2]),
        (status(401), [3, 1, 2]),
        (status(403), [2, 1, 1]),
        (status(400), [2, 1, 1]),
        (status(302), [2, 1, 1]),
        (Deed::Raw(vec![]), [2, 1, 1]),
        (Deed::RawThenHang(vec![]), [2, 1, 1]),
        (Deed::Body(b"{}".to_vec()), [2, 1, 1]),
        (Deed::Body(br#"{"code":"ChallengeExpired"}"#.to_vec()), [2, 1, 1]),
    ] {
        let world = World::open().await;
        world.intune.always(deed.clone());
        refusal(judge(&world.validator()).await);
        assert_eq!(counts(&world), expected, "{deed:?}");
    }
}

#[tokio::test]
async fn contract_8_notifications_are_not_rediscovered() {
    for (deed, expected) in [
        (status(429), [2, 1, 2]),
        (status(503), [2, 1, 2]),
        (status(401), [3, 1, 2]),
        (status(500), [2, 1, 1]),
        (status(404), [2, 1, 1]),
        (status(403), [2, 1, 1]),
        (Deed::Raw(vec![]), [2, 1, 1]),
        (Deed::Body(br#"{"code":"Unknown"}"#.to_vec()), [2, 1, 1]),
    ] {
        let world = World::open().await;
        world.intune.always(deed.clone());
        issued(&world.validator()).await.unwrap_err();
        assert_eq!(counts(&world), expected, "{deed:?}");
    }
}

#[tokio::test]
async fn contract_8_token_and_discovery_are_repeated_once() {
    for (deed, entra) in [
        (status(503), 2),
        (status(429), 2),
        (status(400), 1),
        (status(401), 1),
        (status(500), 1),
        (Deed::Raw(vec![]), 1),
        (Deed::Status(429, "Retry-After: 30\r\n", vec![]), 1),
    ] {
        let world = World::open().await;
        world.entra.always(deed.clone());
        refusal(judge(&world.validator()).await);
        assert_eq!(counts(&world), [entra, 0, 0], "{deed:?}");
    }
    for (deed, expected) in [
        (status(503), [1, 2, 0]),
        (status(401), [2, 2, 0]),
        (status(403), [1, 1, 0]),
        (status(404), [1, 1, 0]),
        (Deed::Body(br#"{"value":[]}"#.to_vec()), [1, 1, 0]),
    ] {
        let world = World::open().await;
        world.graph.always(deed.clone());
        refusal(judge(&world.validator()).await);
        assert_eq!(counts(&world), expected, "{deed:?}");
    }
}

#[tokio::test]
async fn contract_8_one_trouble_that_passes_does_not_refuse() {
    for deed in [status(503), status(429), status(401), status(404), status(500)] {
        let world = World::open().await;
        world.intune.then(deed.clone());
        assert!(matches!(judge(&world.validator()).await, Verdict::Vouched(_)), "{deed:?}");
    }
    let world = World::open().await;
    world.intune.then(status(503));
    issued(&world.validator()).await.unwrap();
}

#[tokio::test]
async fn contract_4_no_connection_means_a_new_address_at_once() {
    let world = World::open().await;
    let validator = world.validator();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    world.graph.then(Deed::Body(endpoints(&format!("http://{closed}/old")).into()));
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)), "the scale unit moved");
    assert_eq!(counts(&world), [2, 2, 1]);
    world.graph.always(Deed::Body(endpoints(&format!("http://{closed}/old")).into()));
    let refused = refusal(judge(&world.validator()).await);
    assert_eq!((refused.code.0, world.graph.connections()), (5101, 4));
}

#[tokio::test]
async fn contract_4_the_address_is_kept_and_discovered_again_after_its_time() {
    let world = World::open().await;
    let mut settings = world.settings();
    settings.discovery_ttl = Duration::from_millis(150);
    let validator = validator(settings);
    judge(&validator).await;
    judge(&validator).await;
    issued(&validator).await.unwrap();
    assert_eq!(counts(&world), [2, 1, 3]);
    tokio::time::sleep(Duration::from_millis(200)).await;
    judge(&validator).await;
    assert_eq!(counts(&world), [2, 2, 4]);
}

#[tokio::test]
async fn contract_4_a_missing_service_is_not_remembered() {
    let world = World::open().await;
    let validator = world.validator();
    world.graph.then(Deed::Body(br#"{"value":[]}"#.to_vec()));
    assert_eq!(refusal(judge(&validator).await).code.0, 5113);
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)), "newly licensed, no restart");
}

#[tokio::test]
async fn contract_4_the_next_page_is_followed_and_only_so_far() {
    let world = World::open().await;
    let link = format!("{}page?$skiptoken=a%2Bb", world.graph.url());
    let page = serde_json::json!({"value": [], "@odata.nextLink": link}).to_string();
    world.graph.then(Deed::Body(page.clone().into()));
    assert!(matches!(judge(&world.validator()).await, Verdict::Vouched(_)));
    assert_eq!(world.graph.seen()[1].line, "GET /page?$skiptoken=a%2Bb HTTP/1.1", "verbatim");
    world.graph.always(Deed::Body(page.into()));
    assert_eq!(refusal(judge(&world.validator()).await).code.0, 5113);
    assert_eq!(world.graph.connections(), 22, "a list without end is left after 20 pages");
}

#[tokio::test]
async fn contract_8_retry_after_is_waited_for() {
    let world = World::open().await;
    let mut settings = world.settings();
    settings.call_timeout = Duration::from_secs(5);
    world.intune.then(Deed::Status(429, "Retry-After: 1\r\n", vec![]));
    let started = Instant::now();
    assert!(matches!(judge(&validator(settings)).await, Verdict::Vouched(_)));
    assert!(started.elapsed() >= Duration::from_secs(1));
    world.intune.always(Deed::Status(429, "Retry-After: 77\r\n", vec![]));
    let refused = refusal(judge(&world.validator()).await);
    assert_eq!((refused.code.0, refused.retry), (5104, Retry::Later(Duration::from_secs(77))));
}

#[tokio::test]
async fn t21_a_hanging_intune_holds_so_many_calls_and_no_more() {
    let world = World::open().await;
    let mut settings = world.settings();
    (settings.concurrency, settings.queue_timeout) = (2, Duration::from_millis(50));
    let validator = validator(settings);
    judge(&validator).await;
    world.intune.always(Deed::RawThenHang(vec![]));
    let calls = [judge(&validator), judge(&validator), judge(&validator), judge(&validator)];
    let [a, b, c, d] = calls;
    let (a, b, c, d) = tokio::join!(a, b, c, d);
    let mut codes = [a, b, c, d].map(|verdict| refusal(verdict).code.0);
    codes.sort_unstable();
    assert_eq!(codes, [5103, 5103, 5109, 5109]);
    assert_eq!(world.intune.connections(), 3);
}

#[tokio::test]
async fn t21_after_failures_in_a_row_calls_rest_then_one_probes() {
    let world = World::open().await;
    let mut settings = world.settings();
    settings.breaker = BreakerSettings { failures: 2, pause: Duration::from_millis(200) };
    let validator = validator(settings);
    world.intune.always(Deed::Raw(vec![]));
    for code in [5116, 5116, 5110, 5110] {
        assert_eq!(refusal(judge(&validator).await).code.0, code);
    }
    issued(&validator).await.unwrap_err();
    assert_eq!(world.intune.connections(), 3, "a notification is tried nevertheless");
    world.intune.always(Deed::Good);
    tokio::time::sleep(Duration::from_millis(250)).await;
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)));
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)));
}

#[tokio::test]
async fn a_wrong_secret_does_not_open_the_breaker() {
    let world = World::open().await;
    let mut settings = world.settings();
    settings.breaker.failures = 1;
    let validator = validator(settings);
    world.entra.always(Deed::Status(
        401,
        "",
        br#"{"error":"invalid_client","error_codes":[7000222]}"#.to_vec(),
    ));
    for _ in 0..3 {
        let refused = refusal(judge(&validator).await);
        assert_eq!((refused.code.0, refused.retry), (5111, Retry::AfterRepair));
        assert!(refused.fix.contains("new client secret"), "{refused}");
    }
}
