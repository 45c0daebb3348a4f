//! What clients say: what it means, and what it costs, over a socket or through a door.

use app::live::wire::{ClientFrame, CloseCode};
use axum::extract::ws::Message;

/// What a client said: a command, or nothing to carry out, or why its socket is to be closed.
pub(super) fn read(
    message: Option<Result<Message, axum::Error>>,
) -> Result<Option<ClientFrame>, CloseCode> {
    match message {
        Some(Ok(Message::Text(text))) => match serde_json::from_str(&text) {
            Ok(frame) => Ok(Some(frame)),
            Err(_) => Err(CloseCode::BadFrame),
        },
        Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
        Some(Ok(Message::Close(_))) | None => Err(CloseCode::Other(1000)),
        // Too large, not UTF-8, or the link has broken, in which case nobody reads the code.
        Some(Ok(Message::Binary(_)) | Err(_)) => Err(CloseCode::BadFrame),
    }
}

/// What a command costs its sender, in sends. Control frames cost something too.
pub(super) fn cost(frame: Option<&ClientFrame>) -> f64 {
    match frame {
        None
        | Some(
            ClientFrame::Unsubscribe { .. } | ClientFrame::Typing { .. } | ClientFrame::Read { .. },
        ) => 0.2,
        Some(ClientFrame::Send { .. } | ClientFrame::Hello | ClientFrame::Subscribe { .. }) => 1.0,
        Some(
            ClientFrame::Edit { .. }
            | ClientFrame::Delete { .. }
            | ClientFrame::React { .. }
            | ClientFrame::Pin { .. },
        ) => 2.0,
    }
}

/// What everybody who shares a room with somebody is told of costs them.
const PROFILE: f64 = 10.0;

const CHANGES_OF_JOURNEYS: [&str; 7] = [
    "journeys/record",
    "journeys/undo",
    "journeys/transfer",
    "journeys/end",
    "journeys/update",
    "journeys/badges",
    "journeys/delete",
];

/// What the door `<noun>/<verb>` costs its caller, in sends: as much as its command.
pub(crate) fn cost_of_door(door: &str) -> f64 {
    match door {
        "messages/edit" | "messages/delete" | "messages/react" | "messages/pin" => 2.0,
        "profiles/show_picture" | "profiles/remove_picture" => PROFILE,
        // Journeys are told of as far as they are shown.
        _ if CHANGES_OF_JOURNEYS.contains(&door) || door.starts_with("profiles/set_") => PROFILE,
        // `/people/<user>/picture`.
        _ if door.starts_with("/people/") => PROFILE,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use app::ids::{ClientId, MessageId, RoomId};

    use super::*;

    #[test]
    fn row_38_what_is_dearer_for_the_server_costs_more_over_a_socket_and_through_a_door() {
        let (room, id, message) = (RoomId::new(), ClientId::new(), MessageId::new());
        let send = ClientFrame::Send {
            room,
            id,
            body: "hi".into(),
            reply_to: None,
            media: Vec::new(),
            knowing: false,
        };
        let delete = ClientFrame::Delete { room, id, message };
        let (ping, read) = (cost(None), cost(Some(&ClientFrame::Read { room, seq: 1 })));
        let (send, delete) = (cost(Some(&send)), cost(Some(&delete)));
        assert!(0.0 < ping && ping <= read && read < send && send < delete);
        assert!(cost_of_door("messages/send").total_cmp(&send).is_eq());
        assert!(cost_of_door("messages/delete").total_cmp(&delete).is_eq());
        for door in [
            "profiles/set_bio",
            "profiles/show_picture",
            "journeys/record",
            "/people/ID/picture",
        ] {
            assert!(cost_of_door(door) > delete, "{door}");
        }
        assert!(cost_of_door("profiles/find") < delete);
    }
}
