//! Programs as a proptest strategy.

use proptest::prelude::Rng;
use proptest::strategy::{NewTree, Strategy};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::json;

use super::shrink::Sapling;
use super::tables::TablePlan;
use super::writer::Writer;
use super::{FIRST_TABLE, Program, ProgramStep, Reading, SECOND_TABLE};
use crate::draws::Draws;

/// The stream that programs are drawn from.
const STREAM: u64 = u64::MAX - 3;
/// How many families in a thousand are off in a program.
const OFF_PER_MILLE: u32 = 200;
/// How many of the others in a thousand are heavy.
const HEAVY_PER_MILLE: u32 = 200;

/// Random programs.
#[derive(Clone, Copy, Debug)]
pub struct Programs {
    /// The most calls of a program, without those that read everything at its end. At least 1.
    pub steps_max: u32,
    /// Whether time passes between calls: only for services whose clocks can be moved.
    pub gaps: bool,
}

impl Default for Programs {
    fn default() -> Self {
        Self {
            steps_max: 50,
            gaps: false,
        }
    }
}

/// The program of this seed and number, with what it shrinks to: the same on every machine.
pub fn program(programs: Programs, seed: u64, number: u64) -> Sapling {
    let mut bytes = [0; 32];
    for (part, number) in bytes.chunks_exact_mut(8).zip([seed, number]) {
        part.copy_from_slice(&number.to_le_bytes());
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, rng);
    programs.grow(&mut runner)
}

impl Programs {
    fn grow(&self, runner: &mut TestRunner) -> Sapling {
        Sapling::new(self.draw(&mut Draws::new(runner.rng().next_u64(), STREAM)))
    }

    fn draw(&self, draws: &mut Draws) -> Program {
        let wild_per_mille = draws.pick(0, &[0, 0, 4, 4, 15, 40]);
        let legacy_per_mille = draws.pick(0, &[0, 0, 300, 900]);
        let damage_per_mille = draws.pick(0, &[0, 0, 60, 300]);
        let mut writer = Writer {
            draws,
            wild_per_mille: 0,
            legacy_per_mille,
        };
        let mut tables = vec![writer.table(FIRST_TABLE)];
        if writer.chance(300) {
            tables.push(writer.table(SECOND_TABLE));
        }
        writer.wild_per_mille = wild_per_mille;
        let families = families(writer.draws);
        let count = writer.between(u64::from(self.steps_max / 2), u64::from(self.steps_max));
        let mut steps = Vec::new();
        for number in 0..count {
            // What is read should have been written: programs begin with writes.
            let family = if number < 4 {
                Some(Family::Put)
            } else {
                family(writer.draws, &families)
            };
            let mut step = step(&mut writer, family.unwrap_or(Family::Put), &tables);
            if writer.chance(damage_per_mille) {
                step = writer.damage(step);
            }
            if self.gaps && writer.chance(100) {
                step.gap_s = writer.pick(1, &[60, 599, 601, 3600]);
            }
            steps.push(step);
        }
        steps.extend(tables.iter().flat_map(everything));
        Program {
            tables: tables.into_iter().map(|table| table.create).collect(),
            steps,
        }
    }
}

impl Strategy for Programs {
    type Tree = Sapling;
    type Value = Program;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        Ok(self.grow(runner))
    }
}

#[derive(Clone, Copy, Debug)]
enum Family {
    Put,
    Get,
    Update,
    Delete,
    Query,
    Scan,
    BatchWrite,
    BatchGet,
    TransactWrite,
    TransactGet,
    Control,
}

const FAMILIES: [(Family, u64); 11] = [
    (Family::Put, 14),
    (Family::Get, 8),
    (Family::Update, 20),
    (Family::Delete, 6),
    (Family::Query, 16),
    (Family::Scan, 8),
    (Family::BatchWrite, 5),
    (Family::BatchGet, 5),
    (Family::TransactWrite, 7),
    (Family::TransactGet, 3),
    (Family::Control, 4),
];

/// The weights of one program: whole families off, others heavy.
fn families(draws: &mut Draws) -> Vec<(Family, u64)> {
    let mut families = Vec::new();
    for (family, weight) in FAMILIES {
        if draws.chance(OFF_PER_MILLE) {
            continue;
        }
        let times = if draws.chance(HEAVY_PER_MILLE) { 6 } else { 1 };
        families.push((family, weight * times));
    }
    families
}

fn family(draws: &mut Draws, families: &[(Family, u64)]) -> Option<Family> {
    let place = draws.weighted(families.iter().map(|(_, weight)| *weight))?;
    families.get(place).map(|(family, _)| *family)
}

fn step(writer: &mut Writer<'_>, family: Family, tables: &[TablePlan]) -> ProgramStep {
    let place = writer.between(0, tables.len() as u64 - 1) as usize;
    let Some(table) = tables.get(place).or(tables.first()) else {
        return ProgramStep::new("DescribeLimits", json!({}));
    };
    match family {
        Family::Put => writer.put(table),
        Family::Get => writer.get(table),
        Family::Update => writer.update_item(table),
        Family::Delete => writer.delete(table),
        Family::Query => writer.query(table),
        Family::Scan => writer.scan(table),
        Family::BatchWrite => writer.batch_write(tables),
        Family::BatchGet => writer.batch_get(tables),
        Family::TransactWrite => writer.transact_write(tables),
        Family::TransactGet => writer.transact_get(tables),
        Family::Control => writer.control(table),
    }
}

/// Reads a table and its indexes at the end: what was written in silence shows here.
fn everything(table: &TablePlan) -> Vec<ProgramStep> {
    let mut scans = vec![json!({ "TableName": table.name, "ConsistentRead": true })];
    for index in &table.indexes {
        scans.push(json!({ "TableName": table.name, "IndexName": index.name }));
    }
    let scans = scans.into_iter();
    scans
        .map(|body| ProgramStep::new("Scan", body).read(Reading::Pages))
        .collect()
}
