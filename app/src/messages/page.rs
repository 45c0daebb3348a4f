//! The page of one message: other words for it, or none. It is where the list's menu leads without
//! WebAssembly.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_params_map},
};

use super::{
    DeleteMessage, EditMessage, Hidden, Message, MessageKind, PinMessage, React, SendMessage,
    emoji::{EMOJI, QUICK},
    find_message,
    offers::{Offer, Rights, offers},
    place_path,
    row::{Veil, said},
};
use crate::{
    accounts::User,
    app::Viewer,
    blocks::{BlockErrors, BlockForm, Blocking},
    error::{AppError, ErrorCode},
    ids::{ClientId, RoomId, UserId},
    reports::report_path,
    rooms::{RoomView, open_room},
    ui::{
        DoorError, DoorForm, FormError, PageTitle, Problem, Submit, TextField, WhenRefused, later,
        page_status, when_done,
    },
    words::{
        self,
        i18n::{t, t_string, use_i18n},
    },
};

later!(message_page, MessagePage);

#[component]
fn MessagePage() -> impl IntoView {
    let viewer = Viewer::expect();
    let params = use_params_map();
    let address = move || {
        let params = params.read();
        let room = params.get("room").and_then(|room| room.parse().ok());
        let place = params.get("place").and_then(|place| place.parse().ok());
        room.zip(place)
    };
    let loaded = Resource::new_blocking(address, load);
    let status = page_status();
    view! {
        <Suspense>
            {move || {
                let status = status.clone();
                Suspend::new(async move {
                    let viewer = viewer.load().await.map(|user| user.id);
                    match loaded.await {
                        Ok((view, message)) => {
                            view! { <MessageCard viewer view message/> }.into_any()
                        }
                        Err(error) => {
                            status(error.code);
                            view! { <Problem error/> }.into_any()
                        }
                    }
                })
            }}
        </Suspense>
    }
}

/// A room, and the message at a place of it, if somebody said it and it is still there.
async fn load(address: Option<(RoomId, i64)>) -> Result<(RoomView, Message), AppError> {
    let (room, place) = address.ok_or(ErrorCode::MessageUnknown)?;
    let view = open_room(room).await?;
    let message = find_message(room, place).await?;
    if message.kind == MessageKind::Text && !message.deleted {
        Ok((view, message))
    } else {
        Err(ErrorCode::MessageUnknown.into())
    }
}

