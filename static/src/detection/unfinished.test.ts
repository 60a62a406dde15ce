import assert from "node:assert/strict";
import { test } from "node:test";
import type { Point } from "../core/wire.ts";
import { type DrawingEvent, type DrawingState, startDrawing, type Tool } from "./state.ts";
import { step } from "./step.ts";
import { begunDiffers, resumed, unfinished } from "./unfinished.ts";

const RULES = { allowed: ["bndbox", "polygon"] as const, readonly: false, newId: () => "m1" };
const PICTURE = { width: 100, height: 80 };

function press(at: Point): DrawingEvent[] {
  return [
    { type: "down", at, reach: 2 },
    { type: "up", at, reach: 2 },
  ];
}

function drawn(tool: Tool, ...events: DrawingEvent[]): DrawingState {
  return events.reduce((state, event) => step(state, event, RULES), startDrawing(PICTURE, [], tool));
}

/** As a later page finds it: through the store and over a drawing that knows nothing of it. */
function reopened(state: DrawingState): DrawingState {
  const begun = structuredClone(unfinished(state));
  assert.ok(begun);
  return resumed(startDrawing(PICTURE, [], "select"), begun);
}

test("a rectangle that waits for its label waits for it again", () => {
  const state = drawn("bndbox", ...press([10, 10]), ...press([40, 30]));
  const again = reopened(state);
  assert.deepEqual(again.naming, state.naming);
  const named = step(again, { type: "label", name: "cat", attributes: {} }, RULES);
  assert.equal(named.marks[0]?.name, "cat");
  assert.equal(unfinished(named), null);
});

test("a polygon goes on where its last corner was set", () => {
  const state = drawn("polygon", ...press([10, 10]), ...press([40, 10]), ...press([40, 40]));
  const closed = step(reopened(state), { type: "finish" }, RULES);
  assert.deepEqual(closed.naming?.points, [
    [10, 10],
    [40, 10],
    [40, 40],
  ]);
});

test("nothing is kept of what is drawn in one go, labelled or given up", () => {
  assert.equal(unfinished(drawn("bndbox", { type: "down", at: [10, 10], reach: 2 })), null);
  assert.equal(unfinished(drawn("bndbox", ...press([10, 10]), ...press([40, 30]), { type: "cancel" })), null);
});

test("moving the pointer is nothing to write down", () => {
  const state = drawn("polygon", ...press([10, 10]), ...press([40, 10]));
  assert.equal(begunDiffers(state, step(state, { type: "move", at: [70, 70], reach: 2 }, RULES)), false);
  assert.equal(begunDiffers(state, step(state, { type: "down", at: [70, 70], reach: 2 }, RULES)), true);
});
