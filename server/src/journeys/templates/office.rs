//! Where cases lie.

use serde::Deserialize;

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

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OfficeKind {
    ServiceCentre,
    FieldOffice,
    Consulate,
    /// A visa application centre, which takes applications and decides nothing.
    Vac,
    Bureau,
    School,
}
