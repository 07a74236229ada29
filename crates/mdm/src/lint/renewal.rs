//! When a certificate is renewed.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::platform::Renewal;
use crate::profile::{Profile, Purpose, RenewalThreshold};

const SETTING: &str = "renewal_threshold";
/// A month's holiday fits a window of so many days (M168).
const SHORTEST_WINDOW: u32 = 30;
/// Half a year (M167).
const MAIL_WINDOW: u32 = 182;

pub(super) const RULES: &[Rule] = &[
    Rule::warning("PRF-611", "M90", "Renewal begins late.", too_low).mended(recommended),
    Rule::advice("PRF-612", "M90", "Renewal begins before half of the life is over.", too_high).mended(half),
    Rule::warning("PRF-613", "M168", "The window for renewal is short.", short_window).mended(half),
    Rule::advice(
        "PRF-614",
        "M165, M166",
        "The platform renews while it is unlocked, and needs long.",
        long_needed,
    )
    .mended(half),
    Rule::warning("PRF-615", "M167", "A certificate for mail is renewed late.", mail_window).mended(half),
];

fn percent(examined: &Examined<'_>) -> u8 {
    examined.profile.renewal_threshold.percent()
}

/// How many days before expiry renewal begins.
fn window(examined: &Examined<'_>) -> u32 {
    examined.profile.renewal_threshold.window(examined.profile.validity.about_days())
}

fn signs_mail(examined: &Examined<'_>) -> bool {
    examined.has_purpose(&Purpose::SecureEmail)
}

fn with_threshold(examined: &Examined<'_>, percent: u8) -> Option<Profile> {
    let threshold = RenewalThreshold::try_from(percent).ok()?;
    examined.changed(|profile| profile.renewal_threshold = threshold)
}

fn too_low(examined: &Examined<'_>) -> Vec<Fault> {
    let percent = percent(examined);
    let sentence = || format!("With {percent} % renewal begins {} days before the end.", window(examined));
    Fault::when(percent < 20, SETTING, sentence, "Choose 20 %, or 50 % on Apple's systems.")
}

fn recommended(examined: &Examined<'_>) -> Option<Profile> {
    with_threshold(examined, 20)
}

fn too_high(examined: &Examined<'_>) -> Vec<Fault> {
    let percent = percent(examined);
    let high = percent > 50 && !signs_mail(examined);
    let sentence =
        || format!("With {percent} % a device asks again when less than half of the life is over.");
    Fault::when(high, SETTING, sentence, "Choose 50 % at most.")
}

fn half(examined: &Examined<'_>) -> Option<Profile> {
    with_threshold(examined, 50)
}

fn short_window(examined: &Examined<'_>) -> Vec<Fault> {
    let window = window(examined);
    let sentence = || {
        let validity = examined.profile.validity;
        format!(
            "{} % of {validity} are {window} days; who is away for longer comes back without.",
            percent(examined)
        )
    };
    // Below 20 % the threshold itself is what is wrong, below five days the validity (M16).
    let else_right = percent(examined) >= 20 && examined.profile.validity.about_days() >= 5;
    let short = window < SHORTEST_WINDOW && else_right;
    Fault::when(short, SETTING, sentence, "Choose a longer validity, or a higher threshold.")
}

fn long_needed(examined: &Examined<'_>) -> Vec<Fault> {
    let long = examined.rules.renewal.value == Renewal::InWindowWhileUnlocked;
    let low = long && (20..50).contains(&percent(examined));
    let sentence = || {
        "A device that is locked whenever it synchronises does not renew, and after expiry never again."
            .to_owned()
    };
    Fault::when(low, SETTING, sentence, "Choose 50 %.")
}

fn mail_window(examined: &Examined<'_>) -> Vec<Fault> {
    let window = window(examined);
    let sentence =
        || format!("Renewal begins {window} days before the end; for signed mail it is half a year.");
    let late = signs_mail(examined) && window < MAIL_WINDOW;
    Fault::when(late, SETTING, sentence, "Choose a year or more, and 50 %.")
}
