import assert from "node:assert/strict";
import { test } from "node:test";
import { outcomeOf } from "./submission.ts";

Object.assign(globalThis, { gettext: (text: string) => text });

test("an answer refused on the revision it was based on is held, and nobody has to choose", () => {
  const refusal = { success: false, error_msg: "The owner is checking this answer." };
  const held = outcomeOf({ ...refusal, conflict: { labels: [{ name: "cat" }], revision: 3 } }, 3);
  assert.equal(held.kind, "held");
  const changed = outcomeOf({ ...refusal, conflict: { labels: [], revision: 4 } }, 3);
  assert.equal(changed.kind, "conflict");
});

test("a refusal shows the server's sentence", () => {
  const refused = outcomeOf({ success: false, error_code: "ModelArts.0104", error_msg: "No such label." }, 1);
  assert.deepEqual(refused, { kind: "refused", message: "No such label." });
});

test("a conflict with somebody who said that there is nothing shows just that", () => {
  const outcome = outcomeOf({ success: false, conflict: { labels: [], nothing_here: true, revision: 4 } }, 3);
  assert.deepEqual(outcome.kind === "conflict" && outcome.theirs.payload, { labels: [], nothing_here: true });
});
