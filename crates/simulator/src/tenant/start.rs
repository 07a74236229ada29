//! Starting and stopping.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Deref;
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex};

use pki::name::Name;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::challenge::Seals;
use super::delivery::{MintOptions, TenantError};
use super::directory::{Device, Directory, Profile};
use super::entra::{Application, Secret, TokenIssuer};
use super::fault::{FaultBook, Hop};
use super::graph::Pager;
use super::journal::Journal;
use super::listener::{Line, serve};
use super::options::{Credentials, Listen, TenantOptions};
use super::world::{Bases, World};
use crate::dice::{Dice, hex};
use crate::identity::{TlsIdentity, self_signed};
use crate::keys::{KeyError, RsaKey};

/// Why a tenant did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error("cannot listen: {0}")]
    Listen(#[from] io::Error),
    /// The crypto library.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// TLS refused its own certificate.
    #[error("cannot set up TLS: {0}")]
    Tls(#[from] tokio_rustls::rustls::Error),
}

/// A running tenant; it stops when dropped. Everything of [`World`] can be called on it.
pub struct Tenant {
    world: Arc<World>,
    root: Option<Vec<u8>>,
    credentials: Credentials,
    tasks: Vec<JoinHandle<()>>,
}

impl Deref for Tenant {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl Drop for Tenant {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

impl Tenant {
    /// Makes keys, listens and serves.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(options: TenantOptions) -> Result<Self, StartError> {
        let sockets = bind(&options.listen).await?;
        let identity =
            if options.tls { Some(TlsIdentity::generate(options.advertise.as_deref())?) } else { None };
        let acceptor = identity.as_ref().map(acceptor).transpose()?;
        let bases = bases(&sockets, &options)?;
        let (world, credentials) = build(&options, bases)?;
        let world = Arc::new(world);
        let tasks = sockets
            .into_iter()
            .map(|(socket, hops)| {
                let line = Line { socket, tls: acceptor.clone(), hops };
                tokio::spawn(serve(line, Arc::clone(&world)))
            })
            .collect();
        Ok(Self { world, root: identity.map(|identity| identity.root), credentials, tasks })
    }

    /// The state, to be shared with other tasks.
    #[must_use]
    pub fn world(&self) -> Arc<World> {
        Arc::clone(&self.world)
    }

    /// The throw-away TLS root that clients must trust; none over plain HTTP.
    #[must_use]
    pub fn root_pem(&self) -> Option<String> {
        self.root.as_ref().map(|der| pki::pem::encode("CERTIFICATE", der))
    }

    /// Credentials of the application registered at start.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    /// A challenge for this device and profile, good for 60 minutes.
    ///
    /// # Errors
    /// As [`World::deliver`].
    pub fn mint_challenge(&self, device: &Device, profile: &Profile) -> Result<String, TenantError> {
        self.world
            .deliver(&device.id, &profile.id, &MintOptions::default())
            .map(|delivery| delivery.challenge)
    }
}

type Socket = (TcpListener, Vec<Hop>);

async fn bind(listen: &Listen) -> io::Result<Vec<Socket>> {
    let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Ok(match listen {
        Listen::Address(address) => vec![(TcpListener::bind(address).await?, Hop::ALL.to_vec())],
        Listen::Loopback => vec![
            (TcpListener::bind(any).await?, Hop::OF_ENTRA.to_vec()),
            (TcpListener::bind(any).await?, Hop::OF_GRAPH.to_vec()),
            (TcpListener::bind(any).await?, Hop::OF_INTUNE.to_vec()),
        ],
    })
}

fn bases(sockets: &[Socket], options: &TenantOptions) -> io::Result<Bases> {
    let scheme = if options.tls { "https" } else { "http" };
    let base = |at: usize| {
        let (socket, _) = sockets.get(at).or(sockets.first()).ok_or_else(|| io::Error::other("no socket"))?;
        let address = socket.local_addr()?;
        let host = options.advertise.clone().unwrap_or_else(|| match address {
            SocketAddr::V4(v4) if v4.ip().is_unspecified() => "127.0.0.1".into(),
            SocketAddr::V6(v6) if v6.ip().is_unspecified() => "[::1]".into(),
            SocketAddr::V6(v6) => format!("[{}]", v6.ip()),
            SocketAddr::V4(v4) => v4.ip().to_string(),
        });
        io::Result::Ok(format!("{scheme}://{host}:{}/", address.port()))
    };
    Ok(Bases { entra: base(0)?, graph: base(1)?, intune: base(2)? })
}

fn acceptor(identity: &TlsIdentity) -> Result<TlsAcceptor, tokio_rustls::rustls::Error> {
    use tokio_rustls::rustls::ServerConfig;
    use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
    let chain = vec![CertificateDer::from(identity.certificate.clone())];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.clone()));
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn build(options: &TenantOptions, bases: Bases) -> Result<(World, Credentials), KeyError> {
    let now = options.clock.now();
    let mut dice = Dice::new(options.seed, "tenant");
    let tenant = (dice.guid(), "contoso-sim.onmicrosoft.com".to_owned());
    let credentials = credentials(&mut dice, now)?;
    let mut app = Application::status_server(credentials.client_id.clone());
    app.secrets.push(Secret { value: credentials.secret.clone(), expires: now + 365 * 86_400 });
    app.certificates.push(credentials.certificate.clone());
    let world = World {
        clock: options.clock.clone(),
        tokens: TokenIssuer::new(RsaKey::generate(2048)?),
        seals: Seals::generate(now)?,
        rules: options.rules,
        bases,
        tenant,
        applications: Mutex::new(vec![app]),
        directory: Mutex::new(Directory::default()),
        codes: Mutex::default(),
        configurations: Mutex::default(),
        ledger: Mutex::default(),
        revocations: Mutex::default(),
        pager: Mutex::new(Pager::new(options.seed)),
        faults: Mutex::new(FaultBook::new(options.seed)),
        journal: Mutex::new(Journal::new(options.journal_limit)),
        dice: Mutex::new(dice),
        scale_unit: AtomicU32::new(1),
    };
    Ok((world, credentials))
}

fn credentials(dice: &mut Dice, now: i64) -> Result<Credentials, KeyError> {
    let key = RsaKey::generate(2048)?;
    let name = Name::from_pairs(&[(pki::oid::CN, "Simulated application credential")]);
    Ok(Credentials {
        client_id: dice.guid(),
        secret: hex(&dice.block()),
        certificate: self_signed(&key, name, &[1], now)?,
        private_key: key.pkcs8().to_vec(),
    })
}
