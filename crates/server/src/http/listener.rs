//! The accept loop.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use super::admission::{Admission, Full, Seat};
use super::connection;
use super::stop::Stop;
use super::wire::Wire;
use crate::config::Limits;
use crate::telemetry::Metrics;

/// One open port.
pub(super) struct Listener {
    pub(super) name: &'static str,
    pub(super) socket: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
    pub(super) router: Router,
    pub(super) limits: Arc<Limits>,
    pub(super) metrics: Arc<Metrics>,
}

/// How many of those that find no seat are told so politely at once; the others are just closed.
const POLITE: usize = 64;

impl Listener {
    /// Accepts until `stop` turns true, then waits for requests in flight, at most as long as the limits say.
    pub(super) async fn run(self, mut stop: Stop) {
        let admission = Admission::new(self.limits.connections, self.limits.connections_per_ip);
        let polite = Arc::new(Semaphore::new(POLITE));
        let mut open = JoinSet::new();
        let handed_on = stop.clone();
        loop {
            tokio::select! {
                accepted = self.socket.accept() => match accepted {
                    Ok((stream, peer)) => match admission.admit(peer.ip()) {
                        Ok(seat) => { open.spawn(self.serve(stream, peer, seat, handed_on.clone())); }
                        Err(full) => self.refuse(stream, full, &polite, &mut open),
                    },
                    Err(error) => {
                        // Out of file descriptors, mostly: accepting again at once would spin.
                        tracing::warn!(event = "accept_failed", listener = self.name, %error, "cannot accept");
                        tokio::time::sleep(Duration::from_millis(100)).await;
                    }
                },
                Some(_) = open.join_next() => {}
                () = stop.told() => break,
            }
        }
        drop(self.socket);
        let drained = timeout(self.limits.drain, async { while open.join_next().await.is_some() {} }).await;
        if drained.is_err() {
            tracing::warn!(
                event = "drain_cut",
                listener = self.name,
                left = open.len(),
                "connections were cut off"
            );
        }
    }

    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        seat: Seat,
        stop: Stop,
    ) -> impl Future<Output = ()> + Send + 'static {
        let (router, limits, tls) = (self.router.clone(), Arc::clone(&self.limits), self.tls.clone());
        async move {
            let _seat = seat;
            // An answer is one small write: waiting for more to fill a packet would only delay it.
            let _ = stream.set_nodelay(true);
            let Some(tls) = tls else {
                return connection::serve(stream, peer, router, &limits, stop).await;
            };
            match timeout(limits.header_timeout, tls.accept(stream)).await {
                Ok(Ok(stream)) => connection::serve(stream, peer, router, &limits, stop).await,
                Ok(Err(error)) => {
                    tracing::debug!(event = "tls_failed", %peer, %error, "no TLS was agreed on")
                }
                Err(_) => tracing::debug!(event = "tls_slow", %peer, "the TLS handshake took too long"),
            }
        }
    }

    /// Says 503 where that costs little. Over TLS the handshake would cost more than the answer is worth.
    fn refuse(&self, stream: TcpStream, full: Full, polite: &Arc<Semaphore>, open: &mut JoinSet<()>) {
        self.metrics.refused_connection(self.name, full.as_str());
        let Ok(permit) = Arc::clone(polite).try_acquire_owned() else { return };
        if self.tls.is_some() {
            return;
        }
        let answer = format!(
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            self.limits.retry_after.as_secs().max(1)
        );
        let (target, stall) = (self.limits.uri, Duration::from_secs(1));
        open.spawn(async move {
            let mut wire = Wire::new(stream, target, stall);
            // The peer may be gone already.
            let _ = wire.write_all(answer.as_bytes()).await;
            wire.close().await;
            drop(permit);
        });
    }
}
