//! API tokens.

use chancery::store::*;
use chancery::tokens::Scope;

use crate::store::sample::*;

fn token(n: u64, name: &str, expires: Option<i64>) -> NewToken {
    NewToken {
        hash: TokenHash(hash(5, n)),
        name: name.to_owned(),
        scopes: vec![Scope::CertRead, Scope::CertRevoke],
        expires_at: expires.map(at),
        person: None,
        created_at: at(0),
        event: AuditEvent::detail(r#"{"by":"test"}"#.to_owned()),
    }
}

async fn kinds(store: &dyn Store) -> Vec<String> {
    let rows = store.audit(0, 99).await.unwrap();
    rows.iter().map(|row| row.event.split('"').nth(3).unwrap().to_owned()).collect()
}

pub(crate) async fn a_token_is_found_by_its_hash_and_its_name_is_taken_while_it_lives(store: &dyn Store) {
    assert!(store.put_token(token(1, "desk", Some(60))).await.unwrap());
    let found = store.token(TokenHash(hash(5, 1))).await.unwrap().unwrap();
    assert_eq!((found.name.as_str(), found.expires_at, found.revoked_at), ("desk", Some(at(60)), None));
    assert_eq!(found.scopes, [Scope::CertRead, Scope::CertRevoke]);
    let standing = |seconds| found.standing(at(seconds));
    assert_eq!((standing(59), standing(60)), (TokenStanding::Live, TokenStanding::Expired));
    assert_eq!(store.token(TokenHash(hash(5, 2))).await.unwrap(), None);
    assert!(!store.put_token(token(2, "desk", None)).await.unwrap(), "the name is taken");
    assert_eq!(store.token(TokenHash(hash(5, 2))).await.unwrap(), None);
    let after = NewToken { created_at: at(60), ..token(2, "desk", None) };
    assert!(store.put_token(after).await.unwrap(), "the first has expired");
    assert!(store.put_token(token(2, "other", None)).await.is_err(), "a hash is there once");
    assert_eq!(kinds(store).await, ["token.created", "token.created"]);
}

pub(crate) async fn a_revoked_token_stays_revoked_and_frees_its_name(store: &dyn Store) {
    let event = || AuditEvent::detail(r#"{"by":"test"}"#.to_owned());
    assert!(!store.revoke_token("desk", event(), at(1)).await.unwrap(), "there is none");
    store.put_token(token(1, "desk", None)).await.unwrap();
    store.put_token(token(2, "lobby", None)).await.unwrap();
    assert!(store.revoke_token("desk", event(), at(1)).await.unwrap());
    assert!(!store.revoke_token("desk", event(), at(2)).await.unwrap(), "it is revoked");
    store.put_token(token(3, "desk", None)).await.unwrap();
    let all = store.tokens(10).await.unwrap();
    let told: Vec<_> = all.iter().map(|one| (one.name.as_str(), one.revoked_at)).collect();
    assert_eq!(told, [("desk", None), ("lobby", None), ("desk", Some(at(1)))]);
    assert_eq!(store.tokens(1).await.unwrap().len(), 1);
    assert_eq!(kinds(store).await, ["token.created", "token.created", "token.revoked", "token.created"]);
}
