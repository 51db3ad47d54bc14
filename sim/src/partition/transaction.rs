//! Transactions over several partitions: prepared, decided in one place, finished.
//!
//! The first item's partition decides: a transaction takes effect if and only if that partition says so, whoever asks.
//! So a coordinator may vanish at any time: whoever meets a held item asks the decider, and an undecided transaction
//! never takes effect from then on.

use std::rc::Rc;

use lookback_protocol::error::{CancellationReason, ErrorCode, ServiceError};
use lookback_protocol::wire::{AnswerItem, item_from_wire};
use serde::{Deserialize, Serialize};

use super::write::{WriteRequest, evaluate};
use super::{Partition, place_of};
use crate::bugs::Bug;
use crate::message::{GroupId, Lock, NodeId, Outcome};

/// The members of a transaction that concern one partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prepare {
    /// The attempt's name.
    pub id: String,
    /// The client's token; only for the partition that decides.
    pub token: Option<String>,
    /// The partition that decides.
    pub decider: GroupId,
    /// The nodes that hold it.
    pub replicas: Vec<NodeId>,
    /// The members.
    pub members: Vec<Member>,
}

/// A member of a transaction.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Member {
    /// Its place in the request.
    pub place: usize,
    /// What it does.
    pub write: WriteRequest,
}

/// A transaction that holds items.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Prepared {
    /// The partition that decides.
    pub decider: GroupId,
    /// The nodes that hold it.
    pub replicas: Vec<NodeId>,
    /// The items that it holds.
    pub places: Vec<String>,
    /// What it will change.
    pub changes: Vec<(String, Option<AnswerItem>)>,
}

/// What became of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// Nothing yet.
    Open,
    /// It took effect at this time.
    Took(i64),
    /// It never will.
    Never,
}

impl Partition {
    /// Who holds an item.
    pub(super) fn lock_of(&self, place: &str) -> Option<Lock> {
        let id = self.locks.get(place)?;
        let prepared = self.prepared.get(id)?;
        Some(Lock {
            transaction: id.clone(),
            decider: prepared.decider,
            replicas: prepared.replicas.clone(),
        })
    }

    pub(super) fn any_lock(&self) -> Option<Lock> {
        self.lock_of(self.locks.keys().next()?)
    }

    pub(super) fn prepare(&mut self, at_us: i64, prepare: &Prepare, bug: Option<Bug>) -> Outcome {
        let decides = prepare.decider == self.meta.group;
        if let Some(known) = prepare.token.as_ref().and_then(|it| self.tokens.get(it)) {
            match self.decisions.get(known) {
                Some(Decision::Took(at_us)) => return Outcome::DoneBefore(known.clone(), *at_us),
                Some(Decision::Open) => return Outcome::InProgress,
                Some(Decision::Never) | None => {}
            }
        }
        let Some(rules) = self.rules() else {
            return Outcome::Gone;
        };
        let mut prepared = Prepared {
            decider: prepare.decider,
            replicas: prepare.replicas.clone(),
            places: Vec::new(),
            changes: Vec::new(),
        };
        let mut reasons: Vec<Option<CancellationReason>> = Vec::new();
        for member in &prepare.members {
            let subject = item_from_wire(member.write.subject().clone()).ok();
            let found = subject.and_then(|subject| Some((place_of(&rules, &subject)?, subject)));
            let Some((place, subject)) = found else {
                refuse(
                    &mut reasons,
                    member.place,
                    ServiceError::validation("no key"),
                );
                continue;
            };
            if !self.holds(&place) {
                return Outcome::Moved;
            }
            if let Some(lock) = self.lock_of(&place) {
                return Outcome::Locked(lock);
            }
            let unchecked = bug == Some(Bug::CheckNotEvaluated);
            if unchecked && matches!(member.write, WriteRequest::Check(_)) {
                continue;
            }
            let existing = self.items.get(&place).and_then(|slot| slot.item.clone());
            match evaluate(&rules, existing.as_deref(), &member.write, subject) {
                Ok(evaluated) => {
                    if let Some(change) = evaluated.change {
                        let change = change.map(AnswerItem::from);
                        prepared.changes.push((place.clone(), change));
                    }
                    prepared.places.push(place);
                }
                Err(error) => refuse(&mut reasons, member.place, error),
            }
        }
        if !reasons.is_empty() {
            return Outcome::Refused(Rc::new(reasons));
        }
        if decides {
            self.decisions.insert(prepare.id.clone(), Decision::Open);
            if let Some(token) = &prepare.token {
                self.tokens.insert(token.clone(), prepare.id.clone());
            }
        }
        for place in &prepared.places {
            self.locks.insert(place.clone(), prepare.id.clone());
        }
        self.prepared.insert(prepare.id.clone(), prepared);
        Outcome::Prepared(self.stamp(at_us))
    }

    /// What was decided first counts. A transaction that is not known here never takes effect.
    pub(super) fn decide(&mut self, id: &str, at: Option<i64>) -> Outcome {
        let decision = self
            .decisions
            .entry(id.to_owned())
            .or_insert(Decision::Never);
        if *decision == Decision::Open {
            *decision = at.map_or(Decision::Never, Decision::Took);
        }
        Outcome::Decided(match decision {
            Decision::Took(at) => Some(*at),
            Decision::Open | Decision::Never => None,
        })
    }

    /// Lets the items go. What changes has the time that was decided on, whenever this is: one time for all partitions.
    pub(super) fn finish(&mut self, id: &str, at: Option<i64>, bug: Option<Bug>) -> Outcome {
        if at.is_none() && bug == Some(Bug::LockKeptForEver) {
            return Outcome::Done;
        }
        let Some(prepared) = self.prepared.remove(id) else {
            return Outcome::Done;
        };
        for place in &prepared.places {
            self.locks.remove(place);
        }
        if let Some(took_us) = at {
            self.stamp_us = self.stamp_us.max(took_us);
            if !prepared.changes.is_empty() {
                self.record(took_us, prepared.changes);
            }
        }
        Outcome::Done
    }
}

/// Puts down why the member at this place cancels its transaction.
fn refuse(reasons: &mut Vec<Option<CancellationReason>>, place: usize, error: ServiceError) {
    let code = match error.code {
        ErrorCode::ConditionalCheckFailedException => "ConditionalCheckFailed",
        _ => "ValidationError",
    };
    reasons.resize(reasons.len().max(place + 1), None);
    if let Some(slot) = reasons.get_mut(place) {
        *slot = Some(CancellationReason {
            code: code.to_owned(),
            message: error.message,
            item: error.item.map(|item| *item),
        });
    }
}
