//! Telling the MDM of a refusal that came after its yes (contract §6.3).

use super::Enroller;
use super::case::Case;
use super::gather::Gathered;
use crate::explanation::Explanation;
use crate::validators::FailedFacts;
use mdm::intune::HResult;

impl Enroller {
    /// Tells the MDM that vouched that this request is refused for good, once, within what is left of the enrolment's
    /// budget. Whether that goes well changes nothing for the device: the failure that is told of must not be hidden.
    pub(super) async fn tell_failure(&self, case: &Case<'_>, gathered: &Gathered, refused: &Explanation) {
        let vouched = matches!(gathered, Gathered::Vouched { .. });
        let Some(h_result) = told_as(refused).filter(|_| vouched) else { return };
        let facts = FailedFacts {
            transaction_id: &case.transaction.id,
            csr: case.asked.request.der(),
            h_result,
            // The sentence that the device is told: anybody may read it.
            description: &refused.text(),
            deadline: case.deadline,
        };
        if let Err(error) = self.validator.failed(&facts).await {
            self.metrics.mdm_untold(&self.endpoint);
            let (error_code, endpoint) = (error.code, self.endpoint.as_str());
            tracing::warn!(
                event = "failure_untold", %error_code, endpoint, transaction = case.transaction.id.as_str(),
                "the MDM could not be told of the refusal {}: {}", refused.code, error.operator
            );
        }
    }
}

/// As what a refusal is told; `None` where it is not the end of the enrolment, or not of our making.
fn told_as(refused: &Explanation) -> Option<HResult> {
    // Not about this request: the transaction has a row already, and was told of when that was made or given up.
    const EARLIER: [&str; 3] = ["CHY-5008", "CHY-5009", "CHY-5010"];
    // A notification that failed is no failure to issue (contract §6.3): the outbox sees to it.
    let of_the_mdm = ["CHY-31", "CHY-51"].iter().any(|codes| refused.code.starts_with(codes));
    match refused.code.as_str() {
        // The device comes again, but its transaction was given up with the key that failed: it will be refused.
        "CHY-5002" => Some(HResult::KEY_FAILED),
        code if of_the_mdm || refused.is_outage() || EARLIER.contains(&code) => None,
        _ if refused.ours => Some(HResult::FAIL),
        _ => Some(HResult::DENIED),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explanation::Trouble;
    use crate::validators::Refusal;
    use ca::rejection::{AuthorityFault, Rejection};

    #[test]
    fn contract_6_3_only_what_ends_an_enrolment_here_is_told() {
        let denied = Rejection::from(AuthorityFault::NobodyVouched {});
        assert_eq!(told_as(&Explanation::from(&denied)), Some(HResult::DENIED));
        assert_eq!(told_as(&Explanation::from(&Refusal::challenge_spent())), Some(HResult::DENIED));
        for trouble in [Trouble::Random, Trouble::Unfinished, Trouble::Serials(3), Trouble::Withdrawn] {
            assert_eq!(told_as(&Explanation::from(&trouble)), None, "{trouble}");
        }
        let lost = Explanation { code: "CHY-5104".into(), ..Explanation::from(&Trouble::Random) };
        assert_eq!(told_as(&lost), None, "the way to the MDM");
    }
}
