// ElectroDB against the reference server: two entities in one table, collections, indexes, conditions, upserts, batches,
// transactions, cursors.
//
//     conformance/clients/program.sh electrodb_tasks
//
// `ENDPOINT` names the server. It fails with an AssertionError that names the line.

const assert = require("node:assert/strict");
const { CreateTableCommand, DynamoDBClient, waitUntilTableExists } = require("@aws-sdk/client-dynamodb");
const { Entity, Service } = require("electrodb");

const client = new DynamoDBClient({
  endpoint: process.env.ENDPOINT,
  region: "us-west-2",
  credentials: { accessKeyId: "lookback", secretAccessKey: "lookback" },
  maxAttempts: 1,
});
const table = "electro";

const Employee = new Entity({
  model: { entity: "employee", version: "1", service: "office" },
  attributes: {
    employee: { type: "string", required: true },
    team: { type: "string", required: true },
    office: { type: "string" },
    salary: { type: "number", default: 100 },
    skills: { type: "set", items: "string" },
    address: { type: "map", properties: { street: { type: "string" }, number: { type: "number" } } },
    history: { type: "list", items: { type: "string" } },
    role: { type: ["junior", "senior"], default: "junior" },
  },
  indexes: {
    employee: { pk: { field: "pk", composite: ["employee"] }, sk: { field: "sk", composite: [] } },
    team: {
      index: "gsi1", collection: "teams",
      pk: { field: "gsi1pk", composite: ["team"] }, sk: { field: "gsi1sk", composite: ["salary", "employee"] },
    },
  },
}, { client, table });

const Task = new Entity({
  model: { entity: "task", version: "1", service: "office" },
  attributes: {
    task: { type: "string", required: true },
    project: { type: "string", required: true },
    employee: { type: "string" },
    team: { type: "string", required: true },
    points: { type: "number", default: 0 },
    status: { type: ["open", "done"], default: "open" },
  },
  indexes: {
    task: { pk: { field: "pk", composite: ["project"] }, sk: { field: "sk", composite: ["task"] } },
    team: { index: "gsi1", collection: "teams", pk: { field: "gsi1pk", composite: ["team"] }, sk: { field: "gsi1sk", composite: ["task"] } },
  },
}, { client, table });

const Office = new Service({ employee: Employee, task: Task }, { client, table });

async function createTable() {
  await client.send(new CreateTableCommand({
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    GlobalSecondaryIndexes: [{
      IndexName: "gsi1",
      KeySchema: [{ AttributeName: "gsi1pk", KeyType: "HASH" }, { AttributeName: "gsi1sk", KeyType: "RANGE" }],
      Projection: { ProjectionType: "ALL" },
    }],
  }));
  await waitUntilTableExists({ client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 }, { TableName: table });
}

// Requires a call to be refused by the service with this error.
async function refused(name, call) {
  await assert.rejects(call, (error) => {
    const cause = error.cause ?? error;
    assert.equal(cause.name, name, String(error));
    return true;
  });
}

async function items() {
  const ann = { employee: "ann", team: "core", office: "north", skills: ["go", "sql"], address: { street: "High Street", number: 7 }, history: ["hired"] };
  const created = await Employee.create(ann).go();
  assert.deepEqual(created.data, { ...ann, salary: 100, role: "junior" });
  await refused("ConditionalCheckFailedException", () => Employee.create(ann).go());
  const found = await Employee.get({ employee: "ann" }).go({ consistent: true });
  assert.deepEqual({ ...found.data, skills: found.data.skills.toSorted() }, created.data);

  const patched = await Employee.patch({ employee: "ann" })
    .composite({ team: "core" })
    .set({ role: "senior" }).add({ skills: ["rust"] }).append({ history: ["promoted"] }).remove(["office"])
    .data(({ address, salary }, { set, add }) => { set(address.number, 8); add(salary, 50); })
    .where(({ salary, skills }, { between, contains }) => `${between(salary, 50, 150)} AND ${contains(skills, "sql")}`)
    .go({ response: "all_new" });
  assert.equal(patched.data.salary, 150);
  assert.deepEqual(patched.data.skills.toSorted(), ["go", "rust", "sql"]);
  assert.deepEqual(patched.data.history, ["hired", "promoted"]);
  assert.deepEqual(patched.data.address, { street: "High Street", number: 8 });
  assert.equal(patched.data.office, undefined);
  await refused("ConditionalCheckFailedException", () => Employee.patch({ employee: "nobody" }).set({ role: "senior" }).go());
  await refused("ConditionalCheckFailedException", () =>
    Employee.update({ employee: "ann" }).set({ role: "junior" }).where(({ salary }, { gt }) => gt(salary, 1000)).go());

  const upserted = await Task.upsert({ project: "lookback", task: "t-0", team: "core", points: 3 }).go({ response: "all_new" });
  assert.equal(upserted.data.points, 3);
  const again = await Task.upsert({ project: "lookback", task: "t-0", team: "core" }).add({ points: 2 }).go({ response: "all_new" });
  assert.equal(again.data.points, 5);
  const removed = await Task.remove({ project: "lookback", task: "t-0" }).go({ response: "all_old" });
  assert.equal(removed.data.points, 5);
  await refused("ConditionalCheckFailedException", () => Task.remove({ project: "lookback", task: "t-0" }).go());
  assert.equal((await Task.delete({ project: "lookback", task: "t-0" }).go()).data.task, "t-0");
  assert.equal((await Task.get({ project: "lookback", task: "t-0" }).go()).data, null);
}

