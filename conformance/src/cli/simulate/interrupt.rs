//! Ctrl-C: the first lets the runs that are under way come to their end and begins no other, the second ends the process.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::cli::{INTERRUPTED, NotMade, listen};

/// Whether somebody wants the work to end early.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Listens from now on. Without it, Ctrl-C ends the process at once.
    ///
    /// # Errors
    /// The system does not let this process listen.
    pub fn listen() -> Result<Self, NotMade> {
        let mut signals = listen()?;
        let interrupt = Self::default();
        let asked = Arc::clone(&interrupt.0);
        tokio::spawn(async move {
            signals.next().await;
            asked.store(true, Ordering::Relaxed);
            eprintln!("ending with the runs that are under way; Ctrl-C once more ends at once");
            signals.next().await;
            std::process::exit(INTERRUPTED.into());
        });
        Ok(interrupt)
    }

    /// Whether it has been asked for.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
