//! How often our ranges were right: whoever asks how long it takes may want to know how far to believe the answer.

use leptos::prelude::*;

use super::{Calibration, Coverage, read_calibration};
use crate::{
    journeys::country,
    ui::{Indexed, PageTitle, Problem, later},
    words::i18n::{Locale, t, t_string, use_i18n},
};

later!(calibration_page, CalibrationPage);

/// Where ranges of eighty percent should be.
const PROMISED: u8 = 80;

/// `/waits/calibration`.
#[component]
fn CalibrationPage() -> impl IntoView {
    let i18n = use_i18n();
    let loaded = Resource::new_blocking(|| (), |()| read_calibration());
    let title = t_string!(i18n, waits.calibration.title);
    let about = t_string!(i18n, waits.calibration.lead).to_owned();
    view! {
        <PageTitle text=title/>
        <Indexed path="/waits/calibration".to_owned() about/>
        <div class="page waits">
            <h1>{title}</h1>
            <p class="lead">{t!(i18n, waits.calibration.lead)}</p>
            <Transition>
                {move || Suspend::new(async move {
                    match loaded.await {
                        Ok(kinds) if kinds.is_empty() => {
                            view! { <p class="basis">{t!(i18n, waits.calibration.too_few)}</p> }.into_any()
                        }
                        Ok(kinds) => kinds.into_iter().map(|kind| shown(i18n, kind)).collect_view().into_any(),
                        Err(error) => view! { <Problem error/> }.into_any(),
                    }
                })}
            </Transition>
            <h2>{t!(i18n, waits.calibration.how_title)}</h2>
            <p>{t!(i18n, waits.calibration.how)}</p>
            <p>{t!(i18n, waits.calibration.meaning)}</p>
            <p>{t!(i18n, waits.calibration.unsaid)}</p>
            <p class="note">{t!(i18n, waits.disclaimer)}</p>
            <p>
                <a href="/waits">{t!(i18n, waits.others)}</a>
            </p>
        </div>
    }
}

/// A kind of journey, and its steps.
fn shown(i18n: Locale, kind: Calibration) -> AnyView {
    let slug = kind.template.slug;
    let whole = row(
        i18n,
        t_string!(i18n, waits.calibration.all_steps)
            .to_owned()
            .into_any(),
        kind.coverage,
    );
    let steps = kind.steps.into_iter().map(|step| {
        let path = format!("/waits/{slug}?from={}&to={}", step.from.key, step.to.key);
        let (from, to) = (step.from.name, step.to.name);
        let name = t_string!(i18n, waits.step, from, to).to_string();
        row(
            i18n,
            view! { <a href=path>{name}</a> }.into_any(),
            step.coverage,
        )
    });
    let steps = steps.collect_view();
    let (people, forecasts) = (kind.coverage.people, kind.coverage.forecasts);
    let made = kind.made_on.to_string();
    let basis = t_string!(i18n, waits.calibration.basis, forecasts, people, made).to_string();
    view! {
        <section aria-labelledby=slug.clone()>
            <h2 id=slug.clone()>{kind.template.name} ", " {country(i18n, &kind.template.country)}</h2>
            <p class="basis">{verdict(i18n, kind.coverage)}</p>
            <p>{basis} " " {unknown(i18n, kind.coverage)}</p>
            <div class="wide">
                <table class="wait-table">
                    <caption class="visually-hidden">{t!(i18n, waits.calibration.title)}</caption>
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, waits.calibration.step)}</th>
                            <th scope="col">{t!(i18n, waits.calibration.within)}</th>
                            <th scope="col" class="pictured">{t!(i18n, waits.calibration.picture)}</th>
                            <th scope="col">{t!(i18n, waits.calibration.forecasts)}</th>
                            <th scope="col">{t!(i18n, waits.people)}</th>
                        </tr>
                    </thead>
                    <tbody>{whole} {steps}</tbody>
                </table>
            </div>
        </section>
    }
    .into_any()
}

fn row(i18n: Locale, name: AnyView, coverage: Coverage) -> AnyView {
    let Coverage {
        within,
        lower,
        upper,
        ..
    } = coverage;
    let interval = t_string!(i18n, waits.calibration.interval, lower, upper).to_string();
    view! {
        <tr>
            <th scope="row">{name}</th>
            <td>
                <strong>{format!("{within} %")}</strong> " (" {interval} ")"
            </td>
            <td class="pictured">{drawn(i18n, coverage)}</td>
            <td>{coverage.forecasts}</td>
            <td>{coverage.people}</td>
        </tr>
    }
    .into_any()
}

/// What to make of it. A chance difference is none.
fn verdict(i18n: Locale, coverage: Coverage) -> String {
    let share = coverage.within;
    if coverage.upper < PROMISED {
        t_string!(i18n, waits.calibration.narrow, share).to_string()
    } else if coverage.lower > PROMISED {
        t_string!(i18n, waits.calibration.wide, share).to_string()
    } else {
        t_string!(i18n, waits.calibration.right, share).to_string()
    }
}

fn unknown(i18n: Locale, coverage: Coverage) -> Option<String> {
    let count = coverage.unknown.filter(|count| *count > 0)?;
    Some(t_string!(i18n, waits.calibration.unknown, count).to_string())
}

const WIDTH: f64 = 120.0;
const HEIGHT: f64 = 20.0;
const EDGE: f64 = 5.0;

/// Where a share is in the picture.
fn across(share: u8) -> String {
    let x = EDGE + (WIDTH - 2.0 * EDGE) * f64::from(share.min(100)) / 100.0;
    format!("{x:.1}")
}

/// The share on a line from none to all, with its interval; across it, where it should be. The cell before it has the
/// same in numbers.
fn drawn(i18n: Locale, coverage: Coverage) -> AnyView {
    let Coverage {
        within,
        lower,
        upper,
        ..
    } = coverage;
    let title = t_string!(i18n, waits.calibration.chart, share = within, lower, upper).to_string();
    let middle = HEIGHT / 2.0;
    view! {
        <svg
            class="coverage"
            viewBox=format!("0 0 {WIDTH} {HEIGHT}")
            width=format!("{WIDTH}")
            height=format!("{HEIGHT}")
            role="img"
            aria-label=title
        >
            <line stroke="var(--line)" x1=across(0) x2=across(100) y1=middle y2=middle></line>
            <line
                stroke="var(--ink)"
                stroke-dasharray="3 3"
                x1=across(PROMISED)
                x2=across(PROMISED)
                y1="0"
                y2=format!("{HEIGHT}")
            ></line>
            <line
                stroke="var(--accent)"
                stroke-width="3"
                x1=across(lower)
                x2=across(upper)
                y1=middle
                y2=middle
            ></line>
            <circle fill="var(--accent)" cx=across(within) cy=middle r="4"></circle>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_lie_within_the_picture() {
        assert_eq!(
            (across(0), across(100)),
            ("5.0".to_owned(), "115.0".to_owned())
        );
        assert_eq!(across(PROMISED), "93.0");
        assert_eq!(across(255), across(100));
    }
}
