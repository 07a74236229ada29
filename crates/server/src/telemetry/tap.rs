//! Events as values, for whoever shows them differently than as lines.

use serde_json::{Map, Value};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;

use super::line::Fields;

/// One event with the fields of the spans around it; the message is called `msg`.
#[derive(Clone, Debug)]
pub struct Told {
    /// How grave.
    pub level: Level,
    /// By name.
    pub fields: Map<String, Value>,
}

impl Told {
    /// A field's text.
    #[must_use]
    pub fn text(&self, field: &str) -> Option<&str> {
        self.fields.get(field).and_then(Value::as_str)
    }
}

/// Gives every event of this crate, down to INFO, to `hear` instead of writing lines. False where this process has a
/// log already.
pub fn start_tap(hear: impl Fn(Told) + Send + Sync + 'static) -> bool {
    let wanted =
        tracing_subscriber::filter::Targets::new().with_target(env!("CARGO_CRATE_NAME"), Level::INFO);
    let subscriber = tracing_subscriber::registry().with(Tap { hear }.with_filter(wanted));
    tracing::subscriber::set_global_default(subscriber).is_ok()
}

struct Tap<F> {
    hear: F,
}

impl<S, F> Layer<S> for Tap<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    F: Fn(Told) + Send + Sync + 'static,
{
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        super::log::keep_fields(attributes, id, &context);
    }

    fn on_record(&self, id: &Id, values: &Record<'_>, context: Context<'_, S>) {
        super::log::add_fields(id, values, &context);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let fields: Fields = super::log::all_fields(event, &context);
        (self.hear)(Told { level: *event.metadata().level(), fields: fields.into_map() });
    }
}
