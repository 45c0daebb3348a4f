//! The pages on which people see to what is their own, a section each.

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::{
    ForMembers, details::DetailsSection, list_sessions, privacy::PrivacySection, read_details,
    read_privacy, sessions::SessionsSection,
};
use crate::{
    blocks::{BlocksSection, list_blocks},
    deletions::DeletionNotice,
    exports::DataSection,
    identities::IdentitiesSection,
    ui::{NoIndex, NotFound, PageTitle, later},
    words::i18n::{Locale, t_string, use_i18n},
};

later!(settings_page, SettingsPage);

/// The sections in their order: the path of each and its name.
fn sections(i18n: Locale) -> [(&'static str, &'static str); 7] {
    [
        ("/people/me", t_string!(i18n, profiles.own)),
        ("/settings", t_string!(i18n, settings.privacy)),
        ("/settings/account", t_string!(i18n, settings.account)),
        ("/settings/sessions", t_string!(i18n, settings.sessions)),
        ("/settings/blocks", t_string!(i18n, blocks.title)),
        ("/settings/data", t_string!(i18n, settings.data)),
        ("/journeys", t_string!(i18n, journeys.title)),
    ]
}

/// `/settings` and `/settings/:section`.
#[component]
fn SettingsPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let section = Memo::new(move |_| params.read().get("section").unwrap_or_default());
    let here = move || match section.read().as_str() {
        "" => "/settings".to_owned(),
        section => format!("/settings/{section}"),
    };
    let content = move || match section.read().as_str() {
        "" => view! {
            <ForMembers page="/settings" load=read_privacy let(privacy)>
                <PrivacySection privacy />
            </ForMembers>
        }
        .into_any(),
        "account" => view! {
            <ForMembers page="/settings/account" load=read_details let(details)>
                <DetailsSection details />
                <IdentitiesSection />
            </ForMembers>
        }
        .into_any(),
        "sessions" => view! {
            <ForMembers page="/settings/sessions" load=list_sessions let(sessions)>
                <SessionsSection sessions />
            </ForMembers>
        }
        .into_any(),
        "blocks" => view! {
            <ForMembers page="/settings/blocks" load=list_blocks let(people)>
                <BlocksSection people />
            </ForMembers>
        }
        .into_any(),
        "data" => view! { <DataSection /> }.into_any(),
        _ => view! { <NotFound /> }.into_any(),
    };
    let title = t_string!(i18n, settings.title);
    view! {
        <PageTitle text=title />
        <NoIndex />
        <div class="settings">
            <h1>{title}</h1>
            <nav aria-label=t_string!(i18n, settings.sections)>
                <ul role="list">
                    {sections(i18n)
                        .map(|(path, name)| {
                            let current = move || (path == here()).then_some("page");
                            view! {
                                <li>
                                    <a href=path aria-current=current>
                                        {name}
                                    </a>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </nav>
            <section class="card">
                <Show when=move || *section.read() != "data">
                    <DeletionNotice />
                </Show>
                {content}
            </section>
        </div>
    }
}
