//! The SQL of what is told of cells. A row stays when what it tells is shown no more.

use app::{
    ids::UserId,
    journeys::Date,
    waits::{Coverage, Figures},
};
use serde::Serialize;
use sqlx::{PgConnection, query};
use uuid::Uuid;

use crate::{
    error::Error,
    journeys::{
        floors::Case,
        store::{date, stored_date},
        survival::Spell,
    },
    waits::{
        cells::{Family, Path},
        store::take_turns,
    },
};

const BROKEN: Error = Error::Row {
    table: "wait_editions",
};

/// What is shown of a cell.
pub(in crate::waits) struct Shown {
    pub(in crate::waits) path: Path,
    pub(in crate::waits) made_on: Date,
    pub(in crate::waits) figures: Figures,
}

/// What was told of a cell before.
pub(in crate::waits) struct Past {
    pub(in crate::waits) path: Path,
    pub(in crate::waits) made_on: Date,
    pub(in crate::waits) cases: Vec<Case>,
    pub(in crate::waits) shown: bool,
    /// Somebody behind it has withdrawn a journey.
    pub(in crate::waits) withdrawn: bool,
}

/// What is told of a cell from now on; without figures its owners are too few for any.
pub(in crate::waits) struct Fresh<F> {
    pub(in crate::waits) cases: Vec<Case>,
    pub(in crate::waits) figures: Option<F>,
}

/// What can be told of a cell.
pub(in crate::waits) trait Told: Serialize {
    fn people(&self) -> u32;
}

impl Told for Figures {
    fn people(&self) -> u32 {
        self.people
    }
}

impl Told for Coverage {
    fn people(&self) -> u32 {
        self.people
    }
}

/// All of which anything was ever told.
pub(in crate::waits) async fn families(db: &mut PgConnection) -> Result<Vec<Family>, Error> {
    let rows = query!("SELECT DISTINCT template, from_stage, to_stage FROM wait_editions")
        .fetch_all(db)
        .await?;
    let families = rows.into_iter().map(|row| Family {
        template: row.template,
        from: row.from_stage,
        to: row.to_stage,
    });
    Ok(families.collect())
}

/// What was ever told of a family, in its order.
pub(in crate::waits) async fn past(
    db: &mut PgConnection,
    family: &Family,
) -> Result<Vec<Past>, Error> {
    let rows = query!(
        "SELECT path, made_on, owners, entries, times, causes, shown, withdrawn FROM wait_editions
         WHERE template = $1 AND from_stage = $2 AND to_stage = $3 ORDER BY number",
        family.template,
        family.from,
        family.to,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            let numbers = row.entries.into_iter().zip(row.times).zip(row.causes);
            let cases = row.owners.into_iter().zip(numbers);
            let cases = cases.map(|(owner, ((entry, time), cause))| {
                let cause = u16::try_from(cause).map_err(|_| BROKEN)?;
                Ok::<_, Error>(Case {
                    owner,
                    spell: Spell {
                        entry: f64::from(entry),
                        time: f64::from(time),
                        cause: (cause != 0).then_some(cause),
                    },
                })
            });
            Ok(Past {
                path: row.path,
                made_on: date(row.made_on)?,
                shown: row.shown,
                withdrawn: row.withdrawn,
                cases: cases.collect::<Result<_, Error>>()?,
            })
        })
        .collect()
}

/// Whole days.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a wait has a few thousand days"
)]
fn days(days: f64) -> i32 {
    days as i32
}

