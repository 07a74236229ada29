//! A body that is made while it is sent. A client that reads slowly makes its maker wait; one that went away ends it.

use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame};
use tokio::sync::mpsc;

/// Pieces that wait for the client.
const AHEAD: usize = 2;

/// Where the pieces go in.
pub(super) struct Sender(mpsc::Sender<Result<Bytes, Unfinished>>);

/// The body cannot be finished: the connection ends without its end, so that nobody takes a part for the whole.
#[derive(Debug, thiserror::Error)]
#[error("the store cannot be read any more")]
pub(super) struct Unfinished;

struct Pieces(mpsc::Receiver<Result<Bytes, Unfinished>>);

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = Unfinished;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Unfinished>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}

/// A body, and where its pieces go in. It ends when the sender is dropped.
pub(super) fn pair() -> (Sender, Body) {
    let (sender, receiver) = mpsc::channel(AHEAD);
    (Sender(sender), Body::new(Pieces(receiver)))
}

impl Sender {
    /// Whether anybody still reads.
    pub(super) async fn send(&self, piece: Bytes) -> bool {
        self.0.send(Ok(piece)).await.is_ok()
    }

    /// Breaks off.
    pub(super) async fn fail(self) {
        let _ = self.0.send(Err(Unfinished)).await;
    }
}
