//! The floors, one by one, and against an onlooker who keeps everything that was ever published.

mod coverage;
mod figures;
mod ledger;
mod onlooker;

use uuid::Uuid;

use super::*;
use crate::journeys::survival::Spell;

fn case(owner: u128, days: u32, ended: bool) -> Case {
    Case {
        owner: Uuid::from_u128(owner),
        spell: Spell::new(f64::from(days), ended.then_some(1)),
    }
}
