//! ASN.1, X.509, CMS and CRL as values; no I/O.
