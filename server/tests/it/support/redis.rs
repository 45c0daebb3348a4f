//! Redis servers of one's own for each test: alone, or three as a cluster.

use std::{
    io::{BufRead, BufReader},
    net::{Ipv4Addr, TcpListener},
    process::{self, Child, ChildStdout, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    thread,
    time::{Duration, Instant},
};

use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};
use tempfile::TempDir;

/// A server that is killed with its test. It keeps its port and its folder, not its data, when it
/// is killed and launched again.
pub(crate) struct Redis {
    pub(crate) port: u16,
    args: Vec<String>,
    folder: TempDir,
    /// With its output, which must not be closed before the server is.
    running: Option<(Child, BufReader<ChildStdout>)>,
}

impl Redis {
    /// A server that runs.
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    pub(crate) fn start_with(args: &[&str]) -> Self {
        let mut redis = Self::prepare(args);
        redis.launch();
        redis
    }

    /// A server that does not run yet. A `PORT` in the arguments is its port.
    pub(crate) fn prepare(args: &[&str]) -> Self {
        let port = free_port();
        let mut own: Vec<String> = args
            .iter()
            .map(|arg| arg.replace("PORT", &port.to_string()))
            .collect();
        if !args.contains(&"--port") {
            own.extend(["--port".into(), port.to_string()]);
        }
        Self {
            port,
            args: own,
            folder: TempDir::new().unwrap(),
            running: None,
        }
    }

    /// Returns when it accepts connections.
    pub(crate) fn launch(&mut self) {
        let mut child = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"])
            .arg("--dir")
            .arg(self.folder.path())
            .args(&self.args)
            .stdout(Stdio::piped())
            .spawn()
            .expect("redis-server is installed");
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut log = String::new();
        while !log.contains("Ready to accept connections") {
            let read = output.read_line(&mut log).unwrap();
            assert!(read > 0, "redis-server has ended:\n{log}");
        }
        self.running = Some((child, output));
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// As by `kill -9`, or by a power cut.
    pub(crate) fn kill(&mut self) {
        if let Some((mut child, _)) = self.running.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// It hangs: connections stay, answers do not come.
    pub(crate) fn hang(&self) {
        self.signal(Signal::SIGSTOP);
    }

    pub(crate) fn wake(&self) {
        self.signal(Signal::SIGCONT);
    }

    fn signal(&self, signal: Signal) {
        let (child, _) = self.running.as_ref().expect("it runs");
        let pid = Pid::from_raw(child.id().try_into().unwrap());
        kill(pid, signal).unwrap();
    }

    /// The answer to a command, through redis-cli.
    pub(crate) fn command(&self, args: &[&str]) -> String {
        let output = Command::new("redis-cli")
            .args(["-h", "127.0.0.1", "-p", &self.port.to_string()])
            .args(args)
            .output()
            .expect("redis-cli is installed");
        String::from_utf8(output.stdout).unwrap()
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Three masters that share the slots.
pub(crate) struct Cluster {
    pub(crate) nodes: Vec<Redis>,
}

impl Cluster {
    pub(crate) fn start() -> Self {
        let nodes: Vec<Redis> = (0..3)
            .map(|_| {
                let bus = free_port().to_string();
                let args = ["--cluster-enabled", "yes", "--cluster-port", &bus];
                Redis::start_with(&[&args[..], &["--cluster-node-timeout", "1000"]].concat())
            })
            .collect();
        for (node, (first, last)) in
            nodes
                .iter()
                .zip([("0", "5460"), ("5461", "10922"), ("10923", "16383")])
        {
            node.command(&["CLUSTER", "ADDSLOTSRANGE", first, last]);
        }
        for node in &nodes[1..] {
            let (port, bus) = (node.port.to_string(), node.cluster_port());
            nodes[0].command(&["CLUSTER", "MEET", "127.0.0.1", &port, &bus]);
        }
        let cluster = Self { nodes };
        cluster.wait();
        cluster
    }

    /// Any node tells where the others are.
    pub(crate) fn url(&self) -> String {
        self.nodes[0].url()
    }

    /// Until each node sees the whole. A cluster gossips and tells nobody when it is done, so it is
    /// asked again and again.
    pub(crate) fn wait(&self) {
        let begun = Instant::now();
        while !self.nodes.iter().all(Redis::sees_a_whole_cluster) {
            assert!(begun.elapsed() < Duration::from_secs(15), "no cluster");
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Redis {
    fn cluster_port(&self) -> String {
        let place = self.args.iter().position(|arg| arg == "--cluster-port");
        self.args[place.unwrap() + 1].clone()
    }

    fn sees_a_whole_cluster(&self) -> bool {
        let info = self.command(&["CLUSTER", "INFO"]);
        [
            "cluster_state:ok",
            "cluster_slots_ok:16384",
            "cluster_known_nodes:3",
        ]
        .iter()
        .all(|line| info.contains(line))
    }
}

/// Below the ports that the system hands out by itself, so that a server which is down for a while
/// finds its port free when it returns.
fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    // Test programs that run beside each other begin at different places.
    let start = u16::try_from(process::id() % 1_000).unwrap() * 12;
    loop {
        let port = 20_000 + (start + NEXT.fetch_add(1, Ordering::Relaxed)) % 12_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
