//! CHY-62xx: what the administrative API makes of a request, whatever its route.

use super::entry::entries;

entries! {
    LIMIT = 6200 "The number of rows asked for is not one from 1 to 200."
        "Write limit=1 to limit=200, once, or leave it out for 50.";
    CURSOR = 6201 "The place in the list is not one that this list gave."
        "Send the next of the page before as it is, to the same list, or leave cursor out to begin.";
    QUERY = 6202 "The query is not what the route takes."
        "Send the parameters that GET /api/openapi.json names for this route, each once.";
    NO_ROUTE = 6203 "The administrative API has no such route."
        "See GET /api/openapi.json, or write chancery api openapi.";
    KEY = 6204 "The Idempotency-Key is none."
        "Send one word of 1 to 255 letters, digits and signs, once: a new UUID for each thing that is to be done.";
    KEY_REUSED = 6205 "Something else was asked under this Idempotency-Key."
        "Take a new key for a new request; repeat a request octet for octet.";
    KEY_IN_USE = 6206 "What was asked under this Idempotency-Key is being done."
        "Ask again in a moment: then the answer is there.";
    KEYS_FULL = 6207 "Too many Idempotency-Keys were used within 24 hours."
        "Send a key only where a request may have to be repeated, or wait; without a key the request is done.";
}
