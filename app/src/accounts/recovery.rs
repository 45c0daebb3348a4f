//! The pages to which mails lead, and those that lead to mails: confirming an address, and setting a
//! password that was forgotten.
//!
//! A link in a mail changes nothing by itself: programs that look at mails follow links too.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map, use_query_map},
};

use super::{ConfirmEmail, ForgetPassword, ResetPassword};
use crate::{
    ui::{DoorForm, Field, FormError, NoIndex, NotFound, PageTitle, Submit, later, when_done},
    words::i18n::{t, t_string, use_i18n},
};

later!(recovery_page, RecoveryPage);

/// `/account/:step`.
#[component]
fn RecoveryPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let step = move || params.read().get("step").unwrap_or_default();
    let card = move || match step().as_str() {
        "forgot" => view! { <ForgotForm /> }.into_any(),
        "sent" => done(
            t_string!(i18n, recovery.sent_title),
            t_string!(i18n, recovery.sent_lead),
            None,
        ),
        "reset" => view! { <ResetForm /> }.into_any(),
        "changed" => done(
            t_string!(i18n, recovery.changed_title),
            t_string!(i18n, recovery.changed_lead),
            Some(("/sign-in", t_string!(i18n, accounts.sign_in))),
        ),
        "confirm" => view! { <ConfirmForm /> }.into_any(),
        "confirmed" => done(
            t_string!(i18n, recovery.confirmed_title),
            t_string!(i18n, recovery.confirmed_lead),
            Some(("/", t_string!(i18n, recovery.go_on))),
        ),
        _ => view! { <NotFound /> }.into_any(),
    };
    view! {
        <NoIndex />
        {card}
    }
}

/// What has been done, and where to go from there.
fn done(
    title: &'static str,
    lead: &'static str,
    on: Option<(&'static str, &'static str)>,
) -> AnyView {
    let on = on.map(|(path, name)| {
        view! {
            // All pages are others for somebody who has signed in or out.
            <a class="button" href=path rel="external">
                {name}
            </a>
        }
    });
    view! {
        <PageTitle text=title />
        <section class="card">
            <h1>{title}</h1>
            <p class="lead" role="status">
                {lead}
            </p>
            {on}
        </section>
    }
    .into_any()
}

/// Leads on to another step once something is done, as the door leads a form.
fn to_step(step: &'static str) -> Callback<()> {
    let navigate = use_navigate();
    Callback::new(move |()| navigate(step, NavigateOptions::default()))
}

/// The token in the page's address.
fn token() -> String {
    let query = use_query_map();
    query
        .with_untracked(|query| query.get("token"))
        .unwrap_or_default()
}

#[component]
fn ForgotForm() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ForgetPassword>::new();
    when_done(action, to_step("/account/sent"));
    view! {
        <PageTitle text=t_string!(i18n, recovery.forgot_title) />
        <section class="card">
            <h1>{t!(i18n, recovery.forgot_title)}</h1>
            <p class="lead">{t!(i18n, recovery.forgot_lead)}</p>
            <DoorForm action class="stack">
                <Field
                    name="email"
                    kind="email"
                    label=t_string!(i18n, accounts.email)
                    autocomplete="email"
                />
                <FormError />
                <Submit>{t!(i18n, recovery.forgot_submit)}</Submit>
            </DoorForm>
        </section>
    }
}

#[component]
fn ResetForm() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ResetPassword>::new();
    when_done(action, to_step("/account/changed"));
    view! {
        <PageTitle text=t_string!(i18n, recovery.reset_title) />
        <section class="card">
            <h1>{t!(i18n, recovery.reset_title)}</h1>
            <p class="lead">{t!(i18n, recovery.reset_lead)}</p>
            <DoorForm action class="stack">
                <input type="hidden" name="token" value=token() />
                <Field
                    name="password"
                    kind="password"
                    label=t_string!(i18n, account.new_password)
                    hint=t_string!(i18n, accounts.password_hint)
                    autocomplete="new-password"
                />
                <FormError />
                <Submit>{t!(i18n, recovery.reset_submit)}</Submit>
            </DoorForm>
            <p class="aside">
                <a href="/account/forgot">{t!(i18n, accounts.forgot)}</a>
            </p>
        </section>
    }
}

#[component]
fn ConfirmForm() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ConfirmEmail>::new();
    when_done(action, to_step("/account/confirmed"));
    view! {
        <PageTitle text=t_string!(i18n, recovery.confirm_title) />
        <section class="card">
            <h1>{t!(i18n, recovery.confirm_title)}</h1>
            <p class="lead">{t!(i18n, recovery.confirm_lead)}</p>
            <DoorForm action class="stack">
                <input type="hidden" name="token" value=token() />
                <FormError />
                <Submit>{t!(i18n, recovery.confirm_submit)}</Submit>
            </DoorForm>
        </section>
    }
}
