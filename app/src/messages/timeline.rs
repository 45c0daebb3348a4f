//! What a client knows of one room's history: a pure fold of pages and changes.
//!
//! It refuses to know sockets, signals and what is on screen. Invariant: page + changes == a fresh
//! page, for the window that is loaded; a row is only ever replaced by a later version of itself.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::RangeInclusive,
};

use super::{
    Changes, Hidden, Message, MessageKind, Page,
    news::{News, Skipped},
};
use crate::ids::{ClientId, UserId};

/// A loaded window of history that grows at both ends. What it loses at one end, because it would be
/// too large, is asked for again when the reader comes near it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Timeline {
    /// By place.
    rows: BTreeMap<i64, Message>,
    /// What rows of the window answer and that stands elsewhere, by place.
    quoted: BTreeMap<i64, Message>,
    /// Every change up to this sequence number is in `rows`, where it concerns the window.
    last: i64,
    /// Where the window begins: ask for the page before it. None when it reaches the beginning.
    before: Option<i64>,
    /// Where the window ends: ask for the page after it. None when it reaches the present.
    after: Option<i64>,
    /// The most rows that it holds.
    most: Option<usize>,
    /// The place that is being read; none while the reader follows the present.
    reading: Option<i64>,
    skipped: Skipped,
    news: News,
    hidden: Hidden,
}

/// What a frame of changes was, seen from what the timeline knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Judged {
    /// It followed, and is applied.
    Applied,
    /// It was known already.
    Known,
    /// Something is missing in between: subscribe again from `last`.
    Gap,
}

/// An end of the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Oldest,
    Newest,
}

impl Timeline {
    /// Starts from a page. The window grows without bounds.
    pub fn new(page: Page) -> Self {
        let mut timeline = Self::default();
        timeline.renew(page);
        timeline
    }

    /// The window holds no more rows than this.
    #[must_use]
    pub fn at_most(mut self, rows: usize) -> Self {
        self.most = Some(rows);
        self
    }

    /// What these people say is hidden from the reader, and no news.
    #[must_use]
    pub fn hiding(mut self, people: Vec<UserId>) -> Self {
        self.hidden = Hidden::new(people);
        self
    }

    /// Hides what somebody says from now on, or shows it again.
    pub fn hide(&mut self, user: UserId, hides: bool) {
        self.hidden.set(user, hides);
    }

    /// Whose words are hidden from the reader.
    pub fn hidden(&self) -> &Hidden {
        &self.hidden
    }

    /// Starts anew from a page. What frames have told of the room stays known.
    pub fn renew(&mut self, page: Page) {
        for item in &page.messages {
            if self.last > 0 && item.seq > self.last {
                self.news.note(item, &self.hidden);
            }
        }
        *self = Self {
            last: page.head,
            before: page.before,
            after: page.after,
            most: self.most,
            reading: self.reading,
            news: std::mem::take(&mut self.news),
            hidden: std::mem::take(&mut self.hidden),
            ..Self::default()
        };
        self.take_in(page);
    }

    /// Every change up to this sequence number is known.
    pub fn last(&self) -> i64 {
        self.last
    }

    /// The place before which history goes on, if it does.
    pub fn before(&self) -> Option<i64> {
        self.before
    }

    /// The place after which history goes on, if it does.
    pub fn after(&self) -> Option<i64> {
        self.after
    }

    /// The place that is being read; none while the reader follows the present.
    pub fn reading(&self) -> Option<i64> {
        self.reading
    }

    /// What frames have told of the room.
    pub fn news(&self) -> &News {
        &self.news
    }

    /// Whether nobody has said anything yet.
    pub fn is_quiet(&self) -> bool {
        let whole = self.before.is_none() && self.after.is_none();
        whole && self.rows.values().all(|row| row.kind != MessageKind::Text)
    }

    /// Oldest first.
    pub fn messages(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.rows.values()
    }

    /// The message at a place, as far as it is known: in the window, or answered by what is in it.
    pub fn at(&self, place: i64) -> Option<&Message> {
        self.rows.get(&place).or_else(|| self.quoted.get(&place))
    }

