import assert from "node:assert/strict";
import { test } from "node:test";
import { type Mark, NOTHING, type Point, type Shape } from "../core/wire.ts";
import { bounds, type Size } from "../picture/geometry.ts";
import {
  type DrawingEvent,
  type DrawingState,
  isFigure,
  type Rules,
  selectedMark,
  startDrawing,
  type Tool,
} from "./state.ts";
import { step } from "./step.ts";

const PICTURE: Size = { width: 200, height: 100 };
const ALL: Shape[] = ["bndbox", "polygon", "circle", "line", "dashed", "point"];
const REACH = 5;

function rules(over: Partial<Rules> = {}): Rules {
  let count = 0;
  return { allowed: ALL, readonly: false, newId: () => `n${++count}`, ...over };
}

function run(state: DrawingState, events: readonly DrawingEvent[], by: Rules = rules()): DrawingState {
  return events.reduce((now, event) => step(now, event, by), state);
}

const down = (x: number, y: number): DrawingEvent => ({ type: "down", at: [x, y], reach: REACH });
const move = (x: number, y: number): DrawingEvent => ({ type: "move", at: [x, y], reach: REACH });
const up = (x: number, y: number): DrawingEvent => ({ type: "up", at: [x, y], reach: REACH });
const click = (x: number, y: number): DrawingEvent[] => [down(x, y), up(x, y)];
const drag = (from: Point, to: Point): DrawingEvent[] => [down(...from), move(...to), up(...to)];
const label = (name = "cat"): DrawingEvent => ({ type: "label", name, attributes: {} });
const drawing = (tool: Tool, marks: readonly Mark[] = []) => startDrawing(PICTURE, marks, tool);

function box(id: string, a: Point, b: Point): Mark {
  return { id, name: "cat", shape: "bndbox", points: [a, b], attributes: {}, kept: {} };
}

test("a dragged rectangle waits for its label and is then selected", () => {
  const drawn = run(drawing("bndbox"), drag([10, 20], [60, 50]));
  assert.equal(drawn.marks.length, 0);
  const named = run(drawn, [label("dog")]);
  assert.deepEqual(named.marks[0]?.points, [
    [10, 20],
    [60, 50],
  ]);
  assert.equal(named.marks[0]?.name, "dog");
  assert.equal(named.selected, named.marks[0]?.id);
});

test("a rectangle dragged backwards has its corners in order", () => {
  const state = run(drawing("bndbox"), [...drag([60, 50], [10, 20]), label()]);
  assert.deepEqual(state.marks[0]?.points, [
    [10, 20],
    [60, 50],
  ]);
});

test("two clicks draw the same rectangle as one drag", () => {
  const dragged = run(drawing("bndbox"), [...drag([10, 20], [60, 50]), label()]);
  const clicked = run(drawing("bndbox"), [...click(10, 20), move(40, 40), ...click(60, 50), label()]);
  assert.deepEqual(clicked.marks, dragged.marks);
});

test("a polygon is closed by Enter, by its first corner or by a double click", () => {
  const corners = [...click(10, 10), ...click(60, 10), ...click(60, 60)];
  const endings: DrawingEvent[][] = [[{ type: "finish" }], click(11, 11), click(60, 60)];
  for (const ending of endings) {
    const state = run(drawing("polygon"), [...corners, ...ending, label()]);
    assert.equal(state.marks[0]?.points?.length, 3);
    assert.equal(state.draft, null);
  }
});

test("a polygon of fewer than three corners is no polygon", () => {
  const state = run(drawing("polygon"), [...click(10, 10), ...click(60, 10), { type: "finish" }]);
  assert.equal(state.naming, null);
  assert.equal(state.draft, null);
});

test("the last corner of a polygon in the making can be taken back", () => {
  const state = run(drawing("polygon"), [...click(10, 10), ...click(60, 10), { type: "back" }]);
  assert.deepEqual(state.draft?.points, [[10, 10]]);
});

test("circle, line, dashed line and point are drawn in their own ways", () => {
  const circle = run(drawing("circle"), [...drag([50, 50], [80, 50]), label()]).marks[0];
  assert.deepEqual([circle?.points, circle?.radius], [[[50, 50]], 30]);
  for (const tool of ["line", "dashed"] as const) {
    const line = run(drawing(tool), [...drag([5, 5], [50, 9]), label()]).marks[0];
    assert.equal(line?.shape, tool);
    assert.equal(line?.points?.length, 2);
  }
  assert.deepEqual(run(drawing("point"), [...click(7.4, 8.6), label()]).marks[0]?.points, [[7, 9]]);
});

test("cancelling the label throws the shape away and saves nothing", () => {
  const state = run(drawing("bndbox"), [...drag([10, 20], [60, 50]), { type: "cancel" }]);
  assert.deepEqual([state.marks.length, state.naming], [0, null]);
});

test("a shape type that the data set does not allow cannot be chosen", () => {
  const state = run(drawing("bndbox"), [{ type: "tool", tool: "circle" }], rules({ allowed: ["bndbox"] }));
  assert.equal(state.tool, "bndbox");
});

