//! The numbers of a wait as tables: what is likely for those who have waited so long, and the curve.

use leptos::prelude::*;

use super::{Figures, Outlook, words};
use crate::words::i18n::{t, use_i18n};

/// So many weeks lie between two rows at least: each week has nearly the same to say as the one before.
const APART: u32 = 4;

/// How long it still takes, by how long one has waited.
#[component]
pub(super) fn OutlookTable(outlooks: Vec<Outlook>) -> impl IntoView {
    let i18n = use_i18n();
    let mut next = 0;
    let rows = outlooks.into_iter().filter(move |outlook| {
        let far = outlook.waited >= next;
        if far {
            next = outlook.waited + APART;
        }
        far
    });
    let rows: Vec<_> = rows.collect();
    let ends_early = rows.iter().any(|outlook| still_wait(outlook).is_some());
    let rows = rows.into_iter().map(|outlook| {
        let median = outlook.median;
        let interval = words::range(i18n, median.lower, median.upper);
        let later = still_wait(&outlook).map(|share| format!("{share} %"));
        let later = ends_early.then(|| view! { <td>{later}</td> });
        let range = outlook.ranges;
        let middle = range.map(|range| words::range(i18n, range.q25, range.q75));
        let range = range.map(|range| words::range(i18n, range.q10, range.q90));
        view! {
            <tr>
                <th scope="row">{words::weeks(i18n, outlook.waited)}</th>
                <td>
                    <strong>{words::term(i18n, median.estimate)}</strong> " (" {interval} ")"
                </td>
                <td>
                    <strong>{middle}</strong>
                </td>
                <td>{range}</td>
                <td>{outlook.people}</td>
                {later}
            </tr>
        }
    });
    let later = ends_early.then(|| view! { <th scope="col">{t!(i18n, waits.still_wait)}</th> });
    let note = ends_early.then(|| view! { <p class="note">{t!(i18n, waits.over_note)}</p> });
    view! {
        <div class="wide">
            <table class="wait-table">
                <caption>{t!(i18n, waits.outlook_caption)}</caption>
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, waits.waited)}</th>
                        <th scope="col">{t!(i18n, waits.half)}</th>
                        <th scope="col">{t!(i18n, waits.middle)}</th>
                        <th scope="col">{t!(i18n, waits.range)}</th>
                        <th scope="col">{t!(i18n, waits.people)}</th>
                        {later}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </div>
        {note}
    }
}

/// How many percent still wait at the last week of which enough is known, where a number lies beyond it.
fn still_wait(outlook: &Outlook) -> Option<u8> {
    let median = outlook.median;
    let ranges = outlook.ranges.into_iter();
    let ranges = ranges.flat_map(|range| [range.q10, range.q25, range.q75, range.q90]);
    let mut terms = [median.lower, median.estimate, median.upper]
        .into_iter()
        .chain(ranges);
    terms.find_map(|term| term.waiting)
}

/// The curve, and how the waits have ended, week by week. Nothing where there is no curve.
#[component]
pub(super) fn CurveTable(figures: Figures) -> impl IntoView {
    let i18n = use_i18n();
    let heads = figures.endings.iter().map(|ending| {
        let name = words::ending(i18n, ending);
        view! { <th scope="col">{name}</th> }
    });
    let heads = heads.collect_view();
    let rows = figures.curve.iter().enumerate().map(|(index, step)| {
        let shares = figures.endings.iter().map(|ending| {
            let share = ending.shares.get(index).copied();
            view! { <td>{share.map(|share| format!("{share} %"))}</td> }
        });
        view! {
            <tr>
                <th scope="row">{step.week}</th>
                <td>{format!("{} %", step.waiting)}</td>
                <td>{format!("{} – {} %", step.lower, step.upper)}</td>
                {shares.collect_view()}
            </tr>
        }
    });
    let rows = rows.collect_view();
    let table = move || {
        view! {
            <details class="ask">
                <summary class="button small quiet">{t!(i18n, waits.curve_table)}</summary>
                <div class="wide">
                    <table class="wait-table">
                        <caption class="visually-hidden">{t!(i18n, waits.curve_table)}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{t!(i18n, waits.week)}</th>
                                <th scope="col">{t!(i18n, waits.waiting)}</th>
                                <th scope="col">{t!(i18n, waits.band)}</th>
                                {heads}
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
    };
    (!figures.curve.is_empty()).then(table)
}
