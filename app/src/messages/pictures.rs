//! The pictures of the messages on screen, and looking at one of them.

use leptos::{prelude::*, task::spawn_local};

use super::{Hidden, Message, actions::Actions};
use crate::{
    ids::MediaId,
    media::{MediaKind, Picture, Variant, lightbox_layer},
    words::{self, i18n::Locale},
};

/// All pictures, in the order of the list. What the blocked show is left out, unless it is what somebody
/// looks at.
fn pictures(
    i18n: Locale,
    messages: &[Message],
    hidden: &Hidden,
    looked_at: MediaId,
) -> Vec<Picture> {
    let seen = messages.iter().filter(|message| {
        let looks = message.media.iter().any(|media| media.id == looked_at);
        looks || !hidden.has(message.sender.id)
    });
    let pictures = seen.flat_map(|message| {
        let by = words::name(i18n, &message.sender.handle);
        let images = message.media.iter();
        let images = images.filter(|media| media.kind == MediaKind::Image);
        images.map(move |media| Picture {
            media: media.clone(),
            by: by.clone(),
            words: message.body.clone(),
        })
    });
    pictures.collect()
}

/// Returns what shows a picture of the list, over the page.
pub(super) fn lightbox(actions: Actions, i18n: Locale) -> impl Fn(MediaId) + Copy {
    let looked_at = RwSignal::new(None);
    let pictures = Memo::new(move |_| match looked_at.get() {
        Some(id) => {
            let shown = actions.shown();
            let timeline = actions.reading.timeline.read();
            pictures(i18n, &shown, timeline.hidden(), id)
        }
        None => Vec::new(),
    });
    let loading = StoredValue::new(false);
    move |id| {
        looked_at.set(Some(id));
        let owner = actions.owner.try_get_value();
        if let Some(owner) = owner.filter(|_| !loading.get_value()) {
            loading.set_value(true);
            spawn_local(async move {
                // On a bad network it may not come. The picture itself may: the link leads there.
                if lightbox_layer(owner, pictures, looked_at).await.is_err() {
                    loading.try_set_value(false);
                    looked_at.try_set(None);
                    let path = format!("/media/{id}/{}", Variant::Large.as_str());
                    let _ = window().location().set_href(&path);
                }
            });
        }
    }
}

impl Message {
    /// The first of the pictures that it shows.
    pub(super) fn first_picture(&self) -> Option<MediaId> {
        let mut media = self.media.iter();
        let image = media.find(|media| media.kind == MediaKind::Image);
        image.map(|media| media.id)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        accounts::{Handle, User},
        ids::{MessageId, UserId},
        media::Attachment,
        messages::MessageKind,
    };

    fn media(number: u128, kind: MediaKind) -> Attachment {
        Attachment {
            id: MediaId(Uuid::from_u128(number)),
            kind,
            name: String::new(),
            mime: String::new(),
            width: None,
            height: None,
            size: 1,
            placeholder: String::new(),
            alt: String::new(),
            duration: None,
            poster: false,
        }
    }

    fn message(sender: u128, media: Vec<Attachment>) -> Message {
        Message {
            id: MessageId(Uuid::nil()),
            seq: 1,
            version: 1,
            kind: MessageKind::Text,
            sender: User {
                id: UserId(Uuid::from_u128(sender)),
                handle: Handle::parse("ana").unwrap(),
            },
            client_id: None,
            body: "look".to_owned(),
            html: None,
            reply_to: None,
            media,
            reactions: Vec::new(),
            pinned: false,
            edited: false,
            deleted: false,
            sent_at: 0,
        }
    }

    #[test]
    fn pictures_come_one_after_the_other_and_those_of_the_blocked_only_when_they_are_opened() {
        let messages = [
            message(
                1,
                vec![media(1, MediaKind::Image), media(2, MediaKind::File)],
            ),
            message(2, vec![media(3, MediaKind::Image)]),
            message(1, vec![media(4, MediaKind::Image)]),
        ];
        let hidden = Hidden::new(vec![UserId(Uuid::from_u128(2))]);
        let seen_from = |id: u128| {
            let id = MediaId(Uuid::from_u128(id));
            let pictures = pictures(Locale::default(), &messages, &hidden, id);
            let ids = pictures.iter().map(|picture| picture.media.id.0.as_u128());
            ids.collect::<Vec<_>>()
        };
        assert_eq!(seen_from(1), [1, 4]);
        assert_eq!(seen_from(3), [1, 3, 4]);
    }

    #[test]
    fn a_picture_is_told_with_its_sender_and_what_was_said() {
        let messages = [message(1, vec![media(1, MediaKind::Image)])];
        let id = messages[0].first_picture().unwrap();
        let pictures = pictures(Locale::default(), &messages, &Hidden::default(), id);
        assert_eq!((&*pictures[0].by, &*pictures[0].words), ("ana", "look"));
        let file = message(1, vec![media(2, MediaKind::File)]);
        assert_eq!(file.first_picture(), None);
    }
}
