//! Versions of certificate profiles.

use chancery::store::*;
use pki::algorithm::sha256;

use crate::store::sample::*;

pub(crate) fn text(name: &str, document: &str) -> NewProfileVersion {
    NewProfileVersion {
        name: name.to_owned(),
        document: document.to_owned(),
        digest: sha256(document.as_bytes()),
        at: at(0),
        by: "test".to_owned(),
    }
}

pub(crate) fn told(rows: &[ProfileVersion]) -> Vec<(&str, u32, Option<&str>)> {
    rows.iter().map(|row| (row.name.as_str(), row.version, row.document.as_deref())).collect()
}

pub(crate) async fn t42_versions_count_up_and_the_same_text_is_none(store: &dyn Store) {
    assert_eq!(store.profile_versions(0).await.unwrap(), []);
    for (document, version) in [("a", Some(1)), ("a", None), ("b", Some(2)), ("a", Some(3)), ("a", None)] {
        let new = store.publish_profiles(vec![text("wifi", document)]).await.unwrap();
        assert_eq!(new.first().map(|row| row.version), version, "{document}");
    }
    let other = store.publish_profiles(vec![text("vpn", "a")]).await.unwrap();
    assert_eq!(told(&other), [("vpn", 1, Some("a"))], "each profile counts for itself");
    let all = store.profile_versions(0).await.unwrap();
    let expected =
        [("wifi", 1, Some("a")), ("wifi", 2, Some("b")), ("wifi", 3, Some("a")), ("vpn", 1, Some("a"))];
    assert_eq!(told(&all), expected);
    assert_eq!(store.profile_versions(all[1].sequence).await.unwrap(), all[2..]);
    assert_eq!((all[0].digest, all[0].published_by.as_str()), (Some(sha256(b"a")), "test"));
    let audit = store.audit(0, 9).await.unwrap();
    assert_eq!(audit.len(), 4, "a row of the chain for each version");
    let second = &audit[1].event;
    assert!(second.starts_with(r#"{"event":"profile.published","#), "{second}");
    assert!(second.contains(r#""profile":"wifi""#) && second.contains(r#""version":2"#), "{second}");
}

pub(crate) async fn t42_what_is_published_together_is_there_together(store: &dyn Store) {
    let both = vec![text("wifi", "a"), text("vpn", "b")];
    let queued = all((0..8).map(|_| store.publish_profiles(both.clone()))).await;
    let new: Vec<usize> = queued.into_iter().map(|one| one.unwrap().len()).collect();
    assert_eq!(new.iter().sum::<usize>(), 2, "eight processes publish the same: {new:?}");
    assert_eq!(
        told(&store.profile_versions(0).await.unwrap()),
        [("wifi", 1, Some("a")), ("vpn", 1, Some("b"))]
    );
}
