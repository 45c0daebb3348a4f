//! A small load generator: how long a message takes from one socket to another on this machine.
//!
//! It drives a running server over its public doors only, sends to loopback addresses alone, and
//! ends by itself.

use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

use clap::Parser;
use futures::{SinkExt, StreamExt, stream::SplitStream};
use hdrhistogram::Histogram;
use reqwest::{Client, header};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};
use uuid::Uuid;

type Error = Box<dyn std::error::Error>;
type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// How long any single answer may take before the run fails.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Parser)]
#[command(name = "layover-bench", version)]
struct Args {
    /// The server's address; this machine only.
    #[arg(long)]
    url: reqwest::Url,
    /// How many messages are measured, one after the other.
    #[arg(long, default_value_t = 1000)]
    messages: u32,
    /// How many are sent first and not counted.
    #[arg(long, default_value_t = 100)]
    warm_up: u32,
}

/// Somebody with an account on the server.
struct Person {
    client: Client,
    url: reqwest::Url,
    cookie: String,
}

impl Person {
    async fn sign_up(url: &reqwest::Url) -> Result<Self, Error> {
        let client = Client::new();
        let handle = format!("b{}", &Uuid::new_v4().simple().to_string()[..20]);
        let answer = client
            .post(url.join("/api/accounts/sign_up")?)
            .json(&json!({
                "handle": handle, "email": format!("{handle}@example.org"),
                "password": Uuid::new_v4(),
            }))
            .send()
            .await?
            .error_for_status()?;
        let set = answer
            .headers()
            .get(header::SET_COOKIE)
            .ok_or("no session")?
            .to_str()?;
        let cookie = set.split(';').next().unwrap_or_default().to_owned();
        Ok(Self {
            client,
            url: url.clone(),
            cookie,
        })
    }

    async fn call(&self, door: &str, input: &Value) -> Result<Value, Error> {
        let request = self
            .client
            .post(self.url.join(&format!("/api/{door}"))?)
            .json(input);
        let answer = request.header(header::COOKIE, &self.cookie).send().await?;
        Ok(answer.error_for_status()?.json().await?)
    }

    /// A socket that hears the room.
    async fn listen(&self, room: &str) -> Result<Socket, Error> {
        let mut live = self.url.join("/live")?;
        live.set_scheme("ws")
            .map_err(|()| "the address has no port")?;
        let mut request = live.as_str().into_client_request()?;
        let headers = request.headers_mut();
        headers.insert("origin", self.url.origin().ascii_serialization().parse()?);
        headers.insert("cookie", self.cookie.parse()?);
        headers.insert("sec-websocket-protocol", "layover.v1".parse()?);
        let (mut socket, _) = connect_async(request).await?;
        socket
            .send(Message::text(
                json!({"type": "subscribe", "room": room}).to_string(),
            ))
            .await?;
        Ok(socket)
    }
}

/// Reads until a frame of the type comes.
async fn next_of(stream: &mut SplitStream<Socket>, kind: &str) -> Result<Value, Error> {
    loop {
        let message = tokio::time::timeout(PATIENCE, stream.next())
            .await?
            .ok_or("closed")??;
        let frame: Value = serde_json::from_str(message.to_text()?)?;
        if frame["type"] == kind {
            return Ok(frame);
        }
    }
}

/// What was measured, in microseconds.
struct Measured {
    /// From the send on one socket to the frame on the other.
    delivery: Histogram<u64>,
    /// From the send to its acknowledgement, which comes after the commit.
    acknowledgement: Histogram<u64>,
}

async fn measure(args: &Args) -> Result<Measured, Error> {
    let (ana, ben) = (
        Person::sign_up(&args.url).await?,
        Person::sign_up(&args.url).await?,
    );
    let room = ana
        .call("rooms/create", &json!({"name": "bench", "kind": "public"}))
        .await?;
    let room = room["room"]["id"].as_str().ok_or("no room")?.to_owned();
    ben.call("rooms/join", &json!({"room": room})).await?;
    let (mut sink, mut own) = ana.listen(&room).await?.split();
    let (_kept, mut other) = ben.listen(&room).await?.split();
    next_of(&mut own, "subscribed").await?;
    next_of(&mut other, "subscribed").await?;

    let mut measured = Measured {
        delivery: Histogram::new(3)?,
        acknowledgement: Histogram::new(3)?,
    };
    for number in 0..args.warm_up + args.messages {
        let id = Uuid::now_v7();
        let frame = json!({"type": "send", "room": room, "id": id, "body": "one more message"});
        let sent = Instant::now();
        sink.send(Message::text(frame.to_string())).await?;
        let delivered = async {
            let changes = next_of(&mut other, "changes").await?;
            if changes["items"][0]["client_id"] != json!(id) {
                return Err("another message was delivered".into());
            }
            Ok::<_, Error>(sent.elapsed())
        };
        let acknowledged = async {
            let accepted = next_of(&mut own, "accepted").await?;
            if accepted["id"] != json!(id) {
                return Err("another message was acknowledged".into());
            }
            Ok::<_, Error>(sent.elapsed())
        };
        let (delivered, acknowledged) = futures::try_join!(delivered, acknowledged)?;
        if number >= args.warm_up {
            measured
                .delivery
                .record(u64::try_from(delivered.as_micros())?)?;
            measured
                .acknowledgement
                .record(u64::try_from(acknowledged.as_micros())?)?;
        }
    }
    Ok(measured)
}

#[expect(clippy::print_stdout, reason = "the result of the program")]
fn print(measured: &Measured) {
    println!(
        "{:<34} {:>9} {:>9} {:>9}",
        "milliseconds", "median", "p99", "max"
    );
    for (name, times) in [
        ("delivery to another socket", &measured.delivery),
        (
            "acknowledgement, after the commit",
            &measured.acknowledgement,
        ),
    ] {
        let [median, p99, max] = [
            times.value_at_quantile(0.5),
            times.value_at_quantile(0.99),
            times.max(),
        ]
        .map(|microseconds| Duration::from_micros(microseconds).as_secs_f64() * 1000.0);
        println!("{name:<34} {median:>9.2} {p99:>9.2} {max:>9.2}");
    }
    println!("{} messages, one after the other", measured.delivery.len());
}

/// A load generator must not reach anybody else's server.
fn is_this_machine(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let args = Args::parse();
    if !is_this_machine(&args.url) {
        return Err("--url must be an address of this machine, like http://127.0.0.1:3000".into());
    }
    print(&measure(&args).await?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_measured() {
        for (url, own) in [
            ("http://127.0.0.1:3000", true),
            ("http://localhost", true),
            ("http://[::1]:80", true),
            ("http://10.0.0.1", false),
            ("http://127.0.0.1.evil.example", false),
        ] {
            assert_eq!(is_this_machine(&url.parse().unwrap()), own, "{url}");
        }
    }
}
