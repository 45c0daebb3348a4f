//! Who is in a room, as what, and who is kept out of it.

pub(crate) mod store;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{RoomId, UserId},
    messages::{Changes, MessageKind},
    rooms::{Mute, Role},
};

use super::{
    RoomsOnPostgres, may_keep_order, may_write,
    policy::{RoleChange, may_leave, may_remove, may_set_role},
    store as rooms,
};
use crate::{
    accounts,
    error::Error,
    messages::{self, Turn, store::insert_line},
};

/// Makes somebody a member: the owner, where nobody is left. Returns the line that says so.
pub(crate) async fn add(turn: &mut Turn, room: RoomId, user: &User) -> Result<Changes, Error> {
    let (seq, db) = (turn.seq, &mut turn.db);
    let role = if store::count(db, room).await? == 0 {
        Role::Owner
    } else {
        Role::Member
    };
    store::insert(db, room, user.id, role, seq).await?;
    let line = insert_line(db, room, user, seq, MessageKind::Joined, "").await?;
    rooms::move_head(db, room, seq).await?;
    accounts::store::move_head(db, user.id).await?;
    Ok(messages::one_change(room, line))
}

/// Ends a membership. Returns the line that says how.
async fn end(
    turn: &mut Turn,
    room: RoomId,
    user: &User,
    how: MessageKind,
) -> Result<Changes, Error> {
    let (seq, db) = (turn.seq, &mut turn.db);
    store::delete(db, room, user.id, seq).await?;
    let line = insert_line(db, room, user, seq, how, "").await?;
    rooms::move_head(db, room, seq).await?;
    Ok(messages::one_change(room, line))
}

/// Ends somebody's own membership, if they are a member, and says so. When the last owner goes, the
/// longest-standing moderator, else member, becomes owner.
pub(crate) async fn part(
    turn: &mut Turn,
    room: RoomId,
    user: &User,
) -> Result<Option<Changes>, Error> {
    let Some(role) = turn.standing.role() else {
        return Ok(None);
    };
    let line = end(turn, room, user, MessageKind::Left).await?;
    let (seq, db) = (turn.seq, &mut turn.db);
    let mut changed = vec![user.id];
    if role == Role::Owner
        && !store::has_other_owner(db, room, user.id).await?
        && let Some(heir) = store::heir(db, room).await?
    {
        store::set_role(db, room, heir, Role::Owner, seq).await?;
        changed.push(heir);
    }
    accounts::store::move_heads(db, &changed).await?;
    Ok(Some(line))
}

impl RoomsOnPostgres {
    pub(super) async fn end_own(&self, viewer: &User, room: RoomId) -> Result<(), Error> {
        let viewer = viewer.clone();
        self.writer
            .change(room, viewer.id, move |turn| {
                Box::pin(async move {
                    may_leave(turn.standing)?;
                    Ok(((), part(turn, room, &viewer).await?))
                })
            })
            .await
    }

    pub(super) async fn end_anothers(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
    ) -> Result<(), Error> {
        self.writer
            .change(room, viewer.id, move |turn| {
                Box::pin(async move {
                    may_keep_order(turn.standing)?;
                    let member = store::find(&mut turn.db, room, user).await?;
                    let member = member.ok_or(ErrorCode::MemberUnknown)?;
                    may_remove(turn.standing, Some(member.role))?;
                    let line = end(turn, room, &member.user, MessageKind::Removed).await?;
                    accounts::store::move_head(&mut turn.db, user).await?;
                    Ok(((), Some(line)))
                })
            })
            .await
    }

    pub(super) async fn keep_out(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
    ) -> Result<(), Error> {
        let viewer = viewer.id;
        self.writer
            .change(room, viewer, move |turn| {
                Box::pin(async move {
                    may_keep_order(turn.standing)?;
                    let member = store::find(&mut turn.db, room, user).await?;
                    may_remove(turn.standing, member.as_ref().map(|member| member.role))?;
                    store::insert_ban(&mut turn.db, room, user, viewer).await?;
                    // Of who was not here nothing is said.
                    let Some(member) = member else {
                        return Ok(((), None));
                    };
                    let line = end(turn, room, &member.user, MessageKind::Banned).await?;
                    accounts::store::move_head(&mut turn.db, user).await?;
                    Ok(((), Some(line)))
                })
            })
            .await
    }

    pub(super) async fn let_in(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
    ) -> Result<(), Error> {
        self.writer
            .change(room, viewer.id, move |turn| {
                Box::pin(async move {
                    may_keep_order(turn.standing)?;
                    store::delete_ban(&mut turn.db, room, user).await?;
                    Ok(((), None))
                })
            })
            .await
    }

    /// A role takes a number of its own and says nothing.
    pub(super) async fn give_role(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
        to: Role,
    ) -> Result<(), Error> {
        let viewer = viewer.id;
        self.writer
            .change(room, viewer, move |turn| {
                Box::pin(async move {
                    let standing = turn.standing;
                    may_keep_order(standing)?;
                    let (seq, db) = (turn.seq, &mut turn.db);
                    let member = store::find(db, room, user).await?;
                    let from = member.ok_or(ErrorCode::MemberUnknown)?.role;
                    let change = RoleChange {
                        own: viewer == user,
                        from,
                        to,
                        other_owner: store::has_other_owner(db, room, viewer).await?,
                    };
                    may_set_role(standing, change)?;
                    if from == to {
                        return Ok(((), None));
                    }
                    store::set_role(db, room, user, to, seq).await?;
                    rooms::move_head(db, room, seq).await?;
                    accounts::store::move_head(db, user).await?;
                    Ok(((), Some(messages::changes(room, seq, seq, Vec::new()))))
                })
            })
            .await
    }

    pub(super) async fn choose_mute(
        &self,
        viewer: &User,
        room: RoomId,
        level: Mute,
    ) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        let (standing, _) = rooms::standing(&mut tx, room, Some(viewer.id)).await?;
        may_write(standing)?;
        store::set_mute(&mut tx, room, viewer.id, level).await?;
        accounts::store::move_head(&mut tx, viewer.id).await?;
        tx.commit().await?;
        Ok(())
    }
}
