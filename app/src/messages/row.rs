//! One message on screen.

use leptos::prelude::*;

use super::{Message, MessageKind};
use crate::{
    ui::Time,
    words::i18n::{t, use_i18n},
};

#[component]
pub(super) fn MessageRow(
    message: Message,
    /// Whether the viewer has sent it.
    mine: bool,
    /// Whether it goes on where the message above left off: the author is not named again.
    follows: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = message.sender.handle.to_string();
    match message.kind {
        MessageKind::Text => {
            let deleted = message.deleted;
            let author = if mine {
                t!(i18n, messages.you).into_any()
            } else {
                handle.into_any()
            };
            view! {
                <li class="message" class:mine=mine class:follows=follows id=format!("m{}", message.seq)>
                    <p class="message-head">
                        <span class="author">{author}</span>
                        " "
                        <Time at=message.sent_at/>
                    </p>
                    {if deleted {
                        view! { <p class="bubble deleted">{t!(i18n, messages.deleted)}</p> }.into_any()
                    } else {
                        view! { <p class="bubble" dir="auto">{message.body}</p> }.into_any()
                    }}
                    {message.edited.then(|| view! { <p class="edited">{t!(i18n, messages.edited)}</p> })}
                </li>
            }
            .into_any()
        }
        MessageKind::Created => {
            view! { <li class="system">{t!(i18n, messages.created_room, handle)}</li> }.into_any()
        }
        MessageKind::Joined => {
            view! { <li class="system">{t!(i18n, messages.joined_room, handle)}</li> }.into_any()
        }
        MessageKind::Left => {
            view! { <li class="system">{t!(i18n, messages.left_room, handle)}</li> }.into_any()
        }
        MessageKind::Removed => {
            view! { <li class="system">{t!(i18n, messages.removed_from_room, handle)}</li> }
                .into_any()
        }
    }
}
