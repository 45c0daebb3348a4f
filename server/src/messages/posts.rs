//! Posts on their way, and how they are put together for the calls that store them. Pure.
//!
//! Invariant: whatever is parted, the posts of each room stay in their order.

use std::collections::HashSet;

use app::{
    accounts::User,
    error::ErrorCode,
    ids::{MessageId, RoomId},
    media::Attachment,
    messages::{Lane, Message, MessageKind, Posting, Sent},
};
use tokio::sync::oneshot;

use super::markdown;

/// How many rooms one call locks.
const MOST_ROOMS: usize = 32;

/// How many posts one call takes: while the database is at them, the next ones are read and queued.
const MOST_POSTS: usize = 256;

/// One post on its way.
pub(super) struct Post {
    pub(super) sender: User,
    pub(super) posting: Posting,
    pub(super) message: MessageId,
    pub(super) lane: Lane,
    pub(super) answer: oneshot::Sender<Result<Sent, ErrorCode>>,
}

impl Post {
    pub(super) fn message(&self, sent: Sent, sent_at: i64, media: Vec<Attachment>) -> Message {
        Message {
            id: sent.message,
            seq: sent.seq,
            version: sent.seq,
            kind: MessageKind::Text,
            sender: self.sender.clone(),
            client_id: Some(self.posting.id),
            body: self.posting.body.as_str().to_owned(),
            html: markdown::render(self.posting.body.as_str()),
            reply_to: self.posting.reply_to,
            media,
            reactions: Vec::new(),
            pinned: false,
            edited: false,
            deleted: false,
            sent_at,
        }
    }

    pub(super) fn unknown(self) {
        self.lane.break_off();
        let _ = self.answer.send(Err(ErrorCode::Unavailable));
    }
}

/// Answers the posts of broken lanes; returns the others.
pub(super) fn unbroken(posts: Vec<Post>) -> Vec<Post> {
    let (broken, whole): (Vec<_>, Vec<_>) =
        posts.into_iter().partition(|post| post.lane.is_broken());
    broken.into_iter().for_each(Post::unknown);
    whole
}

pub(super) fn rooms_of(posts: &[Post]) -> HashSet<RoomId> {
    posts.iter().map(|post| post.posting.room).collect()
}

/// The posts of each room, in their order.
pub(super) fn by_room(posts: Vec<Post>) -> Vec<Vec<Post>> {
    let mut rooms: Vec<(RoomId, Vec<Post>)> = Vec::new();
    for post in posts {
        let room = post.posting.room;
        match rooms.iter_mut().find(|(known, _)| *known == room) {
            Some((_, posts)) => posts.push(post),
            None => rooms.push((room, vec![post])),
        }
    }
    rooms.into_iter().map(|(_, posts)| posts).collect()
}

/// Parts what one call takes from the rest: at most so many rooms and posts, and each client's id
/// once. A room that has to wait waits with all its posts, so that their order stays.
pub(super) fn first_batch(posts: Vec<Post>) -> (Vec<Post>, Vec<Post>) {
    let (mut batch, mut later) = (Vec::new(), Vec::new());
    let (mut rooms, mut waiting) = (HashSet::new(), HashSet::new());
    let mut ids = HashSet::new();
    for post in posts {
        let room = post.posting.room;
        let takes = batch.len() < MOST_POSTS
            && !waiting.contains(&room)
            && (rooms.contains(&room) || rooms.len() < MOST_ROOMS)
            && ids.insert((room, post.sender.id, post.posting.id));
        if takes {
            rooms.insert(room);
            batch.push(post);
        } else {
            waiting.insert(room);
            later.push(post);
        }
    }
    (batch, later)
}

#[cfg(test)]
mod tests {
    use app::{
        accounts::Handle,
        ids::{ClientId, UserId},
        messages::Body,
    };
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;

    fn post(room: u128, id: u128) -> Post {
        let (answer, _) = oneshot::channel();
        Post {
            sender: User {
                id: UserId(Uuid::nil()),
                handle: Handle::parse("ana").unwrap(),
            },
            posting: Posting {
                room: RoomId(Uuid::from_u128(room)),
                id: ClientId(Uuid::from_u128(id)),
                body: Body::parse("hi").unwrap(),
                reply_to: None,
                media: Vec::new(),
            },
            message: MessageId::new(),
            lane: Lane::default(),
            answer,
        }
    }

    proptest! {
        #[test]
        fn batches_keep_the_order_of_each_room_and_name_an_id_once(
            posts in prop::collection::vec((0..50_u128, 0..60_u128), 0..1500),
        ) {
            let wanted = posts.clone();
            let mut waiting: Vec<_> = posts.into_iter().map(|(room, id)| post(room, id)).collect();
            let mut done = Vec::new();
            while !waiting.is_empty() {
                let (batch, later) = first_batch(waiting);
                prop_assert!(!batch.is_empty());
                prop_assert!(rooms_of(&batch).len() <= MOST_ROOMS && batch.len() <= MOST_POSTS);
                let ids: HashSet<_> = batch.iter().map(|post| (post.posting.room, post.posting.id)).collect();
                prop_assert_eq!(ids.len(), batch.len());
                done.extend(batch.iter().map(|post| (post.posting.room.0.as_u128(), post.posting.id.0.as_u128())));
                waiting = later;
            }
            for room in 0..50 {
                let of = |posts: &[(u128, u128)]| posts.iter().filter(|post| post.0 == room).copied().collect::<Vec<_>>();
                prop_assert_eq!(of(&done), of(&wanted));
            }
        }
    }

    #[test]
    fn a_broken_lane_tries_nothing_more() {
        let (broken, whole) = (post(1, 1), post(1, 2));
        broken.lane.break_off();
        let left = unbroken(vec![broken, whole]);
        assert_eq!(left.len(), 1);
    }
}
