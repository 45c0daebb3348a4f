//! The page on which somebody proves who they are.

use leptos::{prelude::*, server_fn::ServerFn};
use leptos_router::hooks::use_query_map;

use super::{Account, SignIn};
use crate::{
    error::AppError,
    identities::{ProviderNotice, ProviderSignIn},
    ui::{DoorForm, Field, FormError, PageTitle, Submit, is_local, later},
    words::i18n::{t, t_string, use_i18n},
};

later!(sign_in_page, SignInPage);

#[component]
fn SignInPage() -> impl IntoView {
    let i18n = use_i18n();
    let sign_in = ServerAction::<SignIn>::new();
    let next = enter(sign_in);
    let onwards = next.clone();
    let other = with_next("/sign-up", &next);

    view! {
        <PageTitle text=t_string!(i18n, accounts.sign_in) />
        <section class="card">
            <h1>{t!(i18n, accounts.sign_in_title)}</h1>
            <ProviderNotice/>
            <DoorForm action=sign_in class="stack">
                <input type="hidden" name="next" value=next/>
                <Field
                    name="login"
                    label=t_string!(i18n, accounts.login)
                    autocomplete="username"
                />
                <Field
                    name="password"
                    kind="password"
                    label=t_string!(i18n, accounts.password)
                    autocomplete="current-password"
                />
                <FormError/>
                <Submit>{t!(i18n, accounts.sign_in_submit)}</Submit>
            </DoorForm>
            <p class="forgot">
                <a href="/account/forgot">{t!(i18n, accounts.forgot)}</a>
            </p>
            <ProviderSignIn next=onwards/>
            <p class="aside">
                {t!(i18n, accounts.to_sign_up)} " " <a href=other>{t!(i18n, accounts.sign_up)}</a>
            </p>
        </section>
    }
}

/// The other of the two pages, heading for the same place.
pub(super) fn with_next(page: &str, next: &str) -> String {
    match next {
        "/" => page.to_owned(),
        next => format!("{page}?next={next}"),
    }
}

/// Goes on to where the person was heading once the action has signed them in. Returns that path,
/// for the form to carry where there is no WebAssembly.
pub(super) fn enter<F>(action: ServerAction<F>) -> String
where
    F: ServerFn<Output = Account, Error = AppError> + Clone + Send + Sync + 'static,
{
    let query = use_query_map();
    let next = query
        .with_untracked(|query| query.get("next"))
        .filter(|path| is_local(path));
    let next = next.unwrap_or_else(|| "/".to_owned());
    let target = next.clone();
    Effect::new(move || {
        if let Some(Ok(_)) = &*action.value().read() {
            // Every page is another one for somebody who is signed in: load it anew.
            let _ = window().location().set_href(&target);
        }
    });
    next
}
