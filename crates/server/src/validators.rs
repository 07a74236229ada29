//! Who may enrol: one validator per endpoint.
