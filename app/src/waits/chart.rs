//! The curve of those who still wait, with its band, and that of those for whom it has come where waits end in other
//! ways, too. Whatever it says also stands in the table below it.

use leptos::prelude::*;

use super::{End, Figures, Step};
use crate::words::i18n::{Locale, t, t_string, use_i18n};

const WIDTH: f64 = 360.0;
const HEIGHT: f64 = 200.0;
/// What the axes take.
const LEFT: f64 = 34.0;
const BELOW: f64 = 26.0;
const ABOVE: f64 = 10.0;
const RIGHT: f64 = 8.0;

/// The marks of the upright axis, in percent.
const SHARES: [u8; 5] = [0, 25, 50, 75, 100];

#[component]
pub(super) fn CurveChart(
    figures: Figures,
    /// How many weeks journeys of the viewer's own have waited.
    here: Vec<u32>,
) -> impl IntoView {
    let i18n = use_i18n();
    (!figures.curve.is_empty()).then(|| drawn(i18n, &figures, &here))
}

/// Of how many percent it has come by the weeks of the curve, if that is told apart from other ends.
fn come(figures: &Figures) -> Option<&[u8]> {
    let mut endings = figures.endings.iter();
    let come = endings.find(|ending| ending.ends == [End::Come])?;
    (figures.endings.len() > 1).then_some(&come.shares[..])
}

fn drawn(i18n: Locale, figures: &Figures, here: &[u32]) -> impl IntoView + use<> {
    let curve = &figures.curve[..];
    let scale = Scale::of(curve);
    let come = come(figures);
    let line = come.map(|shares| {
        let drawn = scale.line(curve, |step| {
            shares.get(step.week as usize).copied().unwrap_or(0)
        });
        view! { <path class="curve" stroke-dasharray="5 4" d=drawn></path> }
    });
    let legend = come.map(|_| view! { <p class="note">{t!(i18n, waits.legend)}</p> });
    let title = t_string!(i18n, waits.chart, count = scale.weeks).to_string();
    let shares = SHARES.map(|share| {
        let y = format!("{:.1}", scale.y(share));
        view! {
            <line
                class="grid"
                x1=format!("{LEFT}")
                x2=format!("{}", WIDTH - RIGHT)
                y1=y.clone()
                y2=y.clone()
            ></line>
            <text class="share" x=format!("{}", LEFT - 4.0) y=y>
                {format!("{share} %")}
            </text>
        }
    });
    let weeks = scale.marks().into_iter().map(|week| {
        let x = format!("{:.1}", scale.x(week));
        view! {
            <text class="week" x=x y=format!("{}", HEIGHT - 10.0)>
                {week}
            </text>
        }
    });
    let here = here
        .iter()
        .filter_map(|week| mark(i18n, &scale, curve, *week));
    let here = here.collect_view();
    view! {
        <svg
            class="curve-chart"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            role="img"
            aria-labelledby="curve-chart-title"
        >
            <title id="curve-chart-title">{title}</title>
            {shares.into_iter().collect_view()}
            {weeks.collect_view()}
            <path class="band" d=scale.band(curve)></path>
            <path class="curve" d=scale.line(curve, |step| step.waiting)></path>
            {line}
            {here}
        </svg>
        {legend}
    }
}

/// You are here. None where the curve does not go.
fn mark(i18n: Locale, scale: &Scale, curve: &[Step], week: u32) -> Option<AnyView> {
    let step = curve.iter().find(|step| step.week == week)?;
    let (across, down) = (scale.x(week), scale.y(step.waiting));
    let x = format!("{across:.1}");
    let class = if across > WIDTH / 2.0 { "end" } else { "start" };
    let beside = if across > WIDTH / 2.0 {
        across - 5.0
    } else {
        across + 5.0
    };
    let mark = view! {
        <g class="standing">
            <line x1=x.clone() x2=x.clone() y1=format!("{ABOVE}") y2=format!("{}", HEIGHT - BELOW)></line>
            <circle cx=x cy=format!("{down:.1}") r="4"></circle>
            <text class=class x=format!("{beside:.1}") y=format!("{}", ABOVE + 8.0)>
                {t_string!(i18n, waits.you_are_here)}
            </text>
        </g>
    };
    Some(mark.into_any())
}

/// Where weeks and shares are in the picture.
struct Scale {
    /// How many weeks there are; the last one goes on for a week.
    weeks: u32,
}

impl Scale {
    fn of(curve: &[Step]) -> Self {
        let last = curve.iter().map(|step| step.week).max();
        Self {
            weeks: last.map_or(1, |week| week + 1),
        }
    }

    fn x(&self, week: u32) -> f64 {
        LEFT + (WIDTH - LEFT - RIGHT) * f64::from(week) / f64::from(self.weeks)
    }

    #[expect(clippy::unused_self, reason = "it stands beside the other axis")]
    fn y(&self, share: u8) -> f64 {
        ABOVE + (HEIGHT - ABOVE - BELOW) * (1.0 - f64::from(share.min(100)) / 100.0)
    }

    /// At most seven weeks to be named, evenly apart.
    fn marks(&self) -> Vec<u32> {
        let apart = (self.weeks / 6).max(1);
        (0..=self.weeks).step_by(apart as usize).collect()
    }

    /// A step for each week, from left to right.
    fn line(&self, curve: &[Step], share: impl Fn(&Step) -> u8) -> String {
        let points = self.points(curve, share);
        path(points.into_iter())
    }

    /// Along the upper edge and back along the lower one.
    fn band(&self, curve: &[Step]) -> String {
        let upper = self.points(curve, |step| step.upper);
        let lower = self.points(curve, |step| step.lower);
        let around = upper.into_iter().chain(lower.into_iter().rev());
        format!("{} Z", path(around))
    }

    fn points(&self, curve: &[Step], share: impl Fn(&Step) -> u8) -> Vec<(f64, f64)> {
        let steps = curve.iter().flat_map(|step| {
            let y = self.y(share(step));
            [(self.x(step.week), y), (self.x(step.week + 1), y)]
        });
        steps.collect()
    }
}

fn path(points: impl Iterator<Item = (f64, f64)>) -> String {
    let words = points.enumerate().map(|(index, (x, y))| {
        let verb = if index == 0 { 'M' } else { 'L' };
        format!("{verb}{x:.1} {y:.1}")
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(week: u32, waiting: u8) -> Step {
        Step {
            week,
            waiting,
            lower: waiting.saturating_sub(10),
            upper: (waiting + 10).min(100),
        }
    }

    #[test]
    fn a_curve_goes_down_in_steps_of_a_week() {
        let curve = [step(0, 100), step(1, 50)];
        let scale = Scale::of(&curve);
        let drawn = scale.line(&curve, |step| step.waiting);
        assert_eq!(drawn, "M34.0 10.0 L193.0 10.0 L193.0 92.0 L352.0 92.0");
        assert!(scale.band(&curve).ends_with(" Z"));
    }

    #[test]
    fn few_weeks_are_named_and_all_within_the_picture() {
        for weeks in 1..400 {
            let scale = Scale { weeks };
            let marks = scale.marks();
            assert!(!marks.is_empty() && marks.len() <= 12, "{weeks}: {marks:?}");
            assert!(
                marks
                    .iter()
                    .all(|week| scale.x(*week) <= WIDTH - RIGHT + 1e-9)
            );
        }
    }
}
