//! Reading history: stretches of it, and single messages that something leads to.

pub(super) mod store;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::RoomId,
    messages::{Mention, Message, Page, Stretch},
};

use super::{MessagesOnPostgres, mentions};
use crate::{
    error::Error,
    rooms::{self, may_read},
};

impl MessagesOnPostgres {
    pub(super) async fn read_page(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        stretch: Stretch,
    ) -> Result<Page, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        let user = viewer.map(|viewer| viewer.id);
        let (standing, head) = rooms::store::standing(&mut tx, room, user).await?;
        may_read(standing)?;
        store::page(&mut tx, room, head, stretch, standing.visible_from()).await
    }

    pub(super) async fn read_pins(
        &self,
        viewer: Option<&User>,
        room: RoomId,
    ) -> Result<Vec<Message>, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        let user = viewer.map(|viewer| viewer.id);
        let (standing, _) = rooms::store::standing(&mut tx, room, user).await?;
        may_read(standing)?;
        store::pins(&mut tx, room, standing.visible_from()).await
    }

    pub(super) async fn read_one(
        &self,
        viewer: Option<&User>,
        room: RoomId,
        place: i64,
    ) -> Result<Message, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        let user = viewer.map(|viewer| viewer.id);
        let (standing, _) = rooms::store::standing(&mut tx, room, user).await?;
        may_read(standing)?;
        if place < standing.visible_from() {
            return Err(ErrorCode::MessageUnknown.into());
        }
        let found = super::store::at(&mut tx, room, &[place]).await?.pop();
        Ok(found.ok_or(ErrorCode::MessageUnknown)?)
    }

    pub(super) async fn read_mentions(&self, viewer: &User) -> Result<Vec<Mention>, Error> {
        let mut tx = store::snapshot(&self.pool).await?;
        let mut mentions = Vec::new();
        for (room, message) in mentions::store::list(&mut tx, viewer.id).await? {
            let room = rooms::store::get(&mut tx, room, Some(viewer.id))
                .await?
                .room;
            mentions.push(Mention { room, message });
        }
        Ok(mentions)
    }
}
