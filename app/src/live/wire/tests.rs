use serde_json::json;

use super::*;
use crate::accounts::Handle;

#[test]
fn frames_are_tagged_by_type_in_snake_case() {
    let room = RoomId(uuid::Uuid::nil());
    let subscribe = ClientFrame::Subscribe {
        room,
        epoch: None,
        since: Some(4),
    };
    let wanted = json!({"type": "subscribe", "room": room, "since": 4});
    assert_eq!(serde_json::to_value(&subscribe).unwrap(), wanted);
    assert_eq!(
        serde_json::from_value::<ClientFrame>(wanted).unwrap(),
        subscribe
    );

    let sent = Sent {
        id: ClientId::new(),
        seq: 7,
        message: MessageId::new(),
    };
    let wanted = json!({"type": "accepted", "id": sent.id, "seq": 7, "message": sent.message});
    assert_eq!(
        serde_json::to_value(ServerFrame::Accepted(sent)).unwrap(),
        wanted
    );
}

#[test]
fn an_unknown_type_is_no_frame_and_an_unknown_field_does_not_matter() {
    assert!(serde_json::from_str::<ClientFrame>(r#"{"type":"reboot"}"#).is_err());
    let hello = serde_json::from_str::<ClientFrame>(r#"{"type":"hello","seq":3}"#);
    assert_eq!(hello.unwrap(), ClientFrame::Hello);
}

#[test]
fn every_frame_of_a_server_is_read_as_it_was_written() {
    let room = RoomId::new();
    let user = User {
        id: UserId::new(),
        handle: Handle::parse("ana").unwrap(),
    };
    let heads = vec![(room, 7)];
    let changes = Changes {
        room,
        first_seq: 2,
        last_seq: 3,
        items: Vec::new(),
    };
    let sent = Sent {
        id: ClientId::new(),
        seq: 7,
        message: MessageId::new(),
    };
    let code = ErrorCode::TooMany;
    let frames = [
        ServerFrame::Profile {
            whose: user.id,
            picture: true,
        },
        ServerFrame::Welcome {
            user: user.clone(),
            epoch: Epoch::new(),
            heads: heads.clone(),
        },
        ServerFrame::Me {
            heads: heads.clone(),
            gone: vec![room],
        },
        ServerFrame::Subscribed { room, head: 7 },
        ServerFrame::Reset { room, head: 7 },
        ServerFrame::Accepted(sent),
        ServerFrame::Refused {
            id: None,
            room: Some(room),
            code,
            message: "no".into(),
        },
        ServerFrame::Changes(changes),
        ServerFrame::Read {
            room,
            reader: user.id,
            seq: 7,
        },
        ServerFrame::Typing {
            room,
            user: user.clone(),
        },
        ServerFrame::Presence {
            room,
            count: 1,
            people: Some(vec![user]),
        },
        ServerFrame::Heads { heads },
    ];
    for frame in frames {
        let text = serde_json::to_string(&frame).unwrap();
        assert_eq!(text.parse(), Ok(frame), "{text}");
    }
    for bad in [
        "",
        "{}",
        r#"{"type":"reboot"}"#,
        r#"{"type":"reset","head":7}"#,
    ] {
        assert_eq!(bad.parse::<ServerFrame>(), Err(NoFrame), "{bad}");
    }
}

#[test]
fn only_the_end_of_the_session_keeps_a_client_away() {
    for number in [1000, 1001, 1006, 1012, 4400, 4408, 4429] {
        assert!(CloseCode::from_number(number).reconnects());
    }
    assert!(!CloseCode::from_number(4401).reconnects());
}
