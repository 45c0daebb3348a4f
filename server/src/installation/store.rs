//! All SQL of the installation.

use app::ids::Epoch;
use sqlx::{PgConnection, query, query_scalar};

use crate::error::Error;

pub(super) struct Settled {
    pub(super) epoch: Epoch,
    /// The cluster is another one than that of the last epoch.
    pub(super) renewed: bool,
}

/// Compares the cluster with the one on record, and notes the present one.
pub(super) async fn settle_cluster(db: &mut PgConnection) -> Result<Settled, Error> {
    let row = query!(
        r#"SELECT epoch, installation.system_identifier, timeline,
                  system.system_identifier AS "now_identifier!", timeline_id AS "now_timeline!"
           FROM installation, pg_control_system() system, pg_control_checkpoint()
           FOR UPDATE OF installation"#,
    )
    .fetch_one(&mut *db)
    .await?;
    let now = (row.now_identifier, row.now_timeline);
    let renewed = match (row.system_identifier, row.timeline) {
        (Some(identifier), Some(timeline)) => (identifier, timeline) != now,
        _ => false,
    };
    if renewed {
        renew_epoch(db).await?;
    }
    let epoch = query_scalar!(
        "UPDATE installation SET system_identifier = $1, timeline = $2 RETURNING epoch",
        now.0,
        now.1,
    )
    .fetch_one(db)
    .await?;
    Ok(Settled {
        epoch: Epoch(epoch),
        renewed,
    })
}

pub(super) async fn renew_epoch(db: &mut PgConnection) -> Result<(), Error> {
    query!("UPDATE installation SET epoch = gen_random_uuid()")
        .execute(db)
        .await?;
    Ok(())
}
