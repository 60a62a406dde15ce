import assert from "node:assert/strict";
import { test } from "node:test";
import { Drafts } from "./drafts.ts";
import { MemoryStore } from "./outbox_store.ts";

test("what was begun is there for the next page of the same person and task", async () => {
  const store = new MemoryStore<string>();
  await new Drafts("task:1:lee", store).put("a", "half a reas");
  const next = new Drafts("task:1:lee", store);
  await next.read();
  assert.equal(next.get("a"), "half a reas");
  const other = new Drafts("task:1:rex", store);
  await other.read();
  assert.equal(other.has("a"), false);
});

test("what was finished or given up is offered no more", async () => {
  const store = new MemoryStore<string>();
  const drafts = new Drafts("t", store);
  await drafts.put("a", "half");
  await drafts.put("a", null);
  const next = new Drafts("t", store);
  await next.read();
  assert.deepEqual([drafts.has("a"), next.has("a")], [false, false]);
});

test("drafts are no business of the outbox of the same scope", async () => {
  const store = new MemoryStore<string>();
  await new Drafts("t", store).put("a", "half");
  assert.deepEqual(await store.all("t"), []);
});

test("a store that keeps nothing leaves the draft on the page", async () => {
  const store = new MemoryStore<string>();
  store.put = () => Promise.reject(new Error("full"));
  const drafts = new Drafts("t", store);
  await drafts.put("a", "half");
  assert.equal(drafts.get("a"), "half");
});
