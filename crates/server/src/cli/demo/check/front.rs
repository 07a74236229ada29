//! The server whose portal is looked at: known to the world by a URL, two tenants of Intune, two other kinds of endpoints.

use super::super::running::Running;
use super::super::{Scratch, stage};
use super::browser::Browser;
use super::lab::{Lab, told};
use super::settings;
use super::verdict::trouble;
use simulator::tenant::{Tenant, TenantOptions};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Where people ask for certificates by name.
const BY_NAME: &str = "[[profile]]\nname = \"staff\"\nextended_key_usage = [\"clientAuth\", \"emailProtection\"]\n\
     [[endpoint]]\nname = \"staff\"\nprofile = \"staff\"\nvalidator = \"request\"\n\
     [endpoint.request]\nby = [\"owner\", \"operator\", \"requester\"]\nnames = [\"staff-*\"]\n";

/// The name by which devices know it. No resolver knows it: see [`Front::here`].
const NAME: &str = "scep.contoso.example";

/// What checks of the portal share.
pub(super) struct Front {
    pub(super) server: Running,
    /// Its first owner's browser.
    pub(super) owner: Browser,
    /// Its address, as devices know it.
    pub(super) url: String,
    /// The tenant beside the lab's, which the endpoint `tablets` asks.
    pub(super) other: Tenant,
    /// Where webhooks of this server may go.
    pub(super) hook: String,
    _scratch: Scratch,
}

impl Front {
    pub(super) async fn open(lab: &Lab) -> Result<Front, String> {
        let scratch = Scratch::make("chancery-check-front").map_err(|failure| told(&failure))?;
        let other =
            Tenant::start(TenantOptions { seed: 149, ..TenantOptions::default() }).await.map_err(trouble)?;
        let port = stage::free_port().map_err(|failure| told(&failure))?;
        let (url, hook) = (format!("http://{NAME}:{port}"), receiver().await?);
        let text = format!(
            "public_url = \"{url}\"\n[listen]\nscep = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:0\"\n\
             [webhooks]\nallow = [\"localhost:{hook}\", \"127.0.0.1/32\", \"::1/128\"]\n{}",
            endpoints(lab, &scratch, &other)?
        );
        let server = lab.server(&text).await?;
        let owner = Browser::first_owner(&lab.http, &server).await?;
        let hook = format!("http://localhost:{hook}/hook");
        Ok(Front { server, owner, url, other, hook, _scratch: scratch })
    }
}

impl Front {
    /// Where an address of its own leads on this machine, as a resolver of the devices' would say.
    pub(super) fn here(&self, url: &str) -> String {
        url.replacen(NAME, "127.0.0.1", 1)
    }
}

fn endpoints(lab: &Lab, scratch: &Scratch, other: &Tenant) -> Result<String, String> {
    let asks = |name: &str| {
        format!("[[endpoint]]\nname = \"{name}\"\nprofile = \"device\"\nvalidator = \"intune\"\n")
    };
    let all = [
        stage::endpoint(&lab.scratch, &lab.tenant, "intune"),
        Ok(asks("phones")),
        stage::access(&lab.scratch, &lab.tenant),
        Ok(asks("tablets")),
        stage::access(scratch, other),
        Ok(settings::one_time("plain", "")),
        Ok(settings::one_time("smime", "extended_key_usage = [\"emailProtection\"]")),
        Ok(settings::one_time("brief", "validity_days = 30")),
        Ok(BY_NAME.to_owned()),
    ];
    let all: Result<Vec<String>, _> = all.into_iter().collect();
    all.map(|all| all.concat()).map_err(|failure| told(&failure))
}

/// Takes whatever is sent to it, for as long as this process lives; gives its port.
async fn receiver() -> Result<u16, String> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(trouble)?;
    let port = listener.local_addr().map_err(trouble)?.port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut octets = [0; 16_384];
            // Whoever sends looks at the status alone.
            let _ = stream.read(&mut octets).await;
            let _ = stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
        }
    });
    Ok(port)
}
