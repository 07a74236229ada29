//! The list of URLs.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use super::urls::host;
use crate::platform::UrlChoice;
use crate::profile::Profile;
use std::collections::BTreeSet;

const SETTING: &str = "urls";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-911", "M91", "There is no SCEP server URL.", none).mended(the_servers),
    Rule::warning("PRF-912", "M169", "A URL stands twice.", twice).mended(once),
    Rule::advice("PRF-913", "M171", "Apple's systems get one URL of several.", one_drawn),
    Rule::advice("PRF-914", "M169, M173", "All URLs have the same host.", same_host),
];

fn none(examined: &Examined<'_>) -> Vec<Fault> {
    let none = examined.profile.urls.is_empty();
    Fault::when(none, SETTING, || "No URL is set.".to_owned(), "Copy the URL from the server's page.")
}

fn the_servers(examined: &Examined<'_>) -> Option<Profile> {
    let url = examined.surroundings.server_urls.iter().flatten().next()?.url.clone();
    examined.profile.urls.is_empty().then(|| examined.changed(|profile| profile.urls.push(url)))?
}

fn twice(examined: &Examined<'_>) -> Vec<Fault> {
    let urls = &examined.profile.urls;
    let found =
        urls.iter().enumerate().filter(|(at, url)| urls.iter().take(*at).any(|before| before == *url));
    found
        .map(|(at, url)| Fault::new(format!("urls[{at}]"), format!("{url} stands twice."), "Remove one."))
        .collect()
}

fn once(examined: &Examined<'_>) -> Option<Profile> {
    let mut seen = BTreeSet::new();
    examined.changed(|profile| profile.urls.retain(|url| seen.insert(url.as_str().to_owned())))
}

fn one_drawn(examined: &Examined<'_>) -> Vec<Fault> {
    let count = examined.profile.urls.len();
    let drawn = examined.rules.url_choice.value == UrlChoice::OneDrawn && count > 1;
    let sentence =
        || format!("Of {count} URLs a device gets one; if that server is down, its request fails.");
    Fault::when(drawn, SETTING, sentence, "Write one URL that is always up, such as a load balancer's.")
}

fn same_host(examined: &Examined<'_>) -> Vec<Fault> {
    let urls = &examined.profile.urls;
    let hosts: BTreeSet<String> = urls.iter().map(|url| host(url).to_lowercase()).collect();
    let different: BTreeSet<&str> = urls.iter().map(|url| url.as_str()).collect();
    let same = different.len() > 1 && hosts.len() == 1;
    let sentence = || "Several URLs of one host help nobody when it is down.".to_owned();
    Fault::when(same, SETTING, sentence, "Write one URL, or those of different hosts.")
}
