//! What holds for all samples.

use proptest::prelude::*;

use super::super::*;

/// Times of few values, so that there are ties, with late entries and up to three causes.
fn spells(causes: u16) -> impl Strategy<Value = Vec<Spell>> {
    let spell = (0..40_u32, 0..60_u32, 0..=causes).prop_map(|(entry, time, cause)| {
        let (entry, time) = (f64::from(entry), f64::from(time));
        Spell {
            entry: if entry < time { entry } else { 0.0 },
            time,
            cause: (cause > 0).then_some(cause),
        }
    });
    prop::collection::vec(spell, 0..60)
}

fn fit(spells: &[Spell]) -> (Sample, Curve) {
    let sample = Sample::from_spells(spells.iter().copied()).unwrap();
    let curve = Curve::fit(&sample);
    (sample, curve)
}

proptest! {
    #[test]
    fn the_curve_falls_within_one_and_zero_and_inside_its_band(
        spells in spells(1),
        level in 0.01..0.999,
    ) {
        let (_, curve) = fit(&spells);
        let level = Level::parse(level).unwrap();
        let mut before = 1.0;
        for point in curve.points() {
            prop_assert!((0.0..=before).contains(&point.survival));
            before = point.survival;
            let band = point.band(level);
            prop_assert!(0.0 <= band.lower && band.lower <= point.survival, "{band:?} {point:?}");
            prop_assert!(point.survival <= band.upper && band.upper <= 1.0, "{band:?} {point:?}");
        }
    }

    #[test]
    fn a_wider_level_has_a_wider_band(spells in spells(1), time in 0.0..60.0) {
        let (_, curve) = fit(&spells);
        let [half, most] = [0.5, 0.99].map(|level| curve.band(time, Level::parse(level).unwrap()));
        prop_assert!(most.lower <= half.lower && half.upper <= most.upper);
    }

    #[test]
    fn without_events_all_wait(spells in spells(0), time in 0.0..100.0) {
        let (_, curve) = fit(&spells);
        prop_assert!(curve.survival(time) >= 1.0);
        let certain = Band { lower: 1.0, upper: 1.0 };
        prop_assert_eq!(curve.band(time, Level::NINETY_FIVE), certain);
    }

    #[test]
    fn the_order_of_cases_means_nothing(
        (spells, shuffled) in spells(2).prop_flat_map(|spells| {
            (Just(spells.clone()), Just(spells).prop_shuffle())
        }),
    ) {
        let [(one, _), (other, _)] = [fit(&spells), fit(&shuffled)];
        prop_assert_eq!(Incidences::fit(&one), Incidences::fit(&other));
    }

    #[test]
    fn entries_at_the_start_are_none(times in prop::collection::vec((0..50_u32, any::<bool>()), 0..40)) {
        let (times, events): (Vec<_>, Vec<_>) =
            times.into_iter().map(|(time, event)| (f64::from(time), event)).unzip();
        let entries = vec![0.0; times.len()];
        prop_assert_eq!(
            Curve::fit(&Sample::new(&times, &events, Some(&entries)).unwrap()),
            Curve::fit(&Sample::new(&times, &events, None).unwrap())
        );
    }

    #[test]
    fn who_has_ended_and_who_waits_are_all(spells in spells(3), time in 0.0..70.0) {
        let (sample, curve) = fit(&spells);
        let incidences = Incidences::fit(&sample);
        let ended: f64 = (1..=3).map(|cause| incidences.at(cause, time)).sum();
        prop_assert!((ended + curve.survival(time) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn one_cause_alone_is_the_curve_turned_over(spells in spells(3), time in 0.0..70.0) {
        let (sample, _) = fit(&spells);
        let alone = sample.only(1);
        let incidence = Incidences::fit(&alone).at(1, time);
        prop_assert!((incidence - (1.0 - Curve::fit(&alone).survival(time))).abs() < 1e-9);
    }

    #[test]
    fn a_quantile_is_the_first_time_at_which_the_curve_is_so_low(
        spells in spells(1),
        percent in 1..100_u32,
    ) {
        let (_, curve) = fit(&spells);
        let share = f64::from(percent) / 100.0;
        let low = |time: f64| curve.survival(time) <= 1.0 - share;
        match curve.quantile(share) {
            Quantile::At(time) => {
                prop_assert!(low(time));
                prop_assert!(curve.points().iter().all(|point| point.time >= time || !low(point.time)));
            }
            Quantile::Beyond { last, waiting } => {
                prop_assert!(waiting > 1.0 - share);
                prop_assert!((curve.survival(last) - waiting).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn an_interval_holds_its_estimate(spells in spells(1), share in 0.05..0.95) {
        let (_, curve) = fit(&spells);
        let interval = curve.quantile_interval(share, Level::NINETY_FIVE);
        let [lower, estimate, upper] = [interval.lower, interval.estimate, interval.upper]
            .map(|quantile| quantile.days().unwrap_or(f64::INFINITY));
        prop_assert!(lower <= estimate && estimate <= upper);
    }

    #[test]
    fn to_have_waited_no_time_changes_nothing_for_waits_of_a_day_or_more(spells in spells(1)) {
        let longer: Vec<_> = spells.into_iter().filter(|spell| spell.time > 0.0).collect();
        let (sample, curve) = fit(&longer);
        prop_assert_eq!(Remaining::after(&sample, 0.0).unwrap().curve, curve);
    }

    #[test]
    fn the_end_of_a_curve_is_the_curve_of_those_who_are_left(spells in spells(1), waited in 0..60_u32) {
        let (sample, curve) = fit(&spells);
        let waited = f64::from(waited);
        prop_assert_eq!(curve.after(waited), Curve::fit(&sample.after(waited).unwrap()));
    }

    #[test]
    fn the_share_that_lasts_is_that_of_the_remaining_times_that_of_those_who_remain(
        times in prop::collection::vec((1..50_u32, any::<bool>()), 1..40),
        waited in 0..40_u32,
        more in 0..40_u32,
    ) {
        let (times, events): (Vec<_>, Vec<_>) =
            times.into_iter().map(|(time, event)| (f64::from(time), event)).unzip();
        let sample = Sample::new(&times, &events, None).unwrap();
        let curve = Curve::fit(&sample);
        let (waited, more) = (f64::from(waited), f64::from(more));
        let remaining = Remaining::after(&sample, waited).unwrap().curve;
        let through_both = curve.survival(waited) * remaining.survival(more);
        prop_assert!((curve.survival(waited + more) - through_both).abs() < 1e-9);
    }

    #[test]
    fn equal_groups_do_not_differ(spells in spells(1), groups in 2..5_usize) {
        let (sample, _) = fit(&spells);
        let test = log_rank(&vec![sample; groups]);
        prop_assert!(test.statistic.abs() < 1e-9, "{test:?}");
        prop_assert!((test.p - 1.0).abs() < 1e-4, "{test:?}");
    }

    #[test]
    fn the_order_of_groups_means_nothing(one in spells(1), two in spells(1), three in spells(1)) {
        let [one, two, three] = [one, two, three].map(|spells| fit(&spells).0);
        let forth = log_rank(&[one.clone(), two.clone(), three.clone()]);
        let back = log_rank(&[three, two, one]);
        prop_assert_eq!(forth.degrees, back.degrees);
        prop_assert!((forth.statistic - back.statistic).abs() < 1e-6 * (1.0 + forth.statistic));
    }

    #[test]
    fn a_period_as_long_as_all_waits_is_the_whole(spells in spells(1)) {
        let cases: Vec<_> =
            spells.iter().map(|&spell| DatedSpell { spell, age: spell.time }).collect();
        prop_assert_eq!(in_period(&cases, 1000.0).unwrap(), fit(&spells).0);
    }
}
