//! The server as the program that people run, for what is not seen from within its process.

use std::{
    fs::{self, File},
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;
use url::Url;

use super::{Database, Person};

pub(crate) struct Program {
    child: Child,
    pub(crate) url: Url,
    /// Holds its data and its log.
    folder: TempDir,
}

impl Program {
    /// Starts it with these settings; returns when it is ready.
    pub(crate) fn start(database: &Database, settings: &[(&str, &str)]) -> Self {
        Self::start_by(
            Command::new(env!("CARGO_BIN_EXE_layover")),
            database,
            settings,
        )
    }

    /// The same through a command that ends in starting it.
    pub(crate) fn start_by(
        mut command: Command,
        database: &Database,
        settings: &[(&str, &str)],
    ) -> Self {
        let folder = TempDir::new().unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        let mut child = command
            .env_clear()
            .env("DATABASE_URL", database.url())
            .env("PORT", "0")
            .env("LAYOVER_TRIES", "0")
            .env("LAYOVER_DATA", folder.path())
            .env("LAYOVER_SITE", folder.path())
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let ready = lines.next().expect("it says that it is ready").unwrap();
        let url = ready.strip_prefix("Layover is ready: ").expect(&ready);
        Self {
            child,
            url: Url::parse(url).unwrap(),
            folder,
        }
    }

    pub(crate) async fn person(&self, handle: &str) -> Person {
        Person::sign_up(self.url.clone(), handle).await
    }

    /// The mails that wait in its folder, as plain text.
    pub(crate) fn mails(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.path().join("mails"));
        let files = files.into_iter().flatten().map(|file| file.unwrap().path());
        let mails = files.filter(|path| path.extension().is_some_and(|kind| kind == "eml"));
        mails
            .map(|path| fs::read_to_string(path).unwrap())
            .map(|mail| mail.replace("=\r\n", "").replace("=3D", "="))
            .collect()
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Asks it to stop. Returns its log.
    pub(crate) fn stop(mut self) -> String {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
        let status = self.child.wait().unwrap();
        let log = fs::read_to_string(self.log()).unwrap();
        assert!(status.success(), "{status}: {log}");
        log
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only where it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
