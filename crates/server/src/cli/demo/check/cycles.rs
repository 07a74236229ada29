//! Policy cycles: M163 to M166, M171, M172, M174.

use super::fleet::{DAY, DEAD, SCEP, Scene, of_user};
use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use mdm::platform::Platform;
use mdm::profile::{Assignment, Group, ScepUrl};
use simulator::evaluation::{Outcome, State, Step};
use simulator::fleet::Ended;

const WINDOWS: &str = "10.0.26100";

fn here(lab: &Lab) -> String {
    lab.main.url("intune")
}

async fn enrolled(lab: &Lab, platform: Platform) -> Result<Scene<'_>, String> {
    let mut scene = Scene::new(lab, of_user(platform, &[&here(lab)])?, WINDOWS)?;
    scene.enrol().await?;
    Ok(scene)
}

/// The first moment of the window: a fifth of the life is left.
fn window(scene: &Scene<'_>) -> Result<i64, String> {
    let held = scene.device.held.first().ok_or("nothing is held")?;
    Ok(held.life.renewal_from(mdm::profile::RenewalThreshold::USUAL))
}

fn renews(outcome: &Outcome) -> bool {
    matches!(outcome.step, Step::Renew(_))
}

pub(super) async fn m163(lab: &Lab) -> Verdict {
    let mut scene = enrolled(lab, Platform::Windows).await?;
    let (opens, before) = (window(&scene)?, scene.device.held.first().map(|held| held.serial.clone()));
    ensure!(scene.at(opens - 1)?.step == Step::Keep, "it renews before the window");
    let live = ScepUrl::parse(&here(lab)).map_err(trouble)?;
    let dead = ScepUrl::parse(DEAD).map_err(trouble)?;
    let aim = |scene: &mut Scene<'_>, url: &ScepUrl| {
        let one = scene.all.find_mut(SCEP);
        one.map(|one| one.edit(|profile| profile.urls = vec![url.clone()]));
    };
    aim(&mut scene, &dead);
    for cycle in 0..3 {
        let outcome = scene.at(opens + cycle * DAY / 3)?;
        ensure!(renews(&outcome), "in the window: {:?}", outcome.step);
        let order = outcome.order().cloned().ok_or("no order")?;
        let ended = scene.send(&order).await?.ended;
        ensure!(matches!(ended, Ended::NoAnswer(_)), "with the server down: {}", ended.sentence());
    }
    aim(&mut scene, &live);
    let order = scene.order(opens + DAY)?;
    let ended = scene.send(&order).await?.ended;
    ensure!(ended.is_installed(), "with the server up: {}", ended.sentence());
    ensure!(scene.device.held.first().map(|held| held.serial.clone()) != before, "it is the old certificate");
    Ok("from the window on at each cycle: three fail while the server is down, the fourth renews".into())
}

pub(super) async fn m164(lab: &Lab) -> Verdict {
    let mut scene = enrolled(lab, Platform::Windows).await?;
    let before = scene.device.held.first().cloned().ok_or("nothing is held")?;
    let opens = window(&scene)?;
    let first = scene.order(opens)?;
    let attempt = scene.send(&first).await?;
    let Ended::Installed(after, certificate) = attempt.ended else {
        return Err(attempt.ended.sentence());
    };
    ensure!(after.key != before.key && after.serial != before.serial, "the key is the same");
    let names = certificate.san().map_err(trouble)?.0;
    let same = certificate.subject().to_string() == "CN=ada" && names.len() == 1;
    ensure!(same, "subject or names differ: {}", certificate.subject());
    Ok("renewed with another key and serial number, the same subject and names".into())
}

pub(super) async fn m165(lab: &Lab) -> Verdict {
    let mut scene = enrolled(lab, Platform::Ios).await?;
    let opens = window(&scene)?;
    let mut seen = Vec::new();
    for (unlocked, at) in [(true, opens - 1), (false, opens - 1), (true, opens), (false, opens)] {
        scene.device.unlocked = unlocked;
        let outcome = scene.at(at)?;
        seen.push((renews(&outcome), outcome.state() == Some(&State::Locked)));
    }
    let expected = [(false, false), (false, false), (true, false), (false, true)];
    ensure!(seen == expected, "before and in the window, unlocked and locked: {seen:?}");
    Ok("an iPhone renews in the window and unlocked; locked it waits; before, neither".into())
}

