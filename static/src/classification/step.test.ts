import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mark, NOTHING } from "../core/wire.ts";
import { toggleLabel, toggleNothing, withLabel, withoutLabel } from "./labelling.ts";
import { EMPTY_GRID, type GridEvent, type GridState, step, targets } from "./step.ts";

const ORDER = ["a", "b", "c", "d", "e"];

function after(...events: GridEvent[]): GridState {
  return [{ type: "samples", order: ORDER } as GridEvent, ...events].reduce(step, EMPTY_GRID);
}

const click = (id: string, shift = false): GridEvent => ({ type: "click", id, shift });
const chosen = (state: GridState) => [...state.selected].sort().join("");

test("a click selects and a second click takes it back", () => {
  assert.equal(chosen(after(click("b"), click("d"))), "bd");
  assert.equal(chosen(after(click("b"), click("d"), click("b"))), "d");
});

test("shift and click select the range in either direction", () => {
  assert.equal(chosen(after(click("b"), click("d", true))), "bcd");
  assert.equal(chosen(after(click("d"), click("b", true))), "bcd");
});

test("a label goes to the selected images, else to the one under the cursor", () => {
  assert.deepEqual(targets(after()), ["a"]);
  assert.deepEqual(targets(after({ type: "move", by: 2, extend: false })), ["c"]);
  assert.deepEqual(targets(after(click("d"), click("b"))), ["b", "d"]);
});

test("after labelling the same images can get a second label", () => {
  assert.deepEqual(targets(after(click("a"), click("b"), { type: "labelled" })), ["a", "b"]);
});

test("after labelling the next click starts a new selection", () => {
  assert.equal(chosen(after(click("a"), click("b"), { type: "labelled" }, click("d"))), "d");
  assert.equal(chosen(after(click("a"), click("b"), { type: "labelled" }, click("b"))), "b");
});

test("walking on after labelling leaves the finished selection behind", () => {
  const state = after(click("a"), { type: "labelled" }, { type: "move", by: 1, extend: false });
  assert.deepEqual(targets(state), ["b"]);
});

test("the cursor stays in the grid", () => {
  assert.equal(after({ type: "move", by: -3, extend: false }).cursor, 0);
  assert.equal(after({ type: "move", by: 99, extend: false }).cursor, 4);
});

test("extending with the keys selects from the anchor and shrinks again", () => {
  const extend = (by: number): GridEvent => ({ type: "move", by, extend: true });
  assert.equal(chosen(after(click("b"), extend(1), extend(1))), "bcd");
  assert.equal(chosen(after(click("b"), extend(1), extend(1), extend(-1))), "bc");
});

test("in the large view a label goes to the image that is seen", () => {
  const state = after(click("a"), click("b"), { type: "preview", open: true });
  assert.deepEqual(targets(state), ["b"]);
  assert.deepEqual(targets(step(state, { type: "move", by: 1, extend: false })), ["c"]);
});

test("new images change neither cursor nor selection", () => {
  const state = after(click("b"), { type: "samples", order: [...ORDER, "f"] });
  assert.equal(state.order[state.cursor], "b");
  assert.equal(chosen(state), "b");
});

test("events on an empty grid do nothing", () => {
  const events: GridEvent[] = [
    { type: "toggle" },
    { type: "move", by: 1, extend: true },
    { type: "jump", to: 3 },
    click("a"),
  ];
  for (const event of events) assert.deepEqual(targets(step(EMPTY_GRID, event)), []);
});

const NO_MARKS: readonly Mark[] = [];

test("a label is given to all when one lacks it and taken from all when none does", () => {
  const cat = withLabel(NO_MARKS, "cat", () => "1");
  const given = toggleLabel(
    "cat",
    [
      ["a", cat],
      ["b", NO_MARKS],
    ],
    () => "2",
  );
  assert.deepEqual(
    given.map(([, marks]) => marks.map((mark) => mark.name)),
    [["cat"], ["cat"]],
  );
  assert.deepEqual(
    toggleLabel("cat", given).map(([, marks]) => marks.length),
    [0, 0],
  );
});

test("an image never has the same label twice", () => {
  const once = withLabel(NO_MARKS, "cat", () => "1");
  assert.equal(
    withLabel(once, "cat", () => "2"),
    once,
  );
});

test("none of the labels is said of all, taken back where all say it, and gone with the first label", () => {
  const cat = withLabel([], "cat");
  const said = toggleNothing([
    ["a", []],
    ["b", cat],
  ]);
  assert.deepEqual(
    said.map(([, marks]) => marks === NOTHING),
    [true, true],
  );
  assert.deepEqual(
    toggleNothing(said).map(([, marks]) => marks === NOTHING),
    [false, false],
  );
  assert.equal(withLabel(NOTHING, "cat").length, 1);
});

test("taking a label from several images leaves the one that has none as it is", () => {
  assert.equal(withoutLabel(NOTHING, "cat"), NOTHING);
  assert.deepEqual(withoutLabel(withLabel([], "cat"), "cat"), []);
});
