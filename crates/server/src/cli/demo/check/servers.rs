//! Several URLs: M169, M170.

use super::fleet::{DEAD, Scene, of_user};
use super::lab::Lab;
use super::recipes::codes;
use super::verdict::{Verdict, ensure, trouble};
use mdm::format::{graph, steps};
use mdm::platform::Platform;
use mdm::profile::{Profile, ScepUrl};
use simulator::evaluation::Order;
use simulator::fleet::HttpClient;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const THREE: [&str; 3] = ["https://c.example/scep", "https://a.example/scep", "https://b.example/scep"];

pub(super) async fn m169(_: &Lab) -> Verdict {
    let profile = of_user(Platform::Windows, &THREE)?;
    let body = graph::write(&profile, None).map_err(trouble)?;
    let back = graph::read(body, profile.name.clone(), None).map_err(trouble)?.profile;
    let listed = |profile: &Profile| profile.urls.iter().map(ToString::to_string).collect::<Vec<_>>();
    ensure!(listed(&back) == THREE, "through Graph's form: {:?}", listed(&back));
    let steps = steps::scep(&profile).map_err(trouble)?;
    let told: Vec<String> =
        steps.into_iter().filter(|step| step.field == "SCEP Server URLs").map(|step| step.value).collect();
    ensure!(told == THREE, "in the steps: {told:?}");
    let twice = of_user(Platform::Windows, &[THREE[0], THREE[1], THREE[0]])?;
    ensure!(codes(&twice).contains(&"PRF-912"), "a URL that stands twice is not found");
    ensure!(!codes(&profile).contains(&"PRF-912"), "control: three different ones are found");
    Ok("three URLs keep their order through Graph's form and in the steps; one that stands twice is PRF-912"
        .into())
}

/// A server that answers the questions as ours does, and fails at the request.
async fn half(lab: &Lab) -> Result<(String, JoinHandle<()>), String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(trouble)?;
    let address = listener.local_addr().map_err(trouble)?;
    let (http, url) = (lab.http.clone(), lab.main.url("intune"));
    let task = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A device that hangs up is none of our trouble.
            let _ = answer(stream, &http, &url).await;
        }
    });
    Ok((format!("http://{address}/scep/half"), task))
}

async fn answer(mut stream: TcpStream, http: &HttpClient, url: &str) -> Option<()> {
    let mut head = vec![0; 4096];
    let read = stream.read(&mut head).await.ok()?;
    let text = String::from_utf8_lossy(head.get(..read)?).into_owned();
    let query = text.split(' ').nth(1)?.split_once('?')?.1;
    if query.contains("PKIOperation") {
        let failure = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        return stream.write_all(failure.as_bytes()).await.ok();
    }
    let asked = http.get(format!("{url}?{query}")).send().await.ok()?;
    let kind = asked.headers().get("content-type")?.to_str().ok()?.to_owned();
    let body = asked.bytes().await.ok()?;
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.ok()?;
    stream.write_all(&body).await.ok()
}

/// The device's order, with these servers behind the names of the profile.
fn behind(order: &Order, servers: &[&str; 3]) -> Result<Order, String> {
    let mut order = order.clone();
    for url in &mut order.urls.urls {
        let at = THREE.iter().position(|name| *name == url.as_str()).ok_or("a URL of nobody")?;
        *url = ScepUrl::parse(servers.get(at).copied().unwrap_or(DEAD)).map_err(trouble)?;
    }
    Ok(order)
}

pub(super) async fn m170(lab: &Lab) -> Verdict {
    let live = lab.main.url("intune");
    let other = "http://127.0.0.1:1/scep/other";
    let platform = Platform::AndroidFullyManaged;
    let mut phone = Scene::new(lab, of_user(platform, &THREE)?, "14")?;
    let mut most = 0;
    for _ in 0..12 {
        let order = behind(&phone.order(phone.now())?, &[&live, DEAD, other])?;
        let attempt = phone.send(&order).await?;
        ensure!(attempt.ended.is_installed(), "{}", attempt.ended.sentence());
        ensure!(attempt.tried.last() == Some(&live), "tried {:?}", attempt.tried);
        most = most.max(attempt.tried.len());
        phone.device.held.clear();
    }
    ensure!(most == 3, "never more than {most} URLs were tried");
    let dead = behind(&phone.order(phone.now())?, &[DEAD, DEAD, other])?;
    let ended = phone.send(&dead).await?.ended;
    ensure!(ended.report(platform).row == "M170", "with none alive: {}", ended.sentence());
    let (half, task) = half(lab).await?;
    let stays = stays(lab, &half, &live).await;
    task.abort();
    stays?;
    Ok(format!(
        "three URLs, two dead: shuffled, up to {most} tried until one answers; with none it fails; whoever answered first is kept to"
    ))
}

/// Android stays with the server that answered its questions, though its request fails; Windows goes on.
async fn stays(lab: &Lab, half: &str, live: &str) -> Result<(), String> {
    for (platform, version, tried) in
        [(Platform::AndroidFullyManaged, "14", 1), (Platform::Windows, "10.0.26100", 2)]
    {
        let mut device = Scene::new(lab, of_user(platform, &THREE)?, version)?;
        let mut order = device.order(device.now())?;
        order.urls.urls =
            [half, live].into_iter().map(ScepUrl::parse).collect::<Result<_, _>>().map_err(trouble)?;
        let attempt = device.send(&order).await?;
        ensure!(attempt.tried.len() == tried, "{platform} tried {:?}", attempt.tried);
        let installed = attempt.ended.is_installed();
        ensure!(installed == (tried == 2), "{platform}: {}", attempt.ended.sentence());
    }
    Ok(())
}
