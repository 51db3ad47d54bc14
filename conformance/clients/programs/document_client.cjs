// The document client of the AWS SDK for JavaScript against the reference server: values of JavaScript, conditions,
// transactions, batches, pages, expiry; then a backup, a restore of it and one to a point in time, with the SDK's waiters.
//
//     conformance/clients/program.sh document_client
//
// `ENDPOINT` names the server. It fails with an AssertionError that names the line.

const assert = require("node:assert/strict");
const {
  CreateBackupCommand, CreateTableCommand, DeleteTableCommand, DescribeBackupCommand, DescribeContinuousBackupsCommand,
  DescribeTableCommand, DescribeTimeToLiveCommand, DynamoDBClient, ListBackupsCommand, RestoreTableFromBackupCommand,
  RestoreTableToPointInTimeCommand, UpdateContinuousBackupsCommand, UpdateTimeToLiveCommand, paginateListTables,
  waitUntilTableExists, waitUntilTableNotExists,
} = require("@aws-sdk/client-dynamodb");
const {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, DynamoDBDocumentClient, GetCommand, NumberValue, PutCommand,
  QueryCommand, ScanCommand, TransactGetCommand, TransactWriteCommand, UpdateCommand, paginateQuery, paginateScan,
} = require("@aws-sdk/lib-dynamodb");

const { ENDPOINT } = process.env;
const settings = {
  endpoint: ENDPOINT,
  region: "us-west-2",
  credentials: { accessKeyId: "lookback", secretAccessKey: "lookback" },
  maxAttempts: 1,
};
const client = new DynamoDBClient(settings);
const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
// A client of its own: document clients of one client share their options.
const exact = DynamoDBDocumentClient.from(new DynamoDBClient(settings), { unmarshallOptions: { wrapNumbers: true } });
const soon = { client, minDelay: 1, maxDelay: 1, maxWaitTime: 30 };
const TableName = "games";
const DAY_S = 86400;

// Lets time pass on the server, and answers what its clock shows then.
async function moveClock(seconds) {
  const answer = await fetch(`${ENDPOINT}/_lookback/clock`, { method: "POST", body: JSON.stringify({ advance_s: seconds }) });
  return (await answer.json()).now;
}

// Requires a call to be refused with this error, and gives it back.
async function refused(name, call) {
  let refusal;
  await assert.rejects(call, (error) => ((refusal = error), error.name === name) || assert.fail(`${error.name}: ${error.message}`));
  return refusal;
}

async function all(pages) {
  const found = [];
  for await (const page of pages) found.push(...(page.Items ?? []));
  return found;
}

async function tables() {
  const { TableDescription } = await client.send(new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [
      { AttributeName: "player", AttributeType: "S" },
      { AttributeName: "at", AttributeType: "N" },
      { AttributeName: "level", AttributeType: "S" },
      { AttributeName: "score", AttributeType: "N" },
    ],
    KeySchema: [{ AttributeName: "player", KeyType: "HASH" }, { AttributeName: "at", KeyType: "RANGE" }],
    GlobalSecondaryIndexes: [{
      IndexName: "best",
      KeySchema: [{ AttributeName: "level", KeyType: "HASH" }, { AttributeName: "score", KeyType: "RANGE" }],
      Projection: { ProjectionType: "KEYS_ONLY" },
    }],
  }));
  assert.equal(TableDescription.TableStatus, "CREATING");
  assert.ok(TableDescription.CreationDateTime instanceof Date);
  assert.equal((await waitUntilTableExists(soon, { TableName })).state, "SUCCESS");
  const names = [];
  for await (const page of paginateListTables({ client }, {})) names.push(...page.TableNames);
  assert.deepEqual(names, [TableName]);
  const again = new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: [{ AttributeName: "player", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "player", KeyType: "HASH" }],
  });
  await refused("ResourceInUseException", () => client.send(again));
}

