//! How long a step takes: the page of a template, and of one of its offices.

use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::{
    Position, WaitView,
    bars::BarChart,
    chart::CurveChart,
    cohorts::CohortMap,
    here::Here,
    list_positions, read_wait,
    tables::{CurveTable, OutlookTable},
    words,
};
use crate::{
    error::{AppError, ErrorCode},
    journeys::{Clock, Source, TemplateLine, country, list_templates, offices},
    ui::{Indexed, NoIndex, PageTitle, Problem, later, page_status},
    words::i18n::{t, t_string, use_i18n},
};

later!(waits_page, WaitsPage);

/// What the address asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Asked {
    template: Option<String>,
    office: String,
    /// Whether the office is a part of the address: one that is unknown then leads nowhere.
    is_in_path: bool,
    from: String,
    to: String,
}

/// All templates, or one of them, and where the viewer's own journeys stand there.
type Shown = (Vec<TemplateLine>, Option<(WaitView, Vec<Position>)>);

/// `/waits`, `/waits/:template` and `/waits/:template/:office`, the last two with `?from=` and `&to=`.
#[component]
fn WaitsPage() -> impl IntoView {
    let (params, query) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| {
        let (params, query) = (params.read(), query.read());
        // One form offers the office, so it may stand in either place.
        let of_path = params.get("office");
        let is_in_path = of_path.is_some();
        let office = of_path.or_else(|| query.get("office"));
        Asked {
            template: params.get("template"),
            is_in_path,
            office: office.unwrap_or_default(),
            from: query.get("from").unwrap_or_default(),
            to: query.get("to").unwrap_or_default(),
        }
    });
    let loaded = Resource::new_blocking(move || asked.get(), load);
    let status = page_status();
    view! {
        <div class="page waits">
            <Transition>
                {move || {
                    let status = status.clone();
                    Suspend::new(async move {
                        match loaded.await {
                            Ok((_, Some((view, own)))) => view! { <Wait view own/> }.into_any(),
                            Ok((templates, None)) => view! { <Templates templates/> }.into_any(),
                            Err(error) => {
                                status(error.code);
                                view! { <Problem error/> }.into_any()
                            }
                        }
                    })
                }}
            </Transition>
        </div>
    }
}

async fn load(asked: Asked) -> Result<Shown, AppError> {
    let Asked {
        template,
        office,
        is_in_path,
        from,
        to,
    } = asked;
    let Some(template) = template else {
        return Ok((list_templates().await?, None));
    };
    match read_wait(template.clone(), office.clone(), from, to).await {
        Ok(view) => {
            let (from, to) = (view.from.clone(), view.to.clone());
            let own = list_positions(template, office, from, to).await?;
            Ok((Vec::new(), Some((view, own))))
        }
        Err(error) if is_in_path && error.code == ErrorCode::OfficeUnknown => {
            Err(ErrorCode::NotFound.into())
        }
        Err(error) => Err(error),
    }
}

#[component]
fn Templates(templates: Vec<TemplateLine>) -> impl IntoView {
    let i18n = use_i18n();
    let title = t_string!(i18n, waits.title);
    let (path, about) = ("/waits".to_owned(), t_string!(i18n, waits.lead).to_owned());
    let lines = templates.into_iter().map(|line| {
        let path = format!("/waits/{}", line.slug);
        view! {
            <li>
                <a class="room-line" href=path>
                    <span class="room-name">{line.name}</span>
                    <span class="room-facts">{country(i18n, &line.country)} " · " {line.authority}</span>
                </a>
            </li>
        }
    });
    view! {
        <PageTitle text=title/>
        <Indexed path about/>
        <h1>{title}</h1>
        <p class="lead">{t!(i18n, waits.lead)}</p>
        <p>
            <a href="/waits/calibration">{t!(i18n, waits.calibration.link)}</a>
        </p>
        <ul class="room-list" role="list">
            {lines.collect_view()}
        </ul>
    }
}

