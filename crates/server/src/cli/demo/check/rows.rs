//! All rows on one screen.

use super::{
    Row, challenge as c, endpoint as e, identity as i, message as m, names as n, policy as p, setup as s,
    transport as t, usage as u, validity as v,
};

macro_rules! rows {
    ($($id:literal $title:literal $check:path),* $(,)?) => {
        &[$(Row { id: $id, title: $title, check: |lab| Box::pin($check(lab)) }),*]
    };
}

pub(super) const ROWS: &[Row] = rows![
    "M9" "no connector is needed" s::m9,
    "M10" "validity is capped" v::m10,
    "M11" "validity ends with the issuing CA" v::m11,
    "M12" "requested validity by switch" v::m12,
    "M13" "Apple gets the profile's validity" v::m13,
    "M14" "validity lower, never higher" v::m14,
    "M16" "under five days is warned about" v::m16,
    "M17" "serials unique, bound by a row" i::m17,
    "M18" "key usage forced, or requested" u::m18,
    "M19" "signature certificates by switch" u::m19,
    "M20" "RSA-2048 and SHA-2" p::m20,
    "M21" "key sizes" p::m21,
    "M22" "long names by switch" p::m22,
    "M23" "profiles bind by name" p::m23,
    "M24" "the validator approves the subject" i::m24,
    "M25" "clientAuth, and little else" u::m25,
    "M26" "no nonRepudiation for Apple" u::m26,
    "M27" "nothing is published" i::m27,
    "M35" "ten attributes of a profile" p::m35,
    "M36" "purposes survive renewals" u::m36,
    "M37" "NDES' path" e::m37,
    "M38" "one URL for each integration" e::m38,
    "M39" "three calls, one correlation" e::m39,
    "M40" "40 KB in the query" t::m40,
    "M41" "never a login" e::m41,
    "M42" "a bare GET is 403" e::m42,
    "M43" "NDES' page by switch" e::m43,
    "M44" "an outage is 503 and an event" t::m44,
    "M46" "reachable where it says" e::m46,
    "M49" "the envelope protects" m::m49,
    "M50" "tampered messages" m::m50,
    "M51" "no interaction" m::m51,
    "M52" "the strongest hash" m::m52,
    "M56" "the challenge is opaque" c::m56,
    "M57" "Intune alone verifies it" c::m57,
    "M58" "subject and SAN as expected" c::m58,
    "M59" "challenge and request, both" c::m59,
    "M60" "every refusing code refuses" c::m60,
    "M61" "enrolled devices only" c::m61,
    "M62" "asked, or shared challenge" s::m62,
    "M63" "the shared challenge stays secret" s::m63,
    "M66" "mismatch shows both subjects" c::m66,
    "M67" "SAN comparison by default" c::m67,
    "M68" "tries again, gets one" c::m68,
    "M71" "10 % hostile requests" s::m71,
    "M110" "device variables for users" n::m110,
    "M152" "Intune's books agree" n::m152,
    "M154" "e-mail as rfc822Name" n::m154,
    "M186" "the SID's URI, octet for octet" n::m186,
    "M187" "odd SIDs" n::m187,
    "M194" "spoofed SID" n::m194,
    "M202" "prerequisites are told apart" s::m202,
    "M206" "nothing to prepare" s::m206,
    "M210" "own key and serial each" i::m210,
];
