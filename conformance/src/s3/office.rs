//! Does what has come due in the model: exports are written, imports are read.

use std::panic::{AssertUnwindSafe, catch_unwind};

use lookback_reference::{Failure, Service};
use tokio::runtime::Handle;

use super::store::Store;
use super::{export, import};

/// Lets in to the model, for moments only: whoever works on files does not hold it.
pub trait Office: Send + Sync {
    /// Does something with the model at the present instant, in microseconds since the Unix epoch. `None`: what answers
    /// here is no model.
    fn enter<R>(&self, work: impl FnOnce(&mut Service, i64) -> R) -> Option<R>;
}

/// Whether there is something to do.
pub fn is_due(office: &impl Office) -> bool {
    office
        .enter(|service, now_us| service.files_due(now_us))
        .unwrap_or(false)
}

/// Works off everything that has begun or come due, one after the other. To be called from a thread that may block.
pub fn work_off(office: &impl Office, store: &Store, runtime: &Handle) {
    loop {
        let begun = office.enter(|service, _| service.next_begun_export());
        if let Some(begun) = begun.flatten() {
            let written = unbroken(|| export::begin(store, &begun, runtime));
            told("an export cannot begin", &begun.arn, &written);
            office.enter(|service, _| service.export_begun(&begun.arn, written));
            continue;
        }
        let due = office
            .enter(|service, now_us| service.next_due_export(now_us))
            .flatten();
        if let Some(due) = due {
            let written = unbroken(|| export::write(store, &due, runtime));
            let arn = due.description.export_arn.clone().unwrap_or_default();
            // What it held is let go before anybody can see that it is over.
            drop(due);
            told("an export failed", &arn, &written);
            office.enter(|service, _| service.export_written(&arn, written));
            continue;
        }
        let due = office
            .enter(|service, now_us| service.next_due_import(now_us))
            .flatten();
        let Some(due) = due else { return };
        let arn = due.description.import_arn.clone().unwrap_or_default();
        let read = unbroken(|| {
            import::read(store, &due, office, runtime);
            Ok(())
        });
        if let Err(failure) = read {
            office.enter(|service, _| service.import_ended(&arn, Err(failure)));
        }
    }
}

fn told(what: &str, arn: &str, written: &Result<(), Failure>) {
    if let Err(failure) = written {
        tracing::info!(%arn, code = %failure.code, message = %failure.message, "{what}");
    }
}

/// A worker that panics has failed like any other: nobody waits for it for ever. The panic itself is told by its hook.
fn unbroken(work: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        tracing::error!("an export or an import broke off; this is a defect of Lookback");
        Err(Failure::new("UNKNOWN", "Internal failure"))
    })
}
