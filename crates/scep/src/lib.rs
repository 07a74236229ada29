//! RFC 8894 (SCEP): both ends of the conversation, no I/O.
