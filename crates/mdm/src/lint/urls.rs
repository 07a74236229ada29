//! Single SCEP server URLs.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use super::surroundings::ServerUrl;
use crate::platform::TlsAnchor;
use crate::profile::{Profile, ScepUrl};

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-901", "M45", "Android asks by HTTPS only.", no_http).mended(https),
    Rule::error(
        "PRF-902",
        "contract §17",
        "Android does not trust the server's TLS certificate.",
        not_public,
    ),
    Rule::warning("PRF-903", "M37, M173", "The URL is another server's.", elsewhere),
    Rule::error("PRF-904", "M37, M38", "The server has no endpoint at the path.", no_endpoint),
    Rule::warning(
        "PRF-905",
        "contract §15, §18",
        "Windows appends /pkiclient.exe to the URL itself.",
        suffixed,
    )
    .mended(bare),
    Rule::error("PRF-906", "M33, M46", "The URL names the device itself.", of_itself),
    Rule::warning("PRF-907", "M33", "The URL's host is no full name.", short_host),
];

/// What follows the scheme, up to the path.
fn authority(url: &ScepUrl) -> &str {
    let after = url.as_str().split_once("://").map_or("", |(_, after)| after);
    after.split('/').next().unwrap_or_default()
}

/// The host, without a port.
pub(super) fn host(url: &ScepUrl) -> &str {
    let authority = authority(url);
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => authority.split(':').next().unwrap_or_default(),
    }
}

/// A fault for each URL that is so.
fn where_it_is(examined: &Examined<'_>, is: impl Fn(&ScepUrl) -> bool, says: &str, fix: &str) -> Vec<Fault> {
    let found = examined.profile.urls.iter().enumerate().filter(|(_, url)| is(url));
    let fault =
        |(at, url): (usize, &ScepUrl)| Fault::new(format!("urls[{at}]"), format!("{url} {says}"), fix);
    found.map(fault).collect()
}

fn with_urls(examined: &Examined<'_>, change: impl Fn(&ScepUrl) -> Option<ScepUrl>) -> Option<Profile> {
    examined.changed(|profile| {
        for url in &mut profile.urls {
            if let Some(changed) = change(url) {
                *url = changed;
            }
        }
    })
}

fn no_http(examined: &Examined<'_>) -> Vec<Fault> {
    let plain = |url: &ScepUrl| !examined.rules.http.value && !url.is_https();
    where_it_is(examined, plain, "is not HTTPS.", "Write https, and see that the server answers there.")
}

fn https(examined: &Examined<'_>) -> Option<Profile> {
    with_urls(examined, |url| {
        // Another port is another server's than that of HTTPS.
        let usual_port = authority(url) == host(url);
        let rest = url.as_str().get("http".len()..).filter(|_| usual_port && !url.is_https())?;
        ScepUrl::parse(&format!("https{rest}")).ok()
    })
}

/// The servers' URLs with that host.
fn known<'a>(examined: &Examined<'a>, url: &ScepUrl) -> impl Iterator<Item = &'a ServerUrl> {
    let host = host(url).to_lowercase();
    let servers = examined.surroundings.server_urls.iter().flatten();
    servers.filter(move |server| self::host(&server.url).eq_ignore_ascii_case(&host))
}

fn not_public(examined: &Examined<'_>) -> Vec<Fault> {
    let android = examined.rules.tls_anchor.value == TlsAnchor::Public;
    let private = |url: &ScepUrl| {
        android && url.is_https() && known(examined, url).any(|server| server.publicly_trusted == Some(false))
    };
    let says = "has a TLS certificate that does not chain to a public root.";
    where_it_is(examined, private, says, "Give the server a certificate of a public CA.")
}

fn elsewhere(examined: &Examined<'_>) -> Vec<Fault> {
    let told = examined.surroundings.server_urls.is_some();
    let foreign = |url: &ScepUrl| told && !is_own(url) && known(examined, url).next().is_none();
    where_it_is(examined, foreign, "is none of this CA's servers.", "Copy the URL from the server's page.")
}

/// The path without what devices append, nor a slash at the end.
fn path(url: &ScepUrl) -> &str {
    let after = url.as_str().split_once("://").map_or("", |(_, after)| after);
    let path = after.split_once('/').map_or("", |(_, path)| path);
    path.trim_end_matches('/').trim_end_matches("pkiclient.exe").trim_end_matches('/')
}

fn no_endpoint(examined: &Examined<'_>) -> Vec<Fault> {
    let astray = |url: &ScepUrl| {
        let mut known = known(examined, url).peekable();
        known.peek().is_some() && !known.any(|server| path(&server.url) == path(url))
    };
    where_it_is(examined, astray, "is no endpoint of the server.", "Copy the URL from the server's page.")
}

fn suffixed(examined: &Examined<'_>) -> Vec<Fault> {
    let suffix = examined.rules.url_suffix.value;
    let ends =
        |url: &ScepUrl| !suffix.is_empty() && (url.as_str().ends_with(suffix) || url.as_str().ends_with('/'));
    let says = format!("gets {suffix} appended by the device.");
    where_it_is(examined, ends, &says, "Leave it and the slash out.")
}

fn bare(examined: &Examined<'_>) -> Option<Profile> {
    let suffix = examined.rules.url_suffix.value;
    with_urls(examined, |url| {
        let text = url.as_str().trim_end_matches('/');
        ScepUrl::parse(text.strip_suffix(suffix).unwrap_or(text).trim_end_matches('/')).ok()
    })
}

fn is_own(url: &ScepUrl) -> bool {
    let host = host(url).to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") || host == "::1"
}

fn of_itself(examined: &Examined<'_>) -> Vec<Fault> {
    where_it_is(examined, is_own, "is the device itself, for the device.", "Write the server's public name.")
}

fn short_host(examined: &Examined<'_>) -> Vec<Fault> {
    let short = |url: &ScepUrl| !is_own(url) && !host(url).contains(['.', ':']);
    let says = "has a name that is found in your own network at best.";
    where_it_is(examined, short, says, "Write the full name that is in the server's TLS certificate.")
}
