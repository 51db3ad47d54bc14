//! The picture as a page: the summary on top, then the timeline, the facts in words, and how to see it again.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::Meta;
use super::svg;
use super::wording::{also, grade, visible};
use crate::verdict::{Fact, Violation};

pub(super) fn page(violation: &Violation, meta: &Meta) -> Markup {
    let witness = &violation.witness;
    let about = [
        ("Target", &meta.target),
        ("Contract", &meta.contract),
        ("History", &meta.history),
    ];
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (visible(&meta.title)) }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                main {
                    p.title { (visible(&meta.title)) }
                    h1 { (visible(&witness.summary)) }
                    ul.badges {
                        li.grade { (grade(violation.grade)) }
                        li title=(violation.rule.about()) { "rule " (violation.rule.name()) }
                        @if violation.also > 0 { li { (also(violation.also)) } }
                        @for clause in &violation.clauses { li { (visible(clause)) } }
                    }
                    figure { (svg::inline(violation)) }
                    h2 { "What happened" }
                    ol { @for fact in &witness.facts { (told(fact)) } }
                    @if !witness.context.is_empty() {
                        h2 { "Around it" }
                        p { "Faults and moves of the clock. They are no part of the contradiction." }
                        ol type="a" { @for fact in &witness.context { (told(fact)) } }
                    }
                    p.rule { "The rule that is broken: " (violation.rule.about()) "." }
                    @if about.iter().any(|(_, value)| value.is_some()) {
                        h2 { "Where" }
                        dl {
                            @for (name, value) in about {
                                @if let Some(value) = value { dt { (name) } dd { (visible(value)) } }
                            }
                        }
                    }
                    @if let Some(command) = &meta.command {
                        h2 { "See it again" }
                        pre { code { (visible(command)) } }
                    }
                }
            }
        }
    }
}

fn told(fact: &Fact) -> Markup {
    html! { li { (visible(&fact.words)) } }
}
