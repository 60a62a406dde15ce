import assert from "node:assert/strict";
import { test } from "node:test";
import { batches } from "./batches.ts";

const sizes = (groups: { size: number }[][]) => groups.map((group) => group.map((file) => file.size));

test("files are grouped by number and by bytes, in their order", () => {
  const files = [1, 2, 3, 4, 5].map((size) => ({ size }));
  assert.deepEqual(sizes(batches(files, 2, 100)), [[1, 2], [3, 4], [5]]);
  assert.deepEqual(sizes(batches(files, 10, 6)), [[1, 2, 3], [4], [5]]);
});

test("a file over the limit travels alone and nothing is lost", () => {
  const files = [1, 50, 1].map((size) => ({ size }));
  assert.deepEqual(sizes(batches(files, 10, 10)), [[1], [50], [1]]);
  assert.deepEqual(batches([], 10, 10), []);
});
