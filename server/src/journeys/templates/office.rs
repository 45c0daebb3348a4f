//! Where cases lie.

use app::journeys::OfficeKind;

/// An office of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Stays for ever, and is unique among all offices.
    pub key: String,
    pub kind: OfficeKind,
    pub country: String,
    pub authority: String,
    pub name: String,
    pub aliases: Vec<String>,
}
