//! The invites of a room, for those who keep order in it.

use leptos::prelude::*;

use super::{CreateInvite, Expiry, Invite, MaxUses, RevokeInvite};
use crate::{
    ids::RoomId,
    ui::{DoorError, DoorForm, FormError, Select, Submit, Time, address, when_done},
    words::i18n::{t, t_string, use_i18n},
};

#[component]
pub fn InviteSection(
    room: RoomId,
    /// Those that still work.
    invites: Vec<Invite>,
    /// Called when there is one more, or one less.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let revoke = ServerAction::<RevokeInvite>::new();
    when_done(revoke, on_done);
    let rows = invites
        .into_iter()
        .map(|invite| view! { <InviteLine invite revoke /> });
    view! {
        <section aria-labelledby="invites-title">
            <h2 id="invites-title">{t!(i18n, invites.section_title)}</h2>
            <p class="lead">{t!(i18n, invites.section_lead)}</p>
            <DoorError action=revoke />
            <ul class="people">{rows.collect_view()}</ul>
            <NewInvite room on_done />
        </section>
    }
}

#[component]
fn InviteLine(invite: Invite, revoke: ServerAction<RevokeInvite>) -> impl IntoView {
    let i18n = use_i18n();
    let path = format!("/invites/{}", invite.code);
    let uses = match invite.max_uses {
        Some(most) => t_string!(i18n, invites.uses_of, count = invite.uses, most).to_string(),
        None => t_string!(i18n, invites.uses, count = invite.uses).to_string(),
    };
    let expires = match invite.expires_at {
        Some(at) => view! {
            {t!(i18n, invites.expires_at)}
            " "
            <Time at />
        }
        .into_any(),
        None => t!(i18n, invites.expires_never).into_any(),
    };
    view! {
        <li class="person">
            <div class="person-name">
                <a class="invite-link" href=path.clone()>
                    {address(&path)}
                </a>
                <p class="room-facts">{uses} " · " {expires}</p>
            </div>
            <DoorForm action=revoke>
                <input type="hidden" name="code" value=invite.code.to_string() />
                <Submit class="small quiet">{t!(i18n, invites.revoke)}</Submit>
            </DoorForm>
        </li>
    }
}

#[component]
fn NewInvite(room: RoomId, on_done: Callback<()>) -> impl IntoView {
    let i18n = use_i18n();
    let action = ServerAction::<CreateInvite>::new();
    when_done(action, on_done);
    let expiries = Expiry::ALL.map(|expiry| {
        let text = match expiry {
            Expiry::Day => t_string!(i18n, invites.day),
            Expiry::Week => t_string!(i18n, invites.week),
            Expiry::Month => t_string!(i18n, invites.month),
            Expiry::Never => t_string!(i18n, invites.never),
        };
        (expiry.as_str().to_owned(), text.to_owned())
    });
    let limits = MaxUses::OFFERED.map(|number| {
        let text = match number {
            0 => t_string!(i18n, invites.any_number).to_owned(),
            1 => t_string!(i18n, invites.one_person).to_owned(),
            count => t_string!(i18n, invites.people, count).to_string(),
        };
        (number.to_string(), text)
    });
    view! {
        <DoorForm action class="stack">
            <input type="hidden" name="room" value=room.to_string() />
            <Select
                name="expires"
                label=t_string!(i18n, invites.expires)
                options=expiries.to_vec()
                value=Expiry::Week.as_str()
            />
            <Select
                name="max_uses"
                label=t_string!(i18n, invites.max_uses)
                options=limits.to_vec()
                value="0"
            />
            <FormError />
            <Submit class="quiet">{t!(i18n, invites.create)}</Submit>
        </DoorForm>
    }
}
