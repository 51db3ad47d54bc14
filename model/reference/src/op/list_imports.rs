//! ListImports (IMPORT-043): imports stay in the list of a table that is gone (SURVIVAL-010).

use lookback_protocol::error::ServiceError;
use lookback_protocol::wire::import::{ImportSummary, ListImportsInput, ListImportsOutput};

use super::artefact_by_arn::NamedTable;
use super::next_token::NextTokens;
use crate::arn::table_arn;
use crate::import::Import;
use crate::service::{Call, Service};

/// Imports on one page, unless PageSize says otherwise.
const PAGE_DEFAULT: usize = 10;

pub(crate) fn list_imports(
    service: &mut Service,
    call: &Call<'_>,
    input: &ListImportsInput,
) -> Result<ListImportsOutput, ServiceError> {
    let table = input.table_arn.as_deref();
    let table = table
        .map(|arn| NamedTable::read(arn, call.caller))
        .transpose()?;
    let tokens = NextTokens::new(service.choices.seed, "ListImports");
    let after = input.next_token.as_deref();
    let after = after.map(|token| tokens.read(token)).transpose()?;
    let limit = input
        .page_size
        .and_then(|most| usize::try_from(most).ok())
        .unwrap_or(PAGE_DEFAULT);
    let imports = &service.tenant(call.caller).imports;
    let of_table = |import: &&Import| {
        table.as_ref().is_none_or(|table| {
            table.at_home && import.table_arn == table_arn(call.caller, table.name)
        })
    };
    let mut found = imports.before(after.as_deref()).filter(of_table);
    let mut last = None;
    let summaries = found.by_ref().take(limit).map(|import| {
        last = Some(import.arn.as_str());
        import.summary(call.now_us)
    });
    let summaries: Vec<ImportSummary> = summaries.collect();
    let more = found.next().is_some();
    Ok(ListImportsOutput {
        next_token: last.filter(|_| more).map(|arn| tokens.write(arn)),
        import_summary_list: Some(summaries),
    })
}