    /// The first row of the window at a place or after it.
    pub fn first_from(&self, place: i64) -> Option<i64> {
        self.rows.range(place..).next().map(|(seq, _)| *seq)
    }

    /// Whether a place lies in the window.
    pub fn covers(&self, place: i64) -> bool {
        self.window().contains(&place)
    }

    /// Whether the message that a client named so is here.
    pub fn contains(&self, id: ClientId) -> bool {
        // A send that is still pending is among the newest, so the search ends soon.
        self.rows
            .values()
            .rev()
            .any(|message| message.client_id == Some(id))
    }

    /// The reader reads at this place; none: they follow the present. What was on their screen, up
    /// to the place `seen`, is new no more.
    pub fn read(&mut self, reading: Option<i64>, seen: i64) {
        self.reading = reading;
        self.news.see(seen);
    }

    /// Applies a frame as a whole, or not at all.
    pub fn apply(&mut self, changes: Changes) -> Judged {
        if changes.last_seq <= self.last {
            return Judged::Known;
        }
        if changes.first_seq > self.last + 1 {
            return Judged::Gap;
        }
        for item in &changes.items {
            if item.seq > self.last {
                self.news.note(item, &self.hidden);
            }
        }
        self.last = changes.last_seq;
        self.merge(changes.items);
        // Whoever reads further up keeps what they read.
        self.cut(match self.reading {
            Some(_) => End::Newest,
            None => End::Oldest,
        });
        Judged::Applied
    }

    /// Puts the page before the place `asked` in front; one that was asked for twice is ignored.
    pub fn extend_back(&mut self, asked: i64, page: Page) {
        if self.before == Some(asked) && self.skipped.complete(page.head) {
            self.before = page.before;
            self.take_in(page);
            self.cut(End::Newest);
        }
    }

    /// Puts the page after the place `asked` behind; one that was asked for twice is ignored.
    pub fn extend_forward(&mut self, asked: i64, page: Page) {
        if self.after == Some(asked) && self.skipped.complete(page.head) {
            self.after = page.after;
            self.take_in(page);
            self.cut(End::Oldest);
        }
    }

    fn window(&self) -> RangeInclusive<i64> {
        self.before.unwrap_or(i64::MIN)..=self.after.unwrap_or(i64::MAX)
    }

    /// What changes have told since the page was read is not put back.
    fn take_in(&mut self, page: Page) {
        let skipped = self.skipped.take();
        self.merge(page.messages);
        self.merge(skipped);
        for message in page.quoted {
            self.quote(message);
        }
    }

    /// A row outside the window is skipped: it comes with its page.
    fn merge(&mut self, items: Vec<Message>) {
        let window = self.window();
        for item in items {
            if self.quoted.contains_key(&item.seq) {
                self.quote(item.clone());
            }
            if window.contains(&item.seq) {
                put(&mut self.rows, item);
            } else {
                self.skipped.push(item);
            }
        }
    }

    pub fn quote(&mut self, message: Message) {
        put(&mut self.quoted, message);
    }

    /// Cuts the window at one end, if it is too large.
    fn cut(&mut self, end: End) {
        let Some(over) = self.most.and_then(|most| self.rows.len().checked_sub(most)) else {
            return;
        };
        if over == 0 {
            return;
        }
        let mut gone = Vec::with_capacity(over);
        for _ in 0..over {
            let row = match end {
                End::Oldest => self.rows.pop_first(),
                End::Newest => self.rows.pop_last(),
            };
            gone.extend(row.map(|(_, row)| row));
        }
        match end {
            End::Oldest => self.before = self.rows.keys().next().copied(),
            End::Newest => self.after = self.rows.keys().next_back().copied(),
        }
        let answers = self.rows.values().filter_map(|row| row.reply_to);
        let answered: BTreeSet<i64> = answers.collect();
        for row in gone {
            self.quote(row);
        }
        self.quoted.retain(|place, _| answered.contains(place));
    }
}

/// Puts a row in, unless a later version of it is there.
fn put(rows: &mut BTreeMap<i64, Message>, item: Message) {
    let newer = rows
        .get(&item.seq)
        .is_none_or(|row| row.version < item.version);
    if newer {
        rows.insert(item.seq, item);
    }
}

#[cfg(test)]
mod tests;
