//! Histories of registers: for each key some clients that write and read one value. What every linearizability checker
//! understands.

use std::error::Error;
use std::fmt;
use std::str::FromStr;

use lookback_checker::register::{Effect, Op};
use oorandom::Rand64;

/// A call on a register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegisterCall {
    /// Whose register.
    pub key: u32,
    /// Who calls: a client of this key.
    pub client: u32,
    /// Whether it writes; else it reads.
    pub writes: bool,
    /// What is written or read; 0 is what was there before.
    pub value: u32,
    /// When it went out, in microseconds.
    pub call_us: i64,
    /// When it was answered, in microseconds.
    pub return_us: i64,
}

impl RegisterCall {
    /// The operation on the register.
    pub fn op(&self) -> Op {
        Op {
            lo_us: self.call_us,
            hi_us: self.return_us,
            effect: if self.writes {
                Effect::Writes(self.value)
            } else {
                Effect::Sees(self.value)
            },
            must: true,
        }
    }
}

/// As a line of a file: the members in their order, with commas.
impl fmt::Display for RegisterCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key, client, value, ..
        } = self;
        let writes = u8::from(self.writes);
        let (call_us, return_us) = (self.call_us, self.return_us);
        write!(f, "{key},{client},{writes},{value},{call_us},{return_us}")
    }
}

impl FromStr for RegisterCall {
    type Err = Box<dyn Error>;

    fn from_str(line: &str) -> Result<Self, Self::Err> {
        let members: Vec<&str> = line.split(',').collect();
        let [key, client, writes, value, call_us, return_us] = *members else {
            return Err(format!("{line}: not six members").into());
        };
        Ok(Self {
            key: key.parse()?,
            client: client.parse()?,
            writes: writes == "1",
            value: value.parse()?,
            call_us: call_us.parse()?,
            return_us: return_us.parse()?,
        })
    }
}

/// The calls on one key by so many clients, by their beginnings: half of them writes, each of a value of its own. Each
/// takes effect at an instant inside it, so that there is an order that explains them all.
pub fn calls_of_key(key: u32, calls: u32, clients: u32) -> Vec<RegisterCall> {
    let mut draw = Rand64::new(u128::from(key));
    let mut between = |from: i64, to: i64| from + draw.rand_range(0..(to - from) as u64) as i64;
    let mut now_us = vec![0_i64; clients as usize];
    let mut drawn: Vec<(i64, RegisterCall)> = Vec::with_capacity(calls as usize);
    for index in 0..calls {
        let client = index % clients;
        let Some(now_us) = now_us.get_mut(client as usize) else {
            continue;
        };
        let call_us = *now_us + between(1, 100);
        let return_us = call_us + between(10, 100);
        *now_us = return_us;
        let call = RegisterCall {
            key,
            client,
            writes: between(0, 2) == 0,
            value: index + 1,
            call_us,
            return_us,
        };
        drawn.push((between(call_us + 1, return_us), call));
    }
    drawn.sort_by_key(|(effect_us, _)| *effect_us);
    let mut value = 0;
    for (_, call) in &mut drawn {
        if call.writes {
            value = call.value;
        } else {
            call.value = value;
        }
    }
    let mut calls: Vec<RegisterCall> = drawn.into_iter().map(|(_, call)| call).collect();
    calls.sort_by_key(|call| call.call_us);
    calls
}

/// Makes the last read one of the value that was written first.
pub fn make_stale(calls: &mut [RegisterCall]) {
    let first = calls.iter().find(|call| call.writes).map(|call| call.value);
    let last = calls.iter_mut().rfind(|call| !call.writes);
    if let (Some(first), Some(last)) = (first, last) {
        last.value = first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_checker::register::{ABSENT, NoChanges, Order, Solver};

    fn order(calls: &[RegisterCall]) -> Order {
        let ops: Vec<Op> = calls.iter().map(RegisterCall::op).collect();
        Solver::new(1_000).order(ABSENT, &ops, &mut NoChanges, false)
    }

    #[test]
    fn every_history_has_an_order_until_its_last_read_is_stale() {
        for key in 0..50 {
            let mut calls = calls_of_key(key, 200, 4);
            assert_eq!(order(&calls), Order::Possible, "key {key}");
            make_stale(&mut calls);
            assert_eq!(order(&calls), Order::Impossible, "key {key}");
        }
    }

    #[test]
    fn a_line_reads_back_as_the_call() {
        for call in calls_of_key(3, 20, 2) {
            assert_eq!(call.to_string().parse::<RegisterCall>().unwrap(), call);
        }
        assert!("1,2,3".parse::<RegisterCall>().is_err());
    }

    #[test]
    fn a_client_has_one_call_at_a_time() {
        let calls = calls_of_key(1, 100, 4);
        for client in 0..4 {
            let own = calls.iter().filter(|call| call.client == client);
            let own: Vec<_> = own.collect();
            assert!(own.windows(2).all(|two| two[0].return_us <= two[1].call_us));
        }
    }

    #[test]
    fn about_half_of_the_calls_write() {
        let calls = calls_of_key(1, 100, 4);
        let writes = calls.iter().filter(|call| call.writes).count();
        assert!((30..70).contains(&writes), "{writes}");
    }
}
