//! The places where media may be kept: a folder, a bucket of moto's S3, and an account at what stands in for
//! Cloudinary and is checked by Cloudinary's own library.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use layover::media::{BucketConfig, CloudinaryConfig, Digest, MediaStore};
use tempfile::TempDir;

use super::{Database, Server, Settings, person::client};

/// The Python that has what tests need of it.
pub(crate) fn python() -> Command {
    Command::new(env::var("LAYOVER_TEST_PYTHON").unwrap_or_else(|_| "python3".into()))
}

/// A server that is ended with its test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts something that says where it listens. Returns that without a slash at its end.
fn start(command: &mut Command) -> (Running, String) {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("python is installed");
    let (stdout, stderr) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
    let (told, address) = std::sync::mpsc::channel();
    let listen = |output: Box<dyn std::io::Read + Send>| {
        let told = told.clone();
        // What it says later is read, so that it never waits for a reader.
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let mut words = line.split_whitespace();
                if let Some(url) = words.find(|word| word.starts_with("http://")) {
                    let _ = told.send(url.trim_end_matches('/').to_owned());
                }
            }
        });
    };
    listen(Box::new(stdout));
    listen(Box::new(stderr));
    drop(told);
    let address = address.recv().expect("it says where it listens");
    (Running(child), address)
}

/// The secret of the account at Cloudinary.
pub(crate) const SECRET: &str = "s3cret_of-the-account";

pub(crate) struct Place {
    pub(crate) name: &'static str,
    pub(crate) store: MediaStore,
    /// What a server is told of it.
    pub(crate) settings: Vec<(&'static str, String)>,
    /// Where the account's files are.
    files: TempDir,
    _running: Option<Running>,
}

impl Place {
    pub(crate) async fn all() -> [Self; 3] {
        [Self::folder(), Self::bucket().await, Self::cloudinary()]
    }

    fn folder() -> Self {
        Self {
            name: "folder",
            store: MediaStore::Folder,
            settings: Vec::new(),
            files: TempDir::new().unwrap(),
            _running: None,
        }
    }

    async fn bucket() -> Self {
        let mut moto = python();
        let (running, url) = start(moto.args(["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"]));
        let address = url + "/layover";
        let made = client().put(&address).send().await.unwrap();
        assert_eq!(made.status(), 200);
        Self {
            name: "bucket",
            settings: vec![
                ("MEDIA_URL", format!("s3:{address}")),
                ("AWS_ACCESS_KEY_ID", "key".into()),
                ("AWS_SECRET_ACCESS_KEY", "secret".into()),
            ],
            store: MediaStore::Bucket(BucketConfig {
                address: address.parse().unwrap(),
                region: "us-east-1".into(),
                key: "key".into(),
                secret: "secret".into(),
            }),
            files: TempDir::new().unwrap(),
            _running: Some(running),
        }
    }

    pub(crate) fn cloudinary() -> Self {
        let files = TempDir::new().unwrap();
        let program = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/servers/cloudinary_server.py"
        );
        let mut server = python();
        let server = server.arg(program).arg(files.path());
        let (running, url) = start(server.args(["demo", "123", SECRET]));
        let parameters = format!("upload_prefix={url}&secure_distribution={url}/demo");
        Self {
            name: "cloudinary",
            settings: vec![(
                "CLOUDINARY_URL",
                format!("cloudinary://123:{SECRET}@demo?{parameters}"),
            )],
            store: MediaStore::Cloudinary(CloudinaryConfig {
                api: format!("{url}/v1_1/demo").parse().unwrap(),
                delivery: format!("{url}/demo").parse().unwrap(),
                key: "123".into(),
                secret: SECRET.into(),
                digest: Digest::Sha1,
            }),
            files,
            _running: Some(running),
        }
    }

    /// A new server that keeps media there.
    pub(crate) async fn serve(&self) -> Server {
        let settings = Settings {
            media_store: self.store.clone(),
            ..Settings::default()
        };
        Server::start_with(Database::new().await, settings).await
    }

    /// How many objects are there of a server with this folder for media.
    pub(crate) async fn count(&self, media: &Path) -> usize {
        match &self.store {
            MediaStore::Folder => files_below(&media.join("objects")),
            MediaStore::Bucket(bucket) => {
                let list = client().get(bucket.address.clone()).send().await.unwrap();
                list.text().await.unwrap().matches("<Key>").count()
            }
            MediaStore::Cloudinary(_) => files_below(self.files.path()),
        }
    }
}

fn files_below(folder: &Path) -> usize {
    let entries = fs::read_dir(folder).into_iter().flatten();
    let paths = entries.map(|entry| entry.unwrap().path());
    paths
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}
