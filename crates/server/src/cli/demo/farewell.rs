//! A device leaves: what happens to its certificate, and how to see it with a tool that is not ours.

use super::ask;
use super::screen::Manner;
use super::stage::Stage;
use super::story::Story;
use crate::cli::Failure;
use crate::explanation::administrator;
use crate::http::Deed;
use pki::certificate::Certificate;
use pki::pem;
use std::io::{BufRead as _, IsTerminal as _};
use tokio::sync::mpsc;

const KEYS: &str = "Try it: r retires the next device, w wipes one, x deletes one, d disables its user, e enables them again, q ends.";

/// Retires one device and tells until when its certificate was good. On a terminal, further ones by keys.
pub(super) async fn play(story: &mut Story, stage: &Stage, manner: Manner) -> Result<(), Failure> {
    let Some(first) = story.enrolled_device() else { return Ok(()) };
    leave(story, stage, 'r', &first).await?;
    if !matches!(manner, Manner::Live { .. }) || !std::io::stdin().is_terminal() {
        return Ok(());
    }
    story.people(KEYS);
    let (mut lines, mut last) = (keyboard(), first);
    while let Some(line) = lines.recv().await {
        match line.trim().chars().next() {
            Some('q') => break,
            Some(key @ ('r' | 'w' | 'x' | 'd')) => match story.enrolled_device() {
                Some(next) => {
                    leave(story, stage, key, &next).await?;
                    last = next;
                }
                None => story.people("No device is left."),
            },
            Some('e') => leave(story, stage, 'e', &last).await?,
            _ => story.people(KEYS),
        }
    }
    Ok(())
}

/// Lines as they are typed. On a thread of its own, which nobody waits for: a read of the keyboard cannot be called off.
fn keyboard() -> mpsc::UnboundedReceiver<String> {
    let (sender, lines) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    lines
}

/// A device of the fleet, and what it got.
pub(super) struct Leaving {
    pub(super) device: String,
    pub(super) name: String,
    pub(super) user: Option<String>,
    pub(super) certificate: Certificate,
}

async fn leave(story: &mut Story, stage: &Stage, key: char, one: &Leaving) -> Result<(), Failure> {
    let (tenant, device) = (&stage.tenant, one.device.as_str());
    let user = one.user.as_deref().unwrap_or_default();
    let (what, known) = match key {
        'w' => ("wiped", tenant.wipe_device(device)),
        'x' => ("deleted", tenant.delete_device(device)),
        'd' => ("disabled", tenant.enable_user(user, false) | tenant.enable_entra_device(device, false)),
        'e' => ("enabled", tenant.enable_user(user, true) | tenant.enable_entra_device(device, true)),
        _ => ("retired", tenant.retire_device(device)),
    };
    if !known {
        story.people(&format!("The tenant has no {} any more.", one.name));
        return Ok(());
    }
    let deed = match key {
        'w' => Deed::Wipe,
        'x' => Deed::Delete,
        'd' => Deed::Disable,
        'e' => Deed::Enable,
        _ => Deed::Retire,
    };
    stage.board.iter().for_each(|board| drop(board.note(device, deed)));
    let before = ask::status(&stage.http, &stage.server, &one.certificate).await.map_err(told)?;
    let took = ask::changed(&stage.http, &stage.server, &one.certificate, before).await.map_err(told)?;
    let now = ask::status(&stage.http, &stage.server, &one.certificate).await.map_err(told)?;
    let line = openssl(stage, one)?;
    story.left(&one.name, what, now, took, &line);
    Ok(())
}

/// The files that OpenSSL needs, and the line that asks.
fn openssl(stage: &Stage, one: &Leaving) -> Result<String, Failure> {
    let pem = |certificate: &Certificate| pem::encode("CERTIFICATE", certificate.der());
    let authority = &stage.server.authority;
    let issuing = stage.scratch.write("issuing.pem", &pem(&authority.issuing.certificate))?;
    let root = stage.scratch.write("root.pem", &pem(&authority.root))?;
    let device = stage.scratch.write("device.pem", &pem(&one.certificate))?;
    Ok(format!(
        "openssl ocsp -url http://{}/ocsp -issuer {} -CAfile {} -cert {}",
        stage.server.addresses.scep,
        issuing.display(),
        root.display(),
        device.display(),
    ))
}

fn told(why: String) -> Failure {
    Failure::new(administrator::SIMULATION, why)
}
