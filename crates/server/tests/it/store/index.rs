//! The index as a file: lost, damaged, of another store, of another edition.

use super::sample::*;
use super::sqlite::Bed;
use chancery::store::*;
use std::path::PathBuf;

fn file(bed: &Bed) -> PathBuf {
    bed.path().with_extension("search.db")
}

async fn follow(store: &dyn Store) {
    while store.follow(100).await.unwrap().behind > 0 {}
}

async fn count(store: &dyn Store, word: &str) -> usize {
    let sought = Sought { words: vec![word.to_owned()], ..Sought::default() };
    let page = PageSought { limit: 100, after: None, now: at(100) };
    store.seek(sought, page).await.unwrap().hits.len()
}

async fn filled(first: u64) -> Bed {
    let bed = Bed::new();
    let issuer = issuer(bed.store(), "issuing").await;
    for n in first..first + 5 {
        issue(bed.store(), issuer, n).await;
    }
    follow(bed.store()).await;
    bed
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_index_nothing_is_found_and_nothing_fails() {
    let bed = Bed::new();
    let issuer = issuer(bed.store(), "issuing").await;
    issue(bed.store(), issuer, 1).await;
    assert_eq!(count(bed.store(), "device").await, 0);
    assert!(bed.store().audit_of("transaction 1", 9).await.unwrap().is_empty());
    follow(bed.store()).await;
    assert_eq!(count(bed.store(), "device").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn t85_the_index_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let bed = filled(1).await;
    for end in ["", "-wal"] {
        let mut name = file(&bed).into_os_string();
        name.push(end);
        let mode = std::fs::metadata(name).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{end}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_was_lost_or_damaged_is_made_again() {
    let mut bed = filled(1).await;
    for damage in ["gone", "garbage", "edition"] {
        bed.close();
        match damage {
            "gone" => std::fs::remove_file(file(&bed)).unwrap(),
            "garbage" => std::fs::write(file(&bed), vec![0x5A; 9_000]).unwrap(),
            _ => rusqlite::Connection::open(file(&bed))
                .unwrap()
                .execute_batch("PRAGMA user_version = 99")
                .unwrap(),
        }
        bed.reopen();
        follow(bed.store()).await;
        assert_eq!(count(bed.store(), "device-").await, 5, "{damage}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_of_another_store_is_not_believed() {
    let (mut bed, mut other) = (filled(1).await, filled(50).await);
    bed.close();
    other.close();
    std::fs::copy(file(&other), file(&bed)).unwrap();
    bed.reopen();
    follow(bed.store()).await;
    assert_eq!((count(bed.store(), "device-3").await, count(bed.store(), "device-51").await), (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn followed_in_pieces_or_at_once_the_index_says_the_same() {
    let mut bed = filled(1).await;
    let before = bed.store().numbers(at(100)).await.unwrap().endings;
    bed.close();
    std::fs::remove_file(file(&bed)).unwrap();
    bed.reopen();
    let (rows, numbers) =
        (bed.store().counts().await.unwrap().audit, bed.store().numbers(at(100)).await.unwrap());
    assert_eq!((numbers.behind, numbers.endings.len()), (rows, 0), "nothing of it is followed yet");
    // The second commit of a certificate is followed later than its first.
    while bed.store().follow(1).await.unwrap().behind > 0 {}
    assert_eq!(bed.store().numbers(at(100)).await.unwrap().endings, before);
    assert_eq!(count(bed.store(), "device-").await, 5);
}
