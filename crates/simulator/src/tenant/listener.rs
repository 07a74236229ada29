//! Sockets: HTTP/1.1 with or without TLS, and connections that break on order.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::World;
use super::exchange::{Answer, Call, Conduct, Ending};
use super::fault::Hop;
use super::route::respond;

/// Larger than any body of this protocol.
const BODY_LIMIT: usize = 1 << 20;

/// A fatal TLS alert, handshake_failure (RFC 5246 §7.2).
const TLS_ALERT: [u8; 7] = [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28];

/// One listening socket.
pub(super) struct Line {
    pub(super) socket: TcpListener,
    pub(super) tls: Option<TlsAcceptor>,
    /// Hops whose TLS faults strike here.
    pub(super) hops: Vec<Hop>,
}

/// Serves until the task is aborted.
pub(super) async fn serve(line: Line, world: Arc<World>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = line.socket.accept() => {
                let Ok((stream, _)) = accepted else { continue };
                let refuse = world.faults().draw_tls_failure(&line.hops);
                connections.spawn(connect(stream, line.tls.clone(), Arc::clone(&world), refuse));
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connect(mut stream: TcpStream, tls: Option<TlsAcceptor>, world: Arc<World>, refuse: bool) {
    // Failures of the peer's sockets are the peer's business.
    let _ = stream.set_nodelay(true);
    if refuse {
        let _ = stream.write_all(&TLS_ALERT).await;
        let _ = stream.shutdown().await;
        return;
    }
    match tls {
        None => converse(stream, world, |stream| stream.set_zero_linger()).await,
        Some(acceptor) => {
            if let Ok(stream) = acceptor.accept(stream).await {
                converse(stream, world, |stream| stream.get_ref().0.set_zero_linger()).await;
            }
        }
    }
}

/// Where a service leaves word of how its connection is to end.
type Farewell = Arc<Mutex<Option<(Vec<u8>, Ending)>>>;

/// Makes hyper give up the connection, so that the farewell can be written past it.
#[derive(Debug, thiserror::Error)]
#[error("the connection is broken on order")]
struct Broken;

async fn converse<S>(stream: S, world: Arc<World>, reset: impl Fn(&S) -> std::io::Result<()>)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let farewell = Farewell::default();
    let left = Arc::clone(&farewell);
    let service = service_fn(move |request| Box::pin(reply(request, Arc::clone(&world), Arc::clone(&left))));
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let mut stream = connection.into_parts().io.into_inner();
    let word = farewell.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some((bytes, ending)) = word {
        let _ = stream.write_all(&bytes).await;
        let _ = stream.flush().await;
        match ending {
            Ending::Close => {}
            Ending::Silence(ms) => tokio::time::sleep(Duration::from_millis(ms)).await,
            Ending::Reset => {
                let _ = reset(&stream);
                return;
            }
        }
    }
    let _ = stream.shutdown().await;
}

async fn reply(
    request: Request<Incoming>,
    world: Arc<World>,
    farewell: Farewell,
) -> Result<Response<Full<Bytes>>, Broken> {
    let call = read(request).await.ok_or(Broken)?;
    // A verdict costs an RSA operation and is short enough for this thread.
    match respond(&world, &call) {
        Conduct::Reply(answer) => Ok(respond_with(answer)),
        Conduct::Late(answer, ms) => {
            tokio::time::sleep(Duration::from_millis(ms)).await;
            Ok(respond_with(answer))
        }
        Conduct::Break(bytes, ending) => {
            *farewell.lock().unwrap_or_else(PoisonError::into_inner) = Some((bytes, ending));
            Err(Broken)
        }
    }
}

async fn read(request: Request<Incoming>) -> Option<Call> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, BODY_LIMIT).collect().await.ok()?.to_bytes();
    let latin1 = |value: &[u8]| value.iter().copied().map(char::from).collect();
    Some(Call {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.to_string(), latin1(value.as_bytes())))
            .collect(),
        body: body.to_vec(),
    })
}

fn respond_with(answer: Answer) -> Response<Full<Bytes>> {
    let mut builder = Response::builder().status(answer.status);
    for (name, value) in &answer.headers {
        builder = builder.header(name, value);
    }
    let body = Full::new(Bytes::from(answer.body));
    builder.body(body).unwrap_or_else(|_| Response::new(Full::new(Bytes::new())))
}
