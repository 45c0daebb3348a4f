//! The private PostgreSQL, really started in a temporary folder.

use std::error::Error;
use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use layover::embedded::{self, Postgres, Settings};
use tempfile::TempDir;

type Outcome = Result<(), Box<dyn Error>>;

#[test]
fn a_cluster_starts_stops_and_keeps_its_folder() -> Outcome {
    let home = home()?;
    let postgres = start(home.path())?;
    assert!(postgres.is_running());
    let url = postgres.url().to_owned();
    assert!(url.starts_with("postgres://layover@localhost/layover?host=%2F"));
    let (first, made) = (postmaster(home.path())?, made(home.path())?);
    postgres.stop();
    assert!(!runs(first));
    assert!(!cluster(home.path()).join("postmaster.pid").exists());

    let again = start(home.path())?;
    assert_eq!(again.url(), url);
    assert_ne!(postmaster(home.path())?, first);
    assert_eq!(self::made(home.path())?, made);
    Ok(())
}

#[test]
fn a_killed_server_leaves_an_orphan_that_the_next_start_stops() -> Outcome {
    let home = home()?;
    let postgres = start(home.path())?;
    let twin = twin(postmaster(home.path())?, home.path())?;
    postgres.stop();

    // Its parent is this test, which does not reap it: it stays a zombie when it has stopped.
    let mut orphan = Reaped(start_orphan(twin)?);
    let pid = orphan.0.id();
    until("the orphan runs on the folder", || {
        postmaster(home.path()).is_ok_and(|found| found == pid)
    });
    let next = start(home.path())?;
    assert!(next.is_running());
    assert_ne!(postmaster(home.path())?, pid);
    assert!(orphan.0.try_wait()?.is_some(), "the orphan still runs");
    Ok(())
}

#[test]
fn a_postmaster_that_dies_is_started_again() -> Outcome {
    let home = home()?;
    let postgres = start(home.path())?;
    let first = postmaster(home.path())?;
    let killed = Command::new("kill")
        .args(["-9", &first.to_string()])
        .status()?;
    assert!(killed.success());
    until("another one runs", || {
        postmaster(home.path()).is_ok_and(|found| found != first) && postgres.is_running()
    });
    Ok(())
}

#[test]
fn a_second_start_on_a_locked_folder_is_refused() -> Outcome {
    let home = home()?;
    let first = start(home.path())?;
    let refusal = start(home.path()).expect_err("the folder is locked");
    assert!(
        matches!(refusal, embedded::Error::Locked { pid: Some(pid), .. }
        if pid == std::process::id())
    );
    assert!(first.is_running());
    first.stop();
    start(home.path())?;
    Ok(())
}

#[test]
fn a_half_made_folder_is_made_again() -> Outcome {
    let home = home()?;
    let half = data(home.path()).join("postgres.new");
    fs::create_dir_all(half.join("base"))?;
    fs::write(half.join("PG_VERSION"), "15\n")?;
    if let Some(parent) = half.parent() {
        fs::set_permissions(parent, Permissions::from_mode(0o711))?;
    }
    let postgres = start(home.path())?;
    assert!(postgres.is_running());
    assert!(!half.exists());
    Ok(())
}

#[test]
fn a_strange_folder_is_refused_and_kept() -> Outcome {
    let home = home()?;
    let treasure = cluster(home.path()).join("treasure");
    fs::create_dir_all(cluster(home.path()))?;
    fs::write(&treasure, "not a cluster")?;
    let refusal = start(home.path()).expect_err("someone's data is there");
    assert!(matches!(refusal, embedded::Error::NotACluster { .. }));
    assert!(treasure.exists());
    Ok(())
}

#[tokio::test]
async fn operators_commands_work_while_a_server_runs_on_the_folder() -> Outcome {
    let home = home()?;
    let postgres = start(home.path())?;
    let found = embedded::url_of_another(&Settings {
        data: data(home.path()),
        bin: None,
    });
    assert_eq!(found?, postgres.url());
    let reports = || {
        tokio::process::Command::new(env!("CARGO_BIN_EXE_layover"))
            .arg("reports")
            .env_remove("DATABASE_URL")
            .env("LAYOVER_DATA", data(home.path()))
            .output()
    };
    let early = reports().await?;
    assert!(!early.status.success());
    assert!(String::from_utf8(early.stderr)?.contains("older version"));

    let pool = layover::pool(postgres.url())?;
    layover::MIGRATIONS.run(&pool).await?;
    pool.close().await;
    let output = reports().await?;
    assert_eq!(
        String::from_utf8(output.stdout)?,
        "Nothing is reported.\n",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(postgres.is_running());
    Ok(())
}

#[test]
fn a_path_too_long_for_a_socket_is_no_hindrance() -> Outcome {
    let home = home()?;
    let data = data(home.path()).join("long".repeat(30));
    let postgres = Postgres::start(&Settings { data, bin: None })?;
    let (_, folder) = postgres.url().split_once("host=").unwrap_or_default();
    let folder = PathBuf::from(folder.replace("%2F", "/"));
    assert!(folder.join(".s.PGSQL.5432").exists());
    assert_eq!(fs::metadata(&folder)?.mode() & 0o777, 0o700);
    postgres.stop();
    fs::remove_dir_all(folder)?;
    Ok(())
}

/// A folder that PostgreSQL's user can pass through where the tests run as root.
fn home() -> io::Result<TempDir> {
    let home = tempfile::tempdir()?;
    fs::set_permissions(home.path(), Permissions::from_mode(0o711))?;
    Ok(home)
}

fn data(home: &Path) -> PathBuf {
    home.join("data")
}

fn cluster(home: &Path) -> PathBuf {
    data(home).join("postgres")
}

fn start(home: &Path) -> Result<Postgres, embedded::Error> {
    Postgres::start(&Settings {
        data: data(home),
        bin: None,
    })
}

/// The process that says it runs on the cluster and answers.
fn postmaster(home: &Path) -> Result<u32, Box<dyn Error>> {
    let file = fs::read_to_string(cluster(home).join("postmaster.pid"))?;
    let ready = file.lines().any(|line| line.trim() == "ready");
    let pid = file.lines().next().filter(|_| ready).ok_or("not ready")?;
    Ok(pid.parse()?)
}

/// Tells a cluster from one that was made again.
fn made(home: &Path) -> io::Result<u64> {
    Ok(fs::metadata(cluster(home).join("PG_VERSION"))?.ino())
}

fn runs(pid: u32) -> bool {
    Path::new("/proc").join(pid.to_string()).exists()
}

/// A command like the one that runs as `pid`, but with no bond to the thread that spawns it.
fn twin(pid: u32, home: &Path) -> Result<Command, Box<dyn Error>> {
    let line = fs::read_to_string(format!("/proc/{pid}/cmdline"))?;
    let owner = fs::metadata(cluster(home))?;
    let mut twin = Command::new(fs::read_link(format!("/proc/{pid}/exe"))?);
    twin.args(line.trim_end_matches('\0').split('\0').skip(1))
        .current_dir("/");
    if owner.uid() != fs::metadata(home)?.uid() {
        twin.uid(owner.uid()).gid(owner.gid());
    }
    Ok(twin)
}

fn start_orphan(mut twin: Command) -> io::Result<Child> {
    twin.stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
}

/// Leaves no process behind when a test fails.
struct Reaped(Child);

impl Drop for Reaped {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Other processes' states have no event to await: asks until it holds, for half a minute.
fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while !holds() {
        assert!(Instant::now() < deadline, "in vain: {what}");
        sleep(Duration::from_millis(10));
    }
}
