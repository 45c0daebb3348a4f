//! Keeping one connection up: a pure machine of events and effects.
//!
//! It refuses to know sockets, clocks and chance: time comes as events, chance as `jitter`.

use super::wire::CloseCode;

/// Longest wait before the first retry, in milliseconds; it doubles with each further one.
const FIRST_WAIT: f64 = 250.0;
/// Longest wait before any retry, in milliseconds.
const LONGEST_WAIT: f64 = 5000.0;
/// Shortest wait after [`CloseCode::TooMuch`], in milliseconds; the longest is twice that. As long as
/// it takes the server to let a person do as much at once again as they ever may.
const REST: f64 = 5000.0;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Phase {
    /// Not started.
    #[default]
    Idle,
    /// A connection is being made.
    Connecting,
    /// Frames go both ways.
    Online,
    /// Lost; the next try comes by itself.
    Waiting,
    /// The session has ended: only signing in helps.
    SignedOut,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Event {
    Start,
    /// The server has said `welcome`.
    Welcomed,
    /// The connection broke, or could not be made.
    Lost(CloseCode),
    /// The wait that [`Effect::RetryIn`] asked for is over.
    RetryDue,
    /// The network came back or the page was looked at: a good moment to try at once.
    Nudge,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    None,
    Connect,
    /// Milliseconds until [`Event::RetryDue`].
    RetryIn(u32),
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Session {
    phase: Phase,
    /// Failures since the last welcome.
    failures: u32,
    /// The server has asked for a rest: not even a good moment ends it early.
    resting: bool,
}

impl Session {
    pub fn phase(&self) -> Phase {
        self.phase
    }

    /// Whether the connection has been missing for longer than a blink.
    pub fn troubled(&self) -> bool {
        (self.failures > 1 || self.resting) && self.phase != Phase::SignedOut
    }

    /// `jitter` is a random number from 0 to 1: retries spread over the whole wait, so that the
    /// clients of a server that restarted do not come back all at once.
    pub fn on(&mut self, event: Event, jitter: f64) -> Effect {
        match (self.phase, event) {
            (Phase::Waiting, Event::Nudge) if self.resting => Effect::None,
            (Phase::Idle, Event::Start) | (Phase::Waiting, Event::RetryDue | Event::Nudge) => {
                self.resting = false;
                self.phase = Phase::Connecting;
                Effect::Connect
            }
            (Phase::Connecting, Event::Welcomed) => {
                self.phase = Phase::Online;
                self.failures = 0;
                Effect::None
            }
            (Phase::Connecting | Phase::Online, Event::Lost(code)) => {
                if code.reconnects() {
                    self.phase = Phase::Waiting;
                    self.resting = code == CloseCode::TooMuch;
                    let wait = self.wait(jitter);
                    self.failures = self.failures.saturating_add(1);
                    Effect::RetryIn(wait)
                } else {
                    self.phase = Phase::SignedOut;
                    Effect::None
                }
            }
            _ => Effect::None,
        }
    }

    fn wait(&self, jitter: f64) -> u32 {
        let doublings = i32::try_from(self.failures.min(16)).unwrap_or(16);
        let (least, spread) = if self.resting {
            (REST, REST)
        } else {
            let longest = FIRST_WAIT * 2_f64.powi(doublings);
            (0.0, longest.min(LONGEST_WAIT))
        };
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and 10,000"
        )]
        let wait = (least + spread * jitter.clamp(0.0, 1.0)) as u32;
        wait
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn event() -> impl Strategy<Value = Event> {
        prop_oneof![
            Just(Event::Start),
            Just(Event::Welcomed),
            Just(Event::RetryDue),
            Just(Event::Nudge),
            prop_oneof![Just(1006), Just(1012), Just(4408), Just(4429), Just(4401)]
                .prop_map(|number| Event::Lost(CloseCode::from_number(number))),
        ]
    }

    proptest! {
        #[test]
        fn a_lost_connection_is_always_being_made_again_unless_signed_out(
            events in prop::collection::vec((event(), 0.0..=1.0), 0..60),
        ) {
            let mut session = Session::default();
            session.on(Event::Start, 0.0);
            let (mut connects, mut losses) = (1, 0);
            for (event, jitter) in events {
                let before = session.phase();
                match session.on(event, jitter) {
                    Effect::Connect => connects += 1,
                    Effect::RetryIn(wait) => {
                        prop_assert!(wait <= 10_000);
                        losses += 1;
                    }
                    Effect::None => {}
                }
                let alive = matches!(session.phase(), Phase::Connecting | Phase::Online);
                prop_assert_eq!(alive, connects == losses + 1 && session.phase() != Phase::SignedOut);
                if before == Phase::SignedOut {
                    prop_assert_eq!(session.phase(), Phase::SignedOut);
                }
            }
        }
    }

    #[test]
    fn waits_double_from_a_quarter_second_to_five() {
        let mut session = Session::default();
        session.on(Event::Start, 1.0);
        let waits: Vec<_> = (0..7)
            .map(|_| {
                let effect = session.on(Event::Lost(CloseCode::Other(1006)), 1.0);
                session.on(Event::RetryDue, 1.0);
                effect
            })
            .collect();
        let wanted = [250, 500, 1000, 2000, 4000, 5000, 5000].map(Effect::RetryIn);
        assert_eq!(waits, wanted);
    }

    #[test]
    fn whoever_asked_for_too_much_rests_for_five_seconds_and_says_so() {
        let mut session = Session::default();
        session.on(Event::Start, 0.0);
        session.on(Event::Welcomed, 0.0);
        let effect = session.on(Event::Lost(CloseCode::TooMuch), 0.0);
        assert_eq!(effect, Effect::RetryIn(5000));
        assert!(session.troubled());
        assert_eq!(session.on(Event::Nudge, 0.0), Effect::None);
        assert_eq!(session.on(Event::RetryDue, 0.0), Effect::Connect);
        let effect = session.on(Event::Lost(CloseCode::Restart), 1.0);
        assert_eq!(effect, Effect::RetryIn(500), "only once");
    }

    #[test]
    fn the_first_failure_is_not_yet_trouble() {
        let mut session = Session::default();
        session.on(Event::Start, 0.5);
        session.on(Event::Lost(CloseCode::Restart), 0.5);
        assert!(!session.troubled());
        session.on(Event::RetryDue, 0.5);
        session.on(Event::Lost(CloseCode::Other(1006)), 0.5);
        assert!(session.troubled());
        session.on(Event::Nudge, 0.5);
        session.on(Event::Welcomed, 0.5);
        assert!(!session.troubled());
    }
}
