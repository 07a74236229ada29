//! The byte stream under a connection, with two limits that hyper does not have: the first request line's length
//! (hyper answers 431 where 414 is meant), and how long a peer may refuse to take its answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio::time::{Instant, Sleep, sleep, timeout};

/// Method, two spaces, version and line break around the target.
const AROUND_THE_TARGET: usize = 32;

/// How long, and how much, is read and thrown away after the last answer, so that it is not lost to a reset.
const LINGER: Duration = Duration::from_secs(1);
const LINGER_BYTES: u64 = 8 << 20;

const TOO_LONG: &[u8] = b"HTTP/1.1 414 URI Too Long\r\nContent-Type: text/plain\r\nContent-Length: 40\r\n\
    Cache-Control: no-store\r\nConnection: close\r\n\r\nThe request target is longer than 64 KiB";

/// A stream with limits.
pub(super) struct Wire<S> {
    stream: S,
    first_line: FirstLine,
    stall: Duration,
    stalled: Option<Pin<Box<Sleep>>>,
}

enum FirstLine {
    Reading { seen: usize, most: usize },
    Read,
    TooLong,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// `target`: the longest request target, bytes; `stall`: the longest wait for the peer to take bytes.
    pub(super) fn new(stream: S, target: usize, stall: Duration) -> Self {
        let first_line = FirstLine::Reading { seen: 0, most: target.saturating_add(AROUND_THE_TARGET) };
        Self { stream, first_line, stall, stalled: None }
    }

    /// Says the last word, closes our side, and reads what is under way so that the peer can read it.
    pub(super) async fn close(mut self) {
        if matches!(self.first_line, FirstLine::TooLong) {
            // The peer may be gone: nobody is left to tell.
            let _ = self.write_all(TOO_LONG).await;
        }
        let _ = timeout(LINGER, async {
            let _ = self.stream.shutdown().await;
            let mut rest = (&mut self.stream).take(LINGER_BYTES);
            tokio::io::copy(&mut rest, &mut tokio::io::sink()).await
        })
        .await;
    }
}

impl FirstLine {
    fn see(&mut self, bytes: &[u8]) {
        let Self::Reading { seen, most } = self else { return };
        let end = bytes.iter().position(|byte| *byte == b'\n');
        *seen = seen.saturating_add(end.unwrap_or(bytes.len()));
        if seen > most {
            *self = Self::TooLong;
        } else if end.is_some() {
            *self = Self::Read;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        this.first_line.see(buf.filled().get(before..).unwrap_or_default());
        if matches!(this.first_line, FirstLine::TooLong) {
            return Poll::Ready(Err(io::Error::new(io::ErrorKind::InvalidData, "request target too long")));
        }
        read
    }
}

impl<S: Unpin> Wire<S> {
    /// Turns a wait that lasts too long into an error: a peer that reads nothing holds a connection for nothing.
    fn watch<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let deadline = Instant::now() + self.stall;
        let sleeping = self.stalled.get_or_insert_with(|| {
            let mut sleeping = Box::pin(sleep(Duration::ZERO));
            sleeping.as_mut().reset(deadline);
            sleeping
        });
        sleeping.as_mut().poll(cx).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let written = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.watch(cx, written)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let flushed = Pin::new(&mut this.stream).poll_flush(cx);
        this.watch(cx, flushed)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let shut = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.watch(cx, shut)
    }
}
