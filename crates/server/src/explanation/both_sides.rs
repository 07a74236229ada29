//! Tests: every refusal has both sides, or stands in the closed list of those that compare nothing.

use super::{Compared, Explanation, Trouble, catalogue};
use crate::validators::intune::{Hop, trouble};
use crate::validators::{BoundIdentity, By, Refusal, refusal};
use mdm::intune::ResultCode;
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Oid, Time, oid};
use scep::Refusal as Message;
use std::collections::{BTreeMap, BTreeSet};

/// Codes below 6000 that compare nothing, each with the reason.
const WITHOUT: &[(&[u16], &str)] = &[
    (&[1034], "what is wrong within an envelope is known to nobody (RFC 3218 §2.3)"),
    (&[1050, 3000], "an HTTP request, not one for a certificate"),
    (&[3124], "a code of Intune that this version does not know"),
    (&[5000, 5001, 5002, 5003, 5004, 5005, 5006, 5007, 5008, 5009, 5010], "a fault of this server's"),
    (
        &[5011, 5012, 5013, 5014, 5015, 5016, 5017, 5021, 5022, 5023],
        "a fault of this server's, of which no request hears",
    ),
    (&[5101, 5102, 5103, 5104, 5105, 5106, 5107, 5108, 5109, 5110], "nobody has judged the request"),
    (&[5111, 5112, 5113, 5114, 5115, 5116, 5117, 5118], "nobody has judged the request"),
];

fn messages() -> Vec<Message> {
    let (oid, fault) = (Oid::new_unwrap("1.2.3"), scep::message::AttributeFault::Missing);
    vec![
        Message::TooLarge,
        Message::Malformed(pki::der::Error::Characters),
        Message::NotSignedData,
        Message::SignerInfos(2),
        Message::Certificates(5),
        Message::SignerCertificateMissing,
        Message::SignerCertificateAmbiguous,
        Message::DigestAlgorithms,
        Message::Digest(oid),
        Message::LegacyDigest,
        Message::SignatureAlgorithm(oid),
        Message::SignerKey,
        Message::KeyTransport,
        Message::ContentCipher(oid),
        Message::LegacyCipher,
        Message::NoWayToAnswer,
        Message::SignedAttributesMissing,
        Message::Attribute("senderNonce", fault),
        Message::UnsignedAttributes,
        Message::MessageDigest,
        Message::Signature,
        Message::MessageTypeUnknown,
        Message::MessageTypeNotARequest,
        Message::SigningTime,
        Message::NotEnvelopedData,
        Message::Recipients(0),
        Message::RecipientUnknown,
        Message::RecipientAmbiguous,
        Message::Envelope,
        Message::SignerKeyNotRequested,
        Message::RenewalSelfSigned,
        Message::Challenge,
    ]
}

fn own() -> Vec<Refusal> {
    let (now, bound) = (Time::from_unix(1_800_000_000), BoundIdentity::common_name("a"));
    let sides = super::Sides::new("subject, RDN 1", "CN=a", "CN=b");
    vec![
        Refusal::challenge_missing(),
        Refusal::challenge_wrong("No such challenge."),
        Refusal::made_for("endpoint", "a", "b"),
        Refusal::challenge_expired(now, now),
        Refusal::challenge_spent(),
        Refusal::other_identity(&bound, &Name::from_pairs(&[(oid::CN, "b")]), &[]),
        Refusal::other_identity(
            &bound,
            &Name::from_pairs(&[(oid::CN, "a")]),
            &[GeneralName::Dns("a".into())],
        ),
        Refusal::locked_out(60),
        Refusal::not_by_name(),
        Refusal::may_not_ask(By::Requester, &[By::Operator]),
        Refusal::name_not_listed("request.names", "CN=a", &[]),
        Refusal::profile_not_theirs("web", &[]),
        Refusal::not_as_promised("Both wholes.".to_owned(), &sides),
        Refusal::book_unavailable(),
        Refusal::vouched_for_nothing(),
    ]
}

fn on_the_way() -> Vec<Refusal> {
    use trouble::{Status, Trouble as Way};
    let text = String::new;
    let status = |number| Way::Status(Status { number, retry_after: None, aadsts: None, text: text() });
    let lost = [
        (Hop::Intune, Way::Dns),
        (Hop::Intune, Way::Tls(text())),
        (Hop::Intune, Way::Timeout),
        (Hop::Intune, Way::Broken(text())),
        (Hop::Intune, Way::TooLarge),
        (Hop::Graph, Way::NoService),
        (Hop::Graph, Way::Disallowed(text())),
        (Hop::Intune, Way::Busy),
        (Hop::Intune, Way::Resting),
        (Hop::Intune, Way::Ours("it could not be written")),
        (Hop::Intune, status(429)),
        (Hop::Intune, status(500)),
        (Hop::Entra, status(401)),
        (Hop::Graph, status(403)),
        (Hop::Intune, status(403)),
        (Hop::Intune, status(302)),
    ];
    lost.into_iter().map(|(hop, way)| way.refusal(hop)).collect()
}

/// What every refusal compared, by code.
fn compared() -> BTreeMap<String, Compared> {
    let told = own().into_iter().chain(on_the_way()).map(|one| Explanation::from(&one));
    let told = told.chain(messages().into_iter().map(|one| Explanation::from(&one)));
    let told = told.chain([Explanation::from(&Trouble::Random)]);
    let intune =
        ResultCode::NAMED_REFUSALS.into_iter().chain([ResultCode::Unknown("New".to_owned())]).map(|code| {
            let words = code.explanation().unwrap();
            let both = crate::validators::intune::compared(&code, words.public, "As Intune describes it.");
            (format!("CHY-{}", words.number), both)
        });
    told.map(|one| (one.code, one.compared)).chain(intune.collect::<Vec<_>>()).collect()
}

#[test]
fn m66_every_code_has_both_sides_or_a_reason() {
    let found = compared();
    let excused: BTreeSet<u16> = WITHOUT.iter().flat_map(|(codes, _)| codes.iter().copied()).collect();
    // The CA's own are held to it where they stand.
    let elsewhere: BTreeSet<u16> =
        ca::rejection::ALL.iter().flat_map(|family| family.iter()).map(|one| one.code.number()).collect();
    for entry in
        catalogue().into_iter().filter(|entry| entry.number < 6000 && !elsewhere.contains(&entry.number))
    {
        let both = found.get(&entry.to_string()).and_then(Compared::sides);
        let excused = excused.contains(&entry.number);
        assert_eq!(
            both.is_none(),
            excused,
            "{entry}: a refusal says what was expected and what was found (`Entry::compares`), and is made once in this file; \
             one that compares nothing (`Compared::Nothing`) stands in WITHOUT here, with the reason"
        );
        let Some(both) = both else { continue };
        assert!(!both.row.is_empty() && both.rule.ends_with('.'), "{entry}: {both:?}");
        assert_ne!(both.expected, both.found, "{entry}");
        assert!(
            ![&both.element, &both.expected, &both.found].iter().any(|side| side.is_empty()),
            "{entry}: {both:?}"
        );
    }
}

#[test]
fn v29_both_sides_cannot_act_on_a_terminal() {
    let sides = super::Sides::new("a\u{202e}", "\u{1b}[31m\n", "x".repeat(10_000));
    let Compared::Sides(sides) = refusal::OTHER_IDENTITY.compares(&sides, "M66") else { panic!("no sides") };
    assert_eq!((&*sides.element, &*sides.expected), ("a\\u{202e}", "\\u{1b}[31m\\n"));
    assert!(sides.found.chars().count() < 210);
}
