//! CHY-630x: certificates that callers ask for in their own names, and what was seen of certificates and conversations.

use super::entry::entries;

entries! {
    NO_COUNTER = 6300 "There is no endpoint where certificates of that profile can be asked for."
        "Name a profile of an [[endpoint]] whose validator is \"request\".";
    NO_REQUEST = 6301 "There is no such request, or it is somebody else's."
        "See your own: `GET /api/v1/requests`.";
    NO_SERVER_KEY = 6302 "The server makes no keys at this endpoint."
        "Make key and request yourself, or have the administrator set request.server_key.";
    FORM = 6303 "The request for a certificate cannot be read."
        "Send profile and csr, a PKCS #10 in PEM; or profile, subject, names and key = \"server\".";
    OWN_REQUEST = 6304 "Whoever asked for a certificate cannot approve it."
        "Let somebody else decide: four eyes are what the rule asks for.";
    SEEN = 6305 "That is no sighting."
        "Send by, a word of a-z, 0-9 and '-', and at, a time that is not in the future.";
}
