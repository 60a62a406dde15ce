import assert from "node:assert/strict";
import { test } from "node:test";
import { reconnectDelayMs, topicsOf } from "./live.ts";
import { nextTheme } from "./theme.ts";

const watching = (live: string) => ({ dataset: { live } });

test("each topic of a page is watched once", () => {
  const elements = [watching("task:1 dataset:2"), watching(" task:1"), watching("")];
  assert.deepEqual(topicsOf(elements), ["task:1", "dataset:2"]);
});

test("reconnecting waits longer each time, never for ever, and not at the same moment for everybody", () => {
  assert.deepEqual(
    [0, 1, 2, 9].map((attempt) => reconnectDelayMs(attempt, 1)),
    [500, 1000, 2000, 20_000],
  );
  assert.equal(reconnectDelayMs(9, 0), 10_000);
});

test("the theme goes through its three states", () => {
  assert.deepEqual([nextTheme(undefined), nextTheme("light"), nextTheme("dark")], ["light", "dark", "auto"]);
  assert.equal(nextTheme("<script>"), "light");
});
