//! Visa journeys: their templates, members' own journeys, and what these say about how long things take.

pub(crate) mod badges;
mod changes;
mod cohorts;
pub mod floors;
mod policy;
mod shown;
mod stages;
pub(crate) mod store;
pub mod survival;
pub mod templates;
mod view;
mod warnings;
pub(crate) mod wire;

use std::sync::Arc;

use app::{
    accounts::{Handle, User},
    error::{AppError, ErrorCode},
    ids::{EventId, JourneyId, RoomId},
    journeys::{
        Date, Gathering, JourneyLine, JourneyView, Journeys, NewJourney, Outcome, Recording,
        Settings, Template, TemplateLine,
    },
};
use async_trait::async_trait;
use sqlx::{PgConnection, PgPool};
use time::OffsetDateTime;

use self::{
    policy::{Access, may_change, may_read},
    store::Stored,
    templates::Catalogue,
};
use crate::{
    attempts::{Attempts, JOURNEY, Whom},
    database::milliseconds,
    error::Error,
    hub::Hub,
    profiles, waits,
};

/// How many journeys one person may have.
const MOST: usize = 50;

/// Journeys on PostgreSQL.
pub(crate) struct JourneysOnPostgres {
    pool: PgPool,
    attempts: Attempts,
    catalogue: Arc<Catalogue>,
    hub: Arc<Hub>,
}

impl JourneysOnPostgres {
    pub(crate) fn new(
        pool: PgPool,
        attempts: Attempts,
        catalogue: Arc<Catalogue>,
        hub: Arc<Hub>,
    ) -> Self {
        Self {
            pool,
            attempts,
            catalogue,
            hub,
        }
    }

    fn find_template(&self, slug: &str) -> Result<Template, Error> {
        let found = self.catalogue.template(slug);
        let template = found.ok_or(ErrorCode::TemplateUnknown)?;
        Ok(wire::template(
            template,
            self.catalogue.offices_of(template),
        ))
    }

    /// A journey, its template with today's offices, and how the viewer stands to it.
    async fn stored(
        &self,
        db: &mut PgConnection,
        viewer: Option<&User>,
        journey: JourneyId,
    ) -> Result<(Stored, Access), Error> {
        let found = store::find(db, &[journey]).await?.pop();
        let mut stored = found.ok_or(ErrorCode::JourneyUnknown)?;
        self.furnish(&mut stored);
        let access = shown::access(db, viewer, &stored).await?;
        Ok((stored, access))
    }

    fn furnish(&self, stored: &mut Stored) {
        if let Some(template) = self.catalogue.template(&stored.template.slug) {
            let offices = self.catalogue.offices_of(template);
            stored.template.offices = offices.map(wire::office).collect();
        }
    }

    async fn read(&self, viewer: Option<&User>, journey: JourneyId) -> Result<JourneyView, Error> {
        let mut db = self.pool.acquire().await?;
        let (stored, access) = self.stored(&mut db, viewer, journey).await?;
        may_read(access, stored.visibility)?;
        let events = stages::store::events(&mut db, &[journey]).await?;
        let stays = store::stays(&mut db, &[journey]).await?;
        if access != Access::Owner {
            return Ok(view::for_others(&stored, &events, &stays));
        }
        let others = self.lines(&mut db, &stored.owner).await?;
        let others = others.into_iter().filter(|line| line.id != journey);
        let rooms = store::rooms(&mut db, stored.owner.id).await?;
        let badges = badges::store::rooms(&mut db, journey).await?;
        let others = others.collect();
        let mut view = view::for_owner(&stored, &events, &stays, others, rooms, today());
        let suggestions = cohorts::suggestions(&mut db, &view).await?;
        if let Some(own) = &mut view.own {
            own.badges = badges;
            own.suggestions = suggestions;
        }
        Ok(view)
    }

