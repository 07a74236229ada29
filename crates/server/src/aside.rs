//! Work of a good part of a second, on a thread that gives way to those who serve.

use tokio::sync::oneshot;

/// Nice value: beside a busy thread it gets a tenth of a core, on an idle machine a whole one.
const GIVES_WAY: i32 = 10;

/// Nice value of what can wait until nobody else wants the processor: beside a busy thread it gets a hundredth.
pub const LAST: i32 = 19;

/// Runs `work` on a thread of its own at a low priority, from now on; `None` where it panicked or no thread could be had.
pub fn aside<T, F>(work: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    aside_by(GIVES_WAY, work)
}

/// The same at this nice value.
///
/// A pool's thread would not do: only a privileged process can raise a priority again.
pub fn aside_by<T, F>(nice: i32, work: F) -> impl Future<Output = Option<T>> + Send + use<T, F>
where
    T: Send + 'static,
    F: FnOnce() -> T + Send + 'static,
{
    let (done, outcome) = oneshot::channel();
    let thread = std::thread::Builder::new().name("aside".to_owned()).spawn(move || {
        // On Linux this concerns the calling thread alone (setpriority(2)). Refused, the work is done all the same.
        let _ = rustix::process::setpriority_process(None, nice);
        // Whoever asked may be gone.
        let _ = done.send(work());
    });
    async move {
        thread.ok()?;
        outcome.await.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::process::getpriority_process;

    #[tokio::test]
    async fn the_work_alone_gives_way() {
        let before = getpriority_process(None).unwrap();
        let beside = aside(|| getpriority_process(None).unwrap()).await;
        assert_eq!(beside, Some(GIVES_WAY));
        assert_eq!(getpriority_process(None).unwrap(), before);
    }
}
