//! The log. Whatever is written into it, an event is one line of it, and has nothing in it that a
//! terminal or an editor would carry out.

use std::{
    fmt::{self, Write as _},
    io::{self, IsTerminal},
};

use clap::ValueEnum;
use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::{
    EnvFilter, Layer,
    field::RecordFields,
    filter::filter_fn,
    fmt::{
        FormatFields, MakeWriter,
        format::{DefaultFields, Writer},
    },
    layer::SubscriberExt,
    registry::LookupSpan,
    util::SubscriberInitExt,
};

/// How a line of the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Text,
    Json,
}

/// Libraries that write what people say into the log when they are asked for details.
const TALKATIVE: [&str; 2] = ["tungstenite", "tokio_tungstenite"];

/// Sends the log to standard error. `RUST_LOG` chooses what is in it.
pub fn install(format: LogFormat) {
    let filter = EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| EnvFilter::new("info,sqlx::postgres::notice=warn"));
    let colours = io::stderr().is_terminal();
    tracing_subscriber::registry()
        .with(filter)
        .with(filter_fn(is_discreet))
        .with(layer(format, colours, io::stderr))
        .init();
    // A panic is a line of the log like any other, so that nothing that watches the log misses it.
    std::panic::set_hook(Box::new(|panic| {
        tracing::error!(panic = %panic, "the server panicked");
    }));
}

/// Whether it is anything but a library's account of what people say: that is in no log, whatever
/// `RUST_LOG` asks for.
fn is_discreet(event: &Metadata<'_>) -> bool {
    let library = event.target().split("::").next().unwrap_or_default();
    *event.level() <= Level::INFO || !TALKATIVE.contains(&library)
}

/// Writes events, each as one line.
fn layer<S, W>(format: LogFormat, colours: bool, writer: W) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let lines = tracing_subscriber::fmt::layer();
    match format {
        LogFormat::Text => lines
            .with_ansi(colours)
            .fmt_fields(OneLine)
            .with_writer(writer)
            .boxed(),
        LogFormat::Json => lines.json().with_writer(Plain(writer)).boxed(),
    }
}

/// Characters that are not seen, and do something instead: they end lines, turn the direction of
/// what follows, or command a terminal.
fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// The usual fields, with their controls as words.
struct OneLine;

impl<'writer> FormatFields<'writer> for OneLine {
    fn format_fields<R: RecordFields>(
        &self,
        mut writer: Writer<'writer>,
        fields: R,
    ) -> fmt::Result {
        let mut text = String::new();
        DefaultFields::new().format_fields(Writer::new(&mut text), fields)?;
        for character in text.chars() {
            if acts(character) {
                write!(writer, "{}", character.escape_default())?;
            } else {
                writer.write_char(character)?;
            }
        }
        Ok(())
    }
}

/// Writes JSON with the controls that JSON does not ask to be escaped.
struct Plain<W>(W);

impl<'a, M: MakeWriter<'a>> MakeWriter<'a> for Plain<M> {
    type Writer = Plain<M::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Plain(self.0.make_writer())
    }
}

impl<W: io::Write> io::Write for Plain<W> {
    /// Takes whole lines, as the layer writes them.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let mut text = String::with_capacity(line.len());
        for character in String::from_utf8_lossy(line).chars() {
            if acts(character) && character != '\n' {
                // None of these needs two halves.
                let _ = write!(text, "\\u{:04x}", u32::from(character));
            } else {
                text.push(character);
            }
        }
        self.0.write_all(text.as_bytes())?;
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        error::Error,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Log {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Log {
        fn writer(&self) -> impl Fn() -> Self + Send + Sync + 'static {
            let log = self.clone();
            move || log.clone()
        }

        fn text(&self) -> String {
            String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
        }
    }

    /// What somebody might send: a line of their own, in each way in which lines end; and commands.
    const FORGED: &str = "a\r\n2026-01-01T00:00:00Z ERROR forged\n\u{85}b\u{2028}c\u{b}\u{c}\
                          \u{1b}[2J\u{9b}31m\u{7}\u{8}\u{7f}\u{202e}d\u{2066}";

    /// What the real layer writes of an event with this in each part that may hold it.
    fn written(format: LogFormat, colours: bool) -> String {
        let log = Log::default();
        let subscriber = tracing_subscriber::registry().with(layer(format, colours, log.writer()));
        tracing::subscriber::with_default(subscriber, || {
            let error = io::Error::other(FORGED);
            let span = tracing::info_span!("request", path = %FORGED, debug = ?FORGED);
            span.in_scope(|| {
                tracing::error!(
                    error = &error as &dyn Error,
                    text = FORGED,
                    shown = %FORGED,
                    "refused: {FORGED}"
                );
            });
        });
        log.text()
    }

    fn has_one_line(log: &str) {
        assert!(log.ends_with('\n'), "{log}");
        assert!(!log.trim_end_matches('\n').contains(acts), "{log:?}");
        assert!(log.contains("forged"), "{log}");
    }

    #[test]
    fn row_39_an_event_is_one_line_of_text_whatever_is_in_it() {
        has_one_line(&written(LogFormat::Text, false));
    }

    #[test]
    fn row_39_an_event_is_one_line_of_json_whatever_is_in_it() {
        let log = written(LogFormat::Json, false);
        has_one_line(&log);
        let event: serde_json::Value = serde_json::from_str(&log).unwrap();
        assert_eq!(event["fields"]["text"], FORGED, "nothing is lost");
        assert_eq!(event["span"]["path"], FORGED);
    }

    #[test]
    fn row_39_colours_are_the_logs_own() {
        let log = written(LogFormat::Text, true);
        let mut pieces = log.trim_end_matches('\n').split('\u{1b}');
        let mut plain = pieces.next().unwrap().to_owned();
        for piece in pieces {
            let (colour, rest) = piece.split_once('m').expect("a colour");
            let digits = colour.strip_prefix('[').unwrap();
            assert!(
                digits.chars().all(|c| c.is_ascii_digit() || c == ';'),
                "{piece:?}"
            );
            plain.push_str(rest);
        }
        assert!(
            plain.contains("\\u{1b}[2J") || plain.contains("\\x1b[2J"),
            "{plain}"
        );
        assert!(!plain.contains(acts), "{plain:?}");
    }

    #[test]
    fn row_39_libraries_do_not_tell_what_people_say() {
        let log = Log::default();
        let subscriber = tracing_subscriber::registry()
            .with(filter_fn(is_discreet))
            .with(layer(LogFormat::Text, false, log.writer()));
        tracing::subscriber::with_default(subscriber, || {
            tracing::trace!(target: "tungstenite::protocol", "Received message secret");
            tracing::debug!(target: "tokio_tungstenite", "secret");
            tracing::warn!(target: "tungstenite::protocol", "a warning");
            tracing::trace!(target: "layover::hub", "a detail");
        });
        let log = log.text();
        assert!(!log.contains("secret"), "{log}");
        assert!(
            log.contains("a warning") && log.contains("a detail"),
            "{log}"
        );
    }
}
