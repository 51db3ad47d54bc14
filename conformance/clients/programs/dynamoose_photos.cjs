// Dynamoose against the reference server: a schema with indexes and expiry, conditions, batches, transactions, queries,
// scans, populated references, and a table whose settings are updated.
//
//     conformance/clients/program.sh dynamoose_photos
//
// `ENDPOINT` names the server. It fails with an AssertionError that names the line.

const assert = require("node:assert/strict");
const dynamoose = require("dynamoose");

const { ENDPOINT } = process.env;
const DAY_MS = 86_400_000;
dynamoose.aws.ddb.set(new dynamoose.aws.ddb.DynamoDB({
  endpoint: ENDPOINT,
  region: "us-west-2",
  credentials: { accessKeyId: "lookback", secretAccessKey: "lookback" },
  maxAttempts: 1,
}));

const Person = dynamoose.model("Person", new dynamoose.Schema({
  id: { type: String, hashKey: true },
  name: { type: String, required: true },
}));
const schema = new dynamoose.Schema({
  album: { type: String, hashKey: true },
  number: { type: Number, rangeKey: true },
  place: { type: String, index: { name: "by-place", type: "global", rangeKey: "stars" } },
  stars: { type: Number, default: 3, validate: (stars) => stars <= 5, index: { name: "by-stars", type: "local" } },
  tags: { type: Set, schema: [String] },
  sizes: { type: Array, schema: [Number] },
  meta: { type: Object, schema: { camera: String, raw: Boolean } },
  thumb: Buffer,
  taken: Date,
  by: Person,
}, { timestamps: true });
const Photo = dynamoose.model("Photo", schema);
const options = {
  throughput: { read: 5, write: 6 },
  expires: { ttl: 30 * 86_400, attribute: "expires", items: { returnExpired: false } },
  tags: { team: "photos" },
  waitForActive: { enabled: true, check: { frequency: 100, timeout: 30_000 } },
};

// Lets time pass on the server.
async function moveClock(seconds) {
  const answer = await fetch(`${ENDPOINT}/_lookback/clock`, { method: "POST", body: JSON.stringify({ advance_s: seconds }) });
  assert.equal(answer.status, 200);
}

// Requires a call to be refused by the service with this error.
async function refused(name, call) {
  let refusal;
  await assert.rejects(call, (error) => ((refusal = error), error.name === name) || assert.fail(`${error.name}: ${error.message}`));
  return refusal;
}

async function tables() {
  const table = new dynamoose.Table("photos", [Photo], { ...options, initialize: false });
  await table.initialize();
  const people = new dynamoose.Table("people", [Person], { ...options, expires: undefined, throughput: "ON_DEMAND", initialize: false });
  await people.initialize();
  const { Table } = await dynamoose.aws.ddb().describeTable({ TableName: "photos" });
  assert.equal(Table.TableStatus, "ACTIVE");
  assert.deepEqual([Table.ProvisionedThroughput.ReadCapacityUnits, Table.ProvisionedThroughput.WriteCapacityUnits], [5, 6]);
  assert.deepEqual(Table.GlobalSecondaryIndexes.map((index) => index.IndexName), ["by-place"]);
  assert.deepEqual(Table.LocalSecondaryIndexes.map((index) => index.IndexName), ["by-stars"]);
  const { TimeToLiveDescription } = await dynamoose.aws.ddb().describeTimeToLive({ TableName: "photos" });
  assert.equal(TimeToLiveDescription.AttributeName, "expires");
  assert.match(TimeToLiveDescription.TimeToLiveStatus, /^ENABL/);
  const { Tags } = await dynamoose.aws.ddb().listTagsOfResource({ ResourceArn: Table.TableArn });
  assert.deepEqual(Tags, [{ Key: "team", Value: "photos" }]);
}

async function items() {
  const ann = await Person.create({ id: "1", name: "Ann" });
  const taken = new Date("2026-01-02T03:04:05.678Z");
  const photo = await Photo.create({
    album: "alps", number: 1, place: "peak", tags: new Set(["snow", "sun"]), sizes: [1, 2.5], meta: { camera: "box", raw: true },
    thumb: Buffer.from([0, 255]), taken, by: ann,
  });
  assert.equal(photo.stars, 3);
  const found = await Photo.get({ album: "alps", number: 1 }, { consistent: true });
  assert.deepEqual([found.sizes, { ...found.meta }, found.taken, [...found.tags].sort()], [[1, 2.5], { camera: "box", raw: true }, taken, ["snow", "sun"]]);
  assert.deepEqual([...found.thumb], [0, 255]);
  assert.ok(found.createdAt instanceof Date);
  assert.equal((await found.populate()).by.name, "Ann");
  const twice = await refused("ConditionalCheckFailedException", () => Photo.create({ album: "alps", number: 1 }));
  assert.equal(twice.message, "The conditional request failed");

  const condition = new dynamoose.Condition().where("stars").between(1, 3).and().where("tags").contains("sun").and().where("place").beginsWith("pe");
  const updated = await Photo.update({ album: "alps", number: 1 }, { $ADD: { stars: 1 }, $SET: { place: "valley" }, $REMOVE: ["thumb"] }, { condition });
  assert.deepEqual([updated.stars, updated.place, updated.thumb], [4, "valley", undefined]);
  await refused("ConditionalCheckFailedException", () => Photo.update({ album: "alps", number: 1 }, { stars: 1 }, { condition }));
  const deleted = { condition: new dynamoose.Condition().where("stars").gt(4) };
  await refused("ConditionalCheckFailedException", () => Photo.delete({ album: "alps", number: 1 }, deleted));
  await Photo.delete({ album: "alps", number: 1 });
  assert.equal(await Photo.get({ album: "alps", number: 1 }), undefined);
}

