//! How many PKIOperations are at work, and how many wait. An RSA private key operation costs before anybody is known
//! (threat 50), so their number is bounded.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::config::Limits;

/// Seats for work, and a queue before them.
#[derive(Debug)]
pub(super) struct Capacity {
    seats: Arc<Semaphore>,
    total: u32,
    waiting: AtomicUsize,
    queue: usize,
    wait: Duration,
}

impl Capacity {
    pub(super) fn new(limits: &Limits) -> Self {
        let total = u32::try_from(limits.operations).unwrap_or(u32::MAX);
        let seats = Arc::new(Semaphore::new(limits.operations));
        Self { seats, total, waiting: AtomicUsize::new(0), queue: limits.queue, wait: limits.queue_wait }
    }

    /// A seat, at once or after a wait; nothing where the queue is full or the wait too long.
    pub(super) async fn enter(&self) -> Option<OwnedSemaphorePermit> {
        if let Ok(seat) = Arc::clone(&self.seats).try_acquire_owned() {
            return Some(seat);
        }
        let _place = self.place_in_queue()?;
        tokio::time::timeout(self.wait, Arc::clone(&self.seats).acquire_owned()).await.ok()?.ok()
    }

    /// Waits until nobody is at work. Work goes on after its client left, so connections alone do not tell.
    pub(super) async fn idle(&self) {
        let _all = self.seats.acquire_many(self.total).await;
    }

    fn place_in_queue(&self) -> Option<Place<'_>> {
        let place = Place(&self.waiting);
        // Taken first and compared afterwards: two that come at once cannot both get the last place.
        (self.waiting.fetch_add(1, Ordering::Relaxed) < self.queue).then_some(place)
    }
}

/// One place in the queue, given back when dropped.
struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Far less than the wait, far more than a loaded machine takes.
    const SOON: Duration = Duration::from_secs(10);

    fn one_seat_one_place() -> Capacity {
        let seats = Arc::new(Semaphore::new(1));
        Capacity { seats, total: 1, waiting: AtomicUsize::new(0), queue: 1, wait: Duration::from_secs(20) }
    }

    #[tokio::test]
    async fn t50_a_full_queue_refuses_at_once_and_places_are_given_back() {
        let capacity = one_seat_one_place();
        let seat = capacity.enter().await.unwrap();
        let started = tokio::time::Instant::now();
        let (queued, refused) = tokio::join!(
            async {
                let queued = capacity.enter().await;
                queued.is_some() && started.elapsed() < SOON
            },
            async {
                let refused = capacity.enter().await;
                let soon = started.elapsed() < SOON;
                drop(seat);
                refused.is_none() && soon
            }
        );
        assert!(queued && refused, "{queued} {refused}");
        assert_eq!(capacity.waiting.load(Ordering::Relaxed), 0);
        assert!(capacity.enter().await.is_some());
    }
}
