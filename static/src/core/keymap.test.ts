import assert from "node:assert/strict";
import { test } from "node:test";
import { type Binding, Keymap, keyName, labelKeys, yielding } from "./keymap.ts";

const NONE = { code: "", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };

function binding(action: string, ...keys: string[]): Binding {
  return { action, title: action, group: "g", keys, run: () => undefined };
}

test("two actions on one key are refused", () => {
  assert.throws(() => new Keymap([binding("one", "d"), binding("two", "d")]), /one and two/);
});

test("the command key of a Mac counts as Ctrl", () => {
  assert.equal(keyName({ ...NONE, key: "z", metaKey: true }), "Ctrl+z");
  assert.equal(keyName({ ...NONE, key: "Z", ctrlKey: true, shiftKey: true }), "Ctrl+Shift+z");
});

test("shift is not asked for where it makes the sign", () => {
  assert.equal(keyName({ ...NONE, key: "?", shiftKey: true }), "?");
  assert.equal(keyName({ ...NONE, key: "Delete", shiftKey: true }), "Shift+Delete");
  assert.equal(keyName({ ...NONE, key: " " }), "Space");
});

test("letters work on layouts of other scripts", () => {
  assert.equal(keyName({ ...NONE, key: "в", code: "KeyD" }), "d");
});

test("labels keep their own key, digits fill the rest, taken keys are left alone", () => {
  const labels = [
    { name: "cat", shortcut: "C" },
    { name: "dog", shortcut: "d" },
    { name: "bird", shortcut: "" },
    { name: "fish", shortcut: "c" },
  ];
  const keys = labelKeys(labels, (key) => key === "d" || key === "1");
  assert.deepEqual(
    [...keys],
    [
      ["cat", "c"],
      ["dog", "2"],
      ["bird", "3"],
      ["fish", "4"],
    ],
  );
});

test("no label gets a key when all are taken", () => {
  assert.equal(labelKeys([{ name: "cat", shortcut: "" }], () => true).size, 0);
});

test("an action leaves a key to the label that claims it only while it keeps another", () => {
  const actions = [binding("confirm", "s", "Ctrl+Enter"), binding("next", "n")];
  const keys = yielding(actions, [{ shortcut: "S" }, { shortcut: "n" }]).map((action) => action.keys);
  assert.deepEqual(keys, [["Ctrl+Enter"], ["n"]]);
});