async function batchesAndPages() {
  const photos = Array.from({ length: 25 }, (_, n) => ({ album: n % 5 ? "sea" : "alps", number: n, place: `place-${n % 4}`, stars: n % 6 }));
  assert.deepEqual((await Photo.batchPut(photos)).unprocessedItems, []);
  const got = await Photo.batchGet(photos.map(({ album, number }) => ({ album, number })));
  assert.equal(got.length, 25);
  assert.deepEqual([...got.unprocessedKeys], []);

  const numbers = (found) => found.map((photo) => photo.number);
  const sea = photos.filter(({ album }) => album === "sea");
  const all = await Photo.query("album").eq("sea").where("number").between(3, 17).sort("descending").exec();
  assert.deepEqual(numbers(all), numbers(sea).filter((number) => number >= 3 && number <= 17).reverse());
  const first = await Photo.query("album").eq("sea").limit(6).exec();
  assert.equal(first.count, 6);
  const rest = await Photo.query("album").eq("sea").startAt(first.lastKey).all(0, 0).limit(5).exec();
  assert.deepEqual([...numbers(first), ...numbers(rest)], numbers(sea));
  const placed = await Photo.query("place").eq("place-2").where("stars").ge(2).using("by-place").exec();
  assert.deepEqual(numbers(placed).sort((a, b) => a - b), numbers(photos.filter(({ place, stars }) => place === "place-2" && stars >= 2)));
  const starred = await Photo.query("album").eq("sea").where("stars").eq(5).using("by-stars").exec();
  assert.deepEqual(numbers(starred), numbers(sea.filter(({ stars }) => stars === 5)));
  assert.equal((await Photo.query("album").eq("sea").filter("stars").lt(2).count().exec()).count, sea.filter(({ stars }) => stars < 2).length);
  const scanned = await Photo.scan().where("stars").in([0, 1]).or().where("place").not().exists().all().exec();
  assert.deepEqual(numbers(scanned).sort((a, b) => a - b), numbers(photos.filter(({ stars }) => stars < 2)));
  const parallel = await Photo.scan().parallel(3).attributes(["number"]).exec();
  assert.deepEqual(numbers(parallel).sort((a, b) => a - b), numbers(photos));
  assert.deepEqual((await Photo.batchDelete(photos.slice(20).map(({ album, number }) => ({ album, number })))).unprocessedItems, []);
  assert.equal((await Photo.scan().count().exec()).count, 20);
}

async function transactions() {
  const write = (name) => dynamoose.transaction([
    Person.transaction.create({ id: "2", name }),
    Photo.transaction.update({ album: "alps", number: 0 }, { stars: 5 }),
    Photo.transaction.delete({ album: "alps", number: 5 }),
    Photo.transaction.condition({ album: "alps", number: 10 }, new dynamoose.Condition("stars").eq(4)),
  ]);
  await write("Ben");
  const [person, photo] = await dynamoose.transaction([Person.transaction.get("2"), Photo.transaction.get({ album: "alps", number: 0 })]);
  assert.deepEqual([person.name, photo.stars], ["Ben", 5]);
  const refusal = await refused("TransactionCanceledException", () => write("Eva"));
  assert.deepEqual(refusal.CancellationReasons.map((reason) => reason.Code), ["ConditionalCheckFailed", "None", "None", "None"]);
  assert.equal((await Person.get("2")).name, "Ben");
}

async function expiry() {
  await Photo.create({ album: "alps", number: 100, expires: new Date(Date.now() + DAY_MS) });
  assert.ok((await Photo.get({ album: "alps", number: 100 })).expires > new Date());
  await moveClock(7 * 86_400);
  assert.equal(await Photo.get({ album: "alps", number: 100 }), undefined);
}

async function settings() {
  const changed = { ...options, throughput: { read: 9, write: 9 }, tags: { team: "films" }, tableClass: "infrequentAccess", update: true };
  const Film = dynamoose.model("Film", schema);
  await new dynamoose.Table("photos", [Film], { ...changed, initialize: false }).initialize();
  const { Table } = await dynamoose.aws.ddb().describeTable({ TableName: "photos" });
  assert.deepEqual([Table.ProvisionedThroughput.ReadCapacityUnits, Table.ProvisionedThroughput.WriteCapacityUnits], [9, 9]);
  assert.equal(Table.TableClassSummary.TableClass, "STANDARD_INFREQUENT_ACCESS");
  const { Tags } = await dynamoose.aws.ddb().listTagsOfResource({ ResourceArn: Table.TableArn });
  assert.deepEqual(Tags, [{ Key: "team", Value: "films" }]);
}

async function main() {
  await tables();
  await items();
  await batchesAndPages();
  await transactions();
  await expiry();
  await settings();
  console.log("Dynamoose passed");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