async function values() {
  const Item = {
    player: "ann", at: 1, level: "cave", score: 12.5, alive: true, nothing: null, gone: undefined,
    bag: { coins: [1, 2, { gold: true }], empty: {} }, seen: new Set(["a", "b"]), dice: new Set([6, 1]),
    face: new Uint8Array([0, 1, 255]), big: 9007199254740993n,
  };
  assert.equal((await documents.send(new PutCommand({ TableName, Item }))).Attributes, undefined);
  const Key = { player: "ann", at: 1 };
  const found = (await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  const { gone, ...kept } = Item;
  assert.deepEqual(found, { ...kept, face: found.face });
  assert.deepEqual([...found.face], [0, 1, 255]);
  // Thirty-eight digits, which a JavaScript number does not hold.
  const digits = "1234567890.1234567890123456789012345678";
  await exact.send(new UpdateCommand({
    TableName, Key, UpdateExpression: "SET huge = :n", ExpressionAttributeValues: { ":n": NumberValue.from(digits) },
  }));
  const wrapped = (await exact.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
  assert.equal(wrapped.huge.toString(), digits);
  const projected = await documents.send(new GetCommand({
    TableName, Key, ProjectionExpression: "bag.coins[2], #s", ExpressionAttributeNames: { "#s": "score" },
  }));
  assert.deepEqual(projected.Item, { bag: { coins: [{ gold: true }] }, score: 12.5 });
  assert.equal((await documents.send(new GetCommand({ TableName, Key: { player: "ann", at: 2 } }))).Item, undefined);
}

async function conditions() {
  const Key = { player: "ann", at: 1 };
  const absent = { TableName, Item: { ...Key, level: "sea" }, ConditionExpression: "attribute_not_exists(player)" };
  const refusal = await refused("ConditionalCheckFailedException", () =>
    documents.send(new PutCommand({ ...absent, ReturnValuesOnConditionCheckFailure: "ALL_OLD" })));
  assert.equal(refusal.Item.level.S ?? refusal.Item.level, "cave");
  const updated = await documents.send(new UpdateCommand({
    TableName, Key,
    UpdateExpression: "SET bag.coins[0] = bag.coins[0] + :one, lives = if_not_exists(lives, :three), bag.trail = list_append(:new, :new) REMOVE nothing ADD score :one DELETE dice :six",
    ConditionExpression: "score BETWEEN :one AND :most AND contains(seen, :a) AND size(bag.coins) = :three AND NOT alive = :no",
    ExpressionAttributeValues: {
      ":one": 1, ":three": 3, ":most": 100, ":a": "a", ":no": false, ":new": ["x"], ":six": new Set([6]),
    },
    ReturnValues: "UPDATED_NEW",
  }));
  assert.deepEqual(updated.Attributes, {
    bag: { coins: [2], trail: ["x", "x"] }, lives: 3, score: 13.5, dice: new Set([1]),
  });
  await refused("ConditionalCheckFailedException", () =>
    documents.send(new DeleteCommand({ TableName, Key, ConditionExpression: "lives > :n", ExpressionAttributeValues: { ":n": 3 } })));
  const unused = new UpdateCommand({ TableName, Key, UpdateExpression: "SET a = :a", ExpressionAttributeValues: { ":a": 1, ":b": 2 } });
  const { message } = await refused("ValidationException", () => documents.send(unused));
  assert.match(message, /Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}$/);
  const old = await documents.send(new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }));
  assert.equal(old.Attributes.lives, 3);
}

