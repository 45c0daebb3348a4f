//! The page of the messages that name the viewer.

use leptos::prelude::*;

use super::{Mention, list_mentions};
use crate::{
    accounts::ForMembers,
    media::summary,
    ui::{NoIndex, PageTitle, Time, later},
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

later!(mentions_page, MentionsPage);

/// `/mentions`.
#[component]
fn MentionsPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <PageTitle text=t_string!(i18n, mentions.title) />
        <NoIndex />
        <div class="page">
            <h1>{t!(i18n, mentions.title)}</h1>
            <ForMembers page="/mentions" load=list_mentions let(mentions)>
                <Mentions mentions/>
            </ForMembers>
        </div>
    }
}

#[component]
fn Mentions(mentions: Vec<Mention>) -> impl IntoView {
    let i18n = use_i18n();
    if mentions.is_empty() {
        return view! {
            <div class="empty">
                <p class="empty-title">{t!(i18n, mentions.empty_title)}</p>
                <p>{t!(i18n, mentions.empty_lead)}</p>
            </div>
        }
        .into_any();
    }
    let rows = mentions.into_iter().map(|mention| {
        let Mention { room, message } = mention;
        let place = message.seq;
        let shown = summary(i18n, &message.media);
        let shown = (!shown.is_empty()).then(|| view! { <span class="room-facts">{shown}</span> });
        view! {
            <li>
                <a class="mention" href=format!("/rooms/{}?at={place}#m{place}", room.id)>
                    <span class="mention-head">
                        <span class="author">{words::name(i18n, &message.sender.handle)}</span>
                        " "
                        <span class="room-facts" dir="auto">
                            {room.title(i18n)}
                        </span>
                        " "
                        <span class="room-facts">
                            <Time at=message.sent_at/>
                        </span>
                    </span>
                    <span class="mention-body" dir="auto">
                        {message.body}
                    </span>
                    {shown}
                </a>
            </li>
        }
    });
    view! { <ul class="room-list">{rows.collect_view()}</ul> }.into_any()
}
