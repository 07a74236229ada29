//! Before certificates are revoked, held or released: which, and what will become of each. Nothing is done here.

use super::row::Row;
use crate::portal::pages::holders;
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;

/// As many as a page lists.
const MOST: usize = 200;

/// What can be done to a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Revoke,
    Hold,
    Release,
}

/// Whose certificates are meant, as forms carry it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Whose {
    Serials(Vec<String>),
    Device(String),
    User(String),
}

/// What the API takes for a revocation, in the order in which it is offered: the likely ones first.
const REASONS: [&str; 6] = [
    "cessationOfOperation",
    "keyCompromise",
    "superseded",
    "affiliationChanged",
    "privilegeWithdrawn",
    "unspecified",
];

#[derive(Template)]
#[template(path = "certificates-ask.html")]
struct Ask<'a> {
    frame: &'a Frame,
    w: &'static Words,
    deed: Deed,
    whose: Whose,
    rows: Vec<Row>,
    reasons: &'static [&'static str],
}

impl Deed {
    pub(super) fn parse(word: &str) -> Option<Deed> {
        [Deed::Revoke, Deed::Hold, Deed::Release].into_iter().find(|deed| deed.word() == word)
    }

    pub(super) fn word(self) -> &'static str {
        match self {
            Deed::Revoke => "revoke",
            Deed::Hold => "hold",
            Deed::Release => "release",
        }
    }

    /// RFC 5280 §5.3.1's reason, which is the person's choice where it is for good.
    pub(super) fn reason(self, chosen: &str) -> &str {
        match self {
            // Holding is a deed of its own: whoever revokes means for good.
            Deed::Revoke if REASONS.contains(&chosen) => chosen,
            Deed::Revoke => "unspecified",
            Deed::Hold => "certificateHold",
            Deed::Release => "removeFromCRL",
        }
    }

    /// What becomes of one that stands so, as a text of the family `fate`.
    fn fate(self, status: &str) -> &'static str {
        match (self, status) {
            (_, "revoked") => "stays-revoked",
            (Deed::Revoke, _) => "revoked",
            (Deed::Hold, "held") => "stays-held",
            (Deed::Hold, _) => "held",
            (Deed::Release, "held") => "released",
            (Deed::Release, _) => "unchanged",
        }
    }
}

impl Whose {
    /// What a form or an address names: a device, a user, or else serial numbers.
    pub(super) fn of(visit: &Visit) -> Whose {
        let given =
            |name: &str| Some(visit.field(name)).filter(|it| !it.is_empty()).unwrap_or(visit.query(name));
        match (given("device"), given("user")) {
            ("", "") => {
                let ticked = visit.fields("serial").map(str::to_owned);
                let asked = Some(visit.query("serial")).filter(|it| !it.is_empty()).map(str::to_owned);
                Whose::Serials(ticked.chain(asked).collect())
            }
            ("", user) => Whose::User(user.to_owned()),
            (device, _) => Whose::Device(device.to_owned()),
        }
    }

    /// As fields of a form.
    fn fields(&self) -> Vec<(&'static str, &str)> {
        match self {
            Whose::Serials(serials) => serials.iter().map(|one| ("serial", one.as_str())).collect(),
            Whose::Device(id) => vec![("device", id)],
            Whose::User(upn) => vec![("user", upn)],
        }
    }
}

impl Ask<'_> {
    /// What becomes of a certificate, in words.
    fn fate(&self, row: &Row) -> String {
        self.w.word("fate", self.deed.fate(&row.status))
    }

    /// How many it will change.
    fn changing(&self) -> usize {
        let changes = |row: &&Row| matches!(self.deed.fate(&row.status), "revoked" | "held" | "released");
        self.rows.iter().filter(changes).count()
    }
}

/// The page, for boxes that were ticked (POST) and for a link from one certificate, device or user (GET).
pub(in crate::portal::pages) fn ask(visit: Visit) -> Shown {
    Box::pin(async move {
        let word = Some(visit.field("deed")).filter(|it| !it.is_empty()).unwrap_or(visit.query("deed"));
        let deed = Deed::parse(word).ok_or_else(Problem::not_found)?;
        let whose = Whose::of(&visit);
        let rows = rows(&visit, &whose).await?;
        let reasons = if deed == Deed::Revoke { REASONS.as_slice() } else { &[] };
        Answer::page(&Ask { frame: &visit.frame, w: visit.words, deed, whose, rows, reasons })
    })
}

