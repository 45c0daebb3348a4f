//! The lightbox: pictures one at a time, as large as the window, over the page.
//!
//! It is a modal dialog: the browser itself closes it on Escape, and on phones by the way back, and gives
//! the focus back to what has opened it.

mod moves;

use leptos::{
    ev::{KeyboardEvent, MouseEvent, PointerEvent},
    html,
    mount::mount_to,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use self::moves::{Move, drawn, moved, place_after};
use super::{Attachment, Variant};
use crate::{
    ids::MediaId,
    ui::later,
    words::i18n::{t, t_string, use_i18n},
};

/// A picture, and what is told with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    pub media: Attachment,
    /// Who has sent it.
    pub by: String,
    /// What its message says.
    pub words: String,
}

later!(
    pub lightbox_layer,
    put_lightbox(owner: Owner, pictures: Memo<Vec<Picture>>, looked_at: RwSignal<Option<MediaId>>)
);

/// Puts the lightbox behind the page, for as long as its owner is there. It is a chunk of WebAssembly that
/// is loaded when a picture is first looked at.
fn put_lightbox(owner: Owner, pictures: Memo<Vec<Picture>>, looked_at: RwSignal<Option<MediaId>>) {
    if let Some(body) = document().body() {
        owner.with(|| {
            let layer = mount_to(body, move || view! { <Lightbox pictures looked_at/> });
            StoredValue::new_local(layer);
        });
    }
}

/// What is looked at, and how. Copied freely.
#[derive(Clone, Copy)]
struct Looking {
    pictures: Memo<Vec<Picture>>,
    looked_at: RwSignal<Option<MediaId>>,
    /// Where the picture stands among the others; none: there is nothing to look at.
    at: Memo<Option<usize>>,
    /// Whether a pixel of the picture is one of the window's, and not all of it in sight.
    natural: RwSignal<bool>,
    dialog: NodeRef<html::Dialog>,
    stage: NodeRef<html::Div>,
    /// Where the pointer is down, and whether it has moved the pictures since.
    down: StoredValue<Option<(i32, i32)>>,
    swiped: StoredValue<bool>,
}

impl Looking {
    fn picture(self) -> Option<Picture> {
        let at = self.at.get()?;
        self.pictures.read().get(at).cloned()
    }

