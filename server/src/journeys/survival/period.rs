//! Today's speed: an estimate from the waiting that was done lately, whoever did it.

use super::sample::{InvalidSample, Sample, Spell, sound};

/// A case, and how many days lie between its start and the day of the estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DatedSpell {
    pub spell: Spell,
    pub age: f64,
}

/// What was watched within the last `window` days before the day of the estimate: a case that had begun
/// earlier enters at the age that it had then, one that had ended earlier is left out, and what
/// came after that day has not happened.
///
/// A curve of it mixes the present speeds at all ages, as life tables of a year do.
pub fn in_period(cases: &[DatedSpell], window: f64) -> Result<Sample, InvalidSample> {
    let window = sound(window).ok_or(InvalidSample::Duration(window))?;
    let mut spells = Vec::with_capacity(cases.len());
    for (index, case) in cases.iter().enumerate() {
        let age = sound(case.age).ok_or(InvalidSample::Days {
            index,
            value: case.age,
        })?;
        let opens = age - window;
        // One that ended before the window opened; on the day it opened is too early, too.
        if opens > 0.0 && case.spell.time <= opens {
            continue;
        }
        let over = case.spell.time <= age;
        let spell = Spell {
            entry: case.spell.entry.max(opens).max(0.0),
            time: case.spell.time.min(age),
            cause: case.spell.cause.filter(|_| over),
        };
        // Watched only after the day of the estimate, or not for a day within the window.
        if spell.entry > 0.0 && spell.entry >= spell.time {
            continue;
        }
        spells.push(spell);
    }
    Sample::from_spells(spells)
}