async function batchesAndPages() {
  const games = Array.from({ length: 75 }, (_, n) => ({ player: n % 3 ? "ben" : "eva", at: n, level: `level-${n % 5}`, score: 1000 - n }));
  for (let from = 0; from < games.length; from += 25) {
    const puts = games.slice(from, from + 25).map((Item) => ({ PutRequest: { Item } }));
    const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
    assert.deepEqual(UnprocessedItems, {});
  }
  const Keys = games.slice(0, 30).map(({ player, at }) => ({ player, at }));
  const got = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ProjectionExpression: "#at", ExpressionAttributeNames: { "#at": "at" } } } }));
  assert.deepEqual(got.Responses[TableName].map((game) => game.at).sort((a, b) => a - b), Keys.map((key) => key.at));
  const tooMany = { RequestItems: { [TableName]: games.slice(0, 26).map((Item) => ({ PutRequest: { Item } })) } };
  await refused("ValidationException", () => documents.send(new BatchWriteCommand(tooMany)));

  // Frozen, since paginators write their position into what they are given.
  const query = Object.freeze({
    TableName, KeyConditionExpression: "player = :p AND #at BETWEEN :from AND :to",
    ExpressionAttributeNames: { "#at": "at" }, ExpressionAttributeValues: { ":p": "ben", ":from": 10, ":to": 40 },
  });
  const expected = games.filter(({ player, at }) => player === "ben" && at >= 10 && at <= 40);
  const paging = { client: documents, pageSize: 4 };
  assert.deepEqual(await all(paginateQuery(paging, { ...query })), expected);
  assert.deepEqual(await all(paginateQuery(paging, { ...query, ScanIndexForward: false })), expected.toReversed());
  const counted = await documents.send(new QueryCommand({ ...query, Select: "COUNT", FilterExpression: "score > :s", ExpressionAttributeValues: { ...query.ExpressionAttributeValues, ":s": 980 } }));
  assert.deepEqual([counted.Count, counted.ScannedCount, counted.Items], [7, 21, undefined]);
  const best = await documents.send(new QueryCommand({
    TableName, IndexName: "best", KeyConditionExpression: "#l = :l", ScanIndexForward: false, Limit: 3,
    ExpressionAttributeNames: { "#l": "level" }, ExpressionAttributeValues: { ":l": "level-2" },
  }));
  assert.deepEqual(best.Items, [2, 7, 12].map((n) => ({ player: n % 3 ? "ben" : "eva", at: n, level: "level-2", score: 1000 - n })));
  assert.deepEqual(Object.keys(best.LastEvaluatedKey).sort(), ["at", "level", "player", "score"]);
  await refused("ValidationException", () => documents.send(new QueryCommand({ TableName, IndexName: "best", ConsistentRead: true, KeyConditionExpression: "#l = :l", ExpressionAttributeNames: { "#l": "level" }, ExpressionAttributeValues: { ":l": "x" } })));
  const segments = await Promise.all([0, 1, 2].map((Segment) => all(paginateScan(paging, { TableName, Segment, TotalSegments: 3 }))));
  assert.deepEqual(segments.flat().map((game) => game.at).sort((a, b) => a - b), games.map((game) => game.at));
}

async function transactions() {
  const bank = (player, coins) => ({ Put: { TableName, Item: { player, at: 0, coins } } });
  await documents.send(new TransactWriteCommand({ TransactItems: [bank("north", 10), bank("south", 0)] }));
  const move = (coins) => new TransactWriteCommand({
    ClientRequestToken: `move-${coins}`,
    TransactItems: [
      { Update: { TableName, Key: { player: "north", at: 0 }, UpdateExpression: "SET coins = coins - :n", ConditionExpression: "coins >= :n", ExpressionAttributeValues: { ":n": coins }, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } },
      { Update: { TableName, Key: { player: "south", at: 0 }, UpdateExpression: "ADD coins :n", ExpressionAttributeValues: { ":n": coins } } },
      { ConditionCheck: { TableName, Key: { player: "west", at: 0 }, ConditionExpression: "attribute_not_exists(player)" } },
    ],
  });
  await documents.send(move(4));
  // The same token: nothing happens a second time.
  await documents.send(move(4));
  const Get = (player) => ({ Get: { TableName, Key: { player, at: 0 } } });
  const { Responses } = await documents.send(new TransactGetCommand({ TransactItems: [Get("north"), Get("south"), Get("west")] }));
  assert.deepEqual(Responses.map(({ Item }) => Item?.coins), [6, 4, undefined]);
  const refusal = await refused("TransactionCanceledException", () => documents.send(move(7)));
  assert.deepEqual(refusal.CancellationReasons.map((reason) => reason.Code), ["ConditionalCheckFailed", "None", "None"]);
  assert.equal(refusal.message, "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed, None, None]");
}

