//! The doors `POST /api/reports/…`.

use leptos::prelude::*;

use crate::{
    doors::{Answer, Door},
    error::AppError,
    ids::{MessageId, RoomId, UserId},
};

/// Reports a message, else a person, else the room itself.
#[server(prefix = "/api", endpoint = "reports/create", input = Door, output = Answer)]
pub async fn create_report(
    room: RoomId,
    message: Option<MessageId>,
    user: Option<UserId>,
    category: String,
    #[server(default)] note: String,
) -> Result<(), AppError> {
    use super::{Note, Subject};
    use crate::context;

    let reports = context::reports();
    let viewer = context::signed_in()?;
    let subject = match (message, user) {
        (Some(message), _) => Subject::Message(message),
        (None, Some(user)) => Subject::Person(user),
        (None, None) => Subject::Room,
    };
    let (category, note) = (category.parse()?, Note::parse(&note)?);
    reports.create(&viewer, room, subject, category, note).await
}