test("dragging a shape moves it in one step that ends with the drag", () => {
  const start = drawing("select", [box("a", [10, 10], [40, 40])]);
  const held = run(start, [down(20, 20), move(35, 25)]);
  assert.equal(held.marks, start.marks);
  const state = run(held, [up(35, 25)]);
  assert.deepEqual(state.marks[0]?.points, [
    [25, 15],
    [55, 45],
  ]);
});

test("a shape stops at the edge of the picture instead of being cut", () => {
  const state = run(drawing("select", [box("a", [10, 10], [40, 40])]), drag([20, 20], [-500, 900]));
  assert.deepEqual(state.marks[0]?.points, [
    [0, 70],
    [30, 100],
  ]);
});

test("a corner handle resizes and may pass the opposite corner", () => {
  const start = { ...drawing("select", [box("a", [10, 10], [40, 40])]), selected: "a" };
  assert.deepEqual(run(start, drag([40, 40], [80, 90])).marks[0]?.points, [
    [10, 10],
    [80, 90],
  ]);
  assert.deepEqual(run(start, drag([40, 40], [2, 3])).marks[0]?.points, [
    [2, 3],
    [10, 10],
  ]);
});

test("handles of the selected shape work while a drawing tool is on", () => {
  const start = { ...drawing("bndbox", [box("a", [10, 10], [40, 40])]), selected: "a" };
  const state = run(start, drag([40, 40], [60, 60]));
  assert.deepEqual([state.marks.length, state.naming], [1, null]);
});

test("a polygon gets a corner at the middle of a side and loses a chosen one", () => {
  const points: Point[] = [
    [10, 10],
    [50, 10],
    [50, 50],
    [10, 50],
  ];
  const mark: Mark = { id: "p", name: "cat", shape: "polygon", points, attributes: {}, kept: {} };
  const start = { ...drawing("select", [mark]), selected: "p" };
  const more = run(start, drag([30, 10], [30, 2]));
  assert.deepEqual(more.marks[0]?.points?.[1], [30, 2]);
  const fewer = run(start, [...drag([50, 10], [50, 10]), { type: "delete" }]);
  assert.deepEqual(fewer.marks[0]?.points, [points[0], points[2], points[3]]);
});

test("of overlapping shapes the smallest is picked", () => {
  const marks = [box("small", [20, 20], [30, 30]), box("large", [0, 0], [90, 90])];
  assert.equal(run(drawing("select", marks), click(25, 25)).selected, "small");
});

test("deleting selects the neighbour so that several go in a row", () => {
  const marks = [box("a", [0, 0], [5, 5]), box("b", [10, 0], [15, 5]), box("c", [20, 0], [25, 5])];
  const start = { ...drawing("select", marks), selected: "b" };
  const state = run(start, [{ type: "delete" }, { type: "delete" }]);
  assert.deepEqual(
    state.marks.map((mark) => mark.id),
    ["a"],
  );
});

test("a new label replaces the old one with its attributes", () => {
  const mark = { ...box("a", [0, 0], [50, 50]), attributes: { pose: "sitting" }, by: "auto", score: 0.3 };
  const start = { ...drawing("select", [mark]), selected: "a" };
  const changed = run(start, [{ type: "label", name: "dog", attributes: { size: "big" } }]).marks[0];
  assert.deepEqual([changed?.name, changed?.attributes], ["dog", { size: "big" }]);
  assert.deepEqual([changed?.by, changed?.score], [undefined, undefined]);
});

test("an emptied attribute is left out", () => {
  const mark = { ...box("a", [0, 0], [50, 50]), attributes: { pose: "sitting" } };
  const state = run(drawing("select", [mark]), [{ type: "attribute", id: "a", name: "pose", value: "" }]);
  assert.deepEqual(state.marks[0]?.attributes, {});
});

test("exact numbers are taken only where they make a shape", () => {
  const start = drawing("select", [box("a", [10, 10], [40, 40])]);
  const figure = (points: Point[]): DrawingEvent => ({ type: "figure", id: "a", points });
  const at = (state: DrawingState) => state.marks[0]?.points;
  assert.deepEqual(
    at(
      run(start, [
        figure([
          [1.5, 2],
          [900, 3.5],
        ]),
      ]),
    ),
    [
      [1.5, 2],
      [200, 3.5],
    ],
  );
  for (const wrong of [
    [
      [50, 10],
      [40, 40],
    ],
    [
      [Number.NaN, 1],
      [40, 40],
    ],
  ] as Point[][]) {
    assert.deepEqual(at(run(start, [figure(wrong)])), at(start));
  }
});

test("a shape can be made and shaped with the keyboard alone", () => {
  const state = run(drawing("bndbox"), [
    { type: "insert" },
    label(),
    { type: "nudge", dx: 10, dy: 0, grow: false },
    { type: "nudge", dx: 0, dy: 5, grow: true },
  ]);
  const box_ = bounds(state.marks[0] as Mark & { shape: Shape; points: Point[] });
  assert.deepEqual(box_, { left: 97, top: 37, right: 123, bottom: 68 });
});

