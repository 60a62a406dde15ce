import assert from "node:assert/strict";
import { test } from "node:test";
import {
  fits,
  freshStatement,
  hasTwins,
  joinResource,
  type Part,
  readDocument,
  splitResource,
  writeDocument,
} from "./document.ts";

function document(...statements: unknown[]): string {
  return JSON.stringify({ Version: "1.1", Statement: statements });
}

function parts(text: string): Part[] {
  const found = readDocument(text);
  assert.ok(found);
  return found;
}

test("what the visual view shows comes back as it was", () => {
  const statement = {
    Sid: "readers",
    Effect: "Allow",
    Action: ["modelarts:dataset:get", "modelarts:label:*"],
    Resource: ["modelarts:*:*:dataset:abc", "modelarts:north:t1:dataset:x:y"],
    Condition: { StringEquals: { "g:UserName": ["ann", "bob"] }, Bool: { "g:MFAPresent": ["true"] } },
  };
  const text = document(statement);
  assert.deepEqual(JSON.parse(writeDocument(parts(text))), JSON.parse(text));
});

test("reading what was written gives the same parts, however often", () => {
  const once = writeDocument(parts(document({ Effect: "Deny", Action: "modelarts:notebook:list" })));
  assert.equal(writeDocument(parts(once)), once);
});

test("a statement without a control for all of it stays a block of JSON, and the others do not", () => {
  const odd = { Effect: "Allow", NotAction: ["modelarts:dataset:get"] };
  const good = { Effect: "Allow", Action: ["modelarts:dataset:get"] };
  const found = parts(`{"Version": "1.1", "Statement": [${JSON.stringify(odd)}, ${JSON.stringify(good)}]}`);
  assert.deepEqual(
    found.map((part) => part.kind),
    ["json", "visual"],
  );
  assert.deepEqual(JSON.parse(writeDocument(found)), { Version: "1.1", Statement: [odd, good] });
  for (const statement of [{ ...good, Effect: "allow" }, { ...good, Resource: [] }, { ...good, Action: [1] }, "x"]) {
    assert.equal(parts(document(statement))[0]?.kind, "json");
  }
});

test("a block keeps its digits and its lines, however often it is read and written", () => {
  const block =
    '{\n    "Effect": "Allow",\n    "Action": ["a:b:c", "],{"],\n    "Condition": {"NumericEquals": {"k": 12345678901234567890}}\n}';
  const text = `{"Version": "1.1", "Statement": [${block}, {"Effect": "Deny", "Action": "x:y:z"}]}`;
  const once = parts(text);
  assert.deepEqual(once[0], { kind: "json", text: block });
  assert.deepEqual(parts(writeDocument(once)), once);
});

test("what is no document of the language is left to the JSON view", () => {
  for (const text of ["", "{", "[]", '{"Version": "1.1"}', '{"Version": "1.0", "Statement": []}']) {
    assert.equal(readDocument(text), null, text);
  }
  assert.equal(readDocument('{"Version": "1.1", "Statement": [], "Id": "x"}'), null);
  assert.equal(readDocument('{"Version": "1.1", "Statement": [{"Effect": "Allow", "Effect": "Deny"}]}'), null);
});

test("twins are seen in the object that has them, not across objects or in values", () => {
  assert.equal(hasTwins('{"a": {"b": 1}, "c": {"b": 2}, "d": "b", "e": ["b", "b"]}'), false);
  assert.equal(hasTwins('{"a": {"b": 1, "\\u0062": 2}}'), true);
  assert.equal(hasTwins('{"a\\"": 1, "a": 2}'), false);
});

test("a block that somebody is typing in goes into the text as it stands", () => {
  const text = writeDocument([freshStatement(), { kind: "json", text: '{"Effect": ' }]);
  assert.ok(text.includes('"Effect": \n') || text.includes('{"Effect": '));
  assert.equal(readDocument(text), null);
});

test("the sign > of the guide's samples is read as a colon", () => {
  const [part] = parts(document({ Effect: "Allow", Action: ["obs:bucket>ListBucket"] }));
  assert.ok(part?.kind === "visual");
  assert.deepEqual(part.statement.actions, ["obs:bucket:ListBucket"]);
});

test("wildcards fit as in the language", () => {
  assert.ok(fits("modelarts:*:get", "modelarts:dataset:get"));
  assert.ok(fits("modelarts:dataset:?et", "modelarts:dataset:get"));
  assert.ok(!fits("modelarts:dataset:get", "modelarts:dataset:getAll"));
  assert.ok(!fits("modelarts.dataset", "modelartsXdataset"));
});

test("a resource is taken apart only where its region and tenant are open", () => {
  assert.deepEqual(splitResource("obs:*:*:object:bucket/a:b*"), { service: "obs", type: "object", id: "bucket/a:b*" });
  assert.equal(splitResource("obs:north:*:object:x"), null);
  assert.equal(splitResource("*"), null);
  assert.equal(joinResource("modelarts", "dataset", "x"), "modelarts:*:*:dataset:x");
});
