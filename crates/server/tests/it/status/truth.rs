//! The right answer, soon after it became right.

use super::desk::{Desk, is_revoked};
use chancery::authority::Ca;
use pki::certificate::Serial;
use pki::crl::Reason;
use pki::ocsp::{BasicResponse, CertStatus};

const DAY: i64 = 86_400;

#[tokio::test]
async fn t55_a_revocation_a_hold_and_a_release_are_said_within_seconds() {
    let desk = Desk::open().await;
    assert_eq!(desk.status(&desk.certificate).await, CertStatus::Good);
    desk.revoke(&desk.certificate, 6).await;
    desk.until(&desk.certificate, |said| {
        matches!(said, CertStatus::Revoked { reason: Reason::CertificateHold, .. })
    })
    .await;
    desk.revoke(&desk.certificate, 8).await;
    desk.until(&desk.certificate, |said| said == CertStatus::Good).await;
    desk.revoke(&desk.certificate, 1).await;
    desk.until(&desk.certificate, is_revoked).await;
    for _ in 0..50 {
        let said = desk.status(&desk.certificate).await;
        assert!(matches!(said, CertStatus::Revoked { reason: Reason::KeyCompromise, .. }), "{said:?}");
    }
}

#[tokio::test]
async fn t55_a_revocation_is_said_within_seconds_to_those_who_ask_with_a_nonce() {
    let desk = Desk::open().await;
    let question = desk.nonced().await;
    let said = async || BasicResponse::parse(&desk.ask(question.clone()).await).unwrap().responses[0].status;
    // Twice: the second answer is made from what the first one learned.
    assert_eq!((said().await, said().await), (CertStatus::Good, CertStatus::Good));
    desk.revoke(&desk.certificate, 1).await;
    let began = std::time::Instant::now();
    while !is_revoked(said().await) {
        assert!(began.elapsed().as_secs() < 10, "still good");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for _ in 0..50 {
        assert!(is_revoked(said().await));
    }
}

#[tokio::test]
async fn rfc_6960_an_answer_says_since_when_its_status_is_known() {
    let desk = Desk::open().await;
    let question = desk.nonced().await;
    for _ in 0..100 {
        let answer = BasicResponse::parse(&desk.ask(question.clone()).await).unwrap();
        let this_update = answer.responses[0].this_update;
        assert!(this_update <= answer.produced_at, "known before it was learned");
        assert!(answer.produced_at.unix() - this_update.unix() <= 2, "an old status counts as known now");
    }
}

#[tokio::test]
async fn t53_no_serial_number_that_was_never_used_is_good() {
    for (setting, extended) in [("unknown", false), ("revoked", true)] {
        let desk = Desk::with(&format!("[ocsp]\nnever_issued = '{setting}'\n")).await;
        let mut near = desk.certificate.serial().octets().to_vec();
        let mut serials = vec![vec![1], vec![0x7f; 20], vec![0x7f; 21], vec![1; 200], vec![0], vec![0xff]];
        for at in 0..near.len() {
            near[at] ^= 2;
            serials.push(near.clone());
            near[at] ^= 2;
        }
        for serial in serials {
            let response = desk.status_of(&Serial::new(&serial)).await;
            let expected = if extended { CertStatus::NEVER_ISSUED } else { CertStatus::Unknown };
            assert_eq!(response.responses[0].status, expected, "{serial:?}");
        }
        assert_eq!(desk.status(&desk.certificate).await, CertStatus::Good, "control");
    }
}

#[tokio::test]
async fn what_was_unknown_is_good_once_it_is_issued() {
    let desk = Desk::open().await;
    let other = {
        // Its number is asked for before it is used: nothing of that may be kept.
        let before = desk.status_of(&Serial::new(&[9; 16])).await;
        assert_eq!(before.responses[0].status, CertStatus::Unknown);
        desk.another().await
    };
    assert_eq!(desk.status(&other).await, CertStatus::Good);
}

#[tokio::test]
async fn t57_answers_are_young_and_never_outlive_their_signer() {
    let desk = Desk::open().await;
    let answer = desk.status_of(desk.certificate.serial()).await;
    let single = &answer.responses[0];
    let next = single.next_update.unwrap();
    assert_eq!(next.unix() - single.this_update.unix(), 3600);
    assert_eq!(answer.produced_at, single.this_update);
    // Past half of its life it is signed anew.
    desk.world.clock.advance(1801);
    let later = desk.status_of(desk.certificate.serial()).await;
    assert!(later.produced_at > answer.produced_at);
    let signer = desk.world.authority.responder(Ca::Issuing).unwrap();
    let until = signer.certificate.not_after().unix();
    desk.world.clock.advance(until - 60 - desk.world.clock.now());
    let last = desk.status_of(desk.certificate.serial()).await;
    assert_eq!(last.responses[0].next_update.unwrap().unix(), until, "cut to the signer's end");
    desk.world.clock.advance(120);
    let none = desk.ask(desk.question(desk.certificate.serial())).await;
    assert_eq!(none, [0x30, 3, 0x0a, 1, 3], "tryLater rather than an answer that nobody can verify");
}

#[tokio::test]
async fn t59_five_signers_succeed_each_other_without_a_bad_answer() {
    let mut desk = Desk::open().await;
    let mut signers = Vec::new();
    for _ in 0..6 {
        let answer = desk.ask(desk.question(desk.certificate.serial())).await;
        let signer = BasicResponse::parse(&answer).unwrap().certificates.remove(0);
        signer.verify_signed_by(desk.world.issuing().key()).unwrap();
        assert!(signer.is_valid_at(pki::Time::from_unix(desk.world.clock.now())));
        signers.push(signer.sha256());
        // More than half of a signer's life, less than all of it.
        desk.world.clock.advance(20 * DAY);
        desk.world.restart().await;
    }
    signers.dedup();
    assert_eq!(signers.len(), 6);
    assert_eq!(desk.status(&desk.certificate).await, CertStatus::Good);
}
