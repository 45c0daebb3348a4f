//! Every word that a person reads stands in `locales/en.json`; this module finds it.

use self::i18n::Locale;
use crate::error::ErrorCode;
use leptos_i18n::td_string;

/// Made by `build.rs` from the files in `locales/`.
#[expect(clippy::all, clippy::pedantic, reason = "generated")]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub use self::generated::i18n;

/// What went wrong and what to do about it.
pub fn error(locale: Locale, code: ErrorCode) -> String {
    use ErrorCode as E;
    match code {
        E::HandleTaken => td_string!(locale, errors.handle_taken),
        E::HandleInvalid => td_string!(locale, errors.handle_invalid),
        E::EmailInvalid => td_string!(locale, errors.email_invalid),
        E::PasswordShort => td_string!(locale, errors.password_short),
        E::PasswordLong => td_string!(locale, errors.password_long),
        E::PasswordCommon => td_string!(locale, errors.password_common),
        E::CredentialsWrong => td_string!(locale, errors.credentials_wrong),
        E::SignInNeeded => td_string!(locale, errors.sign_in_needed),
        E::RoomNameInvalid => td_string!(locale, errors.room_name_invalid),
        E::RoomKindInvalid => td_string!(locale, errors.room_kind_invalid),
        E::TopicInvalid => td_string!(locale, errors.topic_invalid),
        E::DescriptionLong => td_string!(locale, errors.description_long),
        E::RoleInvalid => td_string!(locale, errors.role_invalid),
        E::MuteInvalid => td_string!(locale, errors.mute_invalid),
        E::Banned => td_string!(locale, errors.banned),
        E::LastOwner => td_string!(locale, errors.last_owner),
        E::PersonUnknown => td_string!(locale, errors.person_unknown),
        E::PersonSelf => td_string!(locale, errors.person_self),
        E::InviteUnknown => td_string!(locale, errors.invite_unknown),
        E::ExpiryInvalid => td_string!(locale, errors.expiry_invalid),
        E::MaxUsesInvalid => td_string!(locale, errors.max_uses_invalid),
        E::RoomUnknown => td_string!(locale, errors.room_unknown),
        E::NotMember => td_string!(locale, errors.not_member),
        E::MessageUnknown => td_string!(locale, errors.message_unknown),
        E::MemberUnknown => td_string!(locale, errors.member_unknown),
        E::Forbidden => td_string!(locale, errors.forbidden),
        E::TooMany => td_string!(locale, errors.too_many),
        E::BodyEmpty => td_string!(locale, errors.body_empty),
        E::BodyLong => td_string!(locale, errors.body_long),
        E::EmojiInvalid => td_string!(locale, errors.emoji_invalid),
        E::Full => td_string!(locale, errors.full),
        E::IdReused => td_string!(locale, errors.id_reused),
        E::BadRequest => td_string!(locale, errors.bad_request),
        E::TooLarge => td_string!(locale, errors.too_large),
        E::NotFound => td_string!(locale, pages.not_found_lead),
        E::CrossSite => td_string!(locale, errors.cross_site),
        E::Busy => td_string!(locale, errors.busy),
        E::Unavailable => td_string!(locale, errors.unavailable),
        E::Offline => td_string!(locale, errors.offline),
        E::Internal => td_string!(locale, errors.internal),
    }
    .to_string()
}
