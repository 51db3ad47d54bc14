//! How often what happened: a campaign in which nothing happens proves nothing.

/// Counts of one run, or of several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub writes: usize,
    pub transactions: usize,
    pub cancelled_transactions: usize,
    pub expired_items: usize,
    pub restores: usize,
    /// Restores that did not show what the table held when they were requested.
    pub restores_to_another_state: usize,
    pub refused_times: usize,
    pub restores_without_recovery: usize,
    pub system_backups_listed: usize,
    pub system_backups_restored: usize,
    pub windows_that_slid: usize,
    pub shortened_windows: usize,
    pub backups_restored: usize,
    /// Restores of backups that did not show what the table held at the request.
    pub backups_unlike_their_request: usize,
}

impl Tally {
    /// The sums of both.
    pub fn plus(self, other: Self) -> Self {
        Self {
            writes: self.writes + other.writes,
            transactions: self.transactions + other.transactions,
            cancelled_transactions: self.cancelled_transactions + other.cancelled_transactions,
            expired_items: self.expired_items + other.expired_items,
            restores: self.restores + other.restores,
            restores_to_another_state: self.restores_to_another_state
                + other.restores_to_another_state,
            refused_times: self.refused_times + other.refused_times,
            restores_without_recovery: self.restores_without_recovery
                + other.restores_without_recovery,
            system_backups_listed: self.system_backups_listed + other.system_backups_listed,
            system_backups_restored: self.system_backups_restored + other.system_backups_restored,
            windows_that_slid: self.windows_that_slid + other.windows_that_slid,
            shortened_windows: self.shortened_windows + other.shortened_windows,
            backups_restored: self.backups_restored + other.backups_restored,
            backups_unlike_their_request: self.backups_unlike_their_request
                + other.backups_unlike_their_request,
        }
    }
}
