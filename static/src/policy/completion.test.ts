import assert from "node:assert/strict";
import { test } from "node:test";
import { choicesAt, complete, placeAt } from "./completion.ts";
import type { Language } from "./language.ts";

const language: Language = {
  services: [{ name: "modelarts", scope: "project", types: ["dataset"] }],
  actions: [],
  keys: [
    { name: "g:UserName", kind: "text", title: "", service: "" },
    { name: "g:MFAPresent", kind: "truth", title: "", service: "" },
    { name: "g:ResourceTag/", kind: "text", title: "", service: "" },
  ],
  operators: { text: ["StringEquals", "Null"], truth: ["Bool", "Null"] },
  patterns: ["modelarts:*:*", "modelarts:dataset:*", "modelarts:dataset:get"],
  resources: ["*", "modelarts:*:*:dataset:*"],
  templates: [],
};

/** Choices where the text has a bar. */
function at(text: string): string[] {
  const cursor = text.indexOf("|");
  const place = placeAt(text.replace("|", ""), cursor);
  return place ? choicesAt(language, place) : [];
}

test("members are offered where a name is written", () => {
  assert.deepEqual(at('{"|'), ["Version", "Statement"]);
  assert.deepEqual(at('{"Version": "1.1", "Statement": [{"E|'), ["Effect", "Resource"]);
  assert.deepEqual(at('{"Statement": [{"Condition": {"B|"'), ["Bool"]);
});

test("keys are those that the operator can compare", () => {
  assert.deepEqual(at('{"Statement": [{"Condition": {"Bool": {"|"'), ["g:MFAPresent"]);
  assert.deepEqual(at('{"Statement": [{"Condition": {"StringEquals": {"|"'), ["g:UserName", "g:ResourceTag/"]);
  assert.equal(at('{"Statement": [{"Condition": {"Null": {"|"').length, 3);
  assert.deepEqual(at('{"Statement": [{"Condition": {"Bool": {"g:MFAPresent": ["|'), ["true", "false"]);
});

test("values are offered by the member that they stand in, those that begin so first", () => {
  assert.deepEqual(at('{"Statement": [{"Effect": "|"}]}'), ["Allow", "Deny"]);
  assert.deepEqual(at('{"Statement": [{"Effect": "Allow", "Action": ["modelarts:dataset:g|"]}]}'), [
    "modelarts:dataset:get",
  ]);
  assert.deepEqual(at('{"Statement": [{"Action": ["x", |'), language.patterns);
  assert.deepEqual(at('{"Statement": [{"Resource": "dataset|"'), ["modelarts:*:*:dataset:*"]);
  assert.deepEqual(at('{"Statement": [{"Sid": "|"'), []);
  assert.deepEqual(at("|{}"), []);
});

test("a finished statement does not count for the next one", () => {
  assert.deepEqual(at('{"Statement": [{"Condition": {"Bool": {}}}, {"Eff|'), ["Effect"]);
});

test("a choice replaces what is written, closes the string, and puts a colon behind a name", () => {
  const text = '{"Statement": [{"Eff": "x"}]}';
  const place = placeAt(text, text.indexOf("Eff") + 3);
  assert.ok(place);
  assert.deepEqual(complete(text, place, "Effect"), { text: '{"Statement": [{"Effect": "x"}]}', cursor: 24 });
  const bare = placeAt('{"Statement": [{"Action": []}]}', 27);
  assert.ok(bare);
  assert.equal(complete('{"Statement": [{"Action": []}]}', bare, "a").text, '{"Statement": [{"Action": ["a"]}]}');
});
