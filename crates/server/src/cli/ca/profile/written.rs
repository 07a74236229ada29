//! Settings as the settings file writes them.

use ca::profile::Settings;
use serde_json::Value;
use toml::Table;

/// Every setting.
pub(super) fn whole(settings: &Settings) -> String {
    section(settings, |_, _| true)
}

/// What is not the default, as a person would write it.
pub(super) fn short(settings: &Settings) -> String {
    let usual = Table::try_from(Settings::default()).unwrap_or_default();
    section(settings, |key, value| usual.get(key) != Some(value))
}

fn section(settings: &Settings, wanted: impl Fn(&str, &toml::Value) -> bool) -> String {
    // Plain words, numbers and lists: nothing that TOML cannot say.
    let mut table = Table::try_from(settings).unwrap_or_default();
    let name = table.remove("name").map(|name| format!("name = {name}\n")).unwrap_or_default();
    table.retain(|key, value| wanted(key, value));
    format!("[[profile]]\n{name}{}", toml::to_string(&table).unwrap_or_default())
}

/// One difference as a line.
pub(super) fn difference((setting, before, after): &(String, Value, Value)) -> String {
    let shown = |value: &Value| if value.is_null() { "nothing".to_owned() } else { value.to_string() };
    format!("{setting}: {} -> {}", shown(before), shown(after))
}
