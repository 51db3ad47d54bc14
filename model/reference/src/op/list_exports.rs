//! ListExports (EXPORT-API-010..016): running and failed ones too, although the prose says completed ones.

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::export::{ExportSummary, ListExportsInput, ListExportsOutput};

use super::artefact_by_arn::NamedTable;
use super::next_token::NextTokens;
use crate::export::Export;
use crate::service::{Call, Service};

/// Exports on one page, unless MaxResults says otherwise (EXPORT-API-013).
const PAGE_DEFAULT: usize = 10;

pub(crate) fn list_exports(
    service: &mut Service,
    call: &Call<'_>,
    input: &ListExportsInput,
) -> Result<ListExportsOutput, ServiceError> {
    let table = input.table_arn.as_deref();
    let table = table
        .map(|arn| NamedTable::read(arn, call.caller))
        .transpose()?;
    let tokens = NextTokens::new(service.choices.seed, "ListExports");
    let after = input.next_token.as_deref();
    let after = after.map(|token| tokens.read(token)).transpose()?;
    let limit = input
        .max_results
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE_DEFAULT);
    let tenant = service.tenant(call.caller);
    // Only the present incarnation of a table has exports in its list (EXPORT-API-016, SURVIVAL-009).
    let listed = match &table {
        None => None,
        Some(named) => {
            let present = tenant.tables.get(named.name).filter(|_| named.at_home);
            let Some(present) = present else {
                return Ok(page(Vec::new(), None));
            };
            Some((present.arn.as_str(), present.id.as_str()))
        }
    };
    let wanted = |export: &&Export| listed.is_none_or(|(_, id)| export.table_id == id);
    let mut found = tenant
        .exports
        .before(after.as_deref(), listed.map(|(arn, _)| arn))
        .filter(wanted);
    let mut last = None;
    let summaries = found.by_ref().take(limit).map(|export| {
        last = Some(export.arn.as_str());
        export.summary()
    });
    let summaries: Vec<ExportSummary> = summaries.collect();
    // A page that ends with the last export has no token (EXPORT-API-014).
    let more = found.next().is_some();
    let next = last.filter(|_| more).map(|arn| tokens.write(arn));
    Ok(page(summaries, next))
}

fn page(summaries: Vec<ExportSummary>, next_token: Option<String>) -> ListExportsOutput {
    ListExportsOutput {
        export_summaries: Some(summaries),
        next_token,
    }
}
