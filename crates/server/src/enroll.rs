//! One enrolment: gather, decide, act.
