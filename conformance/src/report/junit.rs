//! The report as JUnit XML: a suite for each capability; what is expected not to pass is skipped.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::{CaseReport, Report, terminal};
use crate::expectations::Standing;
use crate::run::Verdict;

/// The whole report.
///
/// # Errors
/// A text that XML cannot hold.
pub fn text(report: &Report) -> Result<String, quick_junit::SerializeError> {
    let mut document = Document::new(format!("lookback {}", report.target.name));
    document.set_time(Duration::from_secs_f64(report.took_s.max(0.0)));
    for capability in &report.capabilities {
        let mut suite = TestSuite::new(capability.name.as_str());
        suite.add_test_cases(
            report
                .cases
                .iter()
                .filter(|case| case.capability() == capability.name)
                .map(test_case),
        );
        document.add_test_suite(suite);
    }
    document.to_string()
}

fn test_case(case: &CaseReport) -> TestCase {
    let mut status = match (case.standing, case.verdict) {
        (Standing::Unexpected, _) => TestCaseStatus::non_success(NonSuccessKind::Failure),
        (Standing::Unsettled, _) => TestCaseStatus::non_success(NonSuccessKind::Error),
        (_, Verdict::Pass) => TestCaseStatus::success(),
        _ => TestCaseStatus::skipped(),
    };
    if !matches!(status, TestCaseStatus::Success { .. }) {
        status.set_type(case.verdict.word());
        status.set_message(terminal::headline(case));
        status.set_description(terminal::details(case));
    }
    let mut test = TestCase::new(case.title.as_str(), status);
    test.set_classname(case.id.as_str());
    test.set_time(Duration::from_secs_f64(case.took_s.max(0.0)));
    test
}
