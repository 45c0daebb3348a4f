//! Simulated journeys whose median is known: the interval holds it about as often as it says, and the
//! median of the finished cases is too short. The result stands in `docs/statistics.md`.

use super::super::*;

const REPETITIONS: u32 = 1000;
/// Days: the median of the waits, Weibull with shape 2.
const MEDIAN: f64 = 200.0;
/// Journeys began evenly over so many days; then 40 % of them still go on.
const RECRUITED: f64 = 531.0;

/// `SplitMix64`: what it draws from a seed is the same for ever, as is then the page.
struct Dice(u64);

impl Dice {
    /// Between 0 and 1, both excluded.
    fn roll(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let high = u32::try_from((mixed ^ (mixed >> 31)) >> 32).unwrap();
        (f64::from(high) + 0.5) / (f64::from(u32::MAX) + 1.0)
    }
}

#[derive(Default)]
struct Outcome {
    covered: u32,
    open: f64,
    estimates: f64,
    naive: f64,
}

fn simulate(journeys: u32) -> Outcome {
    let scale = MEDIAN / 2_f64.ln().sqrt();
    let mut outcome = Outcome::default();
    for seed in 0..REPETITIONS {
        let mut dice = Dice(u64::from(seed));
        let spells = (0..journeys).map(|_| {
            let wait = scale * (-dice.roll().ln()).sqrt();
            let age = RECRUITED * dice.roll();
            Spell::new(wait.min(age), (wait <= age).then_some(1))
        });
        let sample = Sample::from_spells(spells).unwrap();
        let median = Curve::fit(&sample).median(Level::NINETY_FIVE);
        let [lower, estimate, upper] = [median.lower, median.estimate, median.upper]
            .map(|quantile| quantile.days().unwrap_or(f64::INFINITY));
        outcome.covered += u32::from((lower..=upper).contains(&MEDIAN));
        outcome.estimates += estimate / f64::from(REPETITIONS);
        outcome.naive += naive_median(&sample).unwrap() / f64::from(REPETITIONS);
        let ended = u32::try_from(sample.events()).unwrap();
        outcome.open += f64::from(journeys - ended) / f64::from(journeys * REPETITIONS);
    }
    outcome
}

#[test]
fn simulated_waits_lie_within_their_interval_as_often_as_the_page_says() {
    let page = include_str!("../../../../../docs/statistics.md");
    for journeys in [50, 200] {
        let outcome = simulate(journeys);
        let coverage = f64::from(outcome.covered) / f64::from(REPETITIONS);
        let row = format!(
            "| {journeys} | {:.0} % | {:.1} % | {:.0} | {:.0} |",
            100.0 * outcome.open,
            100.0 * coverage,
            outcome.estimates,
            outcome.naive
        );
        eprintln!("{row}");
        assert!((0.93..=0.97).contains(&coverage), "{row}");
        assert!(outcome.naive < 0.85 * MEDIAN, "{row}");
        assert!(page.contains(&row), "docs/statistics.md should say:\n{row}");
    }
}
