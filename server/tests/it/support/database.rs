//! A database for each test, copied from a template that the first test makes.

use std::{collections::BTreeMap, env, str::FromStr};

use serde_json::Value;
use sqlx::{
    AssertSqlSafe, Connection, PgConnection, PgPool, Row, postgres::PgConnectOptions, query_scalar,
    raw_sql,
};
use uuid::Uuid;

/// A migrated database that goes with its test.
#[derive(Clone)]
pub(crate) struct Database {
    name: String,
    server: String,
}

/// Where the tests may make databases. They touch none that they did not make.
fn server_url() -> String {
    env::var("LAYOVER_TEST_DATABASE_URL")
        .expect("run `make test`, or name a PostgreSQL for tests in LAYOVER_TEST_DATABASE_URL")
}

async fn run(db: &mut PgConnection, sql: String) -> Result<(), sqlx::Error> {
    raw_sql(AssertSqlSafe(sql)).execute(db).await.map(|_| ())
}

/// The first column of what a statement finds.
async fn texts(db: &mut PgConnection, sql: String) -> Vec<String> {
    let rows = raw_sql(AssertSqlSafe(sql)).fetch_all(db).await.unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn tables(db: &mut PgConnection) -> Vec<String> {
    let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1";
    texts(db, sql.to_owned()).await
}

impl Database {
    pub(crate) async fn new() -> Self {
        let server = server_url();
        let template = template(&server).await;
        let name = format!("layover_test_{}", Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&server).await.unwrap();
        // Copies of a template wait for each other, so that none finds it in use.
        run(&mut admin, "SELECT pg_advisory_lock(20261124)".into())
            .await
            .unwrap();
        run(
            &mut admin,
            format!("CREATE DATABASE {name} TEMPLATE {template}"),
        )
        .await
        .unwrap();
        // No test takes the power away from PostgreSQL; many wait for its commits.
        run(
            &mut admin,
            format!("ALTER DATABASE {name} SET synchronous_commit = off"),
        )
        .await
        .unwrap();
        admin.close().await.unwrap();
        Self { name, server }
    }

    /// One with the migrations before this one alone, as an older version has left it.
    pub(crate) async fn before(version: i64) -> Self {
        let server = server_url();
        let name = format!("layover_test_{}", Uuid::now_v7().simple());
        let mut admin = PgConnection::connect(&server).await.unwrap();
        run(&mut admin, format!("CREATE DATABASE {name}"))
            .await
            .unwrap();
        admin.close().await.unwrap();
        let made = Self { name, server };
        let mut db = made.connect().await;
        let older = layover::MIGRATIONS.iter();
        for migration in older.filter(|migration| migration.version < version) {
            let sql = migration.sql.clone();
            raw_sql(sql).execute(&mut db).await.unwrap();
        }
        made
    }

    pub(crate) fn url(&self) -> String {
        // The path of the URL is the database; what follows it says how to get there.
        let mut url = url::Url::parse(&self.server).unwrap();
        url.set_path(&self.name);
        url.into()
    }

    /// For looking at what is stored.
    pub(crate) async fn connect(&self) -> PgConnection {
        PgConnection::connect(&self.url()).await.unwrap()
    }

    /// All rows of all tables, as text.
    pub(crate) async fn contents(&self) -> BTreeMap<String, Vec<String>> {
        let mut db = self.connect().await;
        let mut contents = BTreeMap::new();
        for table in tables(&mut db).await {
            let sql = format!(r#"SELECT t::text FROM "{table}" t ORDER BY 1"#);
            contents.insert(table, texts(&mut db, sql).await);
        }
        contents
    }

    /// All that stands in columns of text or bytes, with the names of these.
    pub(crate) async fn columns(&self) -> Vec<(String, String)> {
        let mut db = self.connect().await;
        let mut columns = Vec::new();
        for table in tables(&mut db).await {
            let sql = format!(r#"SELECT to_jsonb(t)::text FROM "{table}" t"#);
            for row in texts(&mut db, sql).await {
                let row: BTreeMap<String, Value> = serde_json::from_str(&row).unwrap();
                columns.extend(row.into_iter().filter_map(|(column, value)| {
                    value.as_str().map(|value| (column, value.to_owned()))
                }));
            }
        }
        columns
    }

    pub(crate) async fn drop(self) {
        let mut admin = PgConnection::connect(&self.server).await.unwrap();
        run(
            &mut admin,
            format!("DROP DATABASE {} WITH (FORCE)", self.name),
        )
        .await
        .unwrap();
    }
}

/// The template of today's migrations; made once, whichever test comes first.
async fn template(server: &str) -> String {
    let version: i64 = layover::MIGRATIONS
        .iter()
        .map(|migration| migration.version)
        .sum();
    let checksum = layover::MIGRATIONS
        .iter()
        .flat_map(|migration| migration.checksum.iter());
    let checksum = checksum.fold(0_u64, |sum, byte| sum.rotate_left(5) ^ u64::from(*byte));
    let name = format!("layover_template_{version}_{checksum:x}");
    let mut admin = PgConnection::connect(server).await.unwrap();
    run(&mut admin, "SELECT pg_advisory_lock(20261124)".into())
        .await
        .unwrap();
    let there = query_scalar!(
        r#"SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS "there!""#,
        name,
    );
    if !there.fetch_one(&mut admin).await.unwrap() {
        // Renamed when it is whole: a test that is stopped half-way leaves no half a template.
        let draft = format!("{name}_draft");
        run(
            &mut admin,
            format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"),
        )
        .await
        .unwrap();
        run(&mut admin, format!("CREATE DATABASE {draft}"))
            .await
            .unwrap();
        let options = PgConnectOptions::from_str(server).unwrap().database(&draft);
        let pool = PgPool::connect_with(options).await.unwrap();
        layover::MIGRATIONS.run(&pool).await.unwrap();
        pool.close().await;
        run(
            &mut admin,
            format!("ALTER DATABASE {draft} RENAME TO {name}"),
        )
        .await
        .unwrap();
    }
    admin.close().await.unwrap();
    name
}
