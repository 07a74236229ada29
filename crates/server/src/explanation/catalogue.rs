use super::entry::Entry;
use super::{administrator, asking, message, ours, people, rest};
use crate::config::Code;
use crate::validators::{intune::trouble, refusal};
use mdm::intune::ResultCode;

/// Every code that this program can say, each from the table that says it.
#[must_use]
pub fn catalogue() -> Vec<Entry> {
    let own = [
        message::ALL,
        refusal::ALL,
        trouble::ALL,
        ours::ALL,
        administrator::ALL,
        asking::ALL,
        people::ALL,
        rest::ALL,
    ];
    let refused = ca::rejection::ALL.iter().copied().flatten();
    let refused = refused.map(|one| Entry { number: one.code.number(), sentence: one.public, fix: one.fix });
    let unknown = ResultCode::Unknown(String::new());
    let judged = ResultCode::NAMED_REFUSALS.iter().chain([&unknown]).filter_map(ResultCode::explanation);
    let judged = judged.map(|one| Entry { number: one.number, sentence: one.public, fix: one.fix });
    let settings = Code::ALL.iter().map(|code| code.entry());
    own.concat().into_iter().chain(refused).chain(judged).chain(settings).collect()
}
