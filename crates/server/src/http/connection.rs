//! One connection: its requests, its limits, its end.

use std::net::SocketAddr;
use std::pin::Pin;

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service as _, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};

use super::stop::Stop;
use super::wire::Wire;
use crate::config::Limits;

/// Who opened the connection that a request came on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// Room for the other headers beside the request target, bytes.
const HEADERS: usize = 64 << 10;

/// Serves requests until the peer leaves, a limit is reached, or `stop` turns true and the current answer is sent.
pub(super) async fn serve<S>(stream: S, peer: SocketAddr, router: Router, limits: &Limits, mut stop: Stop)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let io = TokioIo::new(Wire::new(stream, limits.uri, limits.body_timeout));
    let routes = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        routes.call(request)
    });
    let mut connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_buf_size(limits.uri.saturating_add(HEADERS))
        .serve_connection(io, service);
    let ended = tokio::select! {
        ended = &mut connection => Some(ended),
        () = stop.told() => None,
    };
    let ended = match ended {
        Some(ended) => ended,
        None => {
            Pin::new(&mut connection).graceful_shutdown();
            (&mut connection).await
        }
    };
    if let Err(error) = &ended {
        // Clients leave without a word all the time; none of that is news.
        tracing::debug!(event = "connection_ended", %peer, %error, "a connection ended early");
    }
    connection.into_parts().io.into_inner().close().await;
}
