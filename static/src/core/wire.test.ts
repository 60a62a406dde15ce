import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerFromWire,
  answerToWire,
  byHand,
  isAnswered,
  markFromWire,
  markToWire,
  NOTHING,
  newId,
  newUuid,
  type WireLabel,
} from "./wire.ts";

function roundTrip(property: Record<string, unknown>): Record<string, unknown> | undefined {
  const label: WireLabel = { name: "cat", type: 1, id: "m1", property, annotated_by: "human" };
  return markToWire(markFromWire(label), "object_detection").property;
}

test("every shape comes back from the wire as it went", () => {
  const features: [string, number[][]][] = [
    [
      "bndbox",
      [
        [1, 2],
        [30, 40],
      ],
    ],
    ["circle", [[50, 60], [12]]],
    [
      "polygon",
      [
        [0, 0],
        [9, 0],
        [9, 9],
        [0, 0],
      ],
    ],
    [
      "line",
      [
        [1, 1],
        [5, 5],
      ],
    ],
    [
      "dashed",
      [
        [1, 1],
        [5, 5],
      ],
    ],
    ["point", [[7, 8]]],
  ];
  for (const [shape, feature] of features) {
    const property = { "@modelarts:shape": shape, "@modelarts:feature": feature };
    assert.deepEqual(roundTrip(property), property, shape);
  }
});

test("a polygon that was not closed on the wire is closed when handed back", () => {
  const feature = [
    [0, 0],
    [9, 0],
    [9, 9],
  ];
  const property = roundTrip({ "@modelarts:shape": "polygon", "@modelarts:feature": feature });
  assert.deepEqual(property?.["@modelarts:feature"], [...feature, [0, 0]]);
});

test("attributes are editable and properties we do not know are handed back", () => {
  const mark = markFromWire({ name: "cat", property: { pose: "sitting", "@modelarts:hard": true } });
  assert.deepEqual(mark.attributes, { pose: "sitting" });
  assert.deepEqual(markToWire(mark, "image_classification").property, { "@modelarts:hard": true, pose: "sitting" });
});

test("a mark changed by a person is no longer the machine's", () => {
  const mark = markFromWire({ name: "cat", annotated_by: "auto", score: 0.4 });
  const changed = markToWire(byHand(mark), "image_classification");
  assert.equal("annotated_by" in changed || "score" in changed, false);
});

test("ids have the forms the contract takes and do not repeat", () => {
  assert.match(newId(), /^[0-9a-f]{32}$/);
  assert.match(newUuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(Array.from({ length: 1000 }, newUuid)).size, 1000);
});

test("nothing to label is an answer, and no labels are none", () => {
  const type = "object_detection";
  assert.deepEqual(answerToWire(NOTHING, type), { labels: [], nothing_here: true });
  assert.deepEqual(answerToWire([], type), { labels: [] });
  assert.equal(answerFromWire({ labels: [], nothing_here: true }), NOTHING);
  const none = answerFromWire({ labels: [], nothing_here: false });
  assert.deepEqual([isAnswered(NOTHING), isAnswered(none), none === NOTHING], [true, false, false]);
});
