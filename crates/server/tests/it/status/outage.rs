//! The store is away: what was said before goes on, and nothing else is said.

use super::desk::{Desk, is_revoked};
use pki::ocsp::{BasicResponse, CertStatus};

const TRY_LATER: [u8; 5] = [0x30, 3, 0x0a, 1, 3];

/// Spoils the store under the running server: its file, its log and its index become directories' worth of zeros.
fn spoil(desk: &Desk) {
    for entry in std::fs::read_dir(desk.path("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains(".db") {
            let length = std::fs::metadata(&path).unwrap().len();
            std::fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
        }
    }
}

#[tokio::test]
async fn t63_answers_go_on_without_the_store_until_they_end() {
    let desk = Desk::open().await;
    let (held, unasked) = (desk.another().await, desk.another().await);
    desk.revoke(&held, 6).await;
    assert_eq!(desk.status(&desk.certificate).await, CertStatus::Good);
    assert!(is_revoked(desk.status(&held).await));
    spoil(&desk);
    let ask = |one| desk.ask(desk.question(one));
    assert_eq!(ask(unasked.serial()).await, TRY_LATER, "control: the store is away");
    assert_eq!(desk.status(&desk.certificate).await, CertStatus::Good);
    assert!(is_revoked(desk.status(&held).await));
    // Older than half of its life: signed anew if it could be, kept because it cannot.
    desk.world.clock.advance(200);
    assert!(is_revoked(desk.status(&held).await));
    desk.world.clock.advance(200);
    assert_eq!(ask(held.serial()).await, TRY_LATER, "after five minutes a hold is not known any more");
    let kept = BasicResponse::parse(&ask(desk.certificate.serial()).await).unwrap();
    assert!(kept.produced_at.unix() <= desk.world.clock.now() - 400);
    desk.world.clock.advance(3600);
    assert_eq!(ask(desk.certificate.serial()).await, TRY_LATER);
}

#[tokio::test]
async fn t63_no_fresh_answer_is_made_of_a_status_that_cannot_be_looked_up() {
    let desk = Desk::open().await;
    let question = desk.nonced().await;
    let good =
        |answer: Vec<u8>| BasicResponse::parse(&answer).unwrap().responses[0].status == CertStatus::Good;
    assert!(good(desk.ask(question.clone()).await));
    assert!(good(desk.ask(desk.question(desk.certificate.serial())).await));
    spoil(&desk);
    let began = std::time::Instant::now();
    while desk.ask(question.clone()).await != TRY_LATER {
        assert!(began.elapsed().as_secs() < 10, "a status of old is said to be of now");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert!(
        good(desk.ask(desk.question(desk.certificate.serial())).await),
        "control: what was signed before goes on"
    );
}

#[tokio::test]
async fn t63_a_clock_that_was_set_back_makes_no_old_status_fresh() {
    let desk = Desk::open().await;
    let question = desk.nonced().await;
    assert_ne!(desk.ask(question.clone()).await, TRY_LATER);
    spoil(&desk);
    desk.world.clock.advance(-600);
    assert_eq!(desk.ask(question).await, TRY_LATER);
}

#[tokio::test]
async fn t63_nothing_known_to_be_revoked_is_good_again() {
    let desk = Desk::open().await;
    assert_eq!(desk.status(&desk.certificate).await, CertStatus::Good);
    desk.revoke(&desk.certificate, 1).await;
    desk.until(&desk.certificate, is_revoked).await;
    spoil(&desk);
    for _ in 0..20 {
        let answer = desk.ask(desk.question(desk.certificate.serial())).await;
        assert!(is_revoked(BasicResponse::parse(&answer).unwrap().responses[0].status));
    }
}
