//! Days of the calendar, without time or zone, and how exactly somebody knows one.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::error::ErrorCode;

/// A day of the Gregorian calendar, of the years 1 to 9999. `2026-03-01` as text and on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i32,
}

impl Date {
    /// 0001-01-01.
    pub const FIRST: Self = Self { days: -719_162 };
    /// 9999-12-31.
    pub const LAST: Self = Self { days: 2_932_896 };

    /// None outside of the years 1 to 9999.
    pub fn from_days(days: i32) -> Option<Self> {
        (Self::FIRST.days..=Self::LAST.days)
            .contains(&days)
            .then_some(Self { days })
    }

    /// The day in UTC of a moment, in milliseconds since 1970.
    pub fn of(at: i64) -> Option<Self> {
        let days = at.div_euclid(24 * 60 * 60 * 1000);
        i32::try_from(days).ok().and_then(Self::from_days)
    }

    /// Since 1970-01-01.
    pub fn days(self) -> i32 {
        self.days
    }

    /// How many days later this is.
    pub fn since(self, earlier: Self) -> i32 {
        self.days - earlier.days
    }

    pub fn year(self) -> i32 {
        self.civil().0
    }

    /// Quarters of years, counted from year 0 on.
    pub fn quarter(self) -> i32 {
        let (year, month, _) = self.civil();
        year * 4 + (month - 1) / 3
    }

    /// The first day of what is known of it.
    #[must_use]
    pub fn at(self, precision: Precision) -> Self {
        let (year, _, day) = self.civil();
        let days = match precision {
            Precision::Day => self.days,
            // 1970-01-01 was a Thursday; weeks begin on Mondays.
            Precision::Week => self.days - (self.days + 3).rem_euclid(7),
            Precision::Month => self.days - day + 1,
            Precision::Year => days_of(year, 1, 1),
        };
        Self {
            days: days.max(Self::FIRST.days),
        }
    }

    /// As far as it is known: `2026-03-01`, `2026-03` or `2026`. A week is its Monday.
    pub fn told(self, precision: Precision) -> String {
        let (year, month, _) = self.civil();
        match precision {
            Precision::Day | Precision::Week => self.at(precision).to_string(),
            Precision::Month => format!("{year:04}-{month:02}"),
            Precision::Year => format!("{year:04}"),
        }
    }

    /// Year, month and day, by Howard Hinnant's `civil_from_days`.
    fn civil(self) -> (i32, i32, i32) {
        let shifted = self.days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
        let month = if shifted_month < 10 {
            shifted_month + 3
        } else {
            shifted_month - 9
        };
        let year = year_of_era + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }
}

/// Days since 1970-01-01, by Howard Hinnant's `days_from_civil`.
fn days_of(year: i32, month: i32, day: i32) -> i32 {
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = (month + 9) % 12;
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        let mut parts = text.trim().splitn(3, '-').map(|part| {
            let plain = part.bytes().all(|digit| digit.is_ascii_digit());
            let number = part.parse::<i32>().ok().filter(|_| plain);
            number.ok_or(ErrorCode::DateInvalid)
        });
        let mut next = || parts.next().unwrap_or(Err(ErrorCode::DateInvalid));
        let (year, month, day) = (next()?, next()?, next()?);
        if !(1..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(ErrorCode::DateInvalid);
        }
        let date = Self::from_days(days_of(year, month, day)).ok_or(ErrorCode::DateInvalid)?;
        // There is no 30th of February.
        if date.civil() == (year, month, day) {
            Ok(date)
        } else {
            Err(ErrorCode::DateInvalid)
        }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|_| D::Error::custom("no day"))
    }
}

/// How exactly a date is known, or shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    Day,
    Week,
    Month,
    Year,
}

impl Precision {
    pub const ALL: [Self; 4] = [Self::Day, Self::Week, Self::Month, Self::Year];

    /// The name on the wire and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl FromStr for Precision {
    type Err = ErrorCode;

    fn from_str(text: &str) -> Result<Self, ErrorCode> {
        let mut all = Self::ALL.into_iter();
        all.find(|precision| precision.as_str() == text)
            .ok_or(ErrorCode::ChoiceInvalid)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_counted_from_1970_on() {
        for (text, days) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2026-03-01", 20_513),
            ("0001-01-01", Date::FIRST.days),
            ("9999-12-31", Date::LAST.days),
        ] {
            assert_eq!(date(text).days(), days, "{text}");
            assert_eq!(date(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_day_of_the_calendar_is_refused() {
        for bad in [
            "",
            "2026",
            "2026-02",
            "2026-02-30",
            "2025-02-29",
            "2026-13-01",
            "2026-00-10",
            "0000-01-01",
            "10000-01-01",
            "2026-1-+1",
            "tomorrow",
            "2026-03-01T10:00",
        ] {
            assert_eq!(bad.parse::<Date>(), Err(ErrorCode::DateInvalid), "{bad}");
        }
    }

    #[test]
    fn a_date_is_told_as_far_as_it_is_known() {
        let sunday = date("2026-03-15");
        assert_eq!(sunday.told(Precision::Day), "2026-03-15");
        assert_eq!(sunday.told(Precision::Week), "2026-03-09");
        assert_eq!(date("2026-03-09").told(Precision::Week), "2026-03-09");
        assert_eq!(sunday.told(Precision::Month), "2026-03");
        assert_eq!(sunday.told(Precision::Year), "2026");
        assert_eq!(sunday.at(Precision::Year), date("2026-01-01"));
    }

    proptest! {
        #[test]
        fn every_day_is_read_as_it_is_written(days in Date::FIRST.days..=Date::LAST.days) {
            let day = Date::from_days(days).unwrap();
            prop_assert_eq!(date(&day.to_string()), day);
            for precision in Precision::ALL {
                let start = day.at(precision);
                prop_assert!(start <= day && start.at(precision) == start);
            }
        }
    }
}
