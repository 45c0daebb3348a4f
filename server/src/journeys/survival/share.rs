//! How sure a share is that was counted.

use super::curve::{Band, Level};

/// Wilson's interval of a share of `cases`, which may be fewer than were counted where some go together. Of no cases
/// it is [0, 1].
pub fn wilson(share: f64, cases: f64, level: Level) -> Band {
    if cases <= 0.0 {
        return Band {
            lower: 0.0,
            upper: 1.0,
        };
    }
    let square = level.z * level.z / cases;
    let middle = share + square / 2.0;
    let reach = (square * (share * (1.0 - share) + square / 4.0)).sqrt();
    Band {
        lower: ((middle - reach) / (1.0 + square)).max(0.0),
        upper: ((middle + reach) / (1.0 + square)).min(1.0),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_interval_is_that_of_the_tables() {
        // Wilson's intervals as Newcombe (1998) gives them.
        for (events, cases, lower, upper) in [
            (81.0, 263.0, 0.2553, 0.3662),
            (15.0, 148.0, 0.0624, 0.1605),
            (0.0, 20.0, 0.0, 0.1611),
            (1.0, 29.0, 0.0061, 0.1718),
        ] {
            let band = wilson(events / cases, cases, Level::NINETY_FIVE);
            let close = |a: f64, b: f64| (a - b).abs() < 1e-4;
            assert!(
                close(band.lower, lower) && close(band.upper, upper),
                "{band:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn it_holds_the_share_and_is_narrower_the_more_cases_there_are(
            share in 0.0..=1.0,
            cases in 1.0..10_000.0,
        ) {
            let [few, many] = [cases, cases * 2.0].map(|cases| wilson(share, cases, Level::NINETY_FIVE));
            prop_assert!(0.0 <= few.lower && few.upper <= 1.0);
            prop_assert!(few.lower <= share + 1e-12 && share <= few.upper + 1e-12);
            prop_assert!(few.upper - few.lower >= many.upper - many.lower);
        }
    }
}
