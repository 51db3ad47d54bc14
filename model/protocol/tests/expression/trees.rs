//! Conditions as trees: what is printed is read back, and holds where a naive evaluator says so.

use lookback_protocol::expression::condition::{Comparator, Operand as Parsed};
use lookback_protocol::expression::{Condition, ExpressionKind, Path};
use lookback_protocol::value::Item;
use proptest::prelude::*;

use crate::{Request, n, s};

const NAMES: [&str; 4] = ["a", "b", "c", "d"];
const NUMBERS: [&str; 4] = [":n0", ":n1", ":n2", ":n3"];
const TEXTS: [&str; 4] = [":t0", ":t1", ":t2", ":t3"];
const WORDS: [&str; 4] = ["", "x", "xy", "y"];

/// A value as plain Rust sees it.
#[derive(Clone, Debug, PartialEq)]
enum Plain {
    Number(i64),
    Text(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Operand {
    Attribute(usize),
    Size(usize),
    Number(usize),
    Text(usize),
}

#[derive(Clone, Debug)]
enum Tree {
    And(Box<[Tree; 2]>),
    Or(Box<[Tree; 2]>),
    Not(Box<Tree>),
    Compare(Comparator, Operand, Operand),
    Between(Operand, usize, usize),
    In(Operand, Vec<Operand>),
    Exists(usize),
    NotExists(usize),
    BeginsWith(usize, usize),
    Contains(usize, usize),
}

impl Operand {
    fn text(self) -> String {
        match self {
            Self::Attribute(name) => NAMES[name].to_owned(),
            Self::Size(name) => format!("size({})", NAMES[name]),
            Self::Number(number) => NUMBERS[number].to_owned(),
            Self::Text(text) => TEXTS[text].to_owned(),
        }
    }

    fn parsed(self, request: &Request) -> Parsed<'_> {
        match self {
            Self::Attribute(name) => Parsed::Path(Path::attribute(NAMES[name])),
            Self::Size(name) => Parsed::Size(Box::new(Self::Attribute(name).parsed(request))),
            Self::Number(_) | Self::Text(_) => Parsed::Value(&request.values[&self.text()]),
        }
    }

    fn value(self, world: &[Option<Plain>]) -> Option<Plain> {
        match self {
            Self::Attribute(name) => world[name].clone(),
            Self::Size(name) => match world[name] {
                Some(Plain::Text(text)) => Some(Plain::Number(text.len() as i64)),
                _ => None,
            },
            Self::Number(number) => Some(Plain::Number(number as i64)),
            Self::Text(text) => Some(Plain::Text(WORDS[text])),
        }
    }
}

fn order(left: &Option<Plain>, right: &Option<Plain>) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Some(Plain::Number(left)), Some(Plain::Number(right))) => Some(left.cmp(right)),
        (Some(Plain::Text(left)), Some(Plain::Text(right))) => Some(left.cmp(right)),
        _ => None,
    }
}

impl Tree {
    fn text(&self) -> String {
        let inside = |tree: &Self, loose: bool| {
            let text = tree.text();
            if loose { format!("({text})") } else { text }
        };
        let is_or = |tree: &Self| matches!(tree, Self::Or(_));
        let is_and = |tree: &Self| matches!(tree, Self::And(_));
        match self {
            Self::And(both) => format!(
                "{} AND {}",
                inside(&both[0], is_or(&both[0])),
                inside(&both[1], is_or(&both[1]) || is_and(&both[1]))
            ),
            Self::Or(both) => format!(
                "{} OR {}",
                both[0].text(),
                inside(&both[1], is_or(&both[1]))
            ),
            Self::Not(tree) => format!("NOT {}", inside(tree, is_or(tree) || is_and(tree))),
            Self::Compare(comparator, left, right) => {
                format!("{} {} {}", left.text(), comparator.text(), right.text())
            }
            Self::Between(operand, lower, upper) => {
                format!(
                    "{} BETWEEN {} AND {}",
                    operand.text(),
                    NUMBERS[*lower],
                    NUMBERS[*upper]
                )
            }
            Self::In(operand, list) => {
                let list: Vec<String> = list.iter().map(|operand| operand.text()).collect();
                format!("{} IN ({})", operand.text(), list.join(", "))
            }
            Self::Exists(name) => format!("attribute_exists({})", NAMES[*name]),
            Self::NotExists(name) => format!("attribute_not_exists({})", NAMES[*name]),
            Self::BeginsWith(name, text) => {
                format!("begins_with({}, {})", NAMES[*name], TEXTS[*text])
            }
            Self::Contains(name, text) => format!("contains({}, {})", NAMES[*name], TEXTS[*text]),
        }
    }

