//! Whether groups wait for different times, or only seem to: the log-rank test.

use statrs::distribution::{ChiSquared, ContinuousCDF};

use super::{
    risk::{self, Row, Watch},
    sample::Sample,
};

/// A variance below this part of the largest one is rounding.
const ROUNDING: f64 = 1e-10;

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogRank {
    /// Chi-squared: how far observed ends lie from those expected if all waited alike.
    pub statistic: f64,
    /// As a rule one less than the groups; groups that were never at risk together take none.
    pub degrees: u32,
    /// How likely so large a statistic is if all wait alike.
    pub p: f64,
}

/// Compares groups; whatever ended a case counts, and late entries are at risk from when they enter.
///
/// Where no two groups were at risk together, nothing speaks against their being alike: 0 with p = 1.
pub fn log_rank(groups: &[Sample]) -> LogRank {
    let everyone: Vec<_> = groups.iter().flat_map(Sample::spells).copied().collect();
    let mut watches: Vec<_> = groups
        .iter()
        .map(|group| Watch::over(group.spells()))
        .collect();
    let mut excess = Excess::of(groups.len());
    for all in risk::rows(&everyone) {
        let rows: Vec<_> = watches.iter_mut().map(|watch| watch.at(all.time)).collect();
        excess.add(&all, &rows);
    }
    let (statistic, degrees) = excess.distance();
    let p =
        ChiSquared::new(f64::from(degrees)).map_or(1.0, |distribution| distribution.sf(statistic));
    LogRank {
        statistic,
        degrees,
        p,
    }
}

/// How many more ended in each group than expected, with the covariances.
struct Excess {
    sums: Vec<f64>,
    covariances: Vec<Vec<f64>>,
}

impl Excess {
    fn of(groups: usize) -> Self {
        Self {
            sums: vec![0.0; groups],
            covariances: vec![vec![0.0; groups]; groups],
        }
    }

    /// Adds one time: who ends is drawn from those at risk without regard to their group.
    fn add(&mut self, all: &Row, groups: &[Row]) {
        let (n, d) = (f64::from(all.at_risk), f64::from(all.events));
        if all.events == 0 {
            return;
        }
        let spread = if all.at_risk > 1 {
            d * (n - d) / (n - 1.0)
        } else {
            0.0
        };
        for (one, row) in groups.iter().enumerate() {
            let at_risk = f64::from(row.at_risk);
            self.sums[one] += f64::from(row.events) - d * at_risk / n;
            for (other, beside) in groups.iter().enumerate() {
                let same = if one == other { 1.0 } else { 0.0 };
                self.covariances[one][other] +=
                    spread * at_risk / n * (same - f64::from(beside.at_risk) / n);
            }
        }
    }

    /// The sums' squared distance from 0 in the metric of the covariances, and their rank. The matrix is
    /// singular, since the sums add up to 0: elimination takes the largest pivot while there is one.
    fn distance(mut self) -> (f64, u32) {
        let size = self.sums.len();
        let variance = |covariances: &[Vec<f64>], group: usize| covariances[group][group];
        let largest = (0..size)
            .map(|group| variance(&self.covariances, group))
            .fold(0.0, f64::max);
        let mut open: Vec<_> = (0..size).collect();
        let (mut statistic, mut rank) = (0.0, 0);
        while let Some(place) = (0..open.len()).max_by(|&a, &b| {
            variance(&self.covariances, open[a]).total_cmp(&variance(&self.covariances, open[b]))
        }) {
            let pivot = open.swap_remove(place);
            let by = variance(&self.covariances, pivot);
            if by <= largest * ROUNDING {
                break;
            }
            statistic += self.sums[pivot] * self.sums[pivot] / by;
            rank += 1;
            for &row in &open {
                let factor = self.covariances[row][pivot] / by;
                self.sums[row] -= factor * self.sums[pivot];
                for &column in &open {
                    self.covariances[row][column] -= factor * self.covariances[pivot][column];
                }
            }
        }
        (statistic, rank)
    }
}
