//! Bytes changed at random: nothing panics, and nothing but the original request comes out.

use std::sync::OnceLock;

use proptest::prelude::*;
use scep::client::CaCertificates;
use scep::server::{Opened, Policy};

use crate::support::{Sending, world};

fn message() -> &'static [u8] {
    static MESSAGE: OnceLock<Vec<u8>> = OnceLock::new();
    MESSAGE.get_or_init(|| world().pkcs_req().message().0)
}

fn request_of(opened: &Opened) -> &[u8] {
    match opened {
        Opened::CertificateRequested(requested) => requested.request.der(),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn v3_mutated_messages_end_no_process(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        whole in prop::bool::weighted(0.9),
    ) {
        let mut bytes = message().to_vec();
        for (at, octet) in changes {
            let at = at.index(bytes.len());
            bytes[at] = octet;
        }
        if !whole {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Ok(opened) = world().open(&bytes, &Policy::default()) {
            let original = world().open(message(), &Policy::default()).unwrap();
            prop_assert_eq!(request_of(&opened), request_of(&original));
        }
        let _ = CaCertificates::parse(&bytes);
        let _ = Sending { ..world().pkcs_req() }.message().1.read(&bytes, std::slice::from_ref(&world().ra));
    }
}