    fn parsed<'r>(&self, request: &'r Request) -> Condition<'r> {
        let both = |both: &[Self; 2]| Box::new([both[0].parsed(request), both[1].parsed(request)]);
        let attribute = |name: &usize| Operand::Attribute(*name).parsed(request);
        match self {
            Self::And(trees) => Condition::And(both(trees)),
            Self::Or(trees) => Condition::Or(both(trees)),
            Self::Not(tree) => Condition::Not(Box::new(tree.parsed(request))),
            Self::Compare(comparator, left, right) => {
                Condition::Compare(*comparator, left.parsed(request), right.parsed(request))
            }
            Self::Between(operand, lower, upper) => Condition::Between(Box::new([
                operand.parsed(request),
                Operand::Number(*lower).parsed(request),
                Operand::Number(*upper).parsed(request),
            ])),
            Self::In(operand, list) => Condition::In(
                operand.parsed(request),
                list.iter().map(|operand| operand.parsed(request)).collect(),
            ),
            Self::Exists(name) => Condition::Exists(Path::attribute(NAMES[*name])),
            Self::NotExists(name) => Condition::NotExists(Path::attribute(NAMES[*name])),
            Self::BeginsWith(name, text) => {
                Condition::BeginsWith(attribute(name), Operand::Text(*text).parsed(request))
            }
            Self::Contains(name, text) => {
                Condition::Contains(attribute(name), Operand::Text(*text).parsed(request))
            }
        }
    }

    fn holds(&self, world: &[Option<Plain>]) -> bool {
        let text = |name: usize| match world[name] {
            Some(Plain::Text(text)) => Some(text),
            _ => None,
        };
        match self {
            Self::And(both) => both[0].holds(world) && both[1].holds(world),
            Self::Or(both) => both[0].holds(world) || both[1].holds(world),
            Self::Not(tree) => !tree.holds(world),
            Self::Compare(comparator, left, right) => {
                let (left, right) = (left.value(world), right.value(world));
                let order = order(&left, &right);
                match comparator {
                    Comparator::Equal => left.is_some() && left == right,
                    Comparator::NotEqual => left.is_none() || left != right,
                    Comparator::Less => order.is_some_and(|order| order.is_lt()),
                    Comparator::LessOrEqual => order.is_some_and(|order| order.is_le()),
                    Comparator::Greater => order.is_some_and(|order| order.is_gt()),
                    Comparator::GreaterOrEqual => order.is_some_and(|order| order.is_ge()),
                }
            }
            Self::Between(operand, lower, upper) => match operand.value(world) {
                Some(Plain::Number(value)) => (*lower as i64..=*upper as i64).contains(&value),
                _ => false,
            },
            Self::In(operand, list) => {
                let value = operand.value(world);
                value.is_some() && list.iter().any(|other| other.value(world) == value)
            }
            Self::Exists(name) => world[*name].is_some(),
            Self::NotExists(name) => world[*name].is_none(),
            Self::BeginsWith(name, prefix) => {
                text(*name).is_some_and(|it| it.starts_with(WORDS[*prefix]))
            }
            Self::Contains(name, part) => text(*name).is_some_and(|it| it.contains(WORDS[*part])),
        }
    }
}

