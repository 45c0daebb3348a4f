//! What clients say: what it means, and what it costs.

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
