//! Files on their way in, on screen: above the composer, and with the message that waits for them.

use leptos::{prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

use super::{Picked, Uploads, track::Track, upload::Upload};
use crate::{
    ids::{ClientId, RoomId},
    media::{AltText, gallery::size},
    words::i18n::{Locale, t, t_string, use_i18n},
};

/// What a file looks like here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    Image,
    Video,
    File,
}

impl Look {
    fn of(file: &Picked) -> Self {
        let kind = file.file.type_();
        match kind.split('/').next() {
            // Not a picture to a browser that draws none of its kind.
            Some("image") if !kind.contains("hei") && !kind.contains("svg") => Self::Image,
            Some("video") => Self::Video,
            _ => Self::File,
        }
    }
}

pub(super) fn tray(uploads: Uploads, room: RoomId) -> AnyView {
    view! { <Tray uploads room/> }.into_any()
}

pub(super) fn row(uploads: Uploads, id: ClientId) -> AnyView {
    view! { <Waiting uploads id/> }.into_any()
}

/// The files that the next message is to show.
#[component]
fn Tray(uploads: Uploads, room: RoomId) -> impl IntoView {
    let i18n = use_i18n();
    let files = move || {
        let picked = uploads.picked.read();
        let here = picked.iter().filter(|file| file.is_in_tray(room));
        here.cloned().collect::<Vec<_>>()
    };
    let told = move || {
        let files = files();
        let tracks: Vec<_> = files.iter().map(|file| uploads.track_of(file)).collect();
        let ready = tracks.iter().filter(|track| track.is_ready()).count();
        match tracks.len() {
            0 => String::new(),
            all => t_string!(i18n, uploads.ready_of, ready, all).to_string(),
        }
    };
    view! {
        <p class="visually-hidden" role="status">{told}</p>
        <ul class="tray" hidden=move || files().is_empty() aria-label=t_string!(i18n, uploads.tray)>
            <For each=files key=|file| file.key let(file)>
                <TrayFile uploads track=uploads.track_of(&file) file/>
            </For>
        </ul>
    }
}

#[component]
fn TrayFile(uploads: Uploads, file: Picked, track: Track) -> impl IntoView {
    let i18n = use_i18n();
    let key = file.key;
    let name = file.file.name();
    let look = Look::of(&file);
    let remove = t_string!(i18n, uploads.remove, name = name.clone()).to_string();
    let label = t_string!(i18n, uploads.alt_label, name = name.clone()).to_string();
    let refused = move || track.upload.with(|upload| upload.refused().is_some());
    view! {
        <li class="tray-file">
            {preview(look, &track, &name)}
            <div class="tray-words">
                <p class="tray-name" dir="auto">{name.clone()}</p>
                <Progress track name/>
                {(look != Look::File).then(|| view! {
                    <input
                        type="text"
                        dir="auto"
                        maxlength=AltText::MOST
                        aria-label=label
                        placeholder=t_string!(i18n, uploads.alt)
                        prop:value=move || track.alt.get()
                        on:input=move |event| track.alt.set(event_target_value(&event))
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.is_composing() {
                                event.prevent_default();
                                focus_composer();
                            }
                        }
                    />
                })}
                <Show when=refused>
                    <button
                        type="button"
                        class="button small"
                        on:click=move |_| {
                            uploads.retry(key);
                            focus_composer();
                        }
                    >
                        {t!(i18n, messages.retry)}
                    </button>
                </Show>
            </div>
            <button
                type="button"
                class="tray-remove"
                aria-label=remove
                on:click=move |_| {
                    uploads.remove(key);
                    focus_composer();
                }
            >
                "×"
            </button>
        </li>
    }
}

/// What had the focus is gone; the place to write is where one goes on.
fn focus_composer() {
    let area = document()
        .query_selector(".composer textarea")
        .ok()
        .flatten();
    if let Some(area) = area.and_then(|area| area.dyn_into::<HtmlElement>().ok()) {
        let _ = area.focus();
    }
}

/// Why there will be nothing of a file. Where the server does not say, this browser cannot read it any more.
fn reason(i18n: Locale, why: String) -> String {
    if why.is_empty() {
        t_string!(i18n, uploads.unreadable).to_owned()
    } else {
        why
    }
}

/// How far it has come, or why no further.
#[component]
fn Progress(track: Track, name: String) -> impl IntoView {
    let i18n = use_i18n();
    let state = Memo::new(move |_| track.state());
    let label = t_string!(i18n, uploads.progress, name).to_string();
    move || match state.get() {
        State::Moving { troubled } => {
            let progress = move || track.progress();
            let note = if troubled {
                t_string!(i18n, uploads.troubled).to_owned()
            } else {
                String::new()
            };
            let words = move || {
                let (there, length) = progress();
                let percent = (there / length.max(1.0) * 100.0).floor();
                format!("{percent:.0} % · {}", size(i18n, bytes(length)))
            };
            view! {
                <progress
                    aria-label=label.clone()
                    max=move || progress().1.to_string()
                    value=move || progress().0.to_string()
                ></progress>
                <p class="note">{words} " " {note}</p>
            }
            .into_any()
        }
        State::Preparing => view! { <p class="note">{t!(i18n, uploads.preparing)}</p> }.into_any(),
        State::Ready => {
            let length = untrack(|| track.progress()).1;
            let words = format!(
                "{} · {}",
                t_string!(i18n, uploads.ready),
                size(i18n, bytes(length))
            );
            view! { <p class="note">{words}</p> }.into_any()
        }
        State::Refused(why) => {
            let why = reason(i18n, why);
            view! { <p class="note error" role="alert">{why}</p> }.into_any()
        }
    }
}

