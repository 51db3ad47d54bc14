//! The search: for counters, conditions, repeated values and expiry.
//!
//! Time is walked through from one beginning or end of an operation to the next. A *situation* is what the item's value
//! is, and which of the open operations have taken effect. An operation takes effect no sooner than needed: when one
//! ends and has not taken effect yet, the situation is followed through all orders of open writes that let it
//! (just-in-time linearization, after Lowe). Reads change nothing, so a read takes effect as soon as it can.
//!
//! What keeps it short:
//!
//! - the problem is made smaller first ([`shorten`]): reads that say no more than others, values that nobody can tell
//!   apart, writes that nobody needs;
//! - writes that need not have happened are tried last: the situation that has come farthest with the fewest of them is
//!   followed first ([`walk`]), and of equal ones only the earliest is tried;
//! - a situation that another one covers is not followed again ([`known`]): same place, same value, same necessary
//!   writes, no read less, no other write more.

mod known;
mod layout;
mod shorten;
mod walk;

use self::layout::Layout;
use self::walk::Walk;
use super::{Changes, Op, Order, ValueId};

/// What a search has shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Searched {
    /// Whether there is an order.
    pub order: Order,
    /// The farthest instant that any order came to, in microseconds: what can happen only later did not matter.
    pub farthest_us: i64,
    /// How many steps it took.
    pub steps: u64,
}

/// Whether there is an order, or the search was given up.
pub fn order(initial: ValueId, ops: &[Op], changes: &mut dyn Changes, steps_max: u64) -> Order {
    search(initial, ops, changes, steps_max).order
}

/// The same, and how far it came.
pub fn search(initial: ValueId, ops: &[Op], changes: &mut dyn Changes, steps_max: u64) -> Searched {
    let shortened = shorten::shorten(initial, ops, changes);
    if let Some(never) = shortened.ops.iter().find(|op| op.lo_us > op.hi_us) {
        return Searched {
            order: Order::Impossible,
            farthest_us: never.lo_us,
            steps: 0,
        };
    }
    let layout = Layout::new(&shortened.ops, changes);
    Walk::new(&layout, &shortened, changes, steps_max).go(initial)
}

/// Whether an operation leaves the item as it is.
fn is_read(changes: &dyn Changes, op: &Op) -> bool {
    match op.effect {
        super::Effect::Sees(_) => true,
        super::Effect::Writes(_) => false,
        super::Effect::Changes(change) => changes.is_read(change),
    }
}