fn constant() -> impl Strategy<Value = Operand> {
    prop_oneof![
        (0..4_usize).prop_map(Operand::Number),
        (0..4_usize).prop_map(Operand::Text)
    ]
}

fn subject() -> impl Strategy<Value = Operand> {
    prop_oneof![
        3 => (0..4_usize).prop_map(Operand::Attribute),
        1 => (0..4_usize).prop_map(Operand::Size)
    ]
}

fn comparator() -> impl Strategy<Value = Comparator> {
    prop_oneof![
        Just(Comparator::Equal),
        Just(Comparator::NotEqual),
        Just(Comparator::Less),
        Just(Comparator::LessOrEqual),
        Just(Comparator::Greater),
        Just(Comparator::GreaterOrEqual),
    ]
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        (comparator(), subject(), constant())
            .prop_map(|(comparator, left, right)| Tree::Compare(comparator, left, right)),
        (comparator(), 0..4_usize, 1..4_usize).prop_map(|(comparator, left, further)| {
            let right = Operand::Attribute((left + further) % 4);
            Tree::Compare(comparator, Operand::Attribute(left), right)
        }),
        (subject(), 0..4_usize, 0..4_usize).prop_map(|(operand, one, other)| Tree::Between(
            operand,
            one.min(other),
            one.max(other)
        )),
        (subject(), proptest::collection::vec(constant(), 1..4))
            .prop_map(|(operand, list)| Tree::In(operand, list)),
        (0..4_usize).prop_map(Tree::Exists),
        (0..4_usize).prop_map(Tree::NotExists),
        (0..4_usize, 0..4_usize).prop_map(|(name, text)| Tree::BeginsWith(name, text)),
        (0..4_usize, 0..4_usize).prop_map(|(name, text)| Tree::Contains(name, text)),
    ];
    leaf.prop_recursive(5, 32, 2, |inner| {
        let both =
            || (inner.clone(), inner.clone()).prop_map(|(left, right)| Box::new([left, right]));
        prop_oneof![
            both().prop_map(Tree::And),
            both().prop_map(Tree::Or),
            inner.prop_map(|tree| Tree::Not(Box::new(tree))),
        ]
    })
}

fn world() -> impl Strategy<Value = Vec<Option<Plain>>> {
    let value = prop_oneof![
        Just(None),
        (0..4_i64).prop_map(|number| Some(Plain::Number(number))),
        (0..4_usize).prop_map(|word| Some(Plain::Text(WORDS[word]))),
    ];
    proptest::collection::vec(value, 4)
}

fn item_of(world: &[Option<Plain>]) -> Item {
    let named = NAMES.iter().zip(world);
    named
        .filter_map(|(name, value)| {
            let value = match value.as_ref()? {
                Plain::Number(number) => n(&number.to_string()),
                Plain::Text(text) => s(text),
            };
            Some(((*name).to_owned(), value))
        })
        .collect()
}

/// The constants that trees refer to.
fn constants() -> Request {
    let mut request = Request::default();
    for index in 0..4 {
        request = request
            .value(NUMBERS[index], n(&index.to_string()))
            .value(TEXTS[index], s(WORDS[index]));
    }
    request
}

proptest! {
    #[test]
    fn what_is_printed_is_read_back(tree in tree()) {
        let request = constants();
        let text = tree.text();
        let read = Condition::parse(ExpressionKind::Condition, &text, &mut request.placeholders());
        prop_assert_eq!(read, Ok(tree.parsed(&request)), "{}", text);
    }

    #[test]
    fn a_condition_holds_where_a_naive_evaluator_says_so(tree in tree(), world in world()) {
        let request = constants();
        let text = tree.text();
        let read = Condition::parse(ExpressionKind::Condition, &text, &mut request.placeholders());
        prop_assert_eq!(read.unwrap().holds(Some(&item_of(&world))), tree.holds(&world), "{} of {:?}", text, world);
    }
}
