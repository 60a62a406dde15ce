import assert from "node:assert/strict";
import { test } from "node:test";
import type { Point } from "../core/wire.ts";
import { hits } from "./geometry.ts";
import { fromNumbers, numberFields } from "./shapes.ts";
import { fitted, panned, toImage, toScreen, zoomed } from "./viewport.ts";

Object.assign(globalThis, { gettext: (text: string) => text });

const PICTURE = { width: 400, height: 300 };
const SCREEN = { width: 800, height: 500 };

function near(a: Point, b: Point): void {
  assert.ok(Math.hypot(a[0] - b[0], a[1] - b[1]) < 1e-6, `${a} is not ${b}`);
}

test("the fitted picture is whole and in the middle", () => {
  const view = fitted(PICTURE, SCREEN);
  const [left, top] = toScreen(view, [0, 0]);
  const [right, bottom] = toScreen(view, [400, 300]);
  assert.ok(left >= 0 && top >= 0 && right <= 800 && bottom <= 500);
  near([left + right, top + bottom], [800, 500]);
});

test("zooming leaves the point under the pointer where it is", () => {
  const view = fitted(PICTURE, SCREEN);
  const at: Point = [500, 200];
  const before = toImage(view, at);
  near(toImage(zoomed(view, 1.7, at, PICTURE, SCREEN), at), before);
});

test("image and screen points turn into each other", () => {
  const view = { scale: 3.3, x: -17, y: 41 };
  near(toImage(view, toScreen(view, [12, 34])), [12, 34]);
});

test("zoom has ends and the picture cannot be lost", () => {
  let view = fitted(PICTURE, SCREEN);
  for (let count = 0; count < 60; count += 1) view = zoomed(view, 2, [0, 0], PICTURE, SCREEN);
  assert.equal(view.scale, 40);
  view = panned(view, 1e6, -1e6, PICTURE, SCREEN);
  const [x] = toScreen(view, [0, 0]);
  const [, y] = toScreen(view, [400, 300]);
  assert.ok(x < 800 && y > 0);
});

test("a point within reach of a line hits it and one beyond does not", () => {
  const line = { shape: "line" as const, points: [[0, 0] as Point, [100, 0] as Point] };
  assert.equal(hits(line, [50, 4], 5), true);
  assert.equal(hits(line, [50, 6], 5), false);
  assert.equal(hits(line, [110, 0], 5), false);
});

test("the exact numbers of every shape give the same shape back", () => {
  const square: Point[] = [
    [0, 0],
    [9, 0],
    [9, 9],
  ];
  const figures = [
    { shape: "bndbox" as const, points: [square[0], square[2]] as Point[] },
    { shape: "circle" as const, points: [[50, 60]] as Point[], radius: 7 },
    { shape: "polygon" as const, points: square },
    { shape: "point" as const, points: [[3, 4]] as Point[] },
  ];
  for (const figure of figures) {
    const mark = { id: "m", name: "cat", attributes: {}, kept: {}, ...figure };
    const { shape: _shape, ...numbers } = figure;
    assert.deepEqual(
      fromNumbers(
        mark,
        numberFields(mark).map((field) => field.value),
      ),
      numbers,
    );
  }
});
