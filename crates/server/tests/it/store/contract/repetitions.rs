//! What programs asked to be done once.

use chancery::store::*;

use crate::store::sample::*;

fn asked(key: u64, fingerprint: u64, second: i64) -> NewRepetition {
    NewRepetition {
        key: OnceKey(hash(7, key)),
        caller: hash(8, 1),
        fingerprint: hash(9, fingerprint),
        at: at(second),
    }
}

fn answer(body: &str) -> KeptAnswer {
    KeptAnswer { status: 201, body: body.to_owned() }
}

pub(crate) async fn what_is_asked_twice_is_done_once_for_a_day(store: &dyn Store) {
    let begin = |new| store.begin_once(new);
    assert_eq!(begin(asked(1, 1, 0)).await.unwrap(), Begun::New);
    assert_eq!(begin(asked(1, 1, 1)).await.unwrap(), Begun::UnderWay);
    assert_eq!(begin(asked(1, 2, 1)).await.unwrap(), Begun::Other);
    store.end_once(OnceKey(hash(7, 1)), Some(answer("{}"))).await.unwrap();
    let day = NewRepetition::KEPT;
    assert_eq!(begin(asked(1, 1, day - 1)).await.unwrap(), Begun::Done(answer("{}")));
    assert_eq!(begin(asked(1, 2, day - 1)).await.unwrap(), Begun::Other);
    assert_eq!(begin(asked(1, 2, day)).await.unwrap(), Begun::New, "it is forgotten");
}

pub(crate) async fn what_came_to_nothing_or_was_lost_is_done_again(store: &dyn Store) {
    assert_eq!(store.begin_once(asked(1, 1, 0)).await.unwrap(), Begun::New);
    store.end_once(OnceKey(hash(7, 1)), None).await.unwrap();
    assert_eq!(store.begin_once(asked(1, 2, 0)).await.unwrap(), Begun::New, "the key is free for anything");
    let lost = NewRepetition::LOST;
    assert_eq!(store.begin_once(asked(1, 2, lost)).await.unwrap(), Begun::UnderWay);
    assert_eq!(store.begin_once(asked(1, 2, lost + 1)).await.unwrap(), Begun::New, "nobody came back");
    assert_eq!(
        store.begin_once(asked(1, 2, lost + 1)).await.unwrap(),
        Begun::UnderWay,
        "it is in work again"
    );
    // An answer that is there is neither changed nor taken away.
    store.end_once(OnceKey(hash(7, 1)), Some(answer("1"))).await.unwrap();
    store.end_once(OnceKey(hash(7, 1)), Some(answer("2"))).await.unwrap();
    store.end_once(OnceKey(hash(7, 1)), None).await.unwrap();
    assert_eq!(store.begin_once(asked(1, 2, lost + 2)).await.unwrap(), Begun::Done(answer("1")));
    assert_eq!(store.begin_once(asked(2, 2, 0)).await.unwrap(), Begun::New);
    let long = "x".repeat(NewRepetition::LONGEST + 1);
    store.end_once(OnceKey(hash(7, 2)), Some(answer(&long))).await.unwrap();
    assert_eq!(store.begin_once(asked(2, 2, 0)).await.unwrap(), Begun::New, "too long to be kept");
}

pub(crate) async fn t33_so_many_keys_of_one_caller_are_remembered(store: &dyn Store) {
    let most = u64::from(NewRepetition::MOST);
    let pending: Vec<_> = (0..most).map(|key| store.begin_once(asked(key, 1, 0))).collect();
    for one in pending {
        assert_eq!(one.await.unwrap(), Begun::New);
    }
    assert_eq!(store.begin_once(asked(most, 1, 0)).await.unwrap(), Begun::Full);
    assert_eq!(store.begin_once(asked(3, 1, 0)).await.unwrap(), Begun::UnderWay, "known keys are answered");
    let other = NewRepetition { caller: hash(8, 2), ..asked(most, 1, 0) };
    assert_eq!(store.begin_once(other).await.unwrap(), Begun::New, "another caller has its own");
    let tomorrow = asked(most + 1, 1, NewRepetition::KEPT);
    assert_eq!(store.begin_once(tomorrow).await.unwrap(), Begun::New);
}
