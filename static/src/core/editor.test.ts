import assert from "node:assert/strict";
import { test } from "node:test";
import { type Change, Editor } from "./editor.ts";
import { type Mark, NOTHING } from "./wire.ts";

function mark(name: string): Mark {
  return { id: name, name, attributes: {}, kept: {} };
}

function recorded(): [Editor, [string, readonly Change[]][]] {
  const heard: [string, readonly Change[]][] = [];
  return [new Editor((changes, how) => heard.push([how, changes])), heard];
}

const names = (editor: Editor, sample: string) => editor.marks(sample).map((one) => one.name);

test("one step over many samples is undone and redone as one", () => {
  const [editor] = recorded();
  editor.apply([
    ["a", [mark("cat")]],
    ["b", [mark("cat")]],
  ]);
  assert.equal(editor.undo().length, 2);
  assert.deepEqual([names(editor, "a"), names(editor, "b")], [[], []]);
  editor.redo();
  assert.deepEqual([names(editor, "a"), names(editor, "b")], [["cat"], ["cat"]]);
});

test("a new step forgets what had been undone", () => {
  const [editor] = recorded();
  editor.apply([["a", [mark("cat")]]]);
  editor.undo();
  editor.apply([["a", [mark("dog")]]]);
  assert.equal(editor.canRedo, false);
  assert.deepEqual(editor.redo(), []);
});

test("a step that changes nothing is no step", () => {
  const [editor, heard] = recorded();
  editor.load("a", [mark("cat")]);
  editor.apply([["a", [mark("cat")]]]);
  assert.equal(editor.canUndo, false);
  assert.equal(heard.length, 0);
});

test("every direction is told with what came before and after", () => {
  const [editor, heard] = recorded();
  editor.apply([["a", [mark("cat")]]]);
  editor.undo();
  editor.redo();
  assert.deepEqual(
    heard.map(([how, changes]) => [how, changes[0]?.after.length]),
    [
      ["do", 1],
      ["undo", 0],
      ["redo", 1],
    ],
  );
});

test("an answer replaced from outside cannot be undone into the old one", () => {
  const [editor] = recorded();
  editor.apply([
    ["a", [mark("cat")]],
    ["b", [mark("cat")]],
  ]);
  editor.forget("a");
  editor.load("a", [mark("theirs")]);
  editor.undo();
  assert.deepEqual([names(editor, "a"), names(editor, "b")], [["theirs"], []]);
});

test("saying that there is nothing is a step of its own, undone and redone like any other", () => {
  const [editor, heard] = recorded();
  editor.apply([["a", NOTHING]]);
  assert.equal(editor.marks("a"), NOTHING);
  editor.apply([["a", NOTHING]]);
  assert.equal(heard.length, 1);
  editor.undo();
  assert.notEqual(editor.marks("a"), NOTHING);
  editor.redo();
  assert.equal(editor.marks("a"), NOTHING);
});
