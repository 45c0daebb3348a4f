//! Mails by SMTP, to a server that is not ours: aiosmtpd, which prints what it gets.

use std::{
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    process::{Child, Stdio},
};

use serde_json::json;

use crate::support::{Database, Server, Settings, person::token_in, places::python};

struct Sink {
    child: Child,
    url: String,
}

impl Sink {
    /// Returns when it answers.
    fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut child = python()
            .args([
                "-u",
                "-m",
                "aiosmtpd",
                "-n",
                "-l",
                &format!("127.0.0.1:{port}"),
            ])
            .stdout(Stdio::piped())
            .spawn()
            .expect("python is installed");
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(child.try_wait().unwrap().is_none(), "aiosmtpd is installed");
            std::thread::yield_now();
        }
        Self {
            child,
            url: format!("smtp://127.0.0.1:{port}"),
        }
    }

    /// The next mail that it gets.
    fn next(&mut self) -> String {
        let output = self.child.stdout.as_mut().unwrap();
        let lines = BufReader::new(output).lines().map(Result::unwrap);
        let mail: Vec<_> = lines
            .skip_while(|line| !line.contains("MESSAGE FOLLOWS"))
            .take_while(|line| !line.contains("END MESSAGE"))
            .collect();
        mail.join("\r\n")
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

#[tokio::test]
async fn a_mail_goes_out_by_smtp_as_text_and_html_and_its_link_works() {
    let mut sink = Sink::start();
    let settings = Settings {
        smtp: Some(sink.url.clone()),
        ..Settings::default()
    };
    let server = Server::start_with(Database::new().await, settings).await;
    let ana = server.person("ana").await;
    let mail = tokio::task::spawn_blocking(move || sink.next())
        .await
        .unwrap();
    let mail = mail.replace("=\r\n", "").replace("=3D", "=");
    for part in [
        "To: ana@example.org",
        "From: Layover <layover@example.org>",
        "Subject: Confirm your e-mail for Layover",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Type: text/html; charset=utf-8",
        "Hello ana,",
        "<a href=",
    ] {
        assert!(mail.contains(part), "{part} in {mail}");
    }
    ana.call("accounts/confirm", json!({"token": token_in(&mail)}))
        .await;
    assert_eq!(
        ana.call("accounts/details", json!({})).await["confirmed"],
        true
    );
    server.end().await;
}
