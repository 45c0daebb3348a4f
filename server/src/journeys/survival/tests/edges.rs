//! Where curves begin and end, and what is no data.

use super::super::*;

fn sample(cases: &[(f64, f64, bool)]) -> Sample {
    Sample::from_spells(cases.iter().map(|&(entry, time, ended)| Spell {
        entry,
        time,
        cause: ended.then_some(1),
    }))
    .unwrap()
}

#[test]
fn what_is_no_number_of_days_is_refused() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0] {
        let error = Sample::new(&[1.0, wrong], &[true, true], None).unwrap_err();
        assert!(
            matches!(error, InvalidSample::Days { index: 1, .. }),
            "{error}"
        );
        assert!(Sample::new(&[1.0], &[true], Some(&[wrong])).is_err());
        assert!(sample(&[(0.0, 1.0, true)]).after(wrong).is_err());
        assert!(in_period(&[], wrong).is_err());
    }
    for wrong in [f64::NAN, 0.0, 1.0, 1.5] {
        assert!(Level::parse(wrong).is_err());
    }
}

#[test]
fn what_was_over_before_it_was_watched_is_refused() {
    assert_eq!(
        Sample::new(&[5.0, 5.0], &[true, true], Some(&[0.0, 5.0])),
        Err(InvalidSample::NeverWatched { index: 1 })
    );
}

#[test]
fn lists_of_different_lengths_are_refused() {
    let error = Sample::new(&[1.0, 2.0], &[true], None).unwrap_err();
    assert_eq!(
        error,
        InvalidSample::Lengths {
            times: 2,
            others: 1
        }
    );
    assert!(Sample::with_causes(&[1.0], &[1], Some(&[])).is_err());
}

#[test]
fn nobody_watched_means_that_all_wait() {
    let curve = Curve::fit(&Sample::default());
    assert!((curve.survival(100.0) - 1.0).abs() < f64::EPSILON);
    let nothing = Quantile::Beyond {
        last: 0.0,
        waiting: 1.0,
    };
    assert_eq!(curve.quantile(0.5), nothing);
    assert_eq!(naive_median(&Sample::default()), None);
}

#[test]
fn at_one_time_events_come_before_censorings() {
    let curve = Curve::fit(&sample(&[(0.0, 3.0, true), (0.0, 3.0, false)]));
    assert!((curve.survival(3.0) - 0.5).abs() < 1e-12);
}

#[test]
fn a_wait_of_no_days_counts() {
    let curve = Curve::fit(&sample(&[(0.0, 0.0, true), (0.0, 4.0, true)]));
    assert!((curve.survival(0.0) - 0.5).abs() < 1e-12);
    assert_eq!(curve.quantile(0.5), Quantile::At(0.0));
    let minus_nothing = Sample::new(&[-0.0, 0.0], &[true, true], None).unwrap();
    assert_eq!(Curve::fit(&minus_nothing).points().len(), 1);
}

#[test]
fn where_all_end_at_once_the_curve_and_its_band_fall_to_zero() {
    let curve = Curve::fit(&sample(&[(0.0, 7.0, true), (0.0, 7.0, true)]));
    let median = curve.median(Level::NINETY_FIVE);
    let zero = Band {
        lower: 0.0,
        upper: 0.0,
    };
    assert_eq!(curve.band(7.0, Level::NINETY_FIVE), zero);
    assert_eq!(curve.standard_error(7.0), None);
    assert_eq!(
        [median.lower, median.estimate, median.upper],
        [Quantile::At(7.0); 3]
    );
}

#[test]
fn a_curve_that_never_falls_so_far_says_how_many_still_wait() {
    let curve = Curve::fit(&sample(&[
        (0.0, 100.0, true),
        (0.0, 200.0, true),
        (0.0, 300.0, true),
        (0.0, 410.0, false),
    ]));
    let Quantile::Beyond { last, waiting } = curve.quantile(0.9) else {
        panic!("nothing is known of the last one");
    };
    assert!((last - 410.0).abs() < 1e-12 && (waiting - 0.25).abs() < 1e-12);
}

#[test]
fn who_enters_late_is_at_risk_from_the_day_after() {
    let curve = Curve::fit(&sample(&[
        (0.0, 2.0, true),
        (2.0, 5.0, true),
        (1.0, 4.0, false),
    ]));
    let at_risk: Vec<_> = curve.points().iter().map(|point| point.at_risk).collect();
    assert_eq!(at_risk, [2, 2, 1]);
}

#[test]
fn a_curve_tells_where_its_risk_set_died_out_before_others_entered() {
    // The first ends alone: by the formula nobody ever waits for longer than a day.
    let broken = Curve::fit(&sample(&[
        (0.0, 1.0, true),
        (2.0, 9.0, true),
        (2.0, 12.0, false),
    ]));
    assert_eq!(broken.exhausted(), Some(1.0));
    assert!(broken.survival(10.0) <= 0.0);
    // Counted from the second day on, the others do say something.
    let rest = sample(&[(2.0, 9.0, true), (2.0, 12.0, false)])
        .after(2.0)
        .unwrap();
    assert_eq!(Curve::fit(&rest).exhausted(), None);
    assert!((Curve::fit(&rest).survival(8.0) - 0.5).abs() < 1e-12);
    let whole = Curve::fit(&sample(&[(0.0, 1.0, true), (0.0, 9.0, true)]));
    assert_eq!(whole.exhausted(), None);
}

#[test]
fn after_a_time_at_which_all_are_through_nothing_is_known() {
    let after = Remaining::after(&sample(&[(0.0, 5.0, true)]), 5.0).unwrap();
    assert_eq!((after.cases, after.window().q50.days()), (0, None));
}

#[test]
fn a_period_counts_the_waiting_within_it() {
    let case = |time, ended: bool, age| DatedSpell {
        spell: Spell::new(time, ended.then_some(1)),
        age,
    };
    let cases = [
        // Began 400 days ago and is open: 100 days of it fall within the last 100.
        case(400.0, false, 400.0),
        // Was over before.
        case(50.0, true, 400.0),
        // Ended on the fiftieth day before.
        case(350.0, true, 400.0),
        // Began within.
        case(20.0, true, 60.0),
        // Will end after the day of the estimate.
        case(90.0, true, 60.0),
    ];
    let sample = in_period(&cases, 100.0).unwrap();
    let spells: Vec<_> = sample
        .spells()
        .iter()
        .map(|spell| (spell.entry, spell.time, spell.cause.is_some()))
        .collect();
    let expected = [
        (300.0, 400.0, false),
        (300.0, 350.0, true),
        (0.0, 20.0, true),
        (0.0, 60.0, false),
    ];
    assert_eq!(spells, expected);
}

#[test]
fn groups_that_never_wait_together_are_not_compared() {
    let early = sample(&[(0.0, 1.0, true), (0.0, 2.0, true)]);
    let late = sample(&[(5.0, 7.0, true), (5.0, 9.0, true)]);
    let test = log_rank(&[early.clone(), late.clone()]);
    assert_eq!((test.degrees, test.p), (0, 1.0));
    assert_eq!(log_rank(std::slice::from_ref(&early)).degrees, 0);
    assert_eq!(
        log_rank(&[early.clone(), late, early, Sample::default()]).degrees,
        1
    );
}
