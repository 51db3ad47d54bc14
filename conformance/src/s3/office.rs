//! Does what has come due in the model: exports are written, imports are read.

use lookback_reference::Service;
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

/// Works off everything that has come due, one after the other. To be called from a thread that may block.
pub fn work_off(office: &impl Office, store: &Store, runtime: &Handle) {
    loop {
        let due = office
            .enter(|service, now_us| service.next_due_export(now_us))
            .flatten();
        if let Some(due) = due {
            let written = export::write(store, &due, runtime);
            let arn = due.description.export_arn.clone().unwrap_or_default();
            // What it held is let go before anybody can see that it is over.
            drop(due);
            if let Err(failure) = &written {
                tracing::info!(%arn, code = %failure.code, message = %failure.message, "an export failed");
            }
            office.enter(|service, _| service.export_written(&arn, written));
            continue;
        }
        let due = office
            .enter(|service, now_us| service.next_due_import(now_us))
            .flatten();
        match due {
            Some(due) => import::read(store, &due, office, runtime),
            None => return,
        }
    }
}
