//! Intune: ScepActions.
