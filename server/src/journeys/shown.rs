//! What others see of journeys.

use app::{
    accounts::{Handle, User},
    error::ErrorCode,
    ids::UserId,
    journeys::{JourneyView, Visibility},
};
use sqlx::PgConnection;

use super::{
    JourneysOnPostgres,
    policy::{Access, may_read},
    stages,
    store::{self, Stored},
    view,
};
use crate::{accounts, blocks, error::Error, rooms};

/// How somebody stands to a journey.
pub(super) async fn access(
    db: &mut PgConnection,
    viewer: Option<&User>,
    stored: &Stored,
) -> Result<Access, Error> {
    if viewer.is_some_and(|viewer| viewer.id == stored.owner.id) {
        return Ok(Access::Owner);
    }
    if stored.suspended {
        return Ok(Access::Nobody);
    }
    let Some(viewer) = viewer else {
        return Ok(Access::Anybody);
    };
    if blocks::store::is_between(db, [viewer.id, stored.owner.id]).await? {
        return Ok(Access::Anybody);
    }
    Ok(Access::SignedIn {
        is_in_room: share_its_room(db, viewer.id, stored).await?,
    })
}

/// Whether it is shown to a room, and both are in it: with its owner it leaves.
async fn share_its_room(
    db: &mut PgConnection,
    viewer: UserId,
    stored: &Stored,
) -> Result<bool, Error> {
    let Some(room) = stored.room else {
        return Ok(false);
    };
    for person in [viewer, stored.owner.id] {
        let (standing, _) = rooms::store::standing(db, room, Some(person)).await?;
        if !standing.is_member() {
            return Ok(false);
        }
    }
    Ok(true)
}

impl JourneysOnPostgres {
    /// Somebody's journeys, as far as they are shown to the viewer.
    pub(super) async fn read_of(
        &self,
        viewer: Option<&User>,
        handle: &Handle,
    ) -> Result<Vec<JourneyView>, Error> {
        let mut db = self.pool.acquire().await?;
        let owner = accounts::store::find(&mut db, handle).await?;
        let owner = owner.ok_or(ErrorCode::PersonUnknown)?;
        let ids = store::of(&mut db, owner.id).await?;
        let mut shown = Vec::new();
        for mut stored in store::find(&mut db, &ids).await? {
            // Nobody else sees it there, and its owner is not to think so.
            if stored.visibility == Visibility::Private {
                continue;
            }
            let access = access(&mut db, viewer, &stored).await?;
            if may_read(access, stored.visibility).is_ok() {
                self.furnish(&mut stored);
                shown.push(stored);
            }
        }
        shown.sort_by_key(|stored| ids.iter().position(|id| *id == stored.id));
        let ids: Vec<_> = shown.iter().map(|stored| stored.id).collect();
        let events = stages::store::events(&mut db, &ids).await?;
        let stays = store::stays(&mut db, &ids).await?;
        let views = shown.iter().map(|stored| {
            let mut view = view::for_others(stored, &events, &stays);
            view.template.offices.clear();
            view
        });
        Ok(views.collect())
    }
}
