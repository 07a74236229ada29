//! Sends the audit's rows to a collector of syslog messages, each at least once.
//!
//! A mark in the store says up to which row the collector has them. It follows late: what was written into a connection is
//! believed to have arrived only if the connection still stands some time after. While the collector is away the mark stays,
//! and the rows wait where they are, in the chain. After an interruption some come twice, with the same number.

use crate::audit::syslog::{LIMIT, Sender};
use crate::config::Collector;
use crate::explanation::ours;
use crate::store::{Store, StoreError};
use rustix::net::sockopt::set_tcp_user_timeout;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, UdpSocket, UnixDatagram};
use tokio::time::{Instant, timeout};

/// From one look to the next.
const EVERY: Duration = Duration::from_secs(1);
/// Rows sent in one look.
const PAGE: u32 = 1_000;
/// How long a collector may take for a page, and to be reached.
const PATIENCE: Duration = Duration::from_secs(10);
/// When the far end's machine has acknowledged nothing for so long, the system ends the connection.
const UNANSWERED: Duration = Duration::from_secs(20);
/// Looks without a word in the log while a collector is away: it says so once an hour.
const SILENCE: u32 = 3_600;

/// Sends rows to one collector.
pub struct Forwarder {
    store: Arc<dyn Store>,
    collector: Collector,
    sender: Sender,
    line: Option<Line>,
    /// The last row written into the line.
    sent: u64,
    /// What was written and when, as far as it is not sure to have arrived.
    under_way: VecDeque<(Instant, u64)>,
    /// The last row that the collector has.
    sure: u64,
    failures: u32,
}

enum Line {
    Udp(UdpSocket),
    Tcp(TcpStream),
    Unix(UnixDatagram),
}

impl Forwarder {
    /// A forwarder, with its mark read. A collector that is new gets what happens from now on; `chancery audit export` has the rest.
    ///
    /// # Errors
    /// The store.
    pub async fn start(
        store: Arc<dyn Store>,
        collector: Collector,
        sender: Sender,
    ) -> Result<Forwarder, StoreError> {
        let recorded = store.meta(&key(&collector)).await?.and_then(|text| text.parse().ok());
        let sure = match recorded {
            Some(row) => row,
            None => {
                let row = store.audit_head().await?.sequence;
                store.put_meta(&key(&collector), &row.to_string()).await?;
                row
            }
        };
        Ok(Forwarder {
            store,
            collector,
            sender,
            line: None,
            sent: sure,
            under_way: VecDeque::new(),
            sure,
            failures: 0,
        })
    }

    /// Sends for ever.
    pub async fn run(mut self) {
        loop {
            match self.look().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(Trouble::Store(error)) => tracing::error!(
                    event = "audit_not_forwarded",
                    error_code = %ours::STORE,
                    "the audit cannot be forwarded: {error}"
                ),
                Err(Trouble::Line(error)) => self.lost(&error),
            }
            tokio::time::sleep(EVERY).await;
        }
    }

    /// One look; `true` where there is more to be sent at once.
    ///
    /// # Errors
    /// The store, or the way to the collector; what was not sure to have arrived is sent again.
    pub async fn look(&mut self) -> Result<bool, Trouble> {
        let looked = self.send().await;
        if matches!(looked, Err(Trouble::Line(_))) {
            (self.line, self.sent) = (None, self.sure);
            self.under_way.clear();
        }
        looked
    }

    async fn send(&mut self) -> Result<bool, Trouble> {
        self.settle().await?;
        let rows = self.store.audit(self.sent, PAGE).await?;
        let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(false) };
        let mut line = match self.line.take() {
            Some(line) => line,
            None => timeout(PATIENCE, Line::to(&self.collector)).await.map_err(|_| late())??,
        };
        let messages = rows.iter().map(|row| self.sender.message(row, LIMIT)).collect::<Vec<_>>();
        timeout(PATIENCE, line.write(&messages)).await.map_err(|_| late())??;
        (self.line, self.sent, self.failures) = (Some(line), last, 0);
        self.under_way.push_back((Instant::now(), last));
        Ok(rows.len() == PAGE as usize)
    }

    /// What was written long enough ago has arrived, if the line still stands.
    async fn settle(&mut self) -> Result<(), Trouble> {
        let Some(line) = &self.line else { return Ok(()) };
        line.stands()?;
        let (lag, mut sure) = (line.lag(), self.sure);
        while let Some((_, row)) = self.under_way.pop_front_if(|(at, _)| at.elapsed() >= lag) {
            sure = row;
        }
        if sure > self.sure {
            self.store.put_meta(&key(&self.collector), &sure.to_string()).await?;
            self.sure = sure;
        }
        Ok(())
    }

    fn lost(&mut self, error: &io::Error) {
        if self.failures.is_multiple_of(SILENCE) {
            let (collector, kept) = (&self.collector, self.sure);
            tracing::warn!(
                event = "audit_collector_away",
                error_code = %ours::COLLECTOR,
                %collector,
                after = kept,
                "the collector of the audit cannot be reached; rows wait in the store: {error}"
            );
        }
        self.failures = self.failures.saturating_add(1);
    }
}

