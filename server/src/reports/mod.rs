//! Reports on PostgreSQL: what people report is kept, with what was said as it was then, for those who
//! run this installation.

mod printed;
mod store;

use app::{
    accounts::User,
    error::{AppError, ErrorCode},
    ids::{MessageId, RoomId, UserId},
    media::Attachment,
    messages::{Message, MessageKind},
    reports::{Category, Note, Reports, Subject},
    rooms::RoomKind,
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};

pub use self::store::{Report, Shown, list, resolve};
use crate::{
    attempts::{Attempts, REPORT, Whom},
    error::Error,
    messages,
    rooms::{self, Standing, may_read},
};

pub(crate) struct ReportsOnPostgres {
    pool: PgPool,
    attempts: Attempts,
}

/// What is reported, as it is at this moment.
struct Evidence {
    kind: &'static str,
    /// What was reported: a message, a person, or a room.
    subject: uuid::Uuid,
    room: RoomId,
    room_name: String,
    about: Option<User>,
    /// Where it stands in the room, and what it says.
    said: Option<(i64, String)>,
    /// What it shows.
    media: Vec<Attachment>,
}

impl ReportsOnPostgres {
    pub(crate) fn new(pool: PgPool, attempts: Attempts) -> Self {
        Self { pool, attempts }
    }

    async fn keep(
        &self,
        viewer: &User,
        room: RoomId,
        subject: Subject,
        category: Category,
        note: Note,
    ) -> Result<(), Error> {
        let mut db = self.pool.acquire().await?;
        let (standing, _) = rooms::store::standing(&mut db, room, Some(viewer.id)).await?;
        may_read(standing)?;
        let evidence = gather(&mut db, viewer, room, standing, subject).await?;
        if evidence.about.as_ref().map(|about| about.id) == Some(viewer.id) {
            return Err(ErrorCode::PersonSelf.into());
        }
        // What is known already costs nothing.
        if store::is_known(&mut db, viewer.id, evidence.subject, category).await? {
            return Ok(());
        }
        drop(db);
        let whom = Whom::Name(viewer.id.0.as_bytes());
        self.attempts.spend(REPORT, whom).await?;
        let mut tx = self.pool.begin().await?;
        store::insert(&mut tx, viewer, &evidence, category, &note).await?;
        Ok(tx.commit().await?)
    }
}

/// What is reported, if the viewer may see it.
async fn gather(
    db: &mut PgConnection,
    viewer: &User,
    room: RoomId,
    standing: Standing,
    subject: Subject,
) -> Result<Evidence, Error> {
    let known = rooms::store::get(db, room, Some(viewer.id)).await?.room;
    let evidence = Evidence {
        kind: "room",
        subject: room.0,
        room,
        room_name: known.name.as_str().to_owned(),
        about: None,
        said: None,
        media: Vec::new(),
    };
    match subject {
        // Its name is the other's handle, which would outlive their account.
        Subject::Room if known.kind == RoomKind::Direct => Err(ErrorCode::SubjectInvalid.into()),
        Subject::Room => Ok(evidence),
        Subject::Person(user) => {
            let about = person(db, room, standing, user).await?;
            Ok(Evidence {
                kind: "person",
                subject: user.0,
                about: Some(about),
                ..evidence
            })
        }
        Subject::Message(id) => {
            let said = message(db, room, standing, id).await?;
            Ok(Evidence {
                kind: "message",
                subject: id.0,
                about: Some(said.sender),
                said: Some((said.seq, said.body)),
                media: said.media,
                ..evidence
            })
        }
    }
}

/// Somebody who is in the room, or has left a line in it that the viewer may see.
async fn person(
    db: &mut PgConnection,
    room: RoomId,
    standing: Standing,
    user: UserId,
) -> Result<User, Error> {
    let found = store::person(db, room, user, standing.visible_from()).await?;
    Ok(found.ok_or(ErrorCode::MemberUnknown)?)
}

/// A message that the viewer may see.
async fn message(
    db: &mut PgConnection,
    room: RoomId,
    standing: Standing,
    id: MessageId,
) -> Result<Message, Error> {
    let found = messages::store::find(db, room, id).await?;
    let said = found.filter(|message| {
        message.seq >= standing.visible_from()
            && message.kind == MessageKind::Text
            && !message.deleted
    });
    Ok(said.ok_or(ErrorCode::MessageUnknown)?)
}

#[async_trait]
impl Reports for ReportsOnPostgres {
    async fn create(
        &self,
        viewer: &User,
        room: RoomId,
        subject: Subject,
        category: Category,
        note: Note,
    ) -> Result<(), AppError> {
        Ok(self.keep(viewer, room, subject, category, note).await?)
    }
}