async fn rows(visit: &Visit, whose: &Whose) -> Result<Vec<Row>, Problem> {
    match whose {
        Whose::Device(id) => holders::living(visit, "devices", id).await,
        Whose::User(upn) => holders::living(visit, "users", upn).await,
        Whose::Serials(serials) if serials.len() > MOST => {
            let title = visit.words.n("deed-too-many", MOST);
            Err(Problem { status: 400, title, ..Problem::not_found() })
        }
        Whose::Serials(serials) => {
            let mut rows = Vec::with_capacity(serials.len());
            for serial in serials {
                rows.push(visit.api()?.get(&url(&["certificates", serial], &[])).await?);
            }
            Ok(rows)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Ask, Deed, REASONS, Row, Whose};
    use crate::portal::markup;
    use crate::portal::pages::desk;
    use askama::Template as _;
    use serde_json::json;

    fn row(text: &str, status: &str) -> Row {
        serde_json::from_value(json!({
            "serial": "4F21", "subject": text, "names": [], "status": status, "profile": "device",
            "endpoint": "once", "device": null, "user": null, "requested_by": null,
            "not_before": "2026-11-29T16:57:44Z", "not_after": "2026-11-29T16:57:44Z",
            "issued_at": "2026-11-29T16:57:44Z", "revoked_at": null, "reason": null,
        }))
        .unwrap()
    }

    fn page(deed: Deed, whose: Whose, rows: Vec<Row>) -> String {
        let (frame, w) = desk::frame("helpdesk");
        let reasons = if deed == Deed::Revoke { REASONS.as_slice() } else { &[] };
        Ask { frame: &frame, w, deed, whose, rows, reasons }.render().unwrap()
    }

    #[test]
    fn t_xss_hostile_text_is_text_on_the_page_that_asks() {
        for text in desk::HOSTILE {
            let own = || text.to_owned();
            for whose in [Whose::Serials(vec![own()]), Whose::Device(own()), Whose::User(own())] {
                markup::check(&page(Deed::Revoke, whose, vec![row(text, "good")]));
            }
        }
        for text in markup::FOREIGN.iter() {
            let whose = Whose::Serials(vec!["4F21".to_owned()]);
            markup::check(&page(Deed::Hold, whose, vec![row(text, "good"), row(text, text)]));
        }
    }

    #[test]
    fn the_page_says_how_many_will_change_and_sends_them_all() {
        let rows = vec![row("a", "good"), row("b", "held"), row("c", "revoked")];
        let serials = || Whose::Serials(vec!["A1".into(), "B2".into(), "C3".into()]);
        let text = page(Deed::Revoke, serials(), rows.clone());
        assert!(text.contains("2 certificates will change") && text.contains("value=\"C3\""), "{text}");
        let text = page(Deed::Release, serials(), rows);
        assert!(text.contains("1 certificate will change") && !text.contains("name=\"reason\""), "{text}");
        let text = page(Deed::Hold, serials(), vec![row("c", "revoked")]);
        assert!(text.contains("Nothing would change") && !text.contains("/certificates/revoke"), "{text}");
    }

    #[test]
    fn each_reason_and_fate_has_words() {
        let (_, w) = desk::frame("helpdesk");
        assert!(REASONS.iter().all(|reason| w.has(&format!("reason-{reason}"))));
        assert!(REASONS.iter().all(|reason| pki::crl::Reason::named(reason).is_some()));
        for deed in [Deed::Revoke, Deed::Hold, Deed::Release] {
            for status in ["good", "held", "revoked", "expired"] {
                assert!(w.has(&format!("fate-{}", deed.fate(status))), "{deed:?} {status}");
            }
        }
    }

    #[test]
    fn what_is_revoked_for_good_is_never_called_a_hold() {
        for chosen in ["certificateHold", "removeFromCRL", "", "x"] {
            assert_eq!(Deed::Revoke.reason(chosen), "unspecified");
        }
        assert_eq!(Deed::Revoke.reason("keyCompromise"), "keyCompromise");
        assert_eq!(Deed::Hold.reason("keyCompromise"), "certificateHold");
        assert_eq!(Deed::Release.reason("keyCompromise"), "removeFromCRL");
        assert!(Deed::parse("delete").is_none());
    }

    #[test]
    fn what_is_revoked_stays_so() {
        for deed in [Deed::Revoke, Deed::Hold, Deed::Release] {
            assert_eq!(deed.fate("revoked"), "stays-revoked");
        }
        assert_eq!((Deed::Release.fate("good"), Deed::Hold.fate("expired")), ("unchanged", "held"));
    }
}
