//! The operations of DynamoDB, API version 2012-08-10.

/// Every operation, sorted by name.
pub const OPERATIONS: [&str; 62] = [
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "CancelBulkOperation",
    "CreateBackup",
    "CreateGlobalTable",
    "CreateTable",
    "DeleteBackup",
    "DeleteItem",
    "DeleteResourcePolicy",
    "DeleteTable",
    "DescribeBackup",
    "DescribeBulkOperation",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeEndpoints",
    "DescribeExport",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeImport",
    "DescribeKinesisStreamingDestination",
    "DescribeLimits",
    "DescribeTable",
    "DescribeTableReplicaAutoScaling",
    "DescribeTimeToLive",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExecuteStatement",
    "ExecuteTransaction",
    "ExportTableToPointInTime",
    "GetItem",
    "GetResourcePolicy",
    "ImportTable",
    "ListBackups",
    "ListBulkOperations",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "PutResourcePolicy",
    "Query",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "Scan",
    "SearchVectors",
    "StartBulkPutItems",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateItem",
    "UpdateKinesisStreamingDestination",
    "UpdateTable",
    "UpdateTableReplicaAutoScaling",
    "UpdateTimeToLive",
];

/// Whether DynamoDB has an operation of this name.
pub fn is_known(name: &str) -> bool {
    OPERATIONS.binary_search(&name).is_ok()
}

/// The operation that was probably meant.
pub fn nearest(name: &str) -> &'static str {
    OPERATIONS
        .into_iter()
        .min_by_key(|operation| distance(operation, name))
        .unwrap_or_default()
}

/// How many characters must be added, left out or replaced to come from one name to the other.
pub fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (done, left) in one.chars().enumerate() {
        let mut next = vec![done + 1];
        for ((right, above_left), above) in other.iter().zip(&row).zip(row.iter().skip(1)) {
            let replaced = above_left + usize::from(left != *right);
            let added = next.last().map_or(0, |length| length + 1);
            next.push(replaced.min(added).min(above + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{OPERATIONS, is_known, nearest};

    #[test]
    fn the_names_are_sorted() {
        assert!(OPERATIONS.is_sorted());
    }

    #[test]
    fn the_names_are_those_of_the_api_model() {
        let model: serde_json::Value =
            serde_json::from_str(include_str!("../../../corpus/api/shapes.json")).unwrap();
        let names: Vec<&str> = model["operation_names"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|name| name.as_str())
            .collect();
        assert_eq!(OPERATIONS.as_slice(), names);
    }

    #[test]
    fn a_misspelt_name_is_told_from_a_real_one() {
        assert!(is_known("CreateBackup"));
        assert!(!is_known("CreateBakcup"));
        assert_eq!(nearest("CreateBakcup"), "CreateBackup");
    }
}