#[component]
fn MessageCard(viewer: Option<UserId>, view: RoomView, mut message: Message) -> impl IntoView {
    let i18n = use_i18n();
    let rights = Rights::new(viewer, view.role, view.room.kind, view.ended);
    let hidden = Hidden::new(view.blocked).veil(&mut message);
    let offers = offers(&message, rights, hidden);
    let room = view.room.id;
    let place = place_path(room, message.seq);
    let title = if viewer == Some(message.sender.id) {
        t_string!(i18n, messages.own_title).to_owned()
    } else {
        let handle = words::name(i18n, &message.sender.handle);
        t_string!(i18n, messages.title_of, handle).to_string()
    };
    let edit = ServerAction::<EditMessage>::new();
    let delete = ServerAction::<DeleteMessage>::new();
    let go_back = {
        let (navigate, place) = (use_navigate(), place.clone());
        Callback::new(move |()| navigate(&place, NavigateOptions::default()))
    };
    let (answer, react, pin) = (
        ServerAction::<SendMessage>::new(),
        ServerAction::<React>::new(),
        ServerAction::<PinMessage>::new(),
    );
    when_done(answer, go_back);
    when_done(react, go_back);
    when_done(pin, go_back);
    when_done(edit, go_back);
    when_done(delete, go_back);
    let against = offers.contains(&Offer::Report).then(|| {
        let (sender, place) = (message.sender.clone(), message.seq);
        view! { <Against room place sender hidden go_back/> }
    });
    let id = message.id;
    let words = if offers.contains(&Offer::Edit) {
        let text = std::mem::take(&mut message.body);
        message.html = None;
        // What it shows stays, whatever is said beside it.
        let shown = (!message.media.is_empty()).then(|| said(i18n, &message, hidden));
        view! {
            {shown}
            <DoorForm action=edit class="stack" guarded="body">
                <input type="hidden" name="room" value=room.to_string()/>
                <input type="hidden" name="message" value=id.to_string()/>
                <TextField
                    name="body"
                    label=t_string!(i18n, messages.body)
                    value=text
                />
                <FormChoices/>
                <FormError/>
                <Submit>{t!(i18n, messages.save)}</Submit>
            </DoorForm>
        }
        .into_any()
    } else {
        message.html = None;
        said(i18n, &message, hidden).into_any()
    };
    // The first few, and whatever others have given: each with whether it is the viewer's.
    let mut emoji: BTreeMap<_, _> = EMOJI
        .into_iter()
        .take(QUICK)
        .map(|one| (one.to_owned(), false))
        .collect();
    for reaction in &message.reactions {
        let own = viewer.is_some_and(|viewer| reaction.is_of(viewer));
        emoji.insert(reaction.emoji.as_str().to_owned(), own);
    }
    // Where nobody can say anything, what was said can still be taken back.
    if !offers.contains(&Offer::Answer) {
        emoji.retain(|_, own| *own);
    }
    let reactions = (!emoji.is_empty()).then(|| {
        let forms = emoji.into_iter().map(|(emoji, own)| {
            view! {
                <DoorForm action=react>
                    <input type="hidden" name="room" value=room.to_string()/>
                    <input type="hidden" name="message" value=id.to_string()/>
                    <input type="hidden" name="emoji" value=emoji.clone()/>
                    <input type="hidden" name="on" value=(!own).to_string()/>
                    <button type="submit" class="reaction" class:own=own aria-pressed=own.to_string()>
                        {emoji}
                    </button>
                </DoorForm>
            }
        });
        view! {
            <div class="reactions" role="group" aria-label=t_string!(i18n, messages.react)>
                {forms.collect_view()}
            </div>
            <DoorError action=react/>
        }
    });
    let reply = offers.contains(&Offer::Answer).then(|| {
        view! {
            <DoorForm action=answer class="stack" guarded="body">
                <input type="hidden" name="room" value=room.to_string()/>
                <input type="hidden" name="id" value=ClientId::new().to_string()/>
                <input type="hidden" name="reply_to" value=message.seq/>
                <TextField
                    name="body"
                    id="answer"
                    label=t_string!(i18n, messages.answer)
                    value=""
                />
                <FormChoices/>
                <FormError/>
                <Submit>{t!(i18n, messages.answer_submit)}</Submit>
            </DoorForm>
        }
    });
    let pinning = [Offer::Pin, Offer::Unpin]
        .into_iter()
        .find(|offer| offers.contains(offer))
        .map(|offer| {
            let on = offer == Offer::Pin;
            let label = if on {
                t_string!(i18n, messages.pin)
            } else {
                t_string!(i18n, messages.unpin)
            };
            view! {
                <DoorForm action=pin class="stack">
                    <input type="hidden" name="room" value=room.to_string()/>
                    <input type="hidden" name="message" value=id.to_string()/>
                    <input type="hidden" name="on" value=on.to_string()/>
                    <FormError/>
                    <Submit class="quiet">{label}</Submit>
                </DoorForm>
            }
        });
    let deletion = offers.contains(&Offer::Delete).then(|| {
        view! {
            <DoorForm action=delete class="stack">
                <input type="hidden" name="room" value=room.to_string()/>
                <input type="hidden" name="message" value=id.to_string()/>
                <p class="note">{t!(i18n, messages.delete_lead)}</p>
                <FormError/>
                <Submit class="danger">{t!(i18n, messages.delete)}</Submit>
            </DoorForm>
        }
    });
    view! {
        <PageTitle text=title.clone() />
        <section class="card message-card">
            <h1>{title}</h1>
            <div>{hidden.then(|| view! { <Veil/> })} {words}</div>
            {reactions}
            {reply}
            {pinning}
            {deletion}
            {against}
            <p>
                <a href=place>{t!(i18n, messages.back)}</a>
            </p>
        </section>
    }
}

/// What becomes of a case number in the words of a form.
#[component]
fn FormChoices() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <WhenRefused code=ErrorCode::CaseNumber>
            <p class="actions">
                <button type="submit" class="button small" name="mask" value="true">
                    {t!(i18n, messages.mask)}
                </button>
                <button type="submit" class="button small quiet" name="knowing" value="true">
                    {t!(i18n, messages.knowing)}
                </button>
            </p>
        </WhenRefused>
    }
}

/// What can be done about who has said it.
#[component]
fn Against(
    room: RoomId,
    place: i64,
    sender: User,
    /// Whether the viewer has blocked them.
    hidden: bool,
    go_back: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let blocking = Blocking::new(go_back);
    view! {
        <BlockErrors blocking/>
        <div class="actions">
            <BlockForm blocking user=sender blocked=hidden next=place_path(room, place)/>
            <a class="button small quiet" href=report_path(room, Some(place), None)>
                {t!(i18n, reports.report)}
            </a>
        </div>
    }
}