    /// How many there are, and where the one that is looked at stands.
    fn go(self, to: Move) {
        let at = self.at.get_untracked();
        let pictures = self.pictures.read_untracked();
        let Some(at) = at else { return };
        let next = place_after(to, at, pictures.len());
        if let Some(picture) = next.and_then(|next| pictures.get(next)) {
            let id = picture.media.id;
            drop(pictures);
            self.natural.set(false);
            self.looked_at.set(Some(id));
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    /// Shows all of the picture, or each of its pixels, at first around a point: from 0 to 1 of its sides.
    fn zoom(self, around: (f64, f64)) {
        let natural = !self.natural.get_untracked();
        self.natural.set(natural);
        if !natural {
            return;
        }
        request_animation_frame(move || {
            let Some(stage) = self.stage.get_untracked() else {
                return;
            };
            stage.set_scroll_left(middle(around.0, stage.scroll_width(), stage.client_width()));
            stage.set_scroll_top(middle(
                around.1,
                stage.scroll_height(),
                stage.client_height(),
            ));
            // The arrow keys move it.
            let _ = stage.focus();
        });
    }

    fn on_key(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let key = event.key();
        let target = event_target::<Element>(event);
        let moves_picture = self.natural.get_untracked() && target.matches(".stage") == Ok(true);
        if key == "d" {
            let link = self.dialog.get_untracked();
            let link = link.and_then(|dialog| dialog.query_selector("a[download]").ok().flatten());
            if let Some(link) = link {
                link.unchecked_into::<HtmlElement>().click();
            }
        } else if let Some(to) = Move::of_key(&key, is_mirrored())
            && !moves_picture
        {
            self.go(to);
        } else {
            return;
        }
        event.prevent_default();
    }

    fn on_down(self, event: &PointerEvent) {
        self.swiped.set_value(false);
        // Two fingers are the browser's.
        let one = event.is_primary() && !self.natural.get_untracked();
        self.down
            .set_value(one.then(|| (event.client_x(), event.client_y())));
    }

    fn on_up(self, event: &PointerEvent) {
        let Some((x, y)) = self.down.try_update_value(Option::take).flatten() else {
            return;
        };
        if let Some(to) = moved(event.client_x() - x, event.client_y() - y, is_mirrored()) {
            self.swiped.set_value(true);
            match to {
                Move::Away => self.close(),
                to => self.go(to),
            }
        }
    }

    /// A press on the picture zooms, one around it closes. Of a double one the second is nothing more.
    fn on_click(self, event: &MouseEvent) {
        if self.swiped.get_value() || event.detail() > 1 {
            return;
        }
        let target = event_target::<Element>(event);
        let around = target.matches("img") == Ok(true);
        let around = around.then(|| {
            let shown = (target.client_width(), target.client_height());
            let media = untrack(|| self.picture())?.media;
            let natural = (media.width?, media.height?);
            drawn((event.offset_x(), event.offset_y()), shown, natural)
        });
        match around.flatten() {
            Some(around) => self.zoom(around),
            None => self.close(),
        }
    }
}

/// How far to scroll so that a point of what is scrolled is in the middle.
fn middle(point: f64, whole: i32, seen: i32) -> i32 {
    #[expect(clippy::cast_possible_truncation, reason = "no picture is that large")]
    let at = (point * f64::from(whole)) as i32;
    at - seen / 2
}

/// Whether the page runs from right to left.
fn is_mirrored() -> bool {
    let root = document().document_element();
    root.is_some_and(|root| root.matches("[dir=rtl]") == Ok(true))
}

#[component]
fn Lightbox(pictures: Memo<Vec<Picture>>, looked_at: RwSignal<Option<MediaId>>) -> impl IntoView {
    let i18n = use_i18n();
    let at = Memo::new(move |_| {
        let looked_at = looked_at.get()?;
        let pictures = pictures.read();
        pictures.iter().position(|one| one.media.id == looked_at)
    });
    let looking = Looking {
        pictures,
        looked_at,
        at,
        natural: RwSignal::new(false),
        dialog: NodeRef::new(),
        stage: NodeRef::new(),
        down: StoredValue::new(None),
        swiped: StoredValue::new(false),
    };
    // What is deleted meanwhile is not looked at any longer.
    Effect::new(move || {
        let Some(dialog) = looking.dialog.get() else {
            return;
        };
        match (at.get(), dialog.open()) {
            (Some(_), false) => {
                let _ = dialog.show_modal();
            }
            (None, true) => dialog.close(),
            _ => {}
        }
    });
    let on_close = move |_| {
        looking.natural.set(false);
        looked_at.set(None);
    };
    let said = move || {
        let count = pictures.read().len();
        at.get()
            .map(|at| t_string!(i18n, media.counter, at = at + 1, count))
    };
    let path = move || looking.picture().map(|picture| picture.media.whole());
    view! {
        <dialog
            class="lightbox"
            aria-label=said
            node_ref=looking.dialog
            on:close=on_close
            on:keydown=move |event| looking.on_key(&event)
        >
            <div class="lightbox-bar">
                <p role="status">{said}</p>
                <button
                    type="button"
                    aria-label=t_string!(i18n, media.full_size)
                    title=t_string!(i18n, media.full_size)
                    aria-pressed=move || looking.natural.get().to_string()
                    on:click=move |_| looking.zoom((0.5, 0.5))
                >
                    "1:1"
                </button>
                <a
                    href=move || path().map(|path| path + "?download")
                    download=""
                    aria-label=t_string!(i18n, media.download)
                    title=t_string!(i18n, media.download)
                    aria-keyshortcuts="D"
                >
                    "↓"
                </a>
                <a
                    href=path
                    target="_blank"
                    rel="noopener"
                    aria-label=t_string!(i18n, media.open)
                    title=t_string!(i18n, media.open)
                >
                    "↗"
                </a>
                <button
                    type="button"
                    autofocus
                    aria-label=t_string!(i18n, media.close)
                    title=t_string!(i18n, media.close)
                    on:click=move |_| looking.close()
                >
                    "×"
                </button>
            </div>
            <Stage looking/>
            <Step looking to=Move::Back label=t_string!(i18n, media.previous) sign="‹"/>
            <Step looking to=Move::On label=t_string!(i18n, media.next) sign="›"/>
            <Words looking/>
        </dialog>
    }
}

/// The picture, and hidden beside it its neighbours, which are there then when somebody goes to them.
#[component]
fn Stage(looking: Looking) -> impl IntoView {
    let near = move || {
        let pictures = looking.pictures.read();
        let near = looking.at.get().map(|at| {
            let end = pictures.len().min(at + 2);
            pictures.get(at.saturating_sub(1)..end).unwrap_or_default()
        });
        let near = near.unwrap_or_default().iter();
        near.map(|picture| picture.media.clone())
            .collect::<Vec<_>>()
    };
    view! {
        <div
            class="stage"
            class:natural=move || looking.natural.get()
            tabindex="-1"
            node_ref=looking.stage
            on:click=move |event| looking.on_click(&event)
            on:pointerdown=move |event| looking.on_down(&event)
            on:pointerup=move |event| looking.on_up(&event)
            on:pointercancel=move |_| looking.down.set_value(None)
        >
            <For each=near key=|media| media.id let(media)>
                <Shown looking media/>
            </For>
        </div>
    }
}

/// A picture, over its small form, which is there before it.
#[component]
fn Shown(looking: Looking, media: Attachment) -> impl IntoView {
    let id = media.id;
    let sides = (media.width, media.height);
    let clear = media.is_clear();
    view! {
        <div class="shown" hidden=move || looking.looked_at.get() != Some(id)>
            <img
                src=media.path(Variant::Small)
                class:clear=clear
                alt=""
                width=sides.0
                height=sides.1
                draggable="false"
            />
            <img
                src=media.whole()
                class:clear=clear
                alt=media.alt
                width=sides.0
                height=sides.1
                draggable="false"
            />
        </div>
    }
}

/// A way to another picture. Where there is none it stays, so that it does not lose the focus.
#[component]
fn Step(looking: Looking, to: Move, label: &'static str, sign: &'static str) -> impl IntoView {
    let ends = move || {
        let count = looking.pictures.read().len();
        let next = looking.at.get().and_then(|at| place_after(to, at, count));
        next.is_none().to_string()
    };
    view! {
        <button
            type="button"
            class="step"
            class:on=to == Move::On
            aria-label=label
            title=label
            aria-disabled=ends
            on:click=move |_| looking.go(to)
        >
            {sign}
        </button>
    }
}

/// Who has sent the picture, what it shows and what was said with it.
#[component]
fn Words(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    let words = move || {
        let Picture { media, by, words } = looking.picture()?;
        let said = [media.alt, words].map(|words| {
            let words = (!words.is_empty()).then_some(words)?;
            Some(view! { <span dir="auto">{words}</span> })
        });
        Some(view! {
            <span class="author">{t!(i18n, media.picture_from, name = by)}</span>
            {said}
        })
    };
    view! { <p class="lightbox-words">{words}</p> }
}
