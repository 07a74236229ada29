//! Periods of validity: M10 to M14, M16.

use super::super::running::{Running, believe};
use super::lab::{Lab, plan, told};
use super::letter::Letter;
use super::settings;
use super::verdict::{Verdict, ensure, granted, refused, trouble};
use pki::Oid;
use pki::attribute::Attribute;
use pki::certificate::Certificate;
use pki::der::{Tag, Writer};

/// szOID_ENROLLMENT_NAME_VALUE_PAIR (MS-WCCE §2.2.2.7.10).
const NAME_VALUE_PAIR: Oid = Oid::new_unwrap("1.3.6.1.4.1.311.13.2.1");

/// The attributes by which Microsoft's client asks for a period.
pub(super) fn days_wanted(days: u32) -> Vec<Attribute> {
    let bmp = |text: &str| text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<u8>>();
    let pair = |name: &str, value: &str| {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.tlv(Tag::BMP_STRING, &bmp(name));
                w.tlv(Tag::BMP_STRING, &bmp(value));
            });
        })
    };
    let values = vec![pair("ValidityPeriod", "Days"), pair("ValidityPeriodUnits", &days.to_string())];
    vec![Attribute { oid: NAME_VALUE_PAIR, values }]
}

/// Whole days from the first second to the last.
pub(super) fn days(certificate: &Certificate) -> i64 {
    (certificate.not_after().unix() - certificate.not_before().unix() + 1) / 86_400
}

/// Days of the certificate that comes where a request wants so many.
async fn given(lab: &Lab, server: &Running, endpoint: &str, wanted: u32) -> Result<i64, String> {
    let mut letter = Letter::new(&format!("wants-{wanted}"), lab.key()?);
    letter.attributes = days_wanted(wanted);
    Ok(days(&granted(lab.post(server, endpoint, letter).await?)?))
}

pub(super) async fn m10(lab: &Lab) -> Verdict {
    let mut seen = Vec::new();
    for wanted in [30, 365, 4_000] {
        seen.push(given(lab, &lab.main, "asked", wanted).await?);
    }
    ensure!(seen == [30, 365, 730], "30, 365 and 4000 days gave {seen:?}");
    Ok("30, 365 and 4000 days asked for, 30, 365 and 730 given".into())
}

pub(super) async fn m11(lab: &Lab) -> Verdict {
    let ca = "[ca]\nissuing_validity_days = 40\n";
    let server = lab.server(&settings::small(ca, "")).await?;
    let certificate = granted(lab.enrol(&server, "plain", plan("outlives")).await?)?;
    let end = server.authority.issuing.certificate.not_after();
    ensure!(certificate.not_after() == end, "it ends at {}, the CA at {end}", certificate.not_after());
    let audit = server.store.audit(0, 1_000).await.map_err(trouble)?;
    let named = audit.iter().any(|row| row.event.contains("issuing CA's certificate"));
    ensure!(named, "the audit does not say why the period is shorter");
    server.stop().await;
    let strict = lab.server(&settings::small(ca, "beyond_issuer = \"refuse\"")).await?;
    refused(&lab.enrol(&strict, "plain", plan("outlives")).await?, "CHY-2501")?;
    strict.stop().await;
    let control = granted(lab.enrol(&lab.main, "plain", plan("fits")).await?)?;
    ensure!(days(&control) == 365, "control: {} days", days(&control));
    Ok("clamped to the issuing CA's end and said so; refused with CHY-2501 where the profile says so".into())
}

pub(super) async fn m12(lab: &Lab) -> Verdict {
    let (fixed, open) =
        (given(lab, &lab.main, "plain", 100).await?, given(lab, &lab.main, "asked", 100).await?);
    ensure!((fixed, open) == (365, 100), "100 days asked for: {fixed} without the switch, {open} with it");
    Ok("100 days asked for: 365 by the profile, 100 where it allows".into())
}

pub(super) async fn m13(lab: &Lab) -> Verdict {
    let usual = days(&granted(lab.enrol(&lab.main, "apple", plan("iphone")).await?)?);
    let asked = given(lab, &lab.main, "apple", 30).await?;
    ensure!((usual, asked) == (365, 365), "{usual} days without a wish, {asked} with one");
    let control = given(lab, &lab.main, "asked", 30).await?;
    ensure!(control == 30, "control: another platform got {control} days");
    Ok("Apple devices get the profile's 365 days, with and without a wish".into())
}

pub(super) async fn m14(lab: &Lab) -> Verdict {
    let (one, five) =
        (given(lab, &lab.main, "asked", 300).await?, given(lab, &lab.main, "asked", 1_825).await?);
    ensure!((one, five) == (300, 730), "300 and 1825 days gave {one} and {five}");
    let place = lab.scratch.path().join("m14");
    let refusal = believe(&place, &settings::small("", "validity_days = 1825\nmax_validity_days = 730"));
    ensure!(refusal.is_err(), "a profile of 5 years under a ceiling of 2 is believed");
    believe(&place, &settings::small("", "validity_days = 365\nmax_validity_days = 730"))
        .map_err(|failure| told(&failure))?;
    Ok("less than the ceiling is given, more is capped; a profile above its own ceiling is refused".into())
}

pub(super) async fn m16(lab: &Lab) -> Verdict {
    let place = lab.scratch.path().join("m16");
    let warned = |days: u32| -> Result<bool, String> {
        let text = settings::small("", &format!("validity_days = {days}"));
        let config = believe(&place, &text).map_err(|failure| told(&failure))?;
        Ok(config.warnings.iter().any(|one| one.code.to_string() == "CHY-6103"))
    };
    let (four, five) = (warned(4)?, warned(5)?);
    ensure!(four && !five, "warned at 4 days: {four}, at 5: {five}");
    Ok("4 days are warned about with CHY-6103, 5 are not".into())
}
