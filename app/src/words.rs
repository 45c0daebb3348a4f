//! Every word that a person reads stands in `locales/en.json`; this module finds it.
//!
//! A page is in one language from its first byte to its last: who chooses another one loads the page
//! anew. So words are plain text where they stand, and not signals.

use self::i18n::{Locale, t_string};
use crate::{
    accounts::Handle,
    error::{AppError, ErrorCode},
};

/// Made by `build.rs` from the files in `locales/`.
#[expect(
    clippy::all,
    clippy::pedantic,
    unused_imports,
    dead_code,
    reason = "generated, and more than is used"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

pub mod i18n {
    use leptos::prelude::{document, provide_context, use_context};

    pub use super::generated::i18n::Locale;
    pub use leptos_i18n::{Locale as Language, td_string as t, td_string as t_string};

    /// Puts the language of the page into the context: in the browser the one that the server has
    /// chosen and written into the document.
    pub fn provide() {
        let locale = if cfg!(feature = "hydrate") {
            let root = document().document_element();
            let chosen = root.and_then(|root| root.get_attribute("lang"));
            chosen.and_then(|chosen| chosen.parse().ok())
        } else {
            None
        };
        provide_context::<Locale>(locale.unwrap_or_default());
    }

    /// The language of the page.
    pub fn use_i18n() -> Locale {
        use_context().unwrap_or_default()
    }
}

/// What a person is called. Of an account that was deleted the page says so.
pub fn name(locale: Locale, handle: &Handle) -> String {
    if handle.is_deleted() {
        t_string!(locale, accounts.deleted).to_owned()
    } else {
        handle.to_string()
    }
}

/// What went wrong and what to do about it: by the code where this side has words for it, else as the
/// answer says it.
pub fn refusal(locale: Locale, error: &AppError) -> String {
    match own(locale, error.code) {
        Some(words) if error.wait.is_none() => words.to_owned(),
        _ => error.message.clone(),
    }
}

/// What went wrong and what to do about it, without an answer that says it.
pub fn error(locale: Locale, code: ErrorCode) -> String {
    own(locale, code)
        .unwrap_or_else(|| t_string!(locale, errors.internal))
        .to_owned()
}

