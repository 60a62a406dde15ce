import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanComment, judge } from "./judging.ts";

test("an approval carries its rating and needs no reason", () => {
  const { judgement } = judge("s1", "w1", { accept: true, score: "B" }, "");
  assert.deepEqual(judgement, { sample_id: "s1", worker_id: "w1", accept: true, score: "B", comment: "" });
});

test("a rejection without a reason is not a judgement", () => {
  assert.equal(judge("s1", "w1", { accept: false }, "  ").problem, "reason");
  assert.equal(judge("s1", "w1", { accept: false }, "too loose").judgement?.comment, "too loose");
});

test("signs that the contract forbids are named and nothing is sent", () => {
  const judged = judge("s1", "w1", { accept: false }, "a < b & c < d");
  assert.deepEqual([judged.judgement, judged.problem], [null, "signs"]);
  assert.equal("signs" in judged && judged.signs, "< &");
});

test("quotes become typographic ones and the length is kept within the contract", () => {
  assert.equal(cleanComment(`it's "loose"`), "it’s “loose”");
  assert.equal(cleanComment("x".repeat(300)).length, 256);
});
