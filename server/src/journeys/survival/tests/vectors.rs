//! What lifelines and statsmodels make of well-known data sets: `server/tests/data/`.

use serde::Deserialize;

use super::super::*;

#[derive(Deserialize)]
struct Vectors {
    sets: Vec<Set>,
    aalen_johansen: Competing,
    logrank: Tests,
}

#[derive(Deserialize)]
struct LateEntries {
    sets: Vec<Set>,
    groups: Groups,
}

#[derive(Deserialize)]
struct Groups {
    time: Vec<f64>,
    event: Vec<u8>,
    group: Vec<usize>,
    logrank: [f64; 2],
}

#[derive(Deserialize)]
struct Set {
    name: String,
    n: usize,
    events: usize,
    time: Vec<f64>,
    event: Vec<u8>,
    entry: Option<Vec<f64>>,
    median_ci95_loglog: [Option<f64>; 2],
    q: Quantiles,
    naive_median_completed: Option<f64>,
    /// Time, S, and the edges of the 95 % band.
    curve: Vec<[f64; 4]>,
    #[serde(default)]
    greenwood_se: Vec<(f64, Option<f64>)>,
    conditional: Option<Conditional>,
}

#[derive(Deserialize)]
struct Quantiles {
    #[serde(rename = "0.1")]
    q10: Option<f64>,
    #[serde(rename = "0.25")]
    q25: Option<f64>,
    #[serde(rename = "0.5")]
    q50: Option<f64>,
    #[serde(rename = "0.75")]
    q75: Option<f64>,
    #[serde(rename = "0.9")]
    q90: Option<f64>,
}

#[derive(Deserialize)]
struct Conditional {
    t0: f64,
    n: usize,
    ci95: [Option<f64>; 2],
    q: Quantiles,
}

#[derive(Deserialize)]
struct Competing {
    time: Vec<f64>,
    cause: Vec<u16>,
    times: Vec<f64>,
    cif1: Vec<f64>,
    cif2: Vec<f64>,
}

#[derive(Deserialize)]
struct Tests {
    waltons: [f64; 2],
}

fn vectors() -> Vectors {
    let text = include_str!("../../../../tests/data/km_vectors.json").replace("NaN", "null");
    serde_json::from_str(&text).unwrap()
}

fn late_entries() -> LateEntries {
    serde_json::from_str(include_str!("../../../../tests/data/late_entries.json")).unwrap()
}

fn all_sets() -> Vec<Set> {
    let mut sets = vectors().sets;
    sets.extend(late_entries().sets);
    sets
}

impl Set {
    fn sample(&self) -> Sample {
        let events: Vec<_> = self.event.iter().map(|&event| event == 1).collect();
        Sample::new(&self.time, &events, self.entry.as_deref()).unwrap()
    }
}

fn close(ours: f64, theirs: f64, what: &str) {
    assert!(
        (ours - theirs).abs() <= 1e-9,
        "{what}: {ours}, not {theirs}"
    );
}

fn same_quantiles(window: Window, theirs: &Quantiles, what: &str) {
    let ours = [window.q10, window.q25, window.q50, window.q75, window.q90].map(Quantile::days);
    let theirs = [theirs.q10, theirs.q25, theirs.q50, theirs.q75, theirs.q90];
    assert_eq!(ours, theirs, "{what}");
}

#[test]
fn curves_and_bands_are_those_of_other_programs() {
    for set in all_sets() {
        let sample = set.sample();
        assert_eq!((sample.len(), sample.events()), (set.n, set.events));
        let curve = Curve::fit(&sample);
        for [time, survival, lower, upper] in set.curve {
            let what = format!("{} at {time}", set.name);
            let band = curve.band(time, Level::NINETY_FIVE);
            close(curve.survival(time), survival, &what);
            close(band.lower, lower, &what);
            close(band.upper, upper, &what);
        }
        for (time, theirs) in set.greenwood_se {
            let ours = curve.standard_error(time);
            assert_eq!(ours.is_some(), theirs.is_some(), "{} at {time}", set.name);
            close(
                ours.unwrap_or_default(),
                theirs.unwrap_or_default(),
                &set.name,
            );
        }
    }
}

#[test]
fn quantiles_and_their_intervals_are_those_of_other_programs() {
    for set in all_sets() {
        let sample = set.sample();
        let curve = Curve::fit(&sample);
        same_quantiles(curve.window(), &set.q, &set.name);
        let median = curve.median(Level::NINETY_FIVE);
        assert_eq!(
            [median.lower.days(), median.upper.days()],
            set.median_ci95_loglog,
            "{}",
            set.name
        );
        if let Some(naive) = set.naive_median_completed {
            assert_eq!(naive_median(&sample), Some(naive));
        }
    }
}

#[test]
fn remaining_times_are_those_of_other_programs() {
    for set in vectors().sets {
        let Some(theirs) = &set.conditional else {
            continue;
        };
        let ours = Remaining::after(&set.sample(), theirs.t0).unwrap();
        assert_eq!(ours.cases, theirs.n);
        same_quantiles(ours.window(), &theirs.q, &set.name);
        let median = ours.median(Level::NINETY_FIVE);
        assert_eq!([median.lower.days(), median.upper.days()], theirs.ci95);
    }
}

#[test]
fn incidences_are_those_of_other_programs() {
    let theirs = vectors().aalen_johansen;
    let ours = Incidences::fit(&Sample::with_causes(&theirs.time, &theirs.cause, None).unwrap());
    for (index, &time) in theirs.times.iter().enumerate() {
        close(ours.at(1, time), theirs.cif1[index], "cause 1");
        close(ours.at(2, time), theirs.cif2[index], "cause 2");
    }
}

#[test]
fn the_log_rank_test_is_that_of_other_programs() {
    let Vectors { sets, logrank, .. } = vectors();
    let [statistic, p] = logrank.waltons;
    let groups: Vec<_> = sets
        .iter()
        .filter(|set| set.name.starts_with("waltons"))
        .map(Set::sample)
        .collect();
    let test = log_rank(&groups);
    assert_eq!((groups.len(), test.degrees), (2, 1));
    close(test.statistic, statistic, "statistic");
    close(test.p / p, 1.0, "p");
}

#[test]
fn the_log_rank_test_of_three_groups_is_that_of_other_programs() {
    let groups = late_entries().groups;
    let [statistic, p] = groups.logrank;
    let samples = [0, 1, 2].map(|number| {
        let cases = groups
            .group
            .iter()
            .zip(groups.time.iter().zip(&groups.event));
        let of_it = cases.filter(|(group, _)| **group == number);
        let spells = of_it.map(|(_, (&time, &event))| Spell::new(time, (event == 1).then_some(1)));
        Sample::from_spells(spells).unwrap()
    });
    let test = log_rank(&samples);
    assert_eq!(test.degrees, 2);
    close(test.statistic, statistic, "statistic");
    close(test.p / p, 1.0, "p");
}
