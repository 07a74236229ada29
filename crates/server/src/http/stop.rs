//! The word to stop, heard by every listener and connection.

use tokio::sync::watch;

/// Says it.
pub(super) struct Stopper(watch::Sender<bool>);

/// Hears it.
#[derive(Clone)]
pub(super) struct Stop(watch::Receiver<bool>);

pub(super) fn channel() -> (Stopper, Stop) {
    let (sender, receiver) = watch::channel(false);
    (Stopper(sender), Stop(receiver))
}

impl Stopper {
    pub(super) fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Stop {
    /// Returns once the word was said, or nobody is left to say it.
    pub(super) async fn told(&mut self) {
        let _ = self.0.wait_for(|stop| *stop).await;
    }
}
