//! The next page of a Query or a Scan.

use lookback_protocol::wire::{Request, WireItem};

/// The request of the page after this one, from the LastEvaluatedKey of its answer; none for other operations.
pub fn next_page(request: &Request, last_evaluated_key: WireItem) -> Option<Request> {
    let start = Some(last_evaluated_key);
    match request {
        Request::Query(input) => {
            let mut input = input.clone();
            input.exclusive_start_key = start;
            Some(Request::Query(input))
        }
        Request::Scan(input) => {
            let mut input = input.clone();
            input.exclusive_start_key = start;
            Some(Request::Scan(input))
        }
        _ => None,
    }
}
