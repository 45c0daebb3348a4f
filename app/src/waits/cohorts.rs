//! Those who began in one month, row by row: how far each month's people had come after how many weeks. Whatever the
//! picture says also stands in the table beside it.

use leptos::prelude::*;

use super::{Bar, Cohort, bars::Hatch, words};
use crate::words::i18n::{Locale, t, t_string, use_i18n};

const WIDTH: f64 = 360.0;
const LEFT: f64 = 50.0;
const ROW: f64 = 18.0;
const BELOW: f64 = 18.0;

/// A stretch of weeks, and how many of a month's people were through by its end.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cell {
    bar: Bar,
    through: u32,
    share: f64,
}

/// Each stretch with what has come before it.
fn cells(cohort: &Cohort) -> Vec<Cell> {
    let mut through = 0;
    let cells = cohort.histogram.ended.iter().map(|bar| {
        // Each count is rounded by itself, so that their sum may be more than all.
        through = (through + bar.people).min(cohort.people);
        Cell {
            bar: *bar,
            through,
            share: f64::from(through) / f64::from(cohort.people.max(1)),
        }
    });
    cells.collect()
}

/// The open ones are drawn after whatever is known to have ended.
fn rest(cohort: &Cohort) -> Option<Bar> {
    let from = cohort.histogram.ended.last().map_or(0, |bar| bar.until);
    let until = cohort.histogram.open.last()?.until.max(from + 1);
    let people = cohort.histogram.open.iter().map(|bar| bar.people).sum();
    Some(Bar {
        from,
        until,
        people,
    })
}

#[component]
pub(super) fn CohortMap(cohorts: Vec<Cohort>) -> impl IntoView {
    let i18n = use_i18n();
    let ends = cohorts.iter().flat_map(|cohort| {
        let ended = cohort.histogram.ended.last().map(|bar| bar.until);
        [ended, rest(cohort).map(|bar| bar.until)]
    });
    let weeks = ends.flatten().max().unwrap_or(1).max(1);
    let x = move |week: u32| LEFT + (WIDTH - LEFT - 8.0) * f64::from(week) / f64::from(weeks);
    let rows = cohorts
        .iter()
        .zip(0_u32..)
        .map(|(cohort, row)| drawn(i18n, cohort, ROW * f64::from(row), x));
    let rows = rows.collect_view();
    #[expect(clippy::cast_precision_loss, reason = "a few months")]
    let bottom = ROW * cohorts.len() as f64;
    let marks = [0, weeks / 2, weeks].map(|week| {
        view! {
            <text class="week" x=format!("{:.1}", x(week)) y=format!("{:.1}", bottom + 12.0)>
                {week}
            </text>
        }
    });
    let lines = cohorts.iter().map(|cohort| line(i18n, cohort));
    view! {
        <h2>{t!(i18n, waits.cohorts_title)}</h2>
        <svg
            class="curve-chart"
            viewBox=format!("0 0 {WIDTH} {}", bottom + BELOW)
            role="img"
            aria-labelledby="cohorts-title"
        >
            <title id="cohorts-title">{t!(i18n, waits.cohorts_chart)}</title>
            <Hatch id="hatched-months"/>
            {rows}
            {marks.into_iter().collect_view()}
        </svg>
        <p class="note">{t!(i18n, waits.cohorts_lead)}</p>
        <div class="wide">
            <table class="wait-table">
                <caption>{t!(i18n, waits.cohorts_table)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, waits.month)}</th>
                        <th scope="col">{t!(i18n, waits.people)}</th>
                        <th scope="col">{t!(i18n, waits.cohorts_through)}</th>
                        <th scope="col">{t!(i18n, waits.cohorts_rest)}</th>
                    </tr>
                </thead>
                <tbody>{lines.collect_view()}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn drawn(i18n: Locale, cohort: &Cohort, y: f64, x: impl Fn(u32) -> f64) -> AnyView {
    let end = cohort.histogram.end();
    let rect = |bar: Bar, class: &'static str, fill: &'static str, share: f64, title: String| {
        view! {
            <rect
                class=class
                fill=fill
                fill-opacity=format!("{share:.2}")
                x=format!("{:.1}", x(bar.from))
                y=format!("{:.1}", y + 1.0)
                width=format!("{:.1}", x(bar.until) - x(bar.from))
                height=format!("{:.1}", ROW - 2.0)
            >
                <title>{title}</title>
            </rect>
        }
        .into_any()
    };
    let cells = cells(cohort).into_iter().map(|cell| {
        let (month, people) = (cohort.month.clone(), cohort.people);
        let (through, until) = (cell.through, cell.bar.until);
        let title = if until < end {
            let weeks = words::weeks(i18n, until);
            t_string!(i18n, waits.cohort_cell, month, through, people, weeks).to_string()
        } else {
            t_string!(i18n, waits.cohort_cell_all, month, through, people).to_string()
        };
        rect(cell.bar, "bar over", "var(--accent)", cell.share, title)
    });
    let cells = cells.collect_view();
    let rest = rest(cohort).map(|bar| {
        let (month, people) = (cohort.month.clone(), bar.people);
        let title = t_string!(i18n, waits.cohort_open, month, people).to_string();
        rect(bar, "bar open", "url(#hatched-months)", 1.0, title)
    });
    view! {
        <text class="month" x="2" y=format!("{:.1}", y + 12.0)>
            {cohort.month.clone()}
        </text>
        {cells}
        {rest}
    }
    .into_any()
}

fn line(i18n: Locale, cohort: &Cohort) -> AnyView {
    let end = cohort.histogram.end();
    let cells = cells(cohort).into_iter().map(|cell| {
        let (through, until) = (cell.through, cell.bar.until);
        if until < end {
            let weeks = words::weeks(i18n, until);
            t_string!(i18n, waits.cohort_by, through, weeks).to_string()
        } else {
            t_string!(i18n, waits.cohort_all, through).to_string()
        }
    });
    let cells: Vec<_> = cells.collect();
    view! {
        <tr>
            // A month stays in one line.
            <th scope="row">{cohort.month.replace('-', "\u{2011}")}</th>
            <td>{cohort.people}</td>
            <td>{cells.join(" · ")}</td>
            <td>{rest(cohort).map(|bar| bar.people)}</td>
        </tr>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::waits::Histogram;

    #[test]
    fn a_row_adds_up_from_week_to_week_and_never_to_more_than_its_people() {
        let bar = |from, until, people| Bar {
            from,
            until,
            people,
        };
        let cohort = Cohort {
            month: "2026-03".into(),
            people: 20,
            histogram: Histogram {
                ended: vec![bar(0, 5, 10), bar(5, 8, 5), bar(8, 9, 10)],
                open: vec![bar(0, 4, 5)],
                mixed: false,
            },
        };
        let through: Vec<_> = cells(&cohort).iter().map(|cell| cell.through).collect();
        assert_eq!(through, [10, 15, 20]);
        assert_eq!(rest(&cohort), Some(bar(9, 10, 5)));
    }
}
