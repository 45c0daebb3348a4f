//! One message on screen.

use leptos::prelude::*;

use super::{Message, MessageKind, place_path};
use crate::{
    ids::RoomId,
    ui::Time,
    words::i18n::{t_string, use_i18n},
};

#[component]
pub(super) fn MessageRow(
    room: RoomId,
    message: Message,
    /// Whether the viewer has sent it.
    mine: bool,
    /// Whether it goes on where the message above left off: the author is not named again.
    follows: bool,
    /// Whether the address leads to it.
    marked: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = message.sender.handle.to_string();
    let line = match message.kind {
        MessageKind::Text => None,
        MessageKind::Created => Some(t_string!(i18n, messages.created_room, handle)),
        MessageKind::Joined => Some(t_string!(i18n, messages.joined_room, handle)),
        MessageKind::Left => Some(t_string!(i18n, messages.left_room, handle)),
        MessageKind::Removed => Some(t_string!(i18n, messages.removed_from_room, handle)),
        MessageKind::Banned => Some(t_string!(i18n, messages.banned_from_room, handle)),
        MessageKind::Renamed => Some(t_string!(
            i18n,
            messages.renamed_room,
            handle,
            name = message.body.clone()
        )),
        MessageKind::Topic if message.body.is_empty() => {
            Some(t_string!(i18n, messages.cleared_topic, handle))
        }
        MessageKind::Topic => Some(t_string!(
            i18n,
            messages.set_topic,
            handle,
            topic = message.body.clone()
        )),
    };
    if let Some(line) = line {
        let id = format!("m{}", message.seq);
        return view! { <li class="system" id=id>{line}</li> }.into_any();
    }
    let author = if mine {
        t_string!(i18n, messages.you).to_owned()
    } else {
        message.sender.handle.to_string()
    };
    let text = if message.deleted {
        t_string!(i18n, messages.deleted).to_owned()
    } else {
        message.body
    };
    let edited = message.edited && !message.deleted;
    let edited = edited.then(|| t_string!(i18n, messages.edited));
    let place = message.seq;
    view! {
        <li
            class="message"
            class:mine=mine
            class:follows=follows
            class:marked=marked
            id=format!("m{place}")
            tabindex="-1"
        >
            <p class="message-head">
                <span class="author">{author}</span>
                " "
                <a class="place" href=place_path(room, place) rel="external">
                    <Time at=message.sent_at/>
                </a>
                " "
                {edited}
            </p>
            <div class="bubble-row">
                <p class="bubble" class:deleted=message.deleted dir="auto">
                    {text}
                </p>
                // The action layer makes a menu of it. Without WebAssembly it leads to a page with the same.
                <a
                    class="more"
                    href=format!("/rooms/{room}/messages/{place}")
                    aria-haspopup="menu"
                    aria-label=t_string!(i18n, messages.actions)
                >
                    "⋯"
                </a>
            </div>
        </li>
    }
    .into_any()
}
