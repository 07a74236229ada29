//! What a certificate authority may issue, and the making of it; no I/O.
