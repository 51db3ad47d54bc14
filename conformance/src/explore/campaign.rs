//! Many programs, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use futures::StreamExt as _;
use lookback_traffic::program::tree::ValueTree as _;
use lookback_traffic::program::{Program, Programs, program};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::coverage::Coverage;
use super::difference::Cause;
use super::execute::{Difference, Executed, execute};
use super::known::Matchers;
use super::message::Permitted;
use super::side::Side;
use crate::target::{Request, Target};

/// How often a target that has gone is looked for, and how long it is given each time.
const TRIES: u32 = 20;
const BETWEEN_TRIES: Duration = Duration::from_millis(500);

/// Makes the target that one program runs on: a model of its own, or one endpoint for all.
pub type Make = Arc<dyn Fn() -> Arc<dyn Target> + Send + Sync>;

/// Two services and how they are compared.
#[derive(Clone)]
pub struct Pair {
    /// What is explored.
    pub target: Make,
    /// What it is held against.
    pub reference: Make,
    /// Texts that say the same.
    pub permitted: Arc<Permitted>,
    /// Causes that are known.
    pub matchers: Arc<Matchers>,
    /// What the names of all tables start with.
    pub prefix: String,
    /// Whether tables are to be deleted: not where each program has services of its own.
    pub tears_down: bool,
}

impl Pair {
    /// Runs one program under a name of its own.
    pub async fn run(&self, program: &Program, name: &str) -> Executed {
        let prefix = format!("{}-{name}", self.prefix);
        let mut reference = Side::new((self.reference)(), &prefix);
        let mut target = Side::new((self.target)(), &prefix);
        let executed = execute(program, &self.permitted, &mut reference, &mut target).await;
        if self.tears_down {
            futures::join!(reference.tear_down(program), target.tear_down(program));
        }
        executed
    }

    /// Whether the target answers again, within some seconds.
    async fn comes_back(&self) -> bool {
        let target = (self.target)();
        let harmless = Request::of("ListTables", &json!({ "Limit": 1 }));
        for _ in 0..TRIES {
            if target.call(&harmless).await.is_ok() {
                return true;
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
        }
        false
    }

    /// Whether a difference is known, and as what.
    pub fn known(&self, difference: &Difference) -> Option<usize> {
        self.matchers.find(&difference.cause, &difference.request)
    }
}

/// What is to be explored.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What programs are drawn from.
    pub seed: u64,
    /// How many calls are compared at least.
    pub steps: u64,
    /// Programs side by side.
    pub jobs: usize,
    /// Whether to go on after a difference that nobody has judged.
    pub keeps_going: bool,
    /// What programs look like.
    pub programs: Programs,
}

/// A run under way, seen and ended from outside.
#[derive(Debug, Default)]
pub struct Watch {
    /// Calls that were compared so far.
    pub steps: AtomicU64,
    /// No program is begun any more; those under way run to their end.
    pub ended: AtomicBool,
}

/// A cause, and where it was seen.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The first difference.
    pub first: Difference,
    /// Every request that showed it and the number of its program, in order.
    pub examples: Vec<Example>,
}

/// A request that showed a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// The number of the program.
    pub program: u64,
    /// The request, with what stands for the names of tables.
    pub request: String,
}

/// What a campaign found.
#[derive(Debug, Default)]
pub struct Found {
    /// Calls that were compared.
    pub steps: u64,
    /// Programs that were run.
    pub programs: u64,
    /// Calls that were answered differently.
    pub different: u64,
    /// What was reached.
    pub coverage: Coverage,
    /// What differs, by what it was judged as (its place in the file of the target) and by cause.
    pub causes: BTreeMap<(Option<usize>, Cause), Seen>,
    /// Operations that the target does not have.
    pub missing: BTreeSet<String>,
    /// Calls without behaviour.
    pub indeterminate: u64,
    /// How often the target was gone and came back.
    pub deaths: u64,
    /// Why it ended early.
    pub lost: Option<String>,
    /// Whether it was ended from outside.
    pub interrupted: bool,
}

/// Runs programs until enough calls are compared, or until something new differs.
pub async fn explore(pair: &Pair, plan: &Plan, watch: &Watch) -> Found {
    let mut found = Found::default();
    let mut programs = futures::stream::iter(0_u64..)
        .take_while(|_| std::future::ready(!watch.ended.load(Ordering::Relaxed)))
        .map(|number| {
            let (pair, plan) = (pair.clone(), plan.clone());
            // Growing a program costs as much as running it: both are done beside the others.
            let run = tokio::spawn(async move {
                let drawn = program(plan.programs, plan.seed, number).current();
                pair.run(&drawn, &number.to_string()).await
            });
            async move { (number, run.await) }
        })
        // In the order of their numbers, so that the first difference is the first one in every run.
        .buffered(plan.jobs.max(1));
    while found.steps < plan.steps {
        let (number, executed) = match programs.next().await {
            Some((number, Ok(executed))) => (number, executed),
            Some((_, Err(_))) => {
                found.lost = Some("a program could not be run to its end".to_owned());
                break;
            }
            None => {
                found.interrupted = true;
                break;
            }
        };
        found.add(pair, number, executed);
        watch.steps.store(found.steps, Ordering::Relaxed);
        // A service that died of a request and is started again by somebody is explored further.
        if found.lost.is_some() && pair.comes_back().await {
            found.lost = None;
            found.deaths += 1;
        }
        if found.lost.is_some() || (!plan.keeps_going && found.unjudged().next().is_some()) {
            break;
        }
    }
    found
}

impl Found {
    fn add(&mut self, pair: &Pair, number: u64, executed: Executed) {
        self.programs += 1;
        self.steps += executed.steps;
        self.coverage.merge(executed.coverage);
        self.missing.extend(executed.missing);
        self.indeterminate += executed.indeterminate;
        self.different += executed.different;
        self.lost = executed.lost;
        for difference in executed.differences {
            let key = (pair.known(&difference), difference.cause.clone());
            let example = Example {
                program: number,
                request: difference.request.clone(),
            };
            let seen = self.causes.entry(key).or_insert_with(|| Seen {
                first: difference,
                examples: Vec::new(),
            });
            seen.examples.push(example);
        }
    }

    /// The causes that nobody has judged.
    pub fn unjudged(&self) -> impl Iterator<Item = (&Cause, &Seen)> {
        let causes = self.causes.iter();
        causes.filter_map(|((judged, cause), seen)| judged.is_none().then_some((cause, seen)))
    }
}