    async fn lines(&self, db: &mut PgConnection, owner: &User) -> Result<Vec<JourneyLine>, Error> {
        let ids = store::of(db, owner.id).await?;
        let mut journeys = store::find(db, &ids).await?;
        journeys.sort_by_key(|journey| ids.iter().position(|id| *id == journey.id));
        let events = stages::store::events(db, &ids).await?;
        let stays = store::stays(db, &ids).await?;
        let lines = journeys.iter_mut().map(|journey| {
            self.furnish(journey);
            view::line(journey, &events, &stays)
        });
        Ok(lines.collect())
    }

    async fn read_list(&self, viewer: &User) -> Result<Vec<JourneyLine>, Error> {
        let mut db = self.pool.acquire().await?;
        self.lines(&mut db, viewer).await
    }

    async fn begin(&self, viewer: &User, new: NewJourney) -> Result<JourneyId, Error> {
        let template = self.find_template(&new.template)?;
        let whom = Whom::Name(viewer.id.0.as_bytes());
        self.attempts.spend(JOURNEY, whom).await?;
        let mut tx = self.pool.begin().await?;
        // What an account that has just ended left behind would be nobody's to clear up.
        if !store::lock_owner(&mut tx, viewer.id).await? {
            return Err(ErrorCode::SignInNeeded.into());
        }
        if store::of(&mut tx, viewer.id).await?.len() >= MOST {
            return Err(ErrorCode::Full.into());
        }
        let journey = changes::begin(&mut tx, viewer, &template, &new).await?;
        let is_shown = store::is_shown(&mut tx, journey).await?;
        if is_shown {
            profiles::store::touch(&mut tx, viewer.id).await?;
        }
        tx.commit().await?;
        if is_shown {
            self.hub.hurry();
        }
        Ok(journey)
    }

    /// Opens a journey for its owner to change. Changes of one journey wait for each other.
    async fn own(
        &self,
        db: &mut PgConnection,
        viewer: &User,
        journey: JourneyId,
    ) -> Result<Stored, Error> {
        store::lock(db, journey).await?;
        let (stored, access) = self.stored(db, Some(viewer), journey).await?;
        may_change(access, stored.visibility)?;
        Ok(stored)
    }

    async fn change(
        &self,
        viewer: &User,
        journey: JourneyId,
        change: changes::Change<'_>,
    ) -> Result<JourneyView, Error> {
        let mut tx = self.pool.begin().await?;
        // Two that are to follow each other are looked at one after the other.
        if matches!(change, changes::Change::Settings(_)) {
            store::lock_owner(&mut tx, viewer.id).await?;
        }
        let stored = self.own(&mut tx, viewer, journey).await?;
        let tells = !matches!(change, changes::Change::Confirm);
        let was_shown = tells && store::is_shown(&mut tx, journey).await?;
        changes::make(&mut tx, viewer, &stored, change).await?;
        let is_shown = was_shown || tells && store::is_shown(&mut tx, journey).await?;
        if is_shown {
            profiles::store::touch(&mut tx, viewer.id).await?;
        }
        tx.commit().await?;
        if is_shown {
            self.hub.hurry();
        }
        self.read(Some(viewer), journey).await
    }

    async fn open_cohort(
        &self,
        viewer: &User,
        journey: JourneyId,
        gathering: Gathering,
    ) -> Result<RoomId, Error> {
        let view = self.read(Some(viewer), journey).await?;
        if view.own.is_none() {
            return Err(ErrorCode::Forbidden.into());
        }
        cohorts::open(&self.pool, viewer, &view, gathering).await
    }

    async fn remove(&self, viewer: &User, journey: JourneyId) -> Result<(), Error> {
        let mut tx = self.pool.begin().await?;
        // Of two deletions at once the later one sees that nothing is left.
        store::lock_owner(&mut tx, viewer.id).await?;
        let stored = self.own(&mut tx, viewer, journey).await?;
        if stored.counted {
            waits::withdraw(&mut tx, viewer.id, &stored.template.slug).await?;
        }
        let was_shown = store::is_shown(&mut tx, journey).await?;
        store::delete(&mut tx, journey).await?;
        waits::forget(&mut tx, viewer.id, Some(&stored.template.slug)).await?;
        if was_shown {
            profiles::store::touch(&mut tx, viewer.id).await?;
        }
        tx.commit().await?;
        // What has shown it is looked at again.
        if was_shown {
            self.hub.hurry();
        }
        Ok(())
    }
}