async function batchesAndCursors() {
  const tasks = Array.from({ length: 40 }, (_, n) => ({
    project: n % 2 ? "web" : "api", task: `t-${String(n).padStart(2, "0")}`, team: n % 4 ? "core" : "edge", points: n, employee: "ann", status: n % 5 ? "open" : "done",
  }));
  assert.deepEqual((await Task.put(tasks).go({ concurrency: 2 })).unprocessed, []);
  const got = await Task.get(tasks.slice(0, 30)).go();
  assert.deepEqual(got.data.map((task) => task.points).sort((a, b) => a - b), tasks.slice(0, 30).map((task) => task.points));
  assert.deepEqual(got.unprocessed, []);

  const api = tasks.filter(({ project }) => project === "api");
  assert.deepEqual((await Task.query.task({ project: "api" }).go({ pages: "all" })).data, api);
  const pages = [];
  let cursor = null;
  do {
    const page = await Task.query.task({ project: "api" }).go({ cursor, limit: 7 });
    pages.push(page.data);
    cursor = page.cursor;
  } while (cursor !== null);
  assert.deepEqual(pages.flat(), api);
  assert.ok(pages.length >= 3, `${pages.length} pages`);
  const some = await Task.query.task({ project: "web" }).between({ task: "t-05" }, { task: "t-11" }).go({ order: "desc" });
  assert.deepEqual(some.data.map((task) => task.task), ["t-11", "t-09", "t-07", "t-05"]);
  const open = await Task.query.task({ project: "api" }).where(({ points, status }, { gte, eq }) => `${gte(points, 30)} AND ${eq(status, "open")}`).go({ attributes: ["task", "points"] });
  assert.deepEqual(open.data, [32, 34, 36, 38].map((points) => ({ task: `t-${points}`, points })));
  const scanned = await Task.scan.where(({ points }, { lt }) => lt(points, 3)).go({ pages: "all" });
  assert.deepEqual(scanned.data.map((task) => task.points).sort(), [0, 1, 2]);
  const matched = await Task.match({ project: "api", points: 4 }).go();
  assert.deepEqual(matched.data.map((task) => task.task), ["t-04"]);

  await Employee.put([{ employee: "ben", team: "edge", salary: 190 }, { employee: "eva", team: "core", salary: 110 }]).go();
  const { data } = await Office.collections.teams({ team: "edge" }).go({ pages: "all" });
  assert.deepEqual(data.employee.map((employee) => employee.employee), ["ben"]);
  assert.equal(data.task.length, 10);
  const earning = await Employee.query.team({ team: "core" }).gte({ salary: 120 }).go();
  assert.deepEqual(earning.data.map((employee) => employee.employee), ["ann"]);
  assert.deepEqual((await Task.delete(tasks.slice(20)).go()).unprocessed, []);
  assert.equal((await Task.scan.go({ pages: "all" })).data.length, 20);
}

async function transactions() {
  const hire = (name, salary) => Office.transaction.write(({ employee, task }) => [
    employee.create({ employee: name, team: "ops", salary }).commit({ response: "all_old" }),
    employee.check({ employee: "ann" }).where(({ role }, { eq }) => eq(role, "senior")).commit(),
    task.patch({ project: "api", task: "t-02" }).composite({ team: "core" }).set({ employee: name }).commit(),
    task.remove({ project: "web", task: "t-01" }).commit(),
  ]).go({ token: `hire-${name}` });
  assert.equal((await hire("kim", 70)).canceled, false);
  const read = await Office.transaction.get(({ employee, task }) => [
    employee.get({ employee: "kim" }).commit(), task.get({ project: "api", task: "t-02" }).commit(), task.get({ project: "web", task: "t-01" }).commit(),
  ]).go();
  assert.deepEqual(read.data.map(({ item }) => item?.employee ?? null), ["kim", "kim", null]);
  const cancelled = await hire("lea", 60);
  assert.equal(cancelled.canceled, true);
  assert.deepEqual(cancelled.data.map((result) => [result.rejected, result.code]), [
    [false, "None"], [false, "None"], [false, "None"], [true, "ConditionalCheckFailed"],
  ]);
  assert.equal((await Employee.get({ employee: "lea" }).go()).data, null);
}

async function main() {
  await createTable();
  await items();
  await batchesAndCursors();
  await transactions();
  console.log("ElectroDB passed");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