/// Tells something new of a cell. What was told of it before is to be hidden.
pub(in crate::waits) async fn insert(
    db: &mut PgConnection,
    family: &Family,
    path: &[String],
    fresh: &Fresh<impl Told>,
    today: Date,
) -> Result<(), Error> {
    let spells = || fresh.cases.iter().map(|case| case.spell);
    let owners: Vec<Uuid> = fresh.cases.iter().map(|case| case.owner).collect();
    let entries: Vec<i32> = spells().map(|spell| days(spell.entry)).collect();
    let times: Vec<i32> = spells().map(|spell| days(spell.time)).collect();
    let causes = spells().map(|spell| i16::try_from(spell.cause.unwrap_or(0)));
    let causes = causes.collect::<Result<Vec<_>, _>>().map_err(|_| BROKEN)?;
    let figures = fresh.figures.as_ref().map(serde_json::to_string);
    let people = fresh.figures.as_ref().map_or(0, Told::people);
    query!(
        "INSERT INTO wait_editions (template, from_stage, to_stage, path, made_on, owners, entries, times,
                                    causes, figures, people, shown)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        family.template,
        family.from,
        family.to,
        path,
        stored_date(today)?,
        &owners,
        &entries,
        &times,
        &causes,
        figures.transpose().map_err(|_| BROKEN)?,
        i32::try_from(people).map_err(|_| BROKEN)?,
        fresh.figures.is_some(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether what was told of a cell last is shown.
pub(in crate::waits) async fn show(
    db: &mut PgConnection,
    family: &Family,
    path: &[String],
    shown: bool,
) -> Result<(), Error> {
    query!(
        "UPDATE wait_editions SET shown = $5 AND figures IS NOT NULL
         WHERE number = (SELECT max(number) FROM wait_editions
                         WHERE template = $1 AND from_stage = $2 AND to_stage = $3 AND path = $4)
             AND shown <> ($5 AND figures IS NOT NULL)",
        family.template,
        family.from,
        family.to,
        path,
        shown,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The steps of a template of which anything is told, of most people first. What is told without a step is how often
/// it was right.
pub(in crate::waits) async fn told_of(
    db: &mut PgConnection,
    template: &str,
) -> Result<Vec<(String, String)>, Error> {
    let rows = query!(
        "SELECT from_stage, to_stage FROM wait_editions
         WHERE template = $1 AND from_stage <> '' AND shown AND path = '{}' ORDER BY people DESC, number",
        template,
    )
    .fetch_all(db)
    .await?;
    let steps = rows.into_iter().map(|row| (row.from_stage, row.to_stage));
    Ok(steps.collect())
}

/// A journey of somebody's was deleted, of a kind, or all of them were. In what was told of kinds of which they have no other,
/// a random pseudonym stands in place of theirs from now on, another one for each step: what was told can still
/// be compared, and nobody can tell any more who is behind it.
pub(crate) async fn forget(
    db: &mut PgConnection,
    owner: UserId,
    template: Option<&str>,
) -> Result<(), Error> {
    take_turns(db).await?;
    query!(
        "WITH owner AS MATERIALIZED (
             SELECT encode(substr(sha256(salt || uuid_send($1)), 1, 16), 'hex')::uuid AS pseudonym
             FROM wait_salts
         ), steps AS MATERIALIZED (
             SELECT template, from_stage, to_stage, gen_random_uuid() AS nobody
             FROM (SELECT DISTINCT template, from_stage, to_stage FROM wait_editions
                   WHERE template = coalesce($2, template)) step
             WHERE NOT EXISTS (
                 SELECT FROM journeys WHERE owner_id = $1 AND journeys.template = step.template)
         )
         UPDATE wait_editions edition
         -- Sorted anew: the place of a pseudonym among the others would tell of it as well.
         SET (owners, entries, times, causes) = (
             SELECT array_agg(who ORDER BY who, number), array_agg(entry ORDER BY who, number),
                    array_agg(days ORDER BY who, number), array_agg(cause ORDER BY who, number)
             FROM unnest(array_replace(edition.owners, pseudonym, nobody), edition.entries, edition.times,
                         edition.causes) WITH ORDINALITY wait (who, entry, days, cause, number))
         FROM owner, steps
         WHERE edition.template = steps.template AND edition.from_stage = steps.from_stage
             AND edition.to_stage = steps.to_stage AND pseudonym = ANY (edition.owners)",
        owner.0,
        template,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A journey of somebody's is not counted any more. Nothing that was told of its kind with anything of theirs is
/// shown after the next batch, whatever else of theirs is counted.
pub(crate) async fn withdraw(
    db: &mut PgConnection,
    owner: UserId,
    template: &str,
) -> Result<(), Error> {
    take_turns(db).await?;
    query!(
        "UPDATE wait_editions SET withdrawn = true
         WHERE template = $2 AND NOT withdrawn AND (
             SELECT encode(substr(sha256(salt || uuid_send($1)), 1, 16), 'hex')::uuid
             FROM wait_salts) = ANY (owners)",
        owner.0,
        template,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is shown of a step: of all offices, and of one and its quarters.
pub(in crate::waits) async fn shown(
    db: &mut PgConnection,
    family: &Family,
    office: Option<&str>,
) -> Result<Vec<Shown>, Error> {
    let rows = query!(
        r#"SELECT path, made_on, figures AS "figures!" FROM wait_editions
           WHERE template = $1 AND from_stage = $2 AND to_stage = $3 AND shown
               AND (path = '{}' OR path[1] = $4)"#,
        family.template,
        family.from,
        family.to,
        office,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Shown {
                path: row.path,
                made_on: date(row.made_on)?,
                figures: serde_json::from_str(&row.figures).map_err(|_| BROKEN)?,
            })
        })
        .collect()
}
