//! What runs beside requests: outbox, recovery, renewal, CRL.
