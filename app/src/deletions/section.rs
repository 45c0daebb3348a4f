//! Where somebody asks for the end of their account, reads when it comes, and takes it back.

use leptos::{either::Either, prelude::*};

use super::{DeleteAccount, Deletion, DeletionView, Fate, KeepAccount, read_deletion};
use crate::{
    ui::{Day, DoorForm, Field, FormError, Select, Submit, when_done},
    words::i18n::{t, t_string, use_i18n},
};

/// How the viewer's account stands to its end, with the way there or back.
#[component]
pub fn DeletionSection(view: DeletionView) -> impl IntoView {
    let i18n = use_i18n();
    let DeletionView {
        asked,
        would_be_due_at,
        has_password,
    } = view;
    let asked = RwSignal::new(asked);
    let delete = ServerAction::<DeleteAccount>::new();
    let keep = ServerAction::<KeepAccount>::new();
    Effect::new(move || {
        if let Some(Ok(deletion)) = &*delete.value().read() {
            asked.set(Some(*deletion));
        }
    });
    when_done(keep, Callback::new(move |()| asked.set(None)));
    view! {
        <section aria-labelledby="deletion-title">
            <h2 id="deletion-title">{t!(i18n, deletions.title)}</h2>
            {move || match asked.get() {
                Some(deletion) => {
                    Either::Left(view! {
                        <DeletionBanner deletion/>
                        <DoorForm action=keep>
                            <FormError/>
                            <Submit>{t!(i18n, deletions.keep_account)}</Submit>
                        </DoorForm>
                    })
                }
                None => {
                    Either::Right(view! { <DeletionForm action=delete due_at=would_be_due_at has_password/> })
                }
            }}
        </section>
    }
}

/// Says that the account is to be deleted, and when.
#[component]
fn DeletionBanner(deletion: Deletion) -> impl IntoView {
    let i18n = use_i18n();
    let messages = match deletion.messages {
        Fate::Keep => t_string!(i18n, deletions.due_keep),
        Fate::Erase => t_string!(i18n, deletions.due_erase),
    };
    view! {
        <div class="deletion" role="status">
            <p>
                <strong>{t!(i18n, deletions.due)} " " <Day at=deletion.due_at/> "."</strong>
            </p>
            <p>{messages} " " {t!(i18n, deletions.due_keep_account)}</p>
        </div>
    }
}

/// Says on other pages that the account is to be deleted, with the way to what can be done about it.
#[component]
pub fn DeletionNotice() -> impl IntoView {
    let i18n = use_i18n();
    let read = Resource::new_blocking(|| (), |()| read_deletion());
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                let asked = read.await.ok().and_then(|view| view.asked);
                asked
                    .map(|deletion| {
                        view! {
                            <DeletionBanner deletion/>
                            <p>
                                <a class="button quiet" href="/settings/data">
                                    {t!(i18n, deletions.to_keep)}
                                </a>
                            </p>
                        }
                    })
            })}
        </Suspense>
    }
}

#[component]
fn DeletionForm(
    action: ServerAction<DeleteAccount>,
    /// When the account would be gone.
    due_at: i64,
    has_password: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let fates = Fate::ALL.map(|fate| {
        let text = match fate {
            Fate::Keep => t_string!(i18n, deletions.keep),
            Fate::Erase => t_string!(i18n, deletions.erase),
        };
        (fate.as_str().to_owned(), text.to_owned())
    });
    view! {
        <p class="lead">{t!(i18n, deletions.lead)}</p>
        <ul class="consequences">
            <li>{t!(i18n, deletions.fact_gone)}</li>
            <li>{t!(i18n, deletions.fact_rooms)}</li>
            <li>{t!(i18n, deletions.fact_others)}</li>
        </ul>
        <p>{t!(i18n, deletions.when)} " " <Day at=due_at/> ". " {t!(i18n, deletions.until_then)}</p>
        <DoorForm action class="stack">
            <Select
                name="messages"
                label=t_string!(i18n, deletions.messages)
                hint=t_string!(i18n, deletions.messages_hint)
                options=fates.to_vec()
                value=Fate::Keep.as_str()
            />
            <ProofField has_password/>
            <FormError/>
            <Submit class="danger">{t!(i18n, deletions.submit)}</Submit>
        </DoorForm>
    }
}

/// What shows that it is the owner who asks, and on purpose.
#[component]
fn ProofField(has_password: bool) -> impl IntoView {
    let i18n = use_i18n();
    if has_password {
        Either::Left(view! {
            <Field
                name="current"
                kind="password"
                label=t_string!(i18n, account.current)
                hint=t_string!(i18n, deletions.password_hint)
                autocomplete="current-password"
            />
        })
    } else {
        Either::Right(view! {
            <Field
                name="handle"
                label=t_string!(i18n, accounts.handle)
                hint=t_string!(i18n, deletions.handle_hint)
            />
        })
    }
}