/// Why rows were not sent.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// Ours.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The way to the collector.
    #[error(transparent)]
    Line(#[from] io::Error),
}

impl Line {
    async fn to(collector: &Collector) -> io::Result<Line> {
        Ok(match collector {
            Collector::Udp(place) => {
                let target = tokio::net::lookup_host(place).await?.next().ok_or_else(nowhere)?;
                let own = if target.is_ipv4() { "0.0.0.0:0" } else { "[::]:0" };
                let socket = UdpSocket::bind(own).await?;
                socket.connect(target).await?;
                Line::Udp(socket)
            }
            Collector::Tcp(place) => {
                let stream = TcpStream::connect(place).await?;
                let patience = u32::try_from(UNANSWERED.as_millis()).unwrap_or(u32::MAX);
                set_tcp_user_timeout(&stream, patience)?;
                Line::Tcp(stream)
            }
            Collector::Unix(path) => {
                let socket = UnixDatagram::unbound()?;
                socket.connect(path)?;
                Line::Unix(socket)
            }
        })
    }

    /// After how long a line that stands has brought what was written into it.
    fn lag(&self) -> Duration {
        match self {
            Line::Udp(_) | Line::Unix(_) => Duration::ZERO,
            Line::Tcp(_) => UNANSWERED * 2,
        }
    }

    async fn write(&mut self, messages: &[String]) -> io::Result<()> {
        for message in messages {
            match self {
                Line::Udp(socket) => drop(socket.send(message.as_bytes()).await?),
                Line::Unix(socket) => drop(socket.send(message.as_bytes()).await?),
                // RFC 6587 §3.4.1, octet counting: no message can end another.
                Line::Tcp(stream) => {
                    stream.write_all(format!("{} {message}", message.len()).as_bytes()).await?;
                }
            }
        }
        if let Line::Tcp(stream) = self { stream.flush().await } else { Ok(()) }
    }

    /// An error if the other end has gone, as far as can be known: of datagrams by what came back, of a stream by its end.
    fn stands(&self) -> io::Result<()> {
        let error = match self {
            Line::Udp(socket) => socket.take_error()?,
            Line::Unix(socket) => socket.take_error()?,
            Line::Tcp(stream) => match stream.try_read(&mut [0; 64]) {
                Ok(0) => Some(io::ErrorKind::UnexpectedEof.into()),
                Err(error) if error.kind() != io::ErrorKind::WouldBlock => Some(error),
                // A collector says nothing; what it says is of no interest.
                _ => stream.take_error()?,
            },
        };
        error.map_or(Ok(()), Err)
    }
}

fn key(collector: &Collector) -> String {
    format!("audit-forwarded:{collector}")
}

fn late() -> io::Error {
    io::ErrorKind::TimedOut.into()
}

fn nowhere() -> io::Error {
    io::ErrorKind::NotFound.into()
}
