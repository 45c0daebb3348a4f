//! The one error that crosses the wire, to pages, bots and tests alike.
//!
//! It holds nothing of its cause: causes are logged by the server and stay there.

use serde::{Deserialize, Serialize};
use server_fn::error::{FromServerFnError, ServerFnErrorErr};

use crate::{
    doors::JsonText,
    words::{
        self,
        i18n::{Locale, t_string},
    },
};

macro_rules! codes {
    (
        everywhere { $($(#[$doc:meta])* $code:ident => $status:literal $($field:literal)?,)* }
        doors { $($(#[$door_doc:meta])* $door:ident => $door_status:literal $($door_field:literal)?,)* }
    ) => {
        /// What went wrong, in a form that programs compare. The names are stable.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum ErrorCode {
            $($(#[$doc])* $code,)*
            $(
                $(#[$door_doc])*
                // A page shows the words that come with it, whatever its name is.
                #[cfg_attr(feature = "hydrate", serde(skip_deserializing, rename = "internal"))]
                $door,
            )*
            /// Anything else; the server's log has the cause.
            #[serde(other)]
            Internal,
        }

        impl ErrorCode {
            pub const ALL: &[Self] = &[$(Self::$code,)* $(Self::$door,)* Self::Internal];

            /// The HTTP status under which a door answers with this code.
            pub fn status(self) -> u16 {
                match self {
                    $(Self::$code => $status,)*
                    $(Self::$door => $door_status,)*
                    Self::Internal => 500,
                }
            }

            /// The form field that the error is about, by its name on the wire.
            pub fn field(self) -> Option<&'static str> {
                match self {
                    $($(Self::$code => Some($field),)?)*
                    $($(Self::$door => Some($door_field),)?)*
                    _ => None,
                }
            }
        }
    };
}

codes! {
    // What is said over the socket, or found or told apart by a browser.
    everywhere {
        SignInNeeded => 401,
        RoomUnknown => 404,
        NotMember => 403,
        /// Those who keep order in the room keep this person out.
        Banned => 403,
        /// The link leads nowhere: unknown, expired, used up, revoked, or not for this person.
        InviteUnknown => 404,
        /// There is no such message in the room, or it was deleted.
        MessageUnknown => 404,
        /// There is no such member in the room.
        MemberUnknown => 404,
        /// One of two people has blocked the other, and which is not told; or the other's account is gone.
        Blocked => 403,
        /// It is somebody else's, or for others to do.
        Forbidden => 403,
        BodyEmpty => 422 "body",
        BodyLong => 422 "body",
        /// It is no emoji.
        EmojiInvalid => 422 "emoji",
        /// There is no such picture, video or file, it is not for the caller, or it has not come in yet.
        MediaUnknown => 404,
        /// A message shows at most ten.
        MediaMany => 422 "media",
        /// The message has as many different reactions as fit, or the room as many pins.
        Full => 409,
        /// The same client id was used for another message.
        IdReused => 409,
        /// The request was not understood: a field is missing or has the wrong shape.
        BadRequest => 400,
        /// There is no such door or page.
        NotFound => 404,
        /// More than one person may ask for.
        TooMany => 429,
        /// Too much is asked at once; trying again later helps.
        Busy => 503,
        /// The server or its database is away; trying again later helps.
        Unavailable => 503,
        /// The browser could not reach the server.
        Offline => 503,
        /// There is a case or passport number in it. The form offers to hide it.
        CaseNumber => 422 "note",
    }

    // What doors alone say, with words for it.
    doors {
        /// The request has more bytes than any door takes.
        TooLarge => 413,
        HandleTaken => 409 "handle",
        HandleInvalid => 422 "handle",
        EmailInvalid => 422 "email",
        PasswordShort => 422 "password",
        PasswordLong => 422 "password",
        PasswordCommon => 422 "password",
        CredentialsWrong => 401,
        /// The password that the account has now was asked for as well, and is another.
        CurrentWrong => 422 "current",
        /// Somebody else has confirmed this address.
        EmailTaken => 409 "email",
        /// The caller has not confirmed their address yet.
        EmailUnconfirmed => 403,
        /// The link of a mail: unknown, expired or used.
        TokenUnknown => 404,
        /// One of the caller's sessions; it has ended, or never was theirs.
        SessionUnknown => 404,
        /// Tried too often; it works again after `wait` seconds.
        TooSoon => 429,
        /// Those who run this installation keep this person from signing in.
        Suspended => 403,
        RoomNameInvalid => 422 "name",
        RoomKindInvalid => 422 "kind",
        TopicInvalid => 422 "topic",
        DescriptionLong => 422 "description",
        RoleInvalid => 422 "role",
        MuteInvalid => 422 "level",
        /// A room with members has an owner.
        LastOwner => 409,
        /// Nobody has this handle.
        PersonUnknown => 404 "handle",
        /// Nobody writes to themselves.
        PersonSelf => 422 "handle",
        /// The provider through which people sign in cannot be reached, or is not what it should be.
        ProviderUnavailable => 503,
        /// No such sign-in at a provider belongs to the caller.
        IdentityUnknown => 404,
        /// It is the only way in that the account has.
        LastSignIn => 409,
        /// It needs a session that has just begun.
        SignInAgain => 403,
        ExpiryInvalid => 422 "expires",
        MaxUsesInvalid => 422 "max_uses",
        /// A conversation of two is no room to report: its messages are, and the other person.
        SubjectInvalid => 422,
        /// There is no such journey, or the caller may not see it.
        JourneyUnknown => 404,
        TemplateUnknown => 404 "template",
        /// The template has no such office.
        OfficeUnknown => 422 "office",
        /// The template has no such stage, or nothing is said of it any more.
        StageUnknown => 422 "stage",
        /// It is no day of the calendar.
        DateInvalid => 422 "on",
        /// It is none of the choices that a list offers.
        ChoiceInvalid => 422,
        CategoryInvalid => 422 "category",
        NoteLong => 422 "note",
        /// What becomes of the messages of an account that goes is one of two.
        FateInvalid => 422 "messages",
        /// It is not the handle of the caller.
        HandleOther => 422 "handle",
        AltLong => 422 "alt",
        FileEmpty => 422 "file",
        /// It has more bytes than this installation takes, or a picture more than can be worked on.
        FileLarge => 413 "file",
        /// What the caller has sent in and begun to send in is as much as one person may keep.
        QuotaFull => 409 "file",
        /// The caller has as many uploads under way as one person may.
        UploadsMany => 409 "file",
        /// An upload goes on from somewhere else; ask where.
        UploadMoved => 409,
        /// It has more than 50 megapixels, or would take more memory than there is for one.
        PictureLarge => 422 "file",
        PictureBroken => 422 "file",
        /// Browsers do not show it, and what it tells of places cannot be taken out of it.
        PictureKind => 422 "file",
        VideoBroken => 422 "file",
        VideoCodec => 422 "file",
        /// It has more pixels than any screen.
        VideoLarge => 422 "file",
        VideoLong => 422 "file",
        DisplayNameInvalid => 422 "name",
        BioLong => 422 "bio",
        LanguagesInvalid => 422 "languages",
        CountryInvalid => 422 "country",
        LinksInvalid => 422 "links",
        /// Somebody's own is told to one of four.
        SightInvalid => 422 "seen",
        /// The request came from another site.
        CrossSite => 403,
    }
}

/// `{code, field?, message}`: the answer of every door that refuses.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}")]
pub struct AppError {
    pub code: ErrorCode,
    /// The field that is wrong, where one is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// What is wrong and what to do, in words of the server. Pages show it for codes that the browser
    /// has no words for ([`words::refusal`]).
    pub message: String,
    /// In how many seconds trying again makes sense, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait: Option<u32>,
}

impl AppError {
    /// Tried too often: it works again after so many seconds.
    pub fn too_soon(wait: u32) -> Self {
        Self {
            message: t_string!(Locale::en, errors.wait, count = wait).to_string(),
            wait: Some(wait),
            ..ErrorCode::TooSoon.into()
        }
    }

    /// The same of another field.
    #[must_use]
    pub fn at(self, field: &str) -> Self {
        Self {
            field: Some(field.to_owned()),
            ..self
        }
    }
}

impl From<ErrorCode> for AppError {
    fn from(code: ErrorCode) -> Self {
        Self {
            code,
            field: code.field().map(str::to_owned),
            message: words::error(Locale::en, code),
            wait: None,
        }
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonText;

    /// A failure of the transport itself, on either side of it.
    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) => {
                ErrorCode::Offline.into()
            }
            // The detail names the field.
            ServerFnErrorErr::Args(detail) | ServerFnErrorErr::MissingArg(detail) => {
                let error = Self::from(ErrorCode::BadRequest);
                Self {
                    message: format!("{} ({detail})", error.message),
                    ..error
                }
            }
            ServerFnErrorErr::Deserialization(_) if cfg!(feature = "ssr") => {
                ErrorCode::BadRequest.into()
            }
            // A browser gets something else than our JSON from a proxy whose server is away.
            ServerFnErrorErr::Deserialization(_) => ErrorCode::Unavailable.into(),
            _ => ErrorCode::Internal.into(),
        }
    }
}
