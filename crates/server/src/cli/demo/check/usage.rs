//! Key usages and purposes: M18, M19, M25, M26, M36.

use super::super::running::believe;
use super::lab::{Lab, plan, told};
use super::letter::Letter;
use super::settings;
use super::validity::{days, days_wanted};
use super::verdict::{Verdict, ensure, granted, trouble};
use pki::certificate::Certificate;
use pki::extension::{ExtendedKeyUsage, Extension, KeyUsage, find};
use simulator::fleet::RequestPlan;

fn usages(certificate: &Certificate) -> Result<String, String> {
    let usage = certificate.key_usage().map_err(trouble)?.ok_or("no key usage")?;
    Ok(usage.names().collect::<Vec<_>>().join("+"))
}

const BOTH: &str = "digitalSignature+keyEncipherment";

pub(super) async fn m18(lab: &Lab) -> Verdict {
    let signing = || RequestPlan { key_usage: 128, ..plan("signs-only") };
    let forced = usages(&granted(lab.enrol(&lab.main, "plain", signing()).await?)?)?;
    let requested = usages(&granted(lab.enrol(&lab.main, "requested", signing()).await?)?)?;
    ensure!(forced == BOTH && requested == "digitalSignature", "forced {forced}, requested {requested}");
    Ok(format!("digitalSignature asked for: {BOTH} by the profile, itself where the request counts"))
}

pub(super) async fn m19(lab: &Lab) -> Verdict {
    let mail = |key| {
        let mut letter = Letter::new("Ada", key);
        letter.extensions = vec![
            Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE),
            Extension::extended_key_usage(&ExtendedKeyUsage(vec![pki::oid::EMAIL_PROTECTION])),
        ];
        letter.attributes = days_wanted(730);
        letter
    };
    let before = granted(lab.post(&lab.main, "smime", mail(lab.key()?)).await?)?;
    let after = granted(lab.post(&lab.main, "smime-open", mail(lab.key()?)).await?)?;
    let seen = [(usages(&before)?, days(&before)), (usages(&after)?, days(&after))];
    let due = [(BOTH.to_owned(), 365), ("digitalSignature".to_owned(), 730)];
    ensure!(seen == due, "before and after: {seen:?}");
    for one in [&before, &after] {
        let purposes = one.extended_key_usage().map_err(trouble)?.ok_or("no purposes")?;
        ensure!(purposes.0 == [pki::oid::EMAIL_PROTECTION], "purposes {:?}", purposes.0);
    }
    Ok("before: both usages, 365 days; after: digitalSignature alone, 730 days; Secure Email in both".into())
}

pub(super) async fn m25(lab: &Lab) -> Verdict {
    let place = lab.scratch.path().join("m25");
    let warnings = |purposes: &str| -> Result<Vec<String>, String> {
        let text = settings::small("", &format!("extended_key_usage = [{purposes}]"));
        let config = believe(&place, &text).map_err(|failure| told(&failure))?;
        let about = config.warnings.iter().filter(|one| one.key.contains("extended_key_usage"));
        Ok(about.map(|one| one.code.to_string()).collect())
    };
    let (without, more, right) = (
        warnings("\"emailProtection\"")?,
        warnings("\"clientAuth\", \"serverAuth\"")?,
        warnings("\"clientAuth\"")?,
    );
    ensure!(without == ["CHY-6101"], "without clientAuth: {without:?}");
    ensure!(more == ["CHY-6104"], "with a further purpose: {more:?}");
    ensure!(right.is_empty(), "clientAuth alone: {right:?}");
    Ok("no clientAuth is doubted, a further purpose is asked about, clientAuth alone is not".into())
}

pub(super) async fn m26(lab: &Lab) -> Verdict {
    let asks = |key| {
        let mut letter = Letter::new("apple", key);
        let wish = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);
        letter.extensions = vec![Extension::key_usage(wish)];
        letter
    };
    let seen = usages(&granted(lab.post(&lab.main, "apple", asks(lab.key()?)).await?)?)?;
    ensure!(!seen.contains("nonRepudiation") && !seen.contains("contentCommitment"), "it has {seen}");
    let place = lab.scratch.path().join("m26");
    let usage = "key_usage = [\"digitalSignature\", \"nonRepudiation\"]";
    let apple = believe(&place, &settings::small("", &format!("platform = \"apple\"\n{usage}")));
    ensure!(apple.is_err(), "a profile for Apple with nonRepudiation is believed");
    let other = believe(&place, &settings::small("", usage));
    ensure!(other.is_ok(), "control: another platform may not have nonRepudiation either");
    Ok(format!("nonRepudiation asked for by an Apple device: {seen}; a profile with both is refused"))
}

pub(super) async fn m36(lab: &Lab) -> Verdict {
    let purposes = |certificate: &Certificate| {
        let found = find(certificate.extensions(), &pki::oid::EXTENDED_KEY_USAGE).cloned();
        found.map(|one| one.value).ok_or_else(|| "no purposes".to_owned())
    };
    let mut key = lab.key()?;
    let mut certificate =
        granted(lab.post(&lab.main, "serverauth", Letter::new("renews", key.clone())).await?)?;
    let first = purposes(&certificate)?;
    for round in 1..=5 {
        let next = lab.key()?;
        let letter =
            Letter { renews: Some((certificate.clone(), key)), ..Letter::new("renews", next.clone()) };
        let renewed = granted(lab.post(&lab.main, "serverauth", letter).await?)?;
        ensure!(purposes(&renewed)? == first, "renewal {round} changed the purposes");
        ensure!(renewed.key().spki() != certificate.key().spki(), "renewal {round} kept the key");
        (certificate, key) = (renewed, next);
    }
    let other = granted(lab.enrol(&lab.main, "plain", plan("other")).await?)?;
    ensure!(purposes(&other)? != first, "control: another profile has the same purposes");
    Ok("three purposes are the same octets after five renewals with new keys".into())
}
