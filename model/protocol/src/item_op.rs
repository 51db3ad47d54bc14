//! item_op