/// The files of a message that is queued, and how far they have come.
#[component]
fn Waiting(uploads: Uploads, id: ClientId) -> impl IntoView {
    let i18n = use_i18n();
    let files = move || {
        let picked = uploads.picked.read();
        let here = picked.iter().filter(|file| file.message == Some(id));
        here.cloned().collect::<Vec<_>>()
    };
    let tracks = move || {
        let tracks = files().into_iter();
        let tracks = tracks.map(|file| {
            let track = uploads.track_of(&file);
            (file, track)
        });
        tracks.collect::<Vec<_>>()
    };
    let sum = move || {
        tracks()
            .into_iter()
            .fold((0.0, 0.0), |(there, length), (_, track)| {
                let (more, of) = track.progress();
                (there + more, length + of)
            })
    };
    let all_ready = Memo::new(move |_| tracks().iter().all(|(_, track)| track.is_ready()));
    let refused = move || {
        let refused = tracks().into_iter().filter_map(|(file, track)| {
            let why = track
                .upload
                .with(|upload| upload.refused().map(str::to_owned))?;
            Some((file, reason(i18n, why)))
        });
        refused.collect::<Vec<_>>()
    };
    view! {
        <div class="waiting-files">
            <For each=tracks key=|(file, _)| file.key let((file, track))>
                {match Look::of(&file) {
                    Look::File => view! { <p class="tray-name" dir="auto">{file.file.name()}</p> }.into_any(),
                    look => preview(look, &track, ""),
                }}
            </For>
        </div>
        <Show when=move || !all_ready.get() && refused().is_empty()>
            <progress
                aria-label=t_string!(i18n, uploads.sending)
                max=move || sum().1.to_string()
                value=move || sum().0.to_string()
            ></progress>
            <p class="note">
                {move || {
                    if tracks().iter().any(|(_, track)| track.upload.with(Upload::troubled)) {
                        t_string!(i18n, uploads.troubled)
                    } else {
                        t_string!(i18n, uploads.sending)
                    }
                }}
            </p>
        </Show>
        <For each=refused key=|(file, why)| (file.key, why.clone()) let((file, why))>
            <p class="note error" role="alert">
                <bdi>{file.file.name()}</bdi>
                ": "
                {why}
            </p>
            <p class="actions">
                <button
                    type="button"
                    class="button small"
                    on:click=move |_| {
                        uploads.retry(file.key);
                        focus_composer();
                    }
                >
                    {t!(i18n, messages.retry)}
                </button>
                <button
                    type="button"
                    class="button small quiet"
                    on:click={
                        let file = file.clone();
                        move |_| {
                            uploads.leave_out(&file);
                            focus_composer();
                        }
                    }
                >
                    {t!(i18n, uploads.leave_out)}
                </button>
            </p>
        </For>
    }
}

/// What a file shows, as this browser has it.
fn preview(look: Look, track: &Track, name: &str) -> AnyView {
    let address = track.address.get_value();
    match look {
        Look::Image => {
            view! { <img class="preview" src=address alt="" loading="lazy" decoding="async"/> }
                .into_any()
        }
        Look::Video => {
            // As far as it has to be loaded to show its first picture.
            let address = format!("{address}#t=0.1");
            view! {
                <video
                    class="preview"
                    src=address
                    muted=true
                    preload="metadata"
                    playsinline
                    aria-hidden="true"
                ></video>
            }
            .into_any()
        }
        Look::File => {
            let end = name.rsplit_once('.').map(|(_, end)| end.to_uppercase());
            let end = end.filter(|end| end.chars().count() <= 4);
            view! { <span class="preview file-sign" aria-hidden="true">{end}</span> }.into_any()
        }
    }
}

#[derive(Clone, PartialEq)]
enum State {
    Moving {
        troubled: bool,
    },
    /// All of it is there, and is looked at.
    Preparing,
    Ready,
    Refused(String),
}

impl Track {
    fn is_ready(self) -> bool {
        self.state() == State::Ready
    }

    fn state(self) -> State {
        let (there, length) = self.progress();
        let upload = self.upload.read();
        if let Some(why) = upload.refused() {
            State::Refused(why.to_owned())
        } else if upload.ready().is_some() && !self.is_moving() {
            State::Ready
        } else if there >= length && upload.id().is_some() {
            State::Preparing
        } else {
            State::Moving {
                troubled: upload.troubled(),
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a number of bytes")]
fn bytes(length: f64) -> i64 {
    length as i64
}
