//! Migrations of what is there already.

use sqlx::{Connection, query_scalar, raw_sql};

use crate::support::Database;

#[tokio::test]
async fn whoever_has_a_handle_that_is_for_deleted_accounts_gets_another() {
    let database = Database::before(8).await;
    let mut db = database.connect().await;
    raw_sql(
        "INSERT INTO users (id, handle, email) VALUES
             (gen_random_uuid(), 'Deleted_user', 'one@example.org'),
             (gen_random_uuid(), 'deleted_0123456789ab', 'two@example.org'),
             (gen_random_uuid(), 'deleted', 'three@example.org')",
    )
    .execute(&mut db)
    .await
    .unwrap();
    let mut migrations = layover::MIGRATIONS.iter();
    let eighth = migrations.find(|migration| migration.version == 8).unwrap();
    let mut tx = db.begin().await.unwrap();
    raw_sql(eighth.sql.clone()).execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let handles = query_scalar!("SELECT handle FROM users ORDER BY email");
    let handles = handles.fetch_all(&mut db).await.unwrap();
    assert_eq!(handles[1], "deleted");
    for handle in [&handles[0], &handles[2]] {
        assert!(handle.starts_with("former_"), "{handle}");
    }
    assert_ne!(handles[0], handles[2]);
    db.close().await.unwrap();
    database.drop().await;
}