/// The words for a code. The server has them all. The browser has those for what the socket answers and
/// for what it finds by itself; the others come with the answer of a door.
fn own(locale: Locale, code: ErrorCode) -> Option<&'static str> {
    use ErrorCode as E;
    let words = match code {
        E::SignInNeeded => t_string!(locale, errors.sign_in_needed),
        E::RoomUnknown => t_string!(locale, errors.room_unknown),
        E::NotMember => t_string!(locale, errors.not_member),
        E::Banned => t_string!(locale, errors.banned),
        E::MessageUnknown => t_string!(locale, errors.message_unknown),
        E::MemberUnknown => t_string!(locale, errors.member_unknown),
        E::Blocked => t_string!(locale, errors.blocked),
        E::Forbidden => t_string!(locale, errors.forbidden),
        E::TooMany => t_string!(locale, errors.too_many),
        E::BodyEmpty => t_string!(locale, errors.body_empty),
        E::BodyLong => t_string!(locale, errors.body_long),
        E::EmojiInvalid => t_string!(locale, errors.emoji_invalid),
        E::Full => t_string!(locale, errors.full),
        E::MediaUnknown => t_string!(locale, errors.media_unknown),
        E::MediaMany => t_string!(locale, errors.media_many),
        E::IdReused => t_string!(locale, errors.id_reused),
        E::BadRequest => t_string!(locale, errors.bad_request),
        E::NotFound => t_string!(locale, pages.not_found_lead),
        E::Busy => t_string!(locale, errors.busy),
        E::Unavailable => t_string!(locale, errors.unavailable),
        E::Offline => t_string!(locale, errors.offline),
        E::CaseNumber => t_string!(locale, errors.case_number),
        // What follows is not compiled for the browser.
        _ if cfg!(feature = "hydrate") => return None,
        E::Internal => t_string!(locale, errors.internal),
        E::TooLarge => t_string!(locale, errors.too_large),
        E::HandleTaken => t_string!(locale, errors.handle_taken),
        E::HandleInvalid => t_string!(locale, errors.handle_invalid),
        E::EmailInvalid => t_string!(locale, errors.email_invalid),
        E::PasswordShort => t_string!(locale, errors.password_short),
        E::PasswordLong => t_string!(locale, errors.password_long),
        E::PasswordCommon => t_string!(locale, errors.password_common),
        E::CredentialsWrong => t_string!(locale, errors.credentials_wrong),
        E::CurrentWrong => t_string!(locale, errors.current_wrong),
        E::EmailTaken => t_string!(locale, errors.email_taken),
        E::EmailUnconfirmed => t_string!(locale, errors.email_unconfirmed),
        E::TokenUnknown => t_string!(locale, errors.token_unknown),
        E::SessionUnknown => t_string!(locale, errors.session_unknown),
        E::TooSoon => t_string!(locale, errors.too_soon),
        E::Suspended => t_string!(locale, errors.suspended),
        E::RoomNameInvalid => t_string!(locale, errors.room_name_invalid),
        E::RoomKindInvalid => t_string!(locale, errors.room_kind_invalid),
        E::TopicInvalid => t_string!(locale, errors.topic_invalid),
        E::DescriptionLong => t_string!(locale, errors.description_long),
        E::RoleInvalid => t_string!(locale, errors.role_invalid),
        E::MuteInvalid => t_string!(locale, errors.mute_invalid),
        E::LastOwner => t_string!(locale, errors.last_owner),
        E::PersonUnknown => t_string!(locale, errors.person_unknown),
        E::PersonSelf => t_string!(locale, errors.person_self),
        E::InviteUnknown => t_string!(locale, errors.invite_unknown),
        E::ProviderUnavailable => t_string!(locale, errors.provider_unavailable),
        E::IdentityUnknown => t_string!(locale, errors.identity_unknown),
        E::LastSignIn => t_string!(locale, errors.last_sign_in),
        E::SignInAgain => t_string!(locale, errors.sign_in_again),
        E::ExpiryInvalid => t_string!(locale, errors.expiry_invalid),
        E::MaxUsesInvalid => t_string!(locale, errors.max_uses_invalid),
        E::SubjectInvalid => t_string!(locale, errors.subject_invalid),
        E::JourneyUnknown => t_string!(locale, errors.journey_unknown),
        E::TemplateUnknown => t_string!(locale, errors.template_unknown),
        E::OfficeUnknown => t_string!(locale, errors.office_unknown),
        E::StageUnknown => t_string!(locale, errors.stage_unknown),
        E::DateInvalid => t_string!(locale, errors.date_invalid),
        E::ChoiceInvalid => t_string!(locale, errors.choice_invalid),
        E::CategoryInvalid => t_string!(locale, errors.category_invalid),
        E::NoteLong => t_string!(locale, errors.note_long),
        E::FateInvalid => t_string!(locale, errors.fate_invalid),
        E::HandleOther => t_string!(locale, errors.handle_other),
        E::AltLong => t_string!(locale, errors.alt_long),
        E::FileEmpty => t_string!(locale, errors.file_empty),
        E::FileLarge => t_string!(locale, errors.file_large),
        E::QuotaFull => t_string!(locale, errors.quota_full),
        E::UploadsMany => t_string!(locale, errors.uploads_many),
        E::UploadMoved => t_string!(locale, errors.upload_moved),
        E::PictureLarge => t_string!(locale, errors.picture_large),
        E::PictureBroken => t_string!(locale, errors.picture_broken),
        E::PictureKind => t_string!(locale, errors.picture_kind),
        E::VideoBroken => t_string!(locale, errors.video_broken),
        E::VideoCodec => t_string!(locale, errors.video_codec),
        E::VideoLarge => t_string!(locale, errors.video_large),
        E::VideoLong => t_string!(locale, errors.video_long),
        E::DisplayNameInvalid => t_string!(locale, errors.display_name_invalid),
        E::BioLong => t_string!(locale, errors.bio_long),
        E::LanguagesInvalid => t_string!(locale, errors.languages_invalid),
        E::CountryInvalid => t_string!(locale, errors.country_invalid),
        E::LinksInvalid => t_string!(locale, errors.links_invalid),
        E::SightInvalid => t_string!(locale, errors.sight_invalid),
        E::CrossSite => t_string!(locale, errors.cross_site),
    };
    Some(words)
}
