use lookback_protocol::expression::{Condition, ExpressionKind};

use crate::{request, sample};

fn holds(text: &str) -> bool {
    let request = request();
    let condition = Condition::parse(ExpressionKind::Condition, text, &mut request.placeholders());
    condition
        .unwrap_or_else(|error| panic!("{text}: {error}"))
        .holds(Some(&sample()))
}

#[track_caller]
fn all_hold(texts: &[&str]) {
    for text in texts {
        assert!(holds(text), "{text}");
    }
}

#[track_caller]
fn none_hold(texts: &[&str]) {
    for text in texts {
        assert!(!holds(text), "{text}");
    }
}

#[test]
fn numbers_compare_by_value() {
    all_hold(&[
        "num = :ten",
        "num < :hundred",
        "num >= :ten",
        "num<=:ten",
        "#num > :one",
        "num <> :one",
        ":one < num",
    ]);
    none_hold(&["num < :ten", "num > :hundred", "num = :one", "num <> :ten"]);
}

#[test]
fn strings_and_binaries_compare_by_bytes() {
    all_hold(&["word > :ban", "word <> :red", "bin > :bytes"]);
    none_hold(&["word < :ban", "bin = :bytes"]);
}

#[test]
fn values_of_different_types_are_different_and_have_no_order() {
    all_hold(&["word <> :one", "num <> :red", "NOT word = :one"]);
    none_hold(&[
        "word = :one",
        "word < :one",
        "word > :one",
        "flag = :one",
        "tags = :red",
    ]);
}

#[test]
fn a_missing_attribute_equals_nothing() {
    all_hold(&["nowhere <> :one", "NOT nowhere = :one", "nowhere <> absent"]);
    none_hold(&[
        "nowhere = :one",
        "nowhere < :one",
        "nowhere = absent",
        "nowhere BETWEEN :one AND :ten",
        "nowhere IN (:one)",
    ]);
}

#[test]
fn between_includes_both_bounds() {
    all_hold(&[
        "num BETWEEN :ten AND :eleven",
        "num between :one and :ten",
        ":ten BETWEEN :one AND num",
    ]);
    none_hold(&["num BETWEEN :eleven AND :hundred"]);
}

#[test]
fn in_looks_for_an_equal_operand() {
    all_hold(&[
        "num IN (:one, :ten)",
        "num in(:ten)",
        "num IN (:one, nowhere, :ten)",
        ":ten IN (word, num)",
    ]);
    none_hold(&["num IN (:one, :red, nowhere)"]);
}

#[test]
fn and_binds_closer_than_or_and_not_closest() {
    all_hold(&[
        "num = :ten OR num = :ten AND num = :one",
        "num = :one AND num = :one OR num = :ten",
        "NOT num = :one AND num = :ten",
        "NOT (num = :one AND num = :ten)",
        "not not num = :ten",
        "num BETWEEN :one AND :ten AND flag = :true",
    ]);
    none_hold(&[
        "(num = :ten OR num = :ten) AND num = :one",
        "NOT num = :ten OR num = :one",
        "NOT (num = :ten)",
    ]);
}

#[test]
fn parentheses_may_surround_conditions_and_operands() {
    all_hold(&[
        "(num = :ten)",
        "(num) = (:ten)",
        "(num = :ten) AND ((num = :one) OR (num = :ten))",
        "(size(word)) > :one",
    ]);
}

#[test]
fn existence_looks_at_paths() {
    all_hold(&[
        "attribute_exists(nothing)",
        "attribute_exists(info.deep.x) AND attribute_exists(info.arr[1].v)",
        "attribute_not_exists(info.arr[2])",
        "attribute_not_exists(letters.a) and attribute_not_exists(num[0])",
    ]);
    none_hold(&[
        "attribute_exists(nowhere)",
        "attribute_not_exists(num)",
        "attribute_exists(letters[3])",
    ]);
}

#[test]
fn types_are_told_by_descriptor() {
    all_hold(&["attribute_type(word, :S)", "attribute_type(nothing, :NULL)"]);
    none_hold(&["attribute_type(num, :S)", "attribute_type(nowhere, :S)"]);
}

#[test]
fn begins_with_looks_at_strings_and_binaries() {
    all_hold(&["begins_with(word, :ban)", "begins_with(bin, :bytes)"]);
    none_hold(&[
        "begins_with(word, :red)",
        "begins_with(num, :ban)",
        "begins_with(nowhere, :ban)",
        "begins_with(bin, :ban)",
    ]);
}

#[test]
fn contains_looks_into_strings_sets_and_lists() {
    all_hold(&[
        "contains(word, :ban)",
        "contains(tags, :red)",
        "contains(nums, :one)",
        "contains(bin, :bytes)",
    ]);
    none_hold(&[
        "contains(tags, :ban)",
        "contains(nums, :ten)",
        "contains(letters, :red)",
        "contains(num, :ten)",
        "contains(nowhere, :red)",
    ]);
}

#[test]
fn size_counts_bytes_and_entries() {
    all_hold(&[
        "size(word) > :one AND size(word) < :ten",
        "size(letters) < size(word)",
        "size(tags) = size(nums)",
        "size(info) > :one",
    ]);
    none_hold(&[
        "size(num) > :one",
        "size(nowhere) > :one",
        "size(nowhere) = :one",
    ]);
}

#[test]
fn an_absent_item_has_no_attributes() {
    let mut placeholders = lookback_protocol::expression::Placeholders::none();
    let condition = |text, placeholders: &mut _| {
        Condition::parse(ExpressionKind::Condition, text, placeholders).unwrap()
    };
    assert!(condition("attribute_not_exists(pk)", &mut placeholders).holds(None));
    assert!(!condition("attribute_exists(pk)", &mut placeholders).holds(None));
}

#[test]
fn blanks_are_optional_and_keywords_have_any_case() {
    all_hold(&[
        "num=:ten aNd\n\tnum>:one",
        "nOt num In(:one)",
        "size ( word )>:one",
        "info . arr [ 0 ] . v = :one",
    ]);
}
