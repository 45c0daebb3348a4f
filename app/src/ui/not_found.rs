//! Pages that say why there is nothing else to show.

use leptos::prelude::*;

use super::{Alive, PageTitle, page_status};
use crate::{
    error::{AppError, ErrorCode},
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

/// An address that leads nowhere.
#[component]
pub fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    page_status()(ErrorCode::NotFound);
    Alive::expect().begin();
    view! {
        <PageTitle text=t_string!(i18n, pages.not_found_title) />
        <section class="card center">
            <h1>{t!(i18n, pages.not_found_title)}</h1>
            <p class="lead">{t!(i18n, pages.not_found_lead)}</p>
            <a class="button" href="/">
                {t!(i18n, pages.to_rooms)}
            </a>
        </section>
    }
}

/// A page that could not be made, and why.
#[component]
pub fn Problem(#[prop(into)] error: AppError) -> impl IntoView {
    let i18n = use_i18n();
    let title = match error.code {
        ErrorCode::NotFound
        | ErrorCode::RoomUnknown
        | ErrorCode::InviteUnknown
        | ErrorCode::JourneyUnknown
        | ErrorCode::TemplateUnknown => t_string!(i18n, pages.not_found_title),
        _ => t_string!(i18n, pages.failed_title),
    };
    view! {
        <PageTitle text=title />
        <section class="card center">
            <h1>{title}</h1>
            <p class="lead">{words::refusal(i18n, &error)}</p>
            <a class="button" href="/">
                {t!(i18n, pages.to_rooms)}
            </a>
        </section>
    }
}
