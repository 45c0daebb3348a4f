//! Where cases lie.

use app::journeys::{OfficeKind, StageKind};

use super::Template;

/// An office of an authority.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Stays for ever, and is unique among all offices.
    pub key: String,
    pub kind: OfficeKind,
    pub country: String,
    pub authority: String,
    pub name: String,
    pub aliases: Vec<String>,
}

impl Office {
    /// Whether a stage of this kind is this office's work, in a way to a visa that it has a part in. Whoever lies
    /// with several offices at once waits for each with what is its own.
    pub fn handles(&self, template: &Template, stage: StageKind) -> bool {
        use StageKind::{
            AdminProcessing, Biometrics, Document, Interview, InterviewSet, Medical, Receipt,
            Submit, Transfer,
        };
        match self.kind {
            // It takes applications, and decides nothing.
            OfficeKind::Vac => matches!(stage, Submit | Receipt | Biometrics | Transfer),
            OfficeKind::School => matches!(stage, Submit | Document),
            OfficeKind::ServiceCentre => !matches!(stage, Interview | Medical | AdminProcessing),
            OfficeKind::FieldOffice => !matches!(stage, Receipt),
            OfficeKind::Bureau => true,
            // Where another authority decides on the petition, the consulate comes after that.
            OfficeKind::Consulate => {
                template.authority.contains(&self.authority)
                    || matches!(
                        stage,
                        Medical | InterviewSet | Interview | AdminProcessing | Document
                    )
            }
        }
    }
}
