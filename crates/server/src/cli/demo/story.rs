//! What is told of a demo while it runs, and at its end.

use super::farewell::Leaving;
use super::promise::{self, Tally};
use super::refusals::{Refusal, Refusals};
use super::screen::{Manner, Screen};
use super::stage::{ENDPOINT, Stage};
use crate::config::Secret;
use pki::crl::Reason;
use pki::general_name::GeneralName;
use serde_json::{Value, json};
use simulator::fleet::{Event, Outcome, Trick};
use simulator::tenant::Platform;
use std::path::Path;
use std::time::{Duration, Instant};

/// A run, told as it happens.
pub(super) struct Story {
    screen: Screen,
    refusals: Refusals,
    devices: usize,
    start: Instant,
    tally: Tally,
    first: Option<u128>,
    platforms: [usize; 4],
    /// Devices with a certificate that can still leave.
    here: Vec<Leaving>,
}

impl Story {
    pub(super) fn new(screen: Screen, refusals: Refusals, devices: usize, start: Instant) -> Story {
        let (tally, first, platforms, here) = (Tally::default(), None, [0; 4], Vec::new());
        Story { screen, refusals, devices, start, tally, first, platforms, here }
    }

    fn json(&mut self, value: &Value) {
        if self.screen.manner == Manner::Json {
            self.screen.line(&value.to_string());
        }
    }

    pub(super) fn people(&mut self, text: &str) {
        if self.screen.manner != Manner::Json {
            self.screen.line(text);
        }
    }

    fn elapsed(&self) -> u128 {
        self.start.elapsed().as_millis()
    }

    pub(super) fn banner(&mut self) {
        let banner = self.screen.coloured(31, "DEMO – loopback only – keys are throw-away");
        self.people(&banner);
        self.json(&json!({ "event": "demo", "notice": "loopback only, keys are throw-away" }));
    }

    pub(super) fn ready(&mut self, stage: &Stage) {
        let (url, root) = (stage.server.url(ENDPOINT), &stage.server.authority.root);
        let print: String = root.sha256().iter().map(|octet| format!("{octet:02X}")).collect();
        let intune = stage.tenant.urls().intune;
        self.people(&format!(
            "{:>5} ms  SCEP at {url}\n          root {} SHA-256 {print}\n          Intune is played at {intune}",
            self.elapsed(),
            root.subject(),
        ));
        let ms = self.elapsed();
        self.json(&json!({ "event": "ready", "ms": ms, "url": url, "root_sha256": print, "intune": intune }));
    }

    /// How to come into the portal; shown once.
    pub(super) fn portal(&mut self, link: &Secret) {
        let url = link.reveal_secret();
        self.people(&format!("          Portal, to watch it live; the link works once: {url}"));
        self.json(&json!({ "event": "portal", "url": url }));
    }

    /// Takes an attempt of a device into account.
    pub(super) fn happened(&mut self, event: &Event) {
        if !event.last {
            return;
        }
        match (event.trick, &event.outcome) {
            (None, Outcome::Granted(_)) => self.enrolled(event),
            (Some(trick), Outcome::Refused { .. }) => self.refused(event, trick),
            _ => self.surprised(event, "ended otherwise than promised"),
        }
        let done = self.tally.done();
        if self.screen.manner == Manner::Plain && done.is_multiple_of(25) {
            self.people(&format!("{:>5} ms  {}", self.elapsed(), self.standing()));
        }
    }

    fn enrolled(&mut self, event: &Event) {
        self.tally.enrolled += 1;
        if let Some(count) = self.platforms.get_mut(place(event.device.platform)) {
            *count += 1;
        }
        if let Outcome::Granted(certificate) = &event.outcome {
            let (device, name) = (event.device.id.clone(), event.device.name.clone());
            let (user, certificate) = (event.device.user.clone(), (**certificate).clone());
            // A user's certificate does not follow the device.
            let of_device = certificate
                .san()
                .is_ok_and(|san| san.0.iter().any(|name| matches!(name, GeneralName::Uri(_))));
            self.here.extend(of_device.then_some(Leaving { device, name, user, certificate }));
        }
        let ms = self.elapsed();
        if self.first.is_none() {
            self.first = Some(ms);
            let line =
                self.screen.coloured(32, &format!("{ms:>5} ms  first certificate: {}", event.device.name));
            self.people(&line);
        }
        let serial = event.outcome.certificate().map(|certificate| certificate.serial().to_string());
        self.json(&json!({
            "event": "enrolled", "device": event.device.name, "platform": event.device.platform,
            "serial": serial, "took_ms": event.took.as_millis(),
        }));
    }

