//! Work on several threads, taken and handed over in order: what is told does not depend on how many there are.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

use super::interrupt::Interrupt;

/// Does the work on so many threads. `take` gets what came of each, in the order of the work; false ends it early. After an
/// interrupt nothing is begun any more.
pub fn in_order<W: Sync, T: Send>(
    jobs: usize,
    all: &[W],
    interrupt: &Interrupt,
    work: impl Fn(&W) -> T + Sync,
    mut take: impl FnMut(&W, T) -> bool,
) {
    let next = AtomicUsize::new(0);
    let over = AtomicBool::new(false);
    let (sender, receiver) = mpsc::channel();
    let sender = Mutex::new(sender);
    std::thread::scope(|scope| {
        for _ in 0..jobs.min(all.len()) {
            let Ok(sender) = sender.lock().map(|sender| sender.clone()) else {
                continue;
            };
            let (next, over, work) = (&next, &over, &work);
            scope.spawn(move || {
                while !over.load(Ordering::Relaxed) && !interrupt.is_asked() {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(one) = all.get(place) else { break };
                    if sender.send((place, work(one))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        let mut due = 0;
        for (place, done) in receiver {
            early.insert(place, done);
            while let (Some(done), Some(one)) = (early.remove(&due), all.get(due)) {
                due += 1;
                if !take(one, done) {
                    over.store(true, Ordering::Relaxed);
                    return;
                }
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_taken_in_the_order_of_the_work() {
        for jobs in [1, 4] {
            let all: Vec<u64> = (0..200).collect();
            let mut taken = Vec::new();
            in_order(
                jobs,
                &all,
                &Interrupt::default(),
                |number| number * 2,
                |_, twice| {
                    taken.push(twice);
                    true
                },
            );
            assert_eq!(
                taken,
                all.iter().map(|number| number * 2).collect::<Vec<_>>()
            );
        }
    }

    #[test]
    fn nothing_is_taken_after_the_end() {
        let mut taken = 0;
        in_order(
            3,
            &[1; 100],
            &Interrupt::default(),
            |_| (),
            |_, ()| {
                taken += 1;
                taken < 5
            },
        );
        assert_eq!(taken, 5);
    }
}
