//! The audit chain for others: what `chancery audit` finds and hands out, and what a collector gets.

mod command;
mod forward;
mod mutations;