async function expiry() {
  const specification = { Enabled: true, AttributeName: "until" };
  const answer = await client.send(new UpdateTimeToLiveCommand({ TableName, TimeToLiveSpecification: specification }));
  assert.deepEqual(answer.TimeToLiveSpecification, specification);
  const now = await moveClock(3600);
  const state = await client.send(new DescribeTimeToLiveCommand({ TableName }));
  assert.deepEqual(state.TimeToLiveDescription, { AttributeName: "until", TimeToLiveStatus: "ENABLED" });
  await documents.send(new PutCommand({ TableName, Item: { player: "old", at: 0, until: Math.floor(now) + 60 } }));
  await documents.send(new PutCommand({ TableName, Item: { player: "young", at: 0, until: Math.floor(now) + 30 * DAY_S } }));
  await moveClock(3 * DAY_S);
  const get = async (player) => (await documents.send(new GetCommand({ TableName, Key: { player, at: 0 }, ConsistentRead: true }))).Item;
  assert.equal(await get("old"), undefined);
  assert.equal((await get("young")).player, "young");
}

async function backups() {
  const before = await all(paginateScan({ client: documents }, { TableName, ConsistentRead: true }));
  const { BackupDetails } = await client.send(new CreateBackupCommand({ TableName, BackupName: "before" }));
  assert.equal(BackupDetails.BackupStatus, "CREATING");
  const { BackupArn } = BackupDetails;
  let found;
  for (let poll = 0; poll < 100 && found?.BackupDetails.BackupStatus !== "AVAILABLE"; poll += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    found = (await client.send(new DescribeBackupCommand({ BackupArn }))).BackupDescription;
  }
  assert.equal(found.SourceTableDetails.TableName, TableName);
  const listed = await client.send(new ListBackupsCommand({ TableName }));
  assert.deepEqual(listed.BackupSummaries.map((summary) => summary.BackupArn), [BackupArn]);

  await client.send(new UpdateContinuousBackupsCommand({ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }));
  const then = await moveClock(3600);
  await moveClock(60);
  await documents.send(new DeleteCommand({ TableName, Key: { player: "north", at: 0 } }));
  await moveClock(DAY_S);
  const { ContinuousBackupsDescription } = await client.send(new DescribeContinuousBackupsCommand({ TableName }));
  const window = ContinuousBackupsDescription.PointInTimeRecoveryDescription;
  assert.ok(window.EarliestRestorableDateTime.getTime() < then * 1000 && then * 1000 < window.LatestRestorableDateTime.getTime());

  const restored = await client.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: "from-backup" }));
  assert.equal(restored.TableDescription.RestoreSummary.RestoreInProgress, true);
  const early = new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: "too-early", RestoreDateTime: new Date((then - 40 * DAY_S) * 1000) });
  await refused("InvalidRestoreTimeException", () => client.send(early));
  await client.send(new RestoreTableToPointInTimeCommand({ SourceTableName: TableName, TargetTableName: "then", RestoreDateTime: new Date(then * 1000) }));
  const order = (games) => games.toSorted((a, b) => a.player.localeCompare(b.player) || a.at - b.at);
  for (const name of ["from-backup", "then"]) {
    assert.equal((await waitUntilTableExists(soon, { TableName: name })).state, "SUCCESS");
    assert.deepEqual(order(await all(paginateScan({ client: documents }, { TableName: name }))), order(before), name);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    assert.equal(Table.GlobalSecondaryIndexes[0].IndexName, "best");
  }
  for (const name of [TableName, "from-backup", "then"]) {
    await client.send(new DeleteTableCommand({ TableName: name }));
    assert.equal((await waitUntilTableNotExists(soon, { TableName: name })).state, "SUCCESS");
  }
}

async function main() {
  await tables();
  await values();
  await conditions();
  await batchesAndPages();
  await transactions();
  await expiry();
  await backups();
  console.log("The document client of the AWS SDK for JavaScript passed");
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