test("copies from another picture get their own ids and only those that fit come", () => {
  const others = [box("x", [0, 0], [50, 50]), box("y", [150, 50], [400, 90])];
  const state = run(drawing("select"), [{ type: "paste", marks: others }]);
  assert.deepEqual(
    state.marks.map((mark) => mark.id),
    ["n1"],
  );
});

test("a read-only drawing can be looked at and not changed", () => {
  const start = drawing("select", [box("a", [10, 10], [40, 40])]);
  const by = rules({ readonly: true });
  const tries: DrawingEvent[] = [...drag([20, 20], [60, 60]), label("dog"), { type: "delete" }, { type: "clear" }];
  const state = run(start, tries, by);
  assert.equal(state.marks, start.marks);
  assert.equal(state.selected, "a");
});

test("hidden shapes come back when drawing goes on", () => {
  assert.equal(run(drawing("bndbox"), [{ type: "hide" }, down(5, 5)]).hidden, false);
});

/** A small generator of repeatable numbers 0..1. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function anyEvent(random: () => number, state: DrawingState): DrawingEvent {
  const at: Point = [random() * 600 - 200, random() * 500 - 200];
  const tools: Tool[] = ["select", ...ALL];
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const near = selectedMark(state)?.points?.[0] ?? at;
  const events: DrawingEvent[] = [
    { type: "down", at, reach: REACH },
    { type: "down", at: near, reach: REACH },
    { type: "move", at, reach: REACH },
    { type: "up", at, reach: REACH },
    { type: "finish" },
    { type: "back" },
    { type: "tool", tool: pick(tools) },
    { type: "label", name: pick(["cat", "dog"]), attributes: {} },
    { type: "cycle", by: 1 },
    { type: "nudge", dx: Math.round(at[0]), dy: Math.round(at[1]), grow: random() < 0.5 },
    { type: "insert" },
    { type: "figure", id: state.selected ?? "", points: [at, [at[1], at[0]], [random() * 300, 3]], radius: at[0] },
  ];
  return pick(random() < 0.05 ? [{ type: "delete" } as const, { type: "cancel" } as const] : events);
}

test("whatever is done, no point leaves the picture and no shape is empty", () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seeded(seed);
    const by = rules();
    let state = drawing("bndbox");
    for (let count = 0; count < 400; count += 1) {
      const event = anyEvent(random, state);
      state = step(state, event, by);
      for (const mark of state.marks) {
        assert.ok(isFigure(mark));
        const { left, top, right, bottom } = bounds(mark);
        const inside = left >= 0 && top >= 0 && right <= PICTURE.width && bottom <= PICTURE.height;
        assert.ok(inside, `seed ${seed}: ${JSON.stringify(event)} made ${JSON.stringify(mark)}`);
        if (mark.shape === "bndbox") assert.ok(right - left >= 1 && bottom - top >= 1, JSON.stringify(mark));
        if (mark.shape === "polygon") assert.ok(mark.points.length >= 3, JSON.stringify(mark));
      }
    }
  }
});

test("a second finger takes back what the first began and leaves the corners set before", () => {
  const begun = run(drawing("bndbox"), [down(10, 10), move(30, 30), { type: "interrupt" }, up(30, 30)]);
  assert.deepEqual([begun.draft, begun.naming, begun.tool], [null, null, "bndbox"]);
  const corners = [...click(10, 10), ...click(60, 10), down(60, 40)];
  const polygon = run(drawing("polygon"), [...corners, { type: "interrupt" }]);
  assert.deepEqual(polygon.draft?.points, [
    [10, 10],
    [60, 10],
  ]);
  const mark = box("a", [10, 10], [50, 50]);
  const selected = run(drawing("select", [mark]), [down(30, 30), move(60, 60), { type: "interrupt" }, up(60, 60)]);
  assert.deepEqual([selected.marks, selected.selected], [[mark], "a"]);
});

test("nothing here is said of an empty picture, taken back by saying it again, and gone with the first shape", () => {
  const said = run(drawing("bndbox"), [{ type: "nothing" }]);
  assert.equal(said.marks, NOTHING);
  const back = run(said, [{ type: "nothing" }]);
  assert.deepEqual([back.marks.length, back.marks === NOTHING], [0, false]);
  const drawn = run(said, [...drag([10, 20], [60, 50]), label()]);
  assert.deepEqual([drawn.marks.length, run(drawn, [{ type: "delete" }]).marks === NOTHING], [1, false]);
});

test("nothing here throws no shape away, and pasting nothing takes it not back", () => {
  const shapes = drawing("bndbox", [box("a", [0, 0], [20, 20])]);
  assert.equal(run(shapes, [{ type: "nothing" }]), shapes);
  const begun = run(drawing("polygon"), click(10, 10));
  assert.equal(run(begun, [{ type: "nothing" }]), begun);
  const said = run(drawing("bndbox"), [{ type: "nothing" }]);
  assert.equal(run(said, [{ type: "paste", marks: [] }]).marks, NOTHING);
});

test("nothing here cannot be said of an answer that can only be looked at", () => {
  const shown = drawing("select");
  assert.equal(run(shown, [{ type: "nothing" }], rules({ readonly: true })), shown);
});
