//! The page on which something is reported: what it is, why, and afterwards what happens next.

use leptos::prelude::*;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};

use super::{Category, CreateReport, report_path};
use crate::{
    accounts::User,
    app::Viewer,
    blocks::{BlockErrors, BlockForm, Blocking},
    error::{AppError, ErrorCode},
    ids::{RoomId, UserId},
    messages::{Message, find_message},
    rooms::{RoomKind, RoomView, about_room, open_room},
    ui::{
        DoorForm, FormError, NoIndex, PageTitle, Problem, Select, Submit, TextField, later,
        page_status, when_done,
    },
    words::{
        self,
        i18n::{Locale, t, t_string, use_i18n},
    },
};

later!(report_page, ReportPage);

/// What the address asks to report, and whether that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Asked {
    room: RoomId,
    message: Option<i64>,
    user: Option<UserId>,
    sent: bool,
}

impl Asked {
    fn path(&self) -> String {
        report_path(self.room, self.message, self.user)
    }
}

/// A room, and what of it is reported: a message, a person, or the room itself.
type Reported = (RoomView, Option<Message>, Option<User>);

/// `/report?room=…`, with `&message=` and its place, or `&user=`; with `&sent=` once it is done.
#[component]
fn ReportPage() -> impl IntoView {
    let viewer = Viewer::expect();
    let query = use_query_map();
    let asked = Memo::new(move |_| {
        let query = query.read();
        Some(Asked {
            room: query.get("room")?.parse().ok()?,
            message: query.get("message").and_then(|place| place.parse().ok()),
            user: query.get("user").and_then(|user| user.parse().ok()),
            sent: query.get("sent").is_some(),
        })
    });
    // What was done on the page is asked for anew.
    let loaded = Resource::new_blocking(move || asked.get(), load);
    let renew = Callback::new(move |()| loaded.refetch());
    let status = page_status();
    view! {
        <NoIndex/>
        <Transition>
            {move || {
                let (status, asked) = (status.clone(), asked.get());
                Suspend::new(async move {
                    match (asked, viewer.load().await, loaded.await) {
                        // Nothing leads here from what one has said oneself.
                        (_, Some(viewer), Ok((_, _, Some(person)))) if viewer.id == person.id => {
                            status(ErrorCode::NotFound);
                            view! { <Problem error=ErrorCode::NotFound/> }.into_any()
                        }
                        (Some(asked), viewer, Ok(reported)) => {
                            view! { <Reporting asked viewer reported renew/> }.into_any()
                        }
                        // It may be gone by now, but it is kept.
                        (Some(Asked { sent: true, room, .. }), ..) => {
                            view! { <Thanks room person=None blocked=false renew/> }.into_any()
                        }
                        (_, _, Err(error)) => {
                            status(error.code);
                            view! { <Problem error/> }.into_any()
                        }
                        (None, ..) => view! { <Problem error=ErrorCode::RoomUnknown/> }.into_any(),
                    }
                })
            }}
        </Transition>
    }
}

async fn load(asked: Option<Asked>) -> Result<Reported, AppError> {
    let asked = asked.ok_or(ErrorCode::RoomUnknown)?;
    let view = open_room(asked.room).await?;
    if let Some(place) = asked.message {
        let message = find_message(asked.room, place).await?;
        if message.deleted && !asked.sent {
            return Err(ErrorCode::MessageUnknown.into());
        }
        let sender = message.sender.clone();
        return Ok((view, Some(message), Some(sender)));
    }
    let Some(user) = asked.user else {
        return match view.room.kind {
            // Nothing leads here.
            RoomKind::Direct => Err(ErrorCode::NotFound.into()),
            _ => Ok((view, None, None)),
        };
    };
    let people = about_room(asked.room).await?.people.into_iter();
    let mut found = people
        .map(|member| member.user)
        .filter(|one| one.id == user);
    let person = found.next().ok_or(ErrorCode::MemberUnknown)?;
    Ok((view, None, Some(person)))
}

