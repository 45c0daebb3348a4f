//! How long things take in a demo: for each kind of journey the median and the spread of each step, and how much
//! slower or faster each office is. The numbers are made up, and the curves can be held against them.

mod america;
mod others;

/// A kind of journey.
pub(super) struct Way {
    /// The slug of its template.
    pub(super) template: &'static str,
    /// How many of a hundred journeys are of this kind.
    pub(super) share: u32,
    /// They have begun within the last so many days.
    pub(super) days: i64,
    /// The stage that it begins with.
    pub(super) begin: &'static str,
    pub(super) stays: &'static [Stay],
    pub(super) steps: &'static [Step],
}

/// Where a case lies from a stage on.
pub(super) struct Stay {
    pub(super) from: &'static str,
    pub(super) offices: &'static [Office],
}

pub(super) struct Office {
    pub(super) key: &'static str,
    /// How many cases it has beside the others.
    pub(super) weight: u32,
    /// How many times as long as the median it takes.
    pub(super) pace: f64,
}

/// The next stage, counted from the one that was last. Skipped if it was there already.
pub(super) struct Step {
    pub(super) to: &'static str,
    /// The median, in days, and the standard deviation of its logarithm.
    pub(super) median: f64,
    pub(super) spread: f64,
    /// In how many cases it comes at all.
    pub(super) chance: f64,
    /// Only after this stage.
    pub(super) after: Option<&'static str>,
    pub(super) refused: Refused,
    /// Whether people are told of the day before.
    pub(super) appointed: bool,
    /// The journey has ended as wanted, where the template does not say so.
    pub(super) ends: bool,
}

/// How often a case is refused.
#[derive(Clone, Copy)]
pub(super) enum Refused {
    Never,
    /// In place of the stage.
    Instead(f64),
    /// On the day of the stage, which comes all the same.
    Then(f64),
}

const fn step(to: &'static str, median: f64, spread: f64) -> Step {
    Step {
        to,
        median,
        spread,
        chance: 1.0,
        after: None,
        refused: Refused::Never,
        appointed: false,
        ends: false,
    }
}

const fn office(key: &'static str, weight: u32, pace: f64) -> Office {
    Office { key, weight, pace }
}

/// In the order of their talk.
pub(super) const WAYS: &[Way] = &[
    america::K1,
    america::I130,
    america::I485,
    america::N400,
    others::SPOUSE,
    others::EXPRESS_ENTRY,
];

pub(super) fn way(template: &str) -> Option<&'static Way> {
    WAYS.iter().find(|way| way.template == template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journeys::templates::Catalogue;

    #[test]
    fn all_that_happens_in_a_demo_is_in_the_templates_and_in_their_order() {
        let catalogue = Catalogue::bundled().unwrap();
        for way in WAYS {
            let template = catalogue.template(way.template).expect(way.template);
            let place = |key: &str| {
                let found = template.stages.iter().position(|stage| stage.key == key);
                found.unwrap_or_else(|| panic!("{}: {key}", way.template))
            };
            let keys: Vec<_> = way.steps.iter().map(|step| place(step.to)).collect();
            assert!(keys.iter().all(|key| *key > place(way.begin)));
            for office in way.stays.iter().flat_map(|stay| stay.offices) {
                let known = catalogue
                    .offices_of(template)
                    .any(|known| known.key == office.key);
                assert!(known, "{}: {}", way.template, office.key);
            }
            for stay in way.stays {
                place(stay.from);
            }
        }
        assert_eq!(WAYS.iter().map(|way| way.share).sum::<u32>(), 100);
    }
}
