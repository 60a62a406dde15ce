import assert from "node:assert/strict";
import { test } from "node:test";
import { nextNumber, numberPattern } from "./rows.ts";

test("a new row takes a number that no row has, whatever was removed before", () => {
  const pattern = numberPattern("label-@label@-color", "@label@");
  assert.equal(nextNumber(["label-0-color", "label-0-name", "label-4-color"], pattern), 5);
  assert.equal(nextNumber([], pattern), 0);
});

test("rows inside a row are counted for themselves", () => {
  const pattern = numberPattern("label-3-attribute-@attribute@-name", "@attribute@");
  assert.equal(nextNumber(["label-2-attribute-7-name", "label-3-attribute-1-name", "label-9-name"], pattern), 2);
});
