//! The people in a room, those who are kept out of it, and what one may do about them.

use leptos::prelude::*;

use super::{BanPerson, Member, OpenDirect, RemoveMember, Role, SetRole, UnbanPerson, go_to_room};
use crate::{
    accounts::User,
    blocks::{BlockErrors, BlockForm, Blocking},
    ids::{RoomId, UserId},
    profiles::{Face, profile_path},
    reports::report_path,
    ui::{DoorError, DoorForm, Submit, when_done},
    words::i18n::{t, t_string, use_i18n},
};

/// What can be done about members, shared by all of them.
#[derive(Clone, Copy)]
struct Actions {
    write: ServerAction<OpenDirect>,
    set_role: ServerAction<SetRole>,
    remove: ServerAction<RemoveMember>,
    ban: ServerAction<BanPerson>,
    blocking: Blocking,
}

#[component]
pub(super) fn People(
    room: RoomId,
    direct: bool,
    viewer: User,
    /// The viewer's own.
    role: Role,
    people: Vec<Member>,
    /// Whom the viewer has blocked.
    blocked: Vec<UserId>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let actions = Actions {
        write: ServerAction::new(),
        set_role: ServerAction::new(),
        remove: ServerAction::new(),
        ban: ServerAction::new(),
        blocking: Blocking::new(on_done),
    };
    go_to_room(actions.write);
    when_done(actions.set_role, on_done);
    when_done(actions.remove, on_done);
    when_done(actions.ban, on_done);
    let rows = people.into_iter().map(|member| {
        let own = member.user.id == viewer.id;
        let blocked = blocked.contains(&member.user.id);
        let writes = !own && !direct && !blocked;
        view! { <PersonLine room member own writes blocked role actions /> }
    });
    view! {
        <section>
            <h2>{t!(i18n, about.people_title)}</h2>
            <DoorError action=actions.write />
            <DoorError action=actions.set_role />
            <DoorError action=actions.remove />
            <DoorError action=actions.ban />
            <BlockErrors blocking=actions.blocking />
            <ul class="people">{rows.collect_view()}</ul>
        </section>
    }
}

#[component]
fn PersonLine(
    room: RoomId,
    member: Member,
    /// Whether it is the viewer.
    own: bool,
    /// Whether the viewer may write to them from here.
    writes: bool,
    /// Whether the viewer has blocked them.
    blocked: bool,
    /// The viewer's.
    role: Role,
    actions: Actions,
) -> impl IntoView {
    let i18n = use_i18n();
    let handle = member.user.handle.to_string();
    let what = match member.role {
        Role::Owner => t_string!(i18n, about.owner),
        Role::Moderator => t_string!(i18n, about.moderator),
        Role::Member => t_string!(i18n, about.member),
    };
    let you = own.then(|| t_string!(i18n, about.you));
    let manages = role.keeps_order() && role > member.role && !own;
    let write_to = writes.then(|| {
        let handle = handle.clone();
        view! {
            <DoorForm action=actions.write>
                <input type="hidden" name="handle" value=handle.clone() />
                <Submit class="small quiet">
                    {t!(i18n, about.write)} <span class="visually-hidden">" " {handle}</span>
                </Submit>
            </DoorForm>
        }
    });
    let against = (!own).then(|| {
        let user = member.user.clone();
        view! {
            <BlockForm blocking=actions.blocking user=user.clone() blocked />
            <a class="button small quiet" href=report_path(room, None, Some(user.id))>
                {t!(i18n, reports.report)}
                <span class="visually-hidden">" " {user.handle.to_string()}</span>
            </a>
        }
    });
    view! {
        <li class="person">
            <p class="person-name">
                <a class="author" href=profile_path(&handle)>
                    <Face user=member.user.id />
                    {handle.clone()}
                </a>
                " "
                <span class="room-facts">{what} " " {you}</span>
            </p>
            {write_to}
            {against}
            {manages.then(|| view! { <Manage room member role actions /> })}
        </li>
    }
}

/// What somebody above a member may do about them.
#[component]
fn Manage(room: RoomId, member: Member, role: Role, actions: Actions) -> impl IntoView {
    let i18n = use_i18n();
    let Member { user, role: now } = member;
    let id = user.id;
    let roles = Role::ALL
        .into_iter()
        .filter(move |to| role == Role::Owner && *to != now)
        .map(|to| {
            let text = match to {
                Role::Owner => t_string!(i18n, about.make_owner),
                Role::Moderator => t_string!(i18n, about.make_moderator),
                Role::Member => t_string!(i18n, about.make_member),
            };
            view! {
                <DoorForm action=actions.set_role>
                    <input type="hidden" name="room" value=room.to_string() />
                    <input type="hidden" name="user" value=id.to_string() />
                    <input type="hidden" name="role" value=to.as_str() />
                    <Submit class="small quiet">{text}</Submit>
                </DoorForm>
            }
        });
    view! {
        <details class="ask">
            <summary class="button small quiet">
                {t!(i18n, about.manage)}
                <span class="visually-hidden">" " {user.handle.to_string()}</span>
            </summary>
            <div class="actions">
                {roles.collect_view()} <DoorForm action=actions.remove>
                    <input type="hidden" name="room" value=room.to_string() />
                    <input type="hidden" name="user" value=id.to_string() />
                    <Submit class="small quiet">{t!(i18n, about.remove)}</Submit>
                </DoorForm> <DoorForm action=actions.ban>
                    <input type="hidden" name="room" value=room.to_string() />
                    <input type="hidden" name="user" value=id.to_string() />
                    <Submit class="small quiet">{t!(i18n, about.ban)}</Submit>
                </DoorForm>
            </div>
            <p class="note">{t!(i18n, about.ban_note)}</p>
        </details>
    }
}

/// Those who are kept out, each with the way back in.
#[component]
pub(super) fn BannedList(room: RoomId, banned: Vec<User>, on_done: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<UnbanPerson>::new();
    when_done(action, on_done);
    let none = banned.is_empty();
    let rows = banned.into_iter().map(|user| {
        let handle = user.handle.to_string();
        view! {
            <li class="person">
                <p class="person-name author">{handle.clone()}</p>
                <DoorForm action>
                    <input type="hidden" name="room" value=room.to_string() />
                    <input type="hidden" name="user" value=user.id.to_string() />
                    <Submit class="small quiet">
                        {t!(i18n, about.unban)} <span class="visually-hidden">" " {handle}</span>
                    </Submit>
                </DoorForm>
            </li>
        }
    });
    (!none).then(|| {
        view! {
            <section>
                <h2>{t!(i18n, about.banned_title)}</h2>
                <DoorError action />
                <ul class="people">{rows.collect_view()}</ul>
            </section>
        }
    })
}
