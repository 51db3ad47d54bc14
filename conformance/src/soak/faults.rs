//! What goes wrong on purpose: on the way to the target, and with the target itself.

pub mod draw;
pub mod proxy;
pub mod restart;
