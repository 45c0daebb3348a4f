//! The page on which somebody begins a journey: which one, then since when.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{
    CreateJourney, Office, OfficeKind, Precision, Template, TemplateLine, Visibility,
    list_templates, read_template, source::Source, words,
};
use crate::{
    app::Viewer,
    error::AppError,
    ui::{
        Check, DoorForm, Field, FormError, NoIndex, PageTitle, Problem, Select, Submit, later,
        page_status,
    },
    words::i18n::{Locale, t, t_string, use_i18n},
};

later!(new_journey_page, NewJourneyPage);

/// What there is to choose from, or what was chosen.
type Choice = (Vec<TemplateLine>, Option<Template>);

/// `/journeys/new`, and with `?template=` once that is known.
#[component]
fn NewJourneyPage() -> impl IntoView {
    let i18n = use_i18n();
    let viewer = Viewer::expect();
    let query = use_query_map();
    let asked = Memo::new(move |_| query.read().get("template"));
    let loaded = Resource::new_blocking(move || asked.get(), load);
    let status = page_status();
    let title = t_string!(i18n, journeys.new_title);
    view! {
        <PageTitle text=title/>
        <NoIndex/>
        <section class="card journey-new">
            <h1>{title}</h1>
            <Transition>
                {move || {
                    let status = status.clone();
                    Suspend::new(async move {
                        match (viewer.load().await, loaded.await) {
                            (_, Err(error)) => {
                                status(error.code);
                                view! { <Problem error/> }.into_any()
                            }
                            (_, Ok((templates, None))) => {
                                view! { <Templates templates/> }.into_any()
                            }
                            (Some(_), Ok((_, Some(template)))) => {
                                view! { <NewJourneyForm template/> }.into_any()
                            }
                            (None, Ok((_, Some(template)))) => {
                                let slug = template.slug;
                                let next = format!("/journeys/new?template={slug}");
                                view! {
                                    <a class="button" href=format!("/sign-in?next={next}")>
                                        {t!(i18n, errors.sign_in_needed)}
                                    </a>
                                }
                                    .into_any()
                            }
                        }
                    })
                }}
            </Transition>
        </section>
    }
}

async fn load(asked: Option<String>) -> Result<Choice, AppError> {
    Ok(match asked {
        Some(slug) => (Vec::new(), Some(read_template(slug).await?)),
        None => (list_templates().await?, None),
    })
}

/// The templates by country, each a link.
#[component]
fn Templates(templates: Vec<TemplateLine>) -> impl IntoView {
    let i18n = use_i18n();
    let countries = templates.chunk_by(|one, next| one.country == next.country);
    let countries = countries.map(|lines| {
        let country = words::country(i18n, &lines[0].country);
        let lines = lines.iter().map(|line| {
            let path = format!("/journeys/new?template={}", line.slug);
            view! {
                <li>
                    <a href=path>{line.name.clone()}</a>
                </li>
            }
        });
        view! {
            <h2>{country}</h2>
            <ul class="template-list" role="list">
                {lines.collect_view()}
            </ul>
        }
    });
    view! {
        <p class="lead">{t!(i18n, journeys.new_lead)}</p>
        {countries.collect_view()}
    }
}

#[component]
fn NewJourneyForm(template: Template) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<CreateJourney>::new();
    let navigate = use_navigate();
    Effect::new(move || {
        if let Some(Ok(made)) = &*action.value().read() {
            navigate(
                &format!("/journeys/{}", made.journey),
                NavigateOptions::default(),
            );
        }
    });
    let stages = template.stages.iter();
    let stages = stages.map(|stage| (stage.key.clone(), words::stage(stage)));
    let stages: Vec<_> = stages.collect();
    let first = stages
        .first()
        .map(|(key, _)| key.clone())
        .unwrap_or_default();
    let choices = Visibility::ALL
        .iter()
        .filter(|choice| **choice != Visibility::Room);
    let choices = choices.map(|choice| {
        let text = words::visibility(i18n, *choice);
        (choice.as_str().to_owned(), text.to_owned())
    });
    let choices: Vec<_> = choices.collect();
    let precisions = Precision::ALL.map(|precision| {
        let text = words::precision(i18n, precision);
        (precision.as_str().to_owned(), text.to_owned())
    });
    let nowhere = t_string!(i18n, journeys.office_unknown).to_owned();
    let source = view! { <Source template=template.clone()/> };
    view! {
        <p class="lead">
            {template.name} " · " <a href="/journeys/new">{t!(i18n, journeys.other_template)}</a>
        </p>
        <DoorForm action class="stack">
            <input type="hidden" name="template" value=template.slug/>
            <Select
                name="office"
                label=t_string!(i18n, journeys.office)
                hint=t_string!(i18n, journeys.office_hint)
                options=vec![(String::new(), nowhere)]
                groups=offices(i18n, &template.offices)
                value=""
            />
            <Select
                name="stage"
                label=t_string!(i18n, journeys.first_stage)
                hint=t_string!(i18n, journeys.first_stage_hint)
                options=stages
                value=first
            />
            <Field name="on" kind="date" label=t_string!(i18n, journeys.on)/>
            <Select
                name="precision"
                label=t_string!(i18n, journeys.precision)
                options=precisions.to_vec()
                value=Precision::Day.as_str()
            />
            <Select
                name="visibility"
                label=t_string!(i18n, journeys.visibility)
                options=choices
                value=Visibility::Private.as_str()
            />
            <Check
                name="counted"
                label=t_string!(i18n, journeys.counted)
                hint=t_string!(i18n, journeys.counted_hint)
                checked=false
            />
            <FormError/>
            <Submit>{t!(i18n, journeys.create)}</Submit>
        </DoorForm>
        {source}
    }
}

/// What a list of offices offers, by what they do.
pub(crate) fn offices(
    i18n: Locale,
    offices: &[Office],
) -> Vec<(&'static str, Vec<(String, String)>)> {
    let mut groups: Vec<(OfficeKind, Vec<(String, String)>)> = Vec::new();
    for office in offices {
        let text = format!("{} · {}", office.name, office.authority);
        let option = (office.key.clone(), text);
        match groups.iter_mut().find(|(kind, _)| *kind == office.kind) {
            Some((_, group)) => group.push(option),
            None => groups.push((office.kind, vec![option])),
        }
    }
    let groups = groups.into_iter();
    groups
        .map(|(kind, options)| (words::office_kind(i18n, kind), options))
        .collect()
}
