//! What a journey is, as its owner and others see it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Date, Office, Precision, Template, TemplateLine};
use crate::{
    accounts::User,
    error::ErrorCode,
    ids::{EventId, JourneyId, RoomId, UserId},
    rooms::Room,
};

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $case:ident => $text:literal),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$note])* $case),* }

        impl $name {
            /// In the order in which they are offered.
            pub const ALL: &[Self] = &[$(Self::$case),*];

            /// The name on the wire and in the database.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$case => $text),* }
            }
        }

        impl FromStr for $name {
            type Err = ErrorCode;

            fn from_str(text: &str) -> Result<Self, ErrorCode> {
                match text {
                    $($text => Ok(Self::$case),)*
                    _ => Err(ErrorCode::ChoiceInvalid),
                }
            }
        }
    )*};
}

choices! {
    /// Who sees a journey. Whether it is counted is another question.
    Visibility {
        Private => "private",
        /// The members of one room.
        Room => "room",
        /// Whoever is signed in.
        Members => "members",
        Public => "public",
    }

    /// How exactly others see its dates.
    Blur {
        Month => "month",
        Week => "week",
        Day => "day",
    }

    Outcome {
        Pending => "pending",
        Approved => "approved",
        Refused => "refused",
        Withdrawn => "withdrawn",
        Returned => "returned",
    }

    /// What the people of a suggested room have in common.
    Gathering {
        Office => "office",
        /// The office, and the month in which they filed.
        Month => "month",
        Template => "template",
    }

    /// What is said of a stage.
    Status {
        Happened => "happened",
        Scheduled => "scheduled",
        /// Nobody has set the day; it is only hoped for.
        Expected => "expected",
        Cancelled => "cancelled",
    }
}

impl Blur {
    pub fn precision(self) -> Precision {
        match self {
            Self::Day => Precision::Day,
            Self::Week => Precision::Week,
            Self::Month => Precision::Month,
        }
    }
}

/// What its owner has said of a stage, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageEvent {
    /// For others nil: an id tells when it was made.
    pub id: EventId,
    /// The stage's key.
    pub stage: String,
    pub status: Status,
    /// For others as exact as the owner wants; the first day of what is known.
    pub on: Date,
    pub precision: Precision,
    /// The owner's own; told to nobody else.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// Where a case lies from a stage on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stay {
    pub office: Office,
    /// The key of the stage.
    pub from: String,
}

/// Something that looks like a slip. It is told, and stands in nobody's way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    pub kind: WarningKind,
    pub event: EventId,
    /// The other one, where two do not fit together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub other: Option<EventId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// It has happened on a day that is yet to come.
    Future,
    /// It lies further back than any journey does.
    LongAgo,
    /// It comes before `other`, which usually comes first.
    OutOfOrder,
}

/// What of a journey is its owner's alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    pub visibility: Visibility,
    /// Whose members see it, when it is shown to those of a room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
    /// Whether it may be counted in statistics.
    pub counted: bool,
    pub blur: Blur,
    /// The journey that this one follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<JourneyId>,
    /// The day in UTC on which its owner last said how it stands.
    pub confirmed_on: Date,
    /// The server's day, in UTC.
    pub today: Date,
    pub warnings: Vec<Warning>,
    /// The owner's other journeys.
    pub others: Vec<JourneyLine>,
    /// The owner's rooms.
    pub rooms: Vec<Room>,
    /// Those of them in which its stage stands beside the owner's name.
    #[serde(default)]
    pub badges: Vec<RoomId>,
    /// Rooms of those on the same way. Nobody is in one who has not joined.
    pub suggestions: Vec<Suggestion>,
}

/// A room that fits a journey, whether or not anybody is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    pub gathering: Gathering,
    pub name: String,
    /// 0: it is made when the first one joins.
    pub members: i64,
    /// If the owner is in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<RoomId>,
}

/// How far somebody has come, beside their name in a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Badge {
    pub user: UserId,
    /// The name of the last stage that has happened.
    pub stage: String,
    /// The name of the template.
    pub template: String,
}

/// A journey with all that this viewer may see of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyView {
    pub id: JourneyId,
    pub owner: User,
    pub template: Template,
    /// In the order of the case's way.
    pub stays: Vec<Stay>,
    /// By their days.
    pub events: Vec<StageEvent>,
    pub outcome: Outcome,
    /// When it ended, where that is no stage; for others the first day of the month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_on: Option<Date>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<Own>,
}

/// How far a journey has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// The name of the stage.
    pub stage: String,
    pub on: Date,
    pub precision: Precision,
}

/// A journey among others of its owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyLine {
    pub id: JourneyId,
    pub template: TemplateLine,
    /// The name of the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reached: Option<Reached>,
    pub outcome: Outcome,
    pub visibility: Visibility,
    pub counted: bool,
}

/// The answer of creating a journey: `{journey}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct JourneyReply {
    pub journey: JourneyId,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn has_one_name<T>(all: &[T], name: fn(T) -> &'static str)
    where
        T: Copy + Serialize + FromStr<Err = ErrorCode> + PartialEq + std::fmt::Debug,
    {
        for choice in all {
            assert_eq!(name(*choice).parse(), Ok(*choice));
            assert_eq!(serde_json::to_value(choice).unwrap(), name(*choice));
        }
        assert_eq!("".parse::<T>(), Err(ErrorCode::ChoiceInvalid));
    }

    #[test]
    fn a_choice_has_the_same_name_everywhere() {
        has_one_name(Visibility::ALL, Visibility::as_str);
        has_one_name(Blur::ALL, Blur::as_str);
        has_one_name(Outcome::ALL, Outcome::as_str);
        has_one_name(Gathering::ALL, Gathering::as_str);
        has_one_name(Status::ALL, Status::as_str);
        has_one_name(&Precision::ALL, Precision::as_str);
    }

    #[test]
    fn a_journey_is_private_and_blurred_by_default() {
        assert_eq!(Visibility::ALL[0], Visibility::Private);
        assert_eq!(Blur::ALL[0], Blur::Month);
    }
}
