//! The SQL that reads journeys and what was said of their stages.

use app::ids::UserId;
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    error::Error,
    exports::{
        contents::{BATCH, Listed},
        moment,
    },
};

/// A journey, and who sees it.
#[derive(Serialize)]
pub(in crate::exports) struct Journey {
    id: Uuid,
    template: String,
    template_version: i32,
    offices: Vec<String>,
    visibility: String,
    room: Option<Uuid>,
    counted: bool,
    badges: Vec<Uuid>,
    blur: String,
    outcome: Option<String>,
    ended_on: Option<String>,
    last_confirmed_at: String,
    follows: Option<Uuid>,
    created_at: String,
}

impl Listed for Journey {
    const FILE: &str = "journeys.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            r#"SELECT id, template, template_version, visibility, room_id, counted, blur, outcome,
                      ended_on, last_confirmed_at, parent_id, created_at,
                      ARRAY(SELECT from_stage || ': ' || office FROM journey_offices
                            WHERE journey_id = journeys.id ORDER BY number) AS "offices!",
                      ARRAY(SELECT room_id FROM stage_badges
                            WHERE journey_id = journeys.id ORDER BY room_id) AS "badges!"
               FROM journeys WHERE owner_id = $1 AND id > $2 ORDER BY id LIMIT $3"#,
            user.0,
            after.map_or(Uuid::nil(), |last| last.id),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let journeys = rows.into_iter().map(|row| Self {
            id: row.id,
            template: row.template,
            template_version: row.template_version,
            offices: row.offices,
            visibility: row.visibility,
            room: row.room_id,
            counted: row.counted,
            badges: row.badges,
            blur: row.blur,
            outcome: row.outcome,
            ended_on: row.ended_on.map(|on| on.to_string()),
            last_confirmed_at: moment(row.last_confirmed_at),
            follows: row.parent_id,
            created_at: moment(row.created_at),
        });
        Ok(journeys.collect())
    }
}

/// What they have said of a stage, whether or not it still holds.
#[derive(Serialize)]
pub(in crate::exports) struct StageEvent {
    id: Uuid,
    journey: Uuid,
    stage: String,
    status: String,
    on: String,
    precision: String,
    recorded_at: String,
    supersedes: Option<Uuid>,
    restates: Option<Uuid>,
    note: String,
    source: String,
}

impl Listed for StageEvent {
    const FILE: &str = "stage_events.json";

    async fn next(
        db: &mut PgConnection,
        user: UserId,
        after: Option<&Self>,
    ) -> Result<Vec<Self>, Error> {
        let rows = query!(
            "SELECT event.id, journey_id, stage, status, on_date, precision, recorded_at, supersedes,
                    restates, note, source
             FROM stage_events event JOIN journeys ON journeys.id = journey_id
             WHERE owner_id = $1 AND event.id > $2 ORDER BY event.id LIMIT $3",
            user.0,
            after.map_or(Uuid::nil(), |last| last.id),
            BATCH,
        )
        .fetch_all(db)
        .await?;
        let events = rows.into_iter().map(|row| Self {
            id: row.id,
            journey: row.journey_id,
            stage: row.stage,
            status: row.status,
            on: row.on_date.to_string(),
            precision: row.precision,
            recorded_at: moment(row.recorded_at),
            supersedes: row.supersedes,
            restates: row.restates,
            note: row.note,
            source: row.source,
        });
        Ok(events.collect())
    }
}