#[component]
fn Reporting(
    asked: Asked,
    viewer: Option<User>,
    reported: Reported,
    /// Called when somebody was blocked, or is no longer.
    renew: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (view, message, person) = reported;
    let room = view.room.id;
    if asked.sent {
        let other = |person: &User| viewer.as_ref().is_some_and(|viewer| viewer.id != person.id);
        let person = person.filter(other);
        let blocked = person
            .as_ref()
            .is_some_and(|person| view.blocked.contains(&person.id));
        return view! { <Thanks room person blocked renew/> }.into_any();
    }
    let title = match (&message, &person) {
        (Some(_), _) => t_string!(i18n, reports.message_title).to_owned(),
        (None, Some(person)) => {
            let handle = words::name(i18n, &person.handle);
            t_string!(i18n, reports.person_title, handle).to_string()
        }
        (None, None) => {
            let room = view.room.name.as_str().to_owned();
            t_string!(i18n, reports.room_title, room).to_string()
        }
    };
    let said = message.as_ref().map(|message| {
        let author = words::name(i18n, &message.sender.handle);
        let words = message.body.clone();
        view! {
            <div>
                <p class="message-head">
                    <span class="author">{author}</span>
                </p>
                <p class="bubble" dir="auto">
                    {words}
                </p>
            </div>
        }
    });
    let form = if viewer.is_some() {
        view! { <ReportForm asked message/> }.into_any()
    } else {
        // What stands in an address in an address is escaped.
        let next = asked.path().replace('&', "%26");
        view! {
            <a class="button" href=format!("/sign-in?next={next}")>
                {t!(i18n, errors.sign_in_needed)}
            </a>
        }
        .into_any()
    };
    view! {
        <PageTitle text=title.clone()/>
        <section class="card message-card">
            <h1 dir="auto">{title}</h1>
            <p class="lead">{t!(i18n, reports.lead)}</p>
            {said}
            {form}
        </section>
    }
    .into_any()
}

#[component]
fn ReportForm(asked: Asked, message: Option<Message>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<CreateReport>::new();
    let done = format!("{}&sent=1", asked.path());
    let navigate = use_navigate();
    when_done(action, {
        let done = done.clone();
        Callback::new(move |()| navigate(&done, NavigateOptions::default()))
    });
    let options = Category::ALL.map(|category| {
        let text = words_of(i18n, category).to_owned();
        (category.as_str().to_owned(), text)
    });
    let message = message.map(|message| {
        view! { <input type="hidden" name="message" value=message.id.to_string()/> }
    });
    let user = asked
        .user
        .map(|user| view! { <input type="hidden" name="user" value=user.to_string()/> });
    view! {
        <DoorForm action class="stack">
            <input type="hidden" name="next" value=done/>
            <input type="hidden" name="room" value=asked.room.to_string()/>
            {message}
            {user}
            <Select
                name="category"
                label=t_string!(i18n, reports.category)
                options=options.to_vec()
                value=Category::Scam.as_str()
            />
            <TextField
                name="note"
                label=t_string!(i18n, reports.note)
                hint=t_string!(i18n, reports.note_hint)
                value=""
            />
            <FormError/>
            <Submit>{t!(i18n, reports.submit)}</Submit>
        </DoorForm>
    }
}

fn words_of(i18n: Locale, category: Category) -> &'static str {
    match category {
        Category::Scam => t_string!(i18n, reports.scam),
        Category::Harassment => t_string!(i18n, reports.harassment),
        Category::Hate => t_string!(i18n, reports.hate),
        Category::PersonalData => t_string!(i18n, reports.personal_data),
        Category::FalseInformation => t_string!(i18n, reports.false_information),
        Category::Spam => t_string!(i18n, reports.spam),
        Category::Other => t_string!(i18n, reports.other),
    }
}

/// What happens next, and what the reporter can do meanwhile.
#[component]
fn Thanks(
    room: RoomId,
    /// Who was reported, unless it was nobody.
    person: Option<User>,
    /// Whether the viewer has blocked them.
    blocked: bool,
    /// Called when that has changed.
    renew: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let blocking = Blocking::new(renew);
    let title = t_string!(i18n, reports.thanks_title);
    let block = person.map(|user| {
        let handle = words::name(i18n, &user.handle);
        let lead = if blocked {
            t_string!(i18n, reports.blocked, handle).to_string()
        } else {
            t_string!(i18n, reports.thanks_block, handle).to_string()
        };
        view! {
            <p role="status">{lead}</p>
            <BlockErrors blocking/>
            <BlockForm blocking user blocked/>
        }
    });
    view! {
        <PageTitle text=title/>
        <section class="card message-card">
            <h1>{title}</h1>
            <p class="lead">{t!(i18n, reports.thanks_lead)}</p>
            {block}
            <p>
                <a href=format!("/rooms/{room}")>{t!(i18n, reports.back)}</a>
            </p>
        </section>
    }
}
