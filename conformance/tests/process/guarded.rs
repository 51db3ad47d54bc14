//! A process that does not outlive its test, however that ends.

use std::process::{Child, Command, Output};

/// A process; it is killed where it still runs when nobody holds it any more.
pub struct Guarded(Option<Child>);

impl Guarded {
    /// Starts it.
    pub fn spawn(command: &mut Command) -> Self {
        Self(Some(command.spawn().unwrap()))
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        self.0.as_mut().unwrap()
    }

    /// Sends SIGINT.
    pub fn interrupt(&mut self) {
        let id = self.child().id();
        // The shell's own: not every machine has a program of that name.
        let words = format!("kill -s INT {id}");
        let sent = Command::new("sh").args(["-c", &words]).status();
        assert!(sent.unwrap().success());
    }

    /// Waits for its end.
    pub fn output(mut self) -> Output {
        self.0.take().unwrap().wait_with_output().unwrap()
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
