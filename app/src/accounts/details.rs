//! Handle, e-mail and password, as only their owner sees and changes them.

use leptos::{prelude::*, server_fn::ServerFn};

use super::{ChangeEmail, ChangeHandle, ChangePassword, Details, ForgetPassword, SendConfirmation};
use crate::{
    error::AppError,
    ui::{DoorForm, Field, FormError, Submit},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub(super) fn DetailsSection(details: Details) -> impl IntoView {
    let i18n = use_i18n();
    let Details {
        handle,
        email,
        confirmed,
        awaited,
        has_password,
    } = details;
    let email = email.to_string();
    let state = if confirmed {
        t_string!(i18n, account.confirmed, email = email.clone()).to_string()
    } else {
        t_string!(i18n, account.unconfirmed, email = email.clone()).to_string()
    };
    let awaited = awaited.map(|awaited| {
        let awaited = awaited.to_string();
        view! { <p>{t_string!(i18n, account.awaited, email = awaited).to_string()}</p> }
    });
    let again = (!confirmed).then(|| view! { <SendAgain /> });
    let password = if has_password {
        view! { <PasswordForm /> }.into_any()
    } else {
        view! { <NoPassword email=email /> }.into_any()
    };
    view! {
        <h2>{t!(i18n, account.handle_title)}</h2>
        <HandleForm handle=handle.to_string() />
        <h2>{t!(i18n, account.email_title)}</h2>
        <p>{state}</p>
        {awaited}
        {again}
        {has_password.then(|| view! { <EmailForm /> })}
        <h2>{t!(i18n, account.password_title)}</h2>
        {password}
    }
}

/// Says that a form was sent, until it is sent again.
#[component]
fn Done<F>(action: ServerAction<F>, text: &'static str) -> impl IntoView
where
    F: ServerFn<Output = (), Error = AppError> + Clone + Send + Sync + 'static,
{
    let (value, pending) = (action.value(), action.pending());
    let done = move || matches!(&*value.read(), Some(Ok(()))) && !pending.get();
    view! {
        <p class="saved" role="status">
            {move || done().then_some(text)}
        </p>
    }
}

#[component]
fn HandleForm(handle: String) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ChangeHandle>::new();
    Effect::new(move || {
        if let Some(Ok(())) = &*action.value().read() {
            // It stands at the top of every page.
            let _ = window().location().reload();
        }
    });
    view! {
        <DoorForm action class="stack">
            <Field
                name="handle"
                label=t_string!(i18n, accounts.handle)
                hint=t_string!(i18n, account.handle_hint)
                autocomplete="username"
                value=handle
            />
            <FormError />
            <Submit>{t!(i18n, about.save)}</Submit>
        </DoorForm>
    }
}

#[component]
fn SendAgain() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<SendConfirmation>::new();
    view! {
        <DoorForm action class="stack">
            <FormError />
            <Submit class="quiet">{t!(i18n, account.send_again)}</Submit>
        </DoorForm>
        <Done action text=t_string!(i18n, account.sent_again) />
    }
}

#[component]
fn EmailForm() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ChangeEmail>::new();
    view! {
        <DoorForm action class="stack">
            <Field
                name="email"
                kind="email"
                label=t_string!(i18n, account.new_email)
                hint=t_string!(i18n, account.new_email_hint)
                autocomplete="email"
            />
            <Field
                name="current"
                id="email-current"
                kind="password"
                label=t_string!(i18n, account.current)
                autocomplete="current-password"
            />
            <FormError />
            <Submit>{t!(i18n, account.change_email)}</Submit>
        </DoorForm>
        <Done action text=t_string!(i18n, account.email_sent) />
    }
}

#[component]
fn PasswordForm() -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ChangePassword>::new();
    view! {
        <DoorForm action class="stack">
            <Field
                name="current"
                kind="password"
                label=t_string!(i18n, account.current)
                autocomplete="current-password"
            />
            <Field
                name="password"
                kind="password"
                label=t_string!(i18n, account.new_password)
                hint=t_string!(i18n, accounts.password_hint)
                autocomplete="new-password"
            />
            <FormError />
            <Submit>{t!(i18n, account.change_password)}</Submit>
        </DoorForm>
        <Done action text=t_string!(i18n, account.password_changed) />
    }
}

/// Who signs in through a provider sets a password by a mail, as who has forgotten theirs.
#[component]
fn NoPassword(email: String) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<ForgetPassword>::new();
    view! {
        <p>{t!(i18n, account.no_password)}</p>
        <DoorForm action class="stack">
            <input type="hidden" name="email" value=email />
            <FormError />
            <Submit class="quiet">{t!(i18n, account.set_password)}</Submit>
        </DoorForm>
        <Done action text=t_string!(i18n, account.sent_again) />
    }
}
