//! A report in readable lines. What people wrote stands in quotes, on one line, with everything escaped
//! that a terminal would act on or not show: pure.

use std::fmt::{self, Write};

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

use super::Report;

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            id,
            category,
            kind,
            reporter,
            room_name,
            ..
        } = self;
        writeln!(f, "{id}  {}", moment(self.created_at))?;
        writeln!(f, "  {category}, a {kind}, reported by {reporter}")?;
        if let Some(person) = &self.person {
            write!(f, "  about {person}")?;
            match &self.person_now {
                None => write!(f, ", whose account is gone")?,
                Some(now) if now != person => write!(f, ", now {now}")?,
                Some(_) => {}
            }
            if self.suspended {
                write!(f, ", suspended")?;
            }
            if let Some(until) = self.suspended_until {
                write!(f, " until {}", moment(until))?;
            }
            if !self.suspended_because.is_empty() {
                write!(f, " because {:?}", self.suspended_because)?;
            }
            writeln!(f)?;
        }
        write!(f, "  in {room_name:?}")?;
        match (self.room, self.place) {
            (Some(room), Some(place)) => writeln!(f, "  /rooms/{room}?at={place}#m{place}")?,
            (Some(room), None) => writeln!(f, "  /rooms/{room}")?,
            (None, _) => writeln!(f)?,
        }
        if let Some(body) = &self.body {
            writeln!(f, "  said {body:?}")?;
        }
        for shown in &self.media {
            write!(f, "  showed {} {:?}", shown.kind, shown.name)?;
            match shown.id {
                Some(id) => writeln!(f, "  media/{id}")?,
                None => writeln!(f, ", which is gone")?,
            }
        }
        if !self.note.is_empty() {
            writeln!(f, "  note {:?}", self.note)?;
        }
        if let Some(at) = self.resolved_at {
            writeln!(f, "  resolved {}", moment(at))?;
        }
        Ok(())
    }
}

impl Report {
    /// One object on one line, for programs. JSON leaves some characters as they are that a terminal acts
    /// on or does not show: they are escaped as well.
    ///
    /// # Errors
    ///
    /// None that could come about: every field has a form in JSON.
    pub fn to_json(&self) -> serde_json::Result<String> {
        let json = serde_json::to_string(self)?;
        let mut safe = String::with_capacity(json.len());
        for c in json.chars() {
            // What Rust would escape beside what JSON has escaped already.
            if c.is_ascii() || c.escape_debug().len() == 1 {
                safe.push(c);
            } else {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // A String takes every write.
                    let _ = write!(safe, "\\u{unit:04x}");
                }
            }
        }
        Ok(safe)
    }
}

/// In UTC, to the second.
fn moment(milliseconds: i64) -> String {
    OffsetDateTime::from_unix_timestamp(milliseconds.div_euclid(1000))
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::reports::Shown;

    fn report() -> Report {
        Report {
            id: Uuid::nil(),
            state: "open".to_owned(),
            kind: "message".to_owned(),
            category: "scam".to_owned(),
            note: "He asks\neverybody.".to_owned(),
            reporter: "ana".to_owned(),
            room_name: "K-1 · Manila".to_owned(),
            person: Some("ben".to_owned()),
            body: Some("Pay \u{1b}[2J me\u{202e} \u{9b}1m 語".to_owned()),
            media: [Some(Uuid::nil()), None]
                .map(|id| Shown {
                    id,
                    kind: "image".to_owned(),
                    name: "a\u{1b}.png".to_owned(),
                })
                .to_vec(),
            room: Some(Uuid::nil()),
            place: Some(17),
            person_now: Some("ben_2".to_owned()),
            suspended: false,
            suspended_until: None,
            suspended_because: String::new(),
            created_at: 1_764_191_940_123,
            resolved_at: None,
        }
    }

    #[test]
    fn a_report_is_a_few_lines_that_no_words_break_out_of() {
        let nil = Uuid::nil();
        let lines = [
            format!("{nil}  2025-11-26T21:19:00Z"),
            "  scam, a message, reported by ana".to_owned(),
            "  about ben, now ben_2".to_owned(),
            format!("  in \"K-1 · Manila\"  /rooms/{nil}?at=17#m17"),
            r#"  said "Pay \u{1b}[2J me\u{202e} \u{9b}1m 語""#.to_owned(),
            format!(r#"  showed image "a\u{{1b}}.png"  media/{nil}"#),
            r#"  showed image "a\u{1b}.png", which is gone"#.to_owned(),
            r#"  note "He asks\neverybody.""#.to_owned(),
        ];
        assert_eq!(report().to_string().lines().collect::<Vec<_>>(), lines);
    }

    #[test]
    fn what_is_gone_suspended_or_resolved_says_so() {
        let gone = Report {
            person_now: None,
            room: None,
            resolved_at: Some(1_764_191_941_000),
            ..report()
        };
        let said = gone.to_string();
        assert!(said.contains("about ben, whose account is gone\n"));
        assert!(said.contains("in \"K-1 · Manila\"\n") && said.ends_with("21:19:01Z\n"));
        let suspended = Report {
            person_now: Some("ben".to_owned()),
            suspended: true,
            ..report()
        };
        assert!(suspended.to_string().contains("about ben, suspended\n"));
        let for_days = Report {
            suspended_until: Some(1_764_191_941_000),
            suspended_because: "asks\nfor money".to_owned(),
            ..suspended
        };
        let why = r#"ben, suspended until 2025-11-26T21:19:01Z because "asks\nfor money""#;
        assert!(for_days.to_string().contains(why));
        let room = Report {
            person: None,
            body: None,
            media: Vec::new(),
            place: None,
            note: String::new(),
            ..report()
        };
        assert!(
            room.to_string()
                .ends_with(&format!("/rooms/{}\n", Uuid::nil()))
        );
    }

    #[test]
    fn json_means_the_same_and_holds_nothing_that_a_terminal_acts_on() {
        let json = report().to_json().unwrap();
        assert!(json.chars().all(|c| !c.is_control() && c != '\u{202e}'));
        assert!(json.contains('語'));
        let read: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!(read["body"], report().body.unwrap());
        assert_eq!(read["note"], report().note);
    }
}
