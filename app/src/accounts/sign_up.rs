//! The page on which somebody makes an account.

use leptos::prelude::*;

use super::{
    SignUp,
    sign_in::{enter, with_next},
};
use crate::{
    identities::ProviderSignIn,
    ui::{DoorForm, Field, FormError, PageTitle, Submit, later},
    words::i18n::{t, t_string, use_i18n},
};

later!(sign_up_page, SignUpPage);

#[component]
fn SignUpPage() -> impl IntoView {
    let i18n = use_i18n();
    let sign_up = ServerAction::<SignUp>::new();
    let next = enter(sign_up);
    let onwards = next.clone();
    let other = with_next("/sign-in", &next);

    view! {
        <PageTitle text=t_string!(i18n, accounts.sign_up_title) />
        <section class="card">
            <h1>{t!(i18n, accounts.sign_up_title)}</h1>
            <p class="lead">{t!(i18n, accounts.sign_up_lead)}</p>
            <DoorForm action=sign_up class="stack">
                <input type="hidden" name="next" value=next/>
                <Field
                    name="handle"
                    label=t_string!(i18n, accounts.handle)
                    hint=t_string!(i18n, accounts.handle_hint)
                    autocomplete="username"
                />
                <Field
                    name="email"
                    kind="email"
                    label=t_string!(i18n, accounts.email)
                    hint=t_string!(i18n, accounts.email_hint)
                    autocomplete="email"
                />
                <Field
                    name="password"
                    kind="password"
                    label=t_string!(i18n, accounts.password)
                    hint=t_string!(i18n, accounts.password_hint)
                    autocomplete="new-password"
                />
                <FormError/>
                <Submit>{t!(i18n, accounts.sign_up_submit)}</Submit>
            </DoorForm>
            <ProviderSignIn next=onwards/>
            <p class="aside">
                {t!(i18n, accounts.to_sign_in)} " " <a href=other>{t!(i18n, accounts.sign_in)}</a>
            </p>
        </section>
    }
}
