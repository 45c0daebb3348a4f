//! Who is in a room, as what, and who is kept out of it.

pub(crate) mod store;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{RoomId, UserId},
    messages::{Message, MessageKind},
    rooms::{Mute, Role},
};
use sqlx::{PgConnection, PgPool};

use super::{
    RoomsOnPostgres, may_keep_order, may_write,
    policy::{RoleChange, may_leave, may_remove, may_set_role},
    store as rooms,
};
use crate::{accounts, error::Error, messages};

/// Makes somebody a member at `seq`. Returns the line that says so. The room's head is locked.
pub(crate) async fn add(
    db: &mut PgConnection,
    room: RoomId,
    user: &User,
    seq: i64,
) -> Result<Message, Error> {
    store::insert(db, room, user.id, Role::Member, seq).await?;
    let line = messages::store::insert_line(db, room, user, seq, MessageKind::Joined, "").await?;
    rooms::move_head(db, room, seq).await?;
    accounts::store::move_head(db, user.id).await?;
    Ok(line)
}

/// Ends a membership at `seq` with a line that says how. The room's head is locked.
async fn end(
    db: &mut PgConnection,
    room: RoomId,
    user: &User,
    seq: i64,
    how: MessageKind,
) -> Result<Message, Error> {
    store::delete(db, room, user.id, seq).await?;
    let line = messages::store::insert_line(db, room, user, seq, how, "").await?;
    rooms::move_head(db, room, seq).await?;
    Ok(line)
}

impl RoomsOnPostgres {
    pub(super) async fn end_own(&self, viewer: &User, room: RoomId) -> Result<(), Error> {
        let viewer = viewer.clone();
        let change = move |pool: PgPool| async move {
            let mut tx = pool.begin().await?;
            let seq = rooms::lock_head(&mut tx, room).await? + 1;
            let (standing, _) = rooms::standing(&mut tx, room, Some(viewer.id)).await?;
            may_leave(standing)?;
            let Some(role) = standing.role() else {
                return Ok(((), None));
            };
            let line = end(&mut tx, room, &viewer, seq, MessageKind::Left).await?;
            let mut changed = vec![viewer.id];
            if role == Role::Owner
                && !store::has_other_owner(&mut tx, room, viewer.id).await?
                && let Some(heir) = store::heir(&mut tx, room).await?
            {
                store::set_role(&mut tx, room, heir, Role::Owner, seq).await?;
                changed.push(heir);
            }
            accounts::store::move_heads(&mut tx, &changed).await?;
            tx.commit().await?;
            Ok(((), Some(messages::one_change(room, line))))
        };
        self.writer
            .change(room, move |pool| Box::pin(change(pool)))
            .await
    }

    pub(super) async fn end_anothers(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
    ) -> Result<(), Error> {
        let viewer = viewer.id;
        let change = move |pool: PgPool| async move {
            let mut tx = pool.begin().await?;
            let seq = rooms::lock_head(&mut tx, room).await? + 1;
            let (standing, _) = rooms::standing(&mut tx, room, Some(viewer)).await?;
            may_keep_order(standing)?;
            let member = store::find(&mut tx, room, user).await?;
            let member = member.ok_or(ErrorCode::MemberUnknown)?;
            may_remove(standing, Some(member.role))?;
            let line = end(&mut tx, room, &member.user, seq, MessageKind::Removed).await?;
            accounts::store::move_head(&mut tx, user).await?;
            tx.commit().await?;
            Ok(((), Some(messages::one_change(room, line))))
        };
        self.writer
            .change(room, move |pool| Box::pin(change(pool)))
            .await
    }

    pub(super) async fn keep_out(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
    ) -> Result<(), Error> {
        let viewer = viewer.id;
        let change = move |pool: PgPool| async move {
            let mut tx = pool.begin().await?;
            let seq = rooms::lock_head(&mut tx, room).await? + 1;
            let (standing, _) = rooms::standing(&mut tx, room, Some(viewer)).await?;
            may_keep_order(standing)?;
            let member = store::find(&mut tx, room, user).await?;
            may_remove(standing, member.as_ref().map(|member| member.role))?;
            store::insert_ban(&mut tx, room, user, viewer).await?;
            // Of who was not here nothing is said.
            let line = match member {
                Some(member) => {
                    let line = end(&mut tx, room, &member.user, seq, MessageKind::Banned).await?;
                    accounts::store::move_head(&mut tx, user).await?;
                    Some(messages::one_change(room, line))
                }
                None => None,
            };
            tx.commit().await?;
            Ok(((), line))
        };
        self.writer
            .change(room, move |pool| Box::pin(change(pool)))
            .await
    }

    pub(super) async fn let_in(
        &self,
        viewer: &User,
        room: RoomId,
        user: UserId,
    ) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        rooms::lock_head(&mut tx, room).await?;
        let (standing, _) = rooms::standing(&mut tx, room, Some(viewer.id)).await?;
        may_keep_order(standing)?;
        store::delete_ban(&mut tx, room, user).await?;
        tx.commit().await?;
        Ok(())
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
        let change = move |pool: PgPool| async move {
            let mut tx = pool.begin().await?;
            let seq = rooms::lock_head(&mut tx, room).await? + 1;
            let (standing, _) = rooms::standing(&mut tx, room, Some(viewer)).await?;
            may_keep_order(standing)?;
            let member = store::find(&mut tx, room, user).await?;
            let from = member.ok_or(ErrorCode::MemberUnknown)?.role;
            let change = RoleChange {
                own: viewer == user,
                from,
                to,
                other_owner: store::has_other_owner(&mut tx, room, viewer).await?,
            };
            may_set_role(standing, change)?;
            if from == to {
                return Ok(((), None));
            }
            store::set_role(&mut tx, room, user, to, seq).await?;
            rooms::move_head(&mut tx, room, seq).await?;
            accounts::store::move_head(&mut tx, user).await?;
            tx.commit().await?;
            Ok(((), Some(messages::changes(room, seq, seq, Vec::new()))))
        };
        self.writer
            .change(room, move |pool| Box::pin(change(pool)))
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
