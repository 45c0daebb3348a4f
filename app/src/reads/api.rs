//! The doors `POST /api/reads/…`.

use leptos::prelude::*;

use super::{Reader, Unread};
use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::RoomId,
};

/// Everything up to a place is read; the socket's `read` does the same.
#[server(prefix = "/api", endpoint = "reads/read", input = Door, output = Answer)]
pub async fn read_room(room: RoomId, seq: i64) -> Result<(), AppError> {
    use crate::context;

    let reads = context::reads();
    let viewer = context::signed_in()?;
    reads.read(&viewer, room, seq).await
}

/// What stands from a place on is new again.
#[server(prefix = "/api", endpoint = "reads/mark_unread", input = Door, output = Answer)]
pub async fn mark_unread(room: RoomId, seq: i64) -> Result<(), AppError> {
    use crate::context;

    let reads = context::reads();
    let reply = context::reply();
    let viewer = context::signed_in()?;
    reads.mark_unread(&viewer, room, seq).await?;
    reply.go_to("/");
    Ok(())
}

/// What is new in the caller's rooms.
#[server(prefix = "/api", endpoint = "reads/unread", input = Door, output = Answer)]
pub async fn list_unread() -> Result<Vec<Unread>, AppError> {
    use crate::context;

    let reads = context::reads();
    let viewer = context::signed_in()?;
    reads.unread(&viewer).await
}

/// How far the other members of a room have read it.
#[server(prefix = "/api", endpoint = "reads/list", input = Door, output = Answer)]
pub async fn list_readers(room: RoomId) -> Result<Vec<Reader>, AppError> {
    use crate::context;

    let reads = context::reads();
    let viewer = context::signed_in()?;
    reads.readers(&viewer, room).await
}
