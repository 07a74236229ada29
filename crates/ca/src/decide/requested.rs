//! The period that Microsoft's enrolment client writes into a request (M10, M12).

use super::RequestedValidity;
use pki::Oid;
use pki::csr::CertificateRequest;
use pki::der::{Error, Reader};

/// szOID_ENROLLMENT_NAME_VALUE_PAIR: `SEQUENCE { name BMPString, value BMPString }` (MS-WCCE §2.2.2.7.10).
const NAME_VALUE_PAIR: Oid = Oid::new_unwrap("1.3.6.1.4.1.311.13.2.1");

/// The attributes `ValidityPeriod` (a unit) and `ValidityPeriodUnits` (a number) of a request; `None` unless both are
/// there and make sense. It is a wish only: the profile says whether it counts.
#[must_use]
pub fn validity(csr: &CertificateRequest) -> Option<RequestedValidity> {
    let attribute = csr.attributes().iter().find(|attribute| attribute.oid == NAME_VALUE_PAIR)?;
    let pairs: Vec<(String, String)> = attribute.values.iter().filter_map(|value| pair(value).ok()).collect();
    let value = |wanted: &str| {
        pairs.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
    };
    let units: u32 = value("ValidityPeriodUnits")?.parse().ok()?;
    let seconds = match value("ValidityPeriod")?.to_ascii_lowercase().trim_end_matches('s') {
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 7 * 86_400,
        "month" => 30 * 86_400,
        "year" => 365 * 86_400,
        _ => return None,
    };
    Some(RequestedValidity::Period(i64::from(units) * seconds))
}

fn pair(der: &[u8]) -> Result<(String, String), Error> {
    let mut outer = Reader::new(der);
    let mut fields = outer.sequence()?;
    outer.finish()?;
    let (name, value) = (fields.any()?, fields.any()?);
    fields.finish()?;
    Ok((pki::text::decode(name.tag, name.value)?, pki::text::decode(value.tag, value.value)?))
}
