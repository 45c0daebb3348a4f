//! What the server does for reports.

use async_trait::async_trait;

use super::{Category, Note, Subject};
use crate::{accounts::User, error::AppError, ids::RoomId};

#[async_trait]
pub trait Reports: Send + Sync {
    /// Keeps what the viewer reports of a room, with what was said there as it now is. They report only
    /// what they may see, nothing of their own, and no conversation of two as a whole. The same report
    /// again is no error and changes nothing, until it is resolved. At most 20 a day.
    async fn create(
        &self,
        viewer: &User,
        room: RoomId,
        subject: Subject,
        category: Category,
        note: Note,
    ) -> Result<(), AppError>;
}
