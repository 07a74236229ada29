//! Log lines on standard error.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use pki::Time;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Subscriber};
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::line::Fields;
use crate::config::{LogFormat, LogSettings};

/// Proof that this process logs, and how.
#[derive(Clone, Copy, Debug)]
pub struct LogStarted {
    /// Layout of a line.
    pub format: LogFormat,
}

/// Starts logging as `settings` say; a second start in one process changes nothing. Panics are logged too.
pub fn start_log(settings: &LogSettings) -> LogStarted {
    let format = settings.format();
    let level = settings
        .level
        .parse::<Targets>()
        .unwrap_or_else(|_| Targets::new().with_default(tracing::Level::INFO));
    // Whatever level is asked for: without these lines nobody can tell that the audit's end was cut off.
    let level = level.with_target(crate::audit::anchor::TARGET, tracing::Level::INFO);
    let subscriber = tracing_subscriber::registry().with(Lines { format }.with_filter(level));
    if tracing::subscriber::set_global_default(subscriber).is_ok() {
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            // The payload may hold what a device sent: the place is enough to find the cause.
            tracing::error!(event = "panic", place, "a task panicked");
        }));
    }
    LogStarted { format }
}

struct Lines {
    format: LogFormat,
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Lines {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        keep_fields(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        add_fields(id, values, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let fields = all_fields(event, &context);
        let mut line = match self.format {
            LogFormat::Json => fields.json(&now(), event.metadata()),
            LogFormat::Text => fields.text(&now(), event.metadata()),
        };
        line.push('\n');
        // Nobody is left to tell when standard error is gone.
        let _ = std::io::stderr().lock().write_all(line.as_bytes());
    }
}

/// Keeps a new span's fields for the events within it.
pub(super) fn keep_fields<S: Subscriber + for<'a> LookupSpan<'a>>(
    attributes: &Attributes<'_>,
    id: &Id,
    context: &Context<'_, S>,
) {
    let mut fields = Fields::default();
    attributes.record(&mut fields);
    if let Some(span) = context.span(id) {
        span.extensions_mut().insert(fields);
    }
}

/// Adds what a span learns later.
pub(super) fn add_fields<S: Subscriber + for<'a> LookupSpan<'a>>(
    id: &Id,
    values: &Record<'_>,
    context: &Context<'_, S>,
) {
    if let Some(span) = context.span(id)
        && let Some(fields) = span.extensions_mut().get_mut::<Fields>()
    {
        values.record(fields);
    }
}

/// An event's fields, over those of the spans around it.
pub(super) fn all_fields<S: Subscriber + for<'a> LookupSpan<'a>>(
    event: &Event<'_>,
    context: &Context<'_, S>,
) -> Fields {
    let mut own = Fields::default();
    event.record(&mut own);
    let outer = context
        .event_scope(event)
        .into_iter()
        .flat_map(tracing_subscriber::registry::Scope::from_root)
        .filter_map(|span| span.extensions().get::<Fields>().cloned())
        .fold(Fields::default(), Fields::with);
    outer.with(own)
}

fn now() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix(i64::try_from(seconds).unwrap_or(i64::MAX)).to_string()
}
