//! How many waits lasted for how long: those that are over above the line, those that go on hatched below it. The
//! area of a bar is its people. Whatever it says also stands in the table beside it.

use leptos::prelude::*;

use super::{Bar, Histogram, words};
use crate::words::i18n::{Locale, t, t_string, use_i18n};

const WIDTH: f64 = 360.0;
const SIDE: f64 = 80.0;
const MIDDLE: f64 = 14.0;
const EDGE: f64 = 8.0;

/// A bar where it is drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Drawn {
    x: f64,
    width: f64,
    height: f64,
}

/// All bars of one picture in one measure.
struct Scale {
    weeks: u32,
    /// The most people a week.
    most: f64,
}

impl Scale {
    fn of(histogram: &Histogram) -> Self {
        let bars = || histogram.ended.iter().chain(&histogram.open);
        Self {
            weeks: histogram.end(),
            most: bars().map(|bar| density(*bar)).fold(0.0, f64::max),
        }
    }

    fn x(&self, week: u32) -> f64 {
        EDGE + (WIDTH - 2.0 * EDGE) * f64::from(week) / f64::from(self.weeks)
    }

    fn drawn(&self, bar: Bar) -> Drawn {
        let x = self.x(bar.from);
        Drawn {
            x,
            width: self.x(bar.until) - x,
            height: if self.most > 0.0 {
                SIDE * density(bar) / self.most
            } else {
                0.0
            },
        }
    }
}

/// People a week.
fn density(bar: Bar) -> f64 {
    f64::from(bar.people) / f64::from(bar.until.saturating_sub(bar.from).max(1))
}

#[component]
pub(super) fn BarChart(histogram: Histogram) -> impl IntoView {
    let i18n = use_i18n();
    let scale = Scale::of(&histogram);
    let over = histogram.ended.iter().map(|bar| {
        let drawn = scale.drawn(*bar);
        rect(
            "over",
            "var(--accent)",
            drawn,
            SIDE - drawn.height,
            told(i18n, *bar, scale.weeks, false),
        )
    });
    let open = histogram.open.iter().map(|bar| {
        let drawn = scale.drawn(*bar);
        rect(
            "open",
            "url(#hatched-bars)",
            drawn,
            SIDE + MIDDLE,
            told(i18n, *bar, scale.weeks, true),
        )
    });
    let weeks = scale.weeks;
    let marks = [0, weeks / 4, weeks / 2, weeks / 4 * 3, weeks];
    let marks = marks.map(|week| {
        view! {
            <text class="week" x=format!("{:.1}", scale.x(week)) y=format!("{}", SIDE + MIDDLE - 4.0)>
                {week}
            </text>
        }
    });
    let mixed = histogram.mixed.then(|| t_string!(i18n, waits.bars_mixed));
    let rows = histogram
        .ended
        .iter()
        .map(|bar| row(i18n, *bar, weeks, false));
    let rows: Vec<_> = rows
        .chain(
            histogram
                .open
                .iter()
                .map(|bar| row(i18n, *bar, weeks, true)),
        )
        .collect();
    view! {
        <h2>{t!(i18n, waits.bars_title)}</h2>
        <svg
            class="curve-chart"
            viewBox=format!("0 0 {WIDTH} {}", 2.0 * SIDE + MIDDLE)
            role="img"
            aria-labelledby="bars-title"
        >
            <title id="bars-title">{t!(i18n, waits.bars_chart)}</title>
            <Hatch id="hatched-bars"/>
            {over.collect_view()}
            {open.collect_view()}
            {marks.into_iter().collect_view()}
        </svg>
        <p class="note">{t!(i18n, waits.bars_lead)} " " {mixed}</p>
        <details class="ask">
            <summary class="button small quiet">{t!(i18n, waits.bars_table)}</summary>
            <table class="wait-table">
                <caption class="visually-hidden">{t!(i18n, waits.bars_table)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, waits.bars_weeks)}</th>
                        <th scope="col">{t!(i18n, waits.over)}</th>
                        <th scope="col">{t!(i18n, waits.open)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </details>
    }
    .into_any()
}

/// What is not over is hatched, so that nobody needs colours to tell it. A picture refers to its own pattern.
#[component]
pub(super) fn Hatch(
    /// Its own in the page.
    id: &'static str,
) -> impl IntoView {
    view! {
        <pattern
            id=id
            width="6"
            height="6"
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
        >
            <line class="hatch" x1="0" y1="0" x2="0" y2="6"></line>
        </pattern>
    }
}

fn rect(class: &'static str, fill: &'static str, bar: Drawn, y: f64, title: String) -> AnyView {
    view! {
        <rect
            class=format!("bar {class}")
            fill=fill
            x=format!("{:.1}", bar.x)
            y=format!("{y:.1}")
            width=format!("{:.1}", bar.width)
            height=format!("{:.1}", bar.height)
        >
            <title>{title}</title>
        </rect>
    }
    .into_any()
}

fn told(i18n: Locale, bar: Bar, end: u32, is_open: bool) -> String {
    let (weeks, people) = (words::span(i18n, bar, end), bar.people);
    if is_open {
        t_string!(i18n, waits.bar_open, weeks, people).to_string()
    } else {
        t_string!(i18n, waits.bar_over, weeks, people).to_string()
    }
}

fn row(i18n: Locale, bar: Bar, end: u32, is_open: bool) -> AnyView {
    let people = Some(bar.people);
    let (over, open) = if is_open {
        (None, people)
    } else {
        (people, None)
    };
    view! {
        <tr>
            <th scope="row">{words::span(i18n, bar, end)}</th>
            <td>{over}</td>
            <td>{open}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_area_of_a_bar_is_its_people_and_none_leaves_the_picture() {
        let bar = |from, until, people| Bar {
            from,
            until,
            people,
        };
        let histogram = Histogram {
            ended: vec![bar(0, 10, 10), bar(10, 12, 10)],
            open: vec![bar(0, 12, 5)],
            mixed: false,
        };
        let scale = Scale::of(&histogram);
        let [long, short] = [0, 1].map(|index| scale.drawn(histogram.ended[index]));
        assert!((long.width * long.height - short.width * short.height).abs() < 1e-9);
        assert!((short.height - SIDE).abs() < 1e-9);
        assert!(short.x + short.width <= WIDTH - EDGE + 1e-9);
    }
}