    fn refused(&mut self, event: &Event, trick: Trick) {
        let Outcome::Refused { fail_info, transaction, .. } = &event.outcome else { return };
        let Some(refusal) = self.refusals.of(transaction.as_str()) else {
            return self.surprised(event, "was refused without an explanation");
        };
        if promise::code(trick) != refusal.code || refusal.fix.is_empty() {
            return self.surprised(
                event,
                &format!("was refused by {}, which explains something else", refusal.code),
            );
        }
        self.tally.explained += 1;
        let text = explained(event, trick, &refusal, fail_info.name());
        let text = self.screen.coloured(33, &text);
        self.people(&text);
        self.json(&json!({
            "event": "refused", "device": event.device.name, "row": trick.row(), "title": trick.title(),
            "fail_info": fail_info.name(), "code": refusal.code, "cause": refusal.cause, "fix": refusal.fix,
            "page": refusal.page,
        }));
    }

    fn surprised(&mut self, event: &Event, how: &str) {
        self.tally.surprises += 1;
        let (name, end) = (&event.device.name, event.outcome.sentence());
        let what = event.trick.map_or("honest", Trick::title);
        let text = self.screen.coloured(31, &format!("SURPRISE {name} ({what}) {how}: {end}"));
        self.people(&text);
        self.json(
            &json!({ "event": "surprise", "device": name, "trick": event.trick, "how": how, "end": end }),
        );
    }

    /// One that has not left yet.
    pub(super) fn enrolled_device(&mut self) -> Option<Leaving> {
        self.here.pop()
    }

    /// A device left or came back, and OCSP said so.
    pub(super) fn left(
        &mut self,
        name: &str,
        what: &str,
        now: Option<Reason>,
        took: Duration,
        openssl: &str,
    ) {
        let says = now.map_or("good".to_owned(), |reason| format!("revoked ({})", reason.name()));
        let text = format!(
            "{:>5} ms  {name} was {what} in Intune: OCSP says {says} after {took:.1?}",
            self.elapsed()
        );
        let text = self.screen.coloured(36, &text);
        self.people(&format!("{text}\n          {openssl}"));
        self.json(&json!({
            "event": "status", "device": name, "what": what, "reason": now.map(Reason::name),
            "took_ms": took.as_millis(), "openssl": openssl,
        }));
    }

    /// Repaints the status line.
    pub(super) fn progress(&mut self) {
        let standing = self.standing();
        self.screen.status(&standing);
    }

    fn standing(&self) -> String {
        let [windows, ios, macos, android] = self.platforms;
        let Tally { enrolled, explained, .. } = self.tally;
        let seconds = self.start.elapsed().as_secs_f64();
        format!(
            "{} of {} · {enrolled} enrolled (Windows {windows}, iOS {ios}, macOS {macos}, Android {android}) · \
             {explained} refused · {:.1}/s",
            self.tally.done(),
            self.devices,
            if seconds > 0.0 { enrolled as f64 / seconds } else { 0.0 },
        )
    }

    /// Tells how it ended. True if all was as promised.
    pub(super) fn finish(&mut self, told: usize, breaches: &[String], kept: Option<&Path>) -> bool {
        let good = self.tally.keeps_promise(self.devices, told) && breaches.is_empty();
        let Tally { enrolled, explained, surprises } = self.tally;
        let ms = self.elapsed();
        let end = format!(
            "{ms:>5} ms  {enrolled} enrolments, {explained} explained failures, {surprises} surprises"
        );
        let end = self.screen.coloured(if good { 32 } else { 31 }, &end);
        self.people(&format!("{end}; Intune has {told} certificates in its books"));
        for breach in breaches {
            self.people(&format!("Intune complains: {breach}"));
        }
        if let Some(path) = kept {
            self.people(&format!("Kept in {}", path.display()));
        }
        if good {
            self.people("Next: chancery config example > chancery.toml, and chancery serve. A demo cannot become real.");
        }
        self.json(&json!({
            "event": "finished", "ms": ms, "promised": good, "enrolled": enrolled, "explained": explained,
            "surprises": surprises, "first_certificate_ms": self.first, "intune_certificates": told,
            "breaches": breaches, "kept": kept,
        }));
        good
    }
}

fn place(platform: Platform) -> usize {
    Platform::ALL.iter().position(|one| *one == platform).unwrap_or_default()
}

fn explained(event: &Event, trick: Trick, refusal: &Refusal, fail_info: &str) -> String {
    format!(
        "{} {}: {} ({fail_info})\n    {} {}\n    fix: {}\n    see: {}",
        event.device.name,
        trick.row(),
        trick.title(),
        refusal.code,
        refusal.cause,
        refusal.fix,
        refusal.page
    )
}