#[component]
fn Wait(
    view: WaitView,
    /// The viewer's own. Nobody else gets them.
    own: Vec<Position>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (from, to) = (
        words::stage(&view, &view.from),
        words::stage(&view, &view.to),
    );
    let step = t_string!(i18n, waits.step, from, to).to_string();
    let name = view.template.name.clone();
    let path = match &view.office {
        Some(office) => format!("/waits/{}/{}", view.template.slug, office.key),
        None => format!("/waits/{}", view.template.slug),
    };
    // Each step has an address of its own, by which it is found.
    let path = format!("{path}?from={}&to={}", view.from, view.to);
    let place = view
        .office
        .as_ref()
        .map(|office| format!(" · {}", office.name));
    let title = format!("{name}{}", place.unwrap_or_default());
    let content = match view.figures.clone() {
        Some(figures) => {
            let people = figures.people;
            let rests = words::level(i18n, &view);
            let made = view.made_on.map(|day| day.to_string()).unwrap_or_default();
            let basis = t_string!(i18n, waits.basis, people, made, rests).to_string();
            let target = view.template.stage(&view.to);
            let few = if target.is_some_and(|stage| stage.optional) {
                Some(t_string!(i18n, waits.may_come))
            } else {
                figures
                    .outlooks
                    .is_empty()
                    .then(|| t_string!(i18n, waits.few_for_median))
            };
            let outlooks = (!figures.outlooks.is_empty())
                .then(|| view! { <OutlookTable outlooks=figures.outlooks.clone()/> });
            let here = own.iter().map(|position| position.waited / 7).collect();
            let bars = figures
                .histogram
                .clone()
                .map(|histogram| view! { <BarChart histogram/> });
            let cohorts = (!view.cohorts.is_empty())
                .then(|| view! { <CohortMap cohorts=view.cohorts.clone()/> });
            let comparison = words::comparison(i18n, &view).map(|words| view! { <p>{words}</p> });
            view! {
                <p class="basis">{basis}</p>
                <p>
                    <a href="/waits/calibration">{t!(i18n, waits.calibration.link)}</a>
                </p>
                <p>{few}</p>
                <CurveChart figures=figures.clone() here/>
                {outlooks}
                <CurveTable figures=figures.clone()/>
                {bars}
                {cohorts}
                {comparison}
            }
            .into_any()
        }
        None => view! { <p class="basis">{t!(i18n, waits.too_few)}</p> }.into_any(),
    };
    let standing = own.iter().map(|position| {
        view! { <Here view=view.clone() position=*position/> }
    });
    let standing = standing.collect_view();
    let standing = (!own.is_empty()).then(|| {
        view! {
            <section class="standing" aria-labelledby="here">
                <h2 id="here">{t!(i18n, waits.here_title)}</h2>
                {standing}
            </section>
        }
    });
    let about = format!("{step}. {}", t_string!(i18n, waits.lead));
    // There are thousands of pages that say nothing yet.
    let found = if view.figures.is_some() {
        view! { <Indexed path about/> }.into_any()
    } else {
        view! { <NoIndex/> }.into_any()
    };
    view! {
        <PageTitle text=format!("{title} · {step}")/>
        {found}
        <h1>{title}</h1>
        <p class="lead">{step}</p>
        <Choose view=view.clone()/>
        {standing}
        {content}
        <p class="note">{t!(i18n, waits.through)} " " {t!(i18n, waits.disclaimer)}</p>
        <Source template=view.template/>
        <p>
            <a href="/waits">{t!(i18n, waits.others)}</a>
        </p>
    }
}

/// The other steps and offices. Steps are links; the offices are many, so they are a form that only asks.
#[component]
fn Choose(view: WaitView) -> impl IntoView {
    let i18n = use_i18n();
    let slug = view.template.slug.clone();
    let office = view.office.as_ref().map(|office| office.key.clone());
    let base = format!("/waits/{slug}");
    let here = match &office {
        Some(office) => format!("{base}/{office}"),
        None => base.clone(),
    };
    let steps = view.template.transitions.iter();
    let steps = steps
        .filter(|step| step.clock == Clock::Government)
        .map(|step| {
            let path = format!("{here}?from={}&to={}", step.from, step.to);
            let (from, to) = (
                words::stage(&view, &step.from),
                words::stage(&view, &step.to),
            );
            let is_here = step.from == view.from && step.to == view.to;
            let name = t_string!(i18n, waits.step, from, to).to_string();
            view! {
                <li>
                    <a href=path aria-current=is_here.then_some("page")>
                        {name}
                    </a>
                </li>
            }
        });
    let chosen = office.unwrap_or_default();
    let groups = offices(i18n, &view.template.offices).into_iter();
    let groups = groups.map(|(heading, offices)| {
        let offices = offices.into_iter().map(|(key, text)| {
            let selected = key == chosen;
            view! {
                <option value=key selected=selected>
                    {text}
                </option>
            }
        });
        view! { <optgroup label=heading>{offices.collect_view()}</optgroup> }
    });
    view! {
        <details class="ask steps">
            <summary class="button small quiet">{t!(i18n, waits.other_steps)}</summary>
            <ul role="list">{steps.collect_view()}</ul>
        </details>
        <form method="get" action=base class="stack">
            <input type="hidden" name="from" value=view.from.clone()/>
            <input type="hidden" name="to" value=view.to.clone()/>
            <div class="field">
                <label for="office">{t!(i18n, journeys.office)}</label>
                <select id="office" name="office">
                    <option value="">{t!(i18n, waits.all_offices)}</option>
                    {groups.collect_view()}
                </select>
            </div>
            <button type="submit" class="button quiet">
                {t!(i18n, waits.show)}
            </button>
        </form>
    }
}
