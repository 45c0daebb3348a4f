//! How much people may send in.

use std::time::Duration;

/// In bytes, but for the number of uploads. Zero is no limit where that is said.
#[derive(Debug, Clone, Copy)]
pub struct MediaLimits {
    /// The largest file.
    pub file: u64,
    /// All that one person keeps here, with what is still to come in; 0 is no limit.
    pub person: u64,
    /// How many uploads of one person may be under way.
    pub uploads: u32,
    /// The longest video.
    pub video: Duration,
    /// What has not come in after this long, or is shown by no message, goes.
    pub expiry: Duration,
}

impl Default for MediaLimits {
    fn default() -> Self {
        Self {
            file: 100 * 1024 * 1024,
            person: 2048 * 1024 * 1024,
            uploads: 20,
            video: Duration::from_mins(30),
            expiry: Duration::from_hours(24),
        }
    }
}
