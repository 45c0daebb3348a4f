//! What clients do of their own accord, and how often.

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Pace {
    /// Operations a second, of each client; 0 rests.
    pub(crate) per_second: f64,
    /// Edits, of 1,000 operations.
    pub(crate) edits: u64,
    /// Deletions, of 1,000 operations.
    pub(crate) deletions: u64,
    /// How many letters, of three bytes, are added at most to what is said.
    pub(crate) padding: usize,
    /// Each send goes to two nodes at once, by their HTTP doors.
    pub(crate) twice: bool,
}

impl Pace {
    pub(crate) const REST: Self = Self {
        per_second: 0.0,
        edits: 0,
        deletions: 0,
        padding: 0,
        twice: false,
    };

    pub(crate) fn of(per_second: f64) -> Self {
        Self {
            per_second,
            edits: 60,
            deletions: 30,
            padding: 40,
            ..Self::REST
        }
    }
}
