//! The finder: rooms and people by their names, and the keys that lead from room to room.

use leptos::{html, mount::mount_to, prelude::*, task::spawn_local};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};

use super::{
    Layers, RoomKind,
    found::{Found, neighbour},
    layers::Shortcut,
    open_direct,
    search::Search,
    shortcuts::Shortcuts,
    window::{CloseButton, Window, close},
};
use crate::{
    error::AppError,
    ids::RoomId,
    ui::later,
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

later!(pub(super) finder_layer, put_finder(layers: Layers));

/// Puts the finder behind the page. It is a chunk of WebAssembly that is loaded when it is needed.
fn put_finder(layers: Layers) {
    if let Some(body) = document().body() {
        layers.owner.get_value().with(|| {
            let layer = mount_to(body, move || view! { <FinderLayer layers/> });
            StoredValue::new_local(layer);
        });
    }
}

/// Does what was asked for.
#[component]
fn FinderLayer(layers: Layers) -> impl IntoView {
    let navigate = use_navigate();
    let path = use_location().pathname;
    let open = RwSignal::new(None);
    Effect::new(move || {
        let Some(shortcut) = layers.asked.get() else {
            return;
        };
        layers.asked.set(None);
        match shortcut {
            Shortcut::Find | Shortcut::Help => {
                if open.get_untracked() != Some(shortcut) {
                    open.set(Some(shortcut));
                }
            }
            // What is above the page is in the way.
            Shortcut::Previous | Shortcut::Next if dialog_is_open() => {}
            Shortcut::Previous | Shortcut::Next => {
                let rooms = untrack(|| layers.listing.now());
                let here = path.with_untracked(|path| room_of(path));
                if let Some(room) = neighbour(&rooms, here, shortcut == Shortcut::Next) {
                    navigate(&format!("/rooms/{room}"), NavigateOptions::default());
                }
            }
        }
    });
    let on_close = Callback::new(move |()| open.set(None));
    move || match open.get() {
        Some(Shortcut::Find) => view! { <Finder layers on_close/> }.into_any(),
        Some(_) => view! { <Shortcuts on_close/> }.into_any(),
        None => ().into_any(),
    }
}

fn dialog_is_open() -> bool {
    matches!(document().query_selector("dialog[open]"), Ok(Some(_)))
}

/// The room that a path leads to, or to something of it.
fn room_of(path: &str) -> Option<RoomId> {
    let rest = path.strip_prefix("/rooms/")?;
    rest.split('/').next()?.parse().ok()
}

#[component]
fn Finder(layers: Layers, on_close: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let node = NodeRef::new();
    let search = Search::new(layers.listing);
    search.look_for_people();
    let failed = go_where_chosen(search, node);
    let title = t_string!(i18n, finder.open);
    view! {
        <Window label=title node on_close>
            <input
                type="text"
                role="combobox"
                aria-expanded=move || (!search.found.read().is_empty()).to_string()
                aria-autocomplete="list"
                aria-controls="finder-list"
                aria-activedescendant=move || search.active_option().map(option_id)
                aria-label=title
                placeholder=title
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                enterkeyhint="go"
                autofocus
                on:input=move |event| search.types(event_target_value(&event))
                on:keydown=move |event| search.on_key(&event)
            />
            <Offers search/>
            <p class="note error" role="alert">
                {move || failed.get().map(|error| words::refusal(i18n, &error))}
            </p>
            <p class="window-foot">
                <button
                    type="button"
                    class="button small quiet"
                    on:click=move |_| layers.ask(Shortcut::Help)
                >
                    {t!(i18n, finder.shortcuts)}
                </button>
                <CloseButton node/>
            </p>
        </Window>
    }
}

/// Leads to what was chosen, or returns why that failed.
fn go_where_chosen(search: Search, node: NodeRef<html::Dialog>) -> RwSignal<Option<AppError>> {
    let navigate = use_navigate();
    let failed = RwSignal::new(None);
    Effect::new(move || {
        let Some(chosen) = search.chosen.get() else {
            return;
        };
        failed.set(None);
        let navigate = navigate.clone();
        spawn_local(async move {
            let room = match chosen {
                Found::Room(summary) => Ok(summary.room.id),
                Found::Person(user) => {
                    let made = open_direct(user.handle.to_string()).await;
                    made.map(|reply| reply.room.id)
                }
            };
            match room {
                Ok(room) => {
                    close(node);
                    navigate(&format!("/rooms/{room}"), NavigateOptions::default());
                }
                Err(error) => {
                    failed.try_set(Some(error));
                }
            }
        });
    });
    failed
}

/// What was found, and how much.
#[component]
fn Offers(search: Search) -> impl IntoView {
    let i18n = use_i18n();
    let Search { found, active, .. } = search;
    Effect::new(move || show(active.get()));
    let options = move || {
        let found = found.get().into_iter().enumerate();
        let options = found.map(|(at, found)| {
            view! {
                <li
                    id=option_id(at)
                    role="option"
                    aria-selected=move || (active.get() == at).to_string()
                    on:click=move |_| search.choose(at)
                >
                    <Offer found/>
                </li>
            }
        });
        options.collect_view()
    };
    let count = Memo::new(move |_| found.read().len());
    let said = move || match count.get() {
        0 => t_string!(i18n, finder.none).to_owned(),
        1 => t_string!(i18n, finder.found_one).to_owned(),
        count => t_string!(i18n, finder.found, count).to_string(),
    };
    view! {
        <ul id="finder-list" role="listbox" aria-label=t_string!(i18n, finder.list_label)>
            {options}
        </ul>
        <p class="note" class:visually-hidden=move || count.get() != 0 role="status">
            {said}
        </p>
    }
}

fn option_id(at: usize) -> String {
    format!("finder-{at}")
}

/// Brings an option into sight.
fn show(at: usize) {
    if let Some(option) = document().get_element_by_id(&option_id(at)) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

#[component]
fn Offer(found: Found) -> impl IntoView {
    let i18n = use_i18n();
    let (name, what) = match found {
        Found::Room(summary) => {
            let what = match summary.room.kind {
                RoomKind::Direct => t_string!(i18n, rooms.direct),
                _ if summary.joined => t_string!(i18n, finder.own_room),
                _ => t_string!(i18n, finder.room),
            };
            (summary.room.title(i18n), what)
        }
        Found::Person(user) => (user.handle.to_string(), t_string!(i18n, finder.person)),
    };
    view! {
        <span class="room-name" dir="auto">
            {name}
        </span>
        " "
        <span class="room-facts">{what}</span>
    }
}