pub(super) async fn m166(lab: &Lab) -> Verdict {
    let mut scene = enrolled(lab, Platform::Ios).await?;
    let out = Assignment::Exclude(Group { id: "out".to_owned(), members: None });
    let one = scene.all.find_mut(SCEP).ok_or("no profile")?;
    one.edit(|profile| profile.assignments.push(out));
    let late = scene.now() + 400 * DAY;
    let state = scene.state(late)?;
    ensure!(state == State::Stuck, "after expiry: {state}");
    let (user, device) = (scene.device.user.clone().unwrap_or_default(), scene.device.id.clone());
    for member in [&user, &device] {
        scene.all.groups.add("out", member);
    }
    let removal = scene.at(late)?;
    ensure!(removal.step == Step::Remove, "excluded: {:?}", removal.step);
    scene.device.settle(&removal);
    for member in [&user, &device] {
        scene.all.groups.remove("out", member);
    }
    scene.enrol().await?;
    Ok(format!("{state}; done, it enrols"))
}

pub(super) async fn m171(lab: &Lab) -> Verdict {
    let mut scene = Scene::new(lab, of_user(Platform::Ios, &[&here(lab), DEAD])?, "18")?;
    let (mut failed, now) = (0, scene.now());
    for _ in 0..40 {
        let order = scene.order(now)?;
        ensure!(order.urls.urls.len() == 1, "the iPhone gets {} URLs", order.urls.urls.len());
        match scene.send(&order).await?.ended {
            Ended::Installed(..) if failed > 0 => {
                return Ok(format!("one URL a cycle: {failed} dead ones failed, the next draw enrols"));
            }
            // The dice were kind at once: this tells nothing of a dead URL.
            Ended::Installed(..) => scene.device.held.clear(),
            Ended::NoAnswer(_) => failed += 1,
            other => return Err(other.sentence()),
        }
    }
    Err(format!("{failed} of 40 cycles drew the dead URL, and none of the others enrolled after one"))
}

pub(super) async fn m172(lab: &Lab) -> Verdict {
    let other = "http://127.0.0.1:1/scep/other";
    let mut most = 0;
    for _ in 0..4 {
        let mut scene = Scene::new(lab, of_user(Platform::Windows, &[&here(lab), DEAD, other])?, WINDOWS)?;
        // Each scene has the same dice, so each is a throw further.
        (0..most).try_for_each(|_| scene.order(scene.now()).map(drop))?;
        let order = scene.order(scene.now())?;
        ensure!(order.urls.urls.len() == 3, "Windows gets {} URLs", order.urls.urls.len());
        let attempt = scene.send(&order).await?;
        ensure!(attempt.ended.is_installed(), "{}", attempt.ended.sentence());
        let order: Vec<String> = order.urls.urls.iter().map(ToString::to_string).collect();
        ensure!(order.starts_with(&attempt.tried), "tried {:?}, received {order:?}", attempt.tried);
        most = most.max(attempt.tried.len());
    }
    Ok(format!("three URLs, two dead: tried in the order received, up to {most} until one answers"))
}

pub(super) async fn m174(lab: &Lab) -> Verdict {
    let urls = ["https://a.example/scep", "https://b.example/scep", "https://c.example/scep"];
    let mut orders = std::collections::BTreeSet::new();
    let mut scene = Scene::new(lab, of_user(Platform::Windows, &urls)?, WINDOWS)?;
    for cycle in 0..60 {
        let order = scene.order(scene.now() + cycle * DAY / 3)?;
        orders.insert(order.urls.urls.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
    ensure!(orders.len() == 6, "{} orders in 60 cycles", orders.len());
    Ok("each cycle has a freshly shuffled list: all six orders of three URLs in 60 cycles".into())
}