/// The day in UTC.
pub(crate) fn today() -> Date {
    let now = milliseconds(OffsetDateTime::now_utc());
    Date::of(now).expect("it is not the year 10000 yet")
}

#[async_trait]
impl Journeys for JourneysOnPostgres {
    fn templates(&self) -> Vec<TemplateLine> {
        let mut lines: Vec<_> = self.catalogue.templates().map(wire::line).collect();
        lines.sort_by(|a, b| (&a.country, &a.name).cmp(&(&b.country, &b.name)));
        lines
    }

    fn template(&self, slug: &str) -> Result<Template, AppError> {
        Ok(self.find_template(slug)?)
    }

    async fn list(&self, viewer: &User) -> Result<Vec<JourneyLine>, AppError> {
        Ok(self.read_list(viewer).await?)
    }

    async fn open(
        &self,
        viewer: Option<&User>,
        journey: JourneyId,
    ) -> Result<JourneyView, AppError> {
        Ok(self.read(viewer, journey).await?)
    }

    async fn of(
        &self,
        viewer: Option<&User>,
        handle: &Handle,
    ) -> Result<Vec<JourneyView>, AppError> {
        Ok(self.read_of(viewer, handle).await?)
    }

    async fn create(&self, viewer: &User, new: NewJourney) -> Result<JourneyId, AppError> {
        Ok(self.begin(viewer, new).await?)
    }

    async fn record(
        &self,
        viewer: &User,
        journey: JourneyId,
        recording: Recording,
    ) -> Result<JourneyView, AppError> {
        let change = changes::Change::Record(recording);
        Ok(self.change(viewer, journey, change).await?)
    }

    async fn undo(
        &self,
        viewer: &User,
        journey: JourneyId,
        event: EventId,
    ) -> Result<JourneyView, AppError> {
        let change = changes::Change::Undo(event);
        Ok(self.change(viewer, journey, change).await?)
    }

    async fn transfer(
        &self,
        viewer: &User,
        journey: JourneyId,
        office: &str,
        from: Option<&str>,
    ) -> Result<JourneyView, AppError> {
        let change = changes::Change::Transfer { office, from };
        Ok(self.change(viewer, journey, change).await?)
    }

    async fn confirm(&self, viewer: &User, journey: JourneyId) -> Result<JourneyView, AppError> {
        Ok(self
            .change(viewer, journey, changes::Change::Confirm)
            .await?)
    }

    async fn end(
        &self,
        viewer: &User,
        journey: JourneyId,
        outcome: Outcome,
        on: Option<Date>,
    ) -> Result<JourneyView, AppError> {
        let change = changes::Change::End {
            outcome,
            on: on.unwrap_or_else(today),
        };
        Ok(self.change(viewer, journey, change).await?)
    }

    async fn update(
        &self,
        viewer: &User,
        journey: JourneyId,
        settings: Settings,
    ) -> Result<JourneyView, AppError> {
        let change = changes::Change::Settings(settings);
        Ok(self.change(viewer, journey, change).await?)
    }

    async fn show_badges(
        &self,
        viewer: &User,
        journey: JourneyId,
        rooms: &[RoomId],
    ) -> Result<JourneyView, AppError> {
        let change = changes::Change::Badges(rooms);
        Ok(self.change(viewer, journey, change).await?)
    }

    async fn cohort(
        &self,
        viewer: &User,
        journey: JourneyId,
        gathering: Gathering,
    ) -> Result<RoomId, AppError> {
        Ok(self.open_cohort(viewer, journey, gathering).await?)
    }

    async fn delete(&self, viewer: &User, journey: JourneyId) -> Result<(), AppError> {
        Ok(self.remove(viewer, journey).await?)
    }
}
