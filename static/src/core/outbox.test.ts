import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, SignedOut, Unreachable } from "./api.ts";
import { Outbox } from "./outbox.ts";
import type { Attempt, Entry, Outcome } from "./outbox_entry.ts";
import { MemoryStore, type OutboxStore } from "./outbox_store.ts";

type Sent = Attempt<string> & { key: string };

/** A server of texts with revisions that knows repeated submissions by their id, as ours does. */
class Server {
  readonly rows = new Map<string, { text: string; revision: number; last: string }>();
  readonly received: Sent[][] = [];
  mood: "fine" | "down" | "deaf" | "signed out" = "fine";
  bad = new Set<string>();

  send = async (attempts: Sent[]): Promise<Outcome<string>[]> => {
    if (this.mood === "down") throw new Unreachable(0);
    if (this.mood === "signed out") throw new SignedOut();
    if (attempts.some((attempt) => attempt.payload === "poison")) throw new Refused(400, "X", "poisoned");
    this.received.push(attempts);
    const outcomes = attempts.map((attempt) => this.take(attempt));
    if (this.mood === "deaf") throw new Unreachable(0);
    return outcomes;
  };

  private take(attempt: Sent): Outcome<string> {
    const row = this.rows.get(attempt.key) ?? { text: "", revision: 0, last: "" };
    if (row.last === attempt.id) return { kind: "saved", revision: row.revision };
    if (this.bad.has(attempt.payload)) return { kind: "refused", message: "not known" };
    if (attempt.base !== row.revision) {
      return { kind: "conflict", message: "changed", theirs: { payload: row.text, revision: row.revision } };
    }
    const next = { text: attempt.payload, revision: row.revision + 1, last: attempt.id };
    this.rows.set(attempt.key, next);
    return { kind: "saved", revision: next.revision };
  }
}

/** A memory store that counts as lasting and can be shared by several pages. */
class SharedStore extends MemoryStore<string> {
  override readonly lasting = true as never;
}

let ids = 0;

async function page(server: Server, store: OutboxStore<string> = new SharedStore()): Promise<Outbox<string>> {
  const outbox = new Outbox<string>({ scope: "t", store, send: server.send, newId: () => `id${++ids}` });
  await outbox.open();
  return outbox;
}

test("a change is on the device before anything is sent", async () => {
  const store = new SharedStore();
  const outbox = await page(new Server(), store);
  await outbox.put("a", "one", 0, 1000);
  assert.deepEqual(
    (await store.all("t")).map((entry: Entry<string>) => entry.next),
    ["one"],
  );
  assert.equal(outbox.status().state, "waiting");
});

test("an acknowledged change leaves nothing behind", async () => {
  const server = new Server();
  const store = new SharedStore();
  const outbox = await page(server, store);
  await outbox.put("a", "one", 0, 0);
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "one");
  assert.deepEqual(await store.all("t"), []);
  assert.equal(outbox.status().state, "saved");
});

test("what a dead server did not take is sent by the next page", async () => {
  const server = new Server();
  const store = new SharedStore();
  const first = await page(server, store);
  server.mood = "down";
  await first.put("a", "one", 0, 0);
  await first.flush();
  assert.equal(first.status().state, "offline");
  server.mood = "fine";
  const second = await page(server, store);
  assert.equal(second.local("a"), "one");
  await second.flush();
  assert.equal(server.rows.get("a")?.text, "one");
  assert.equal(second.status().state, "saved");
});

test("a lost answer doubles nothing and is no conflict with oneself", async () => {
  const server = new Server();
  const outbox = await page(server);
  server.mood = "deaf";
  await outbox.put("a", "one", 0, 0);
  await outbox.flush();
  await outbox.put("a", "two", 0, 0);
  server.mood = "fine";
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "two");
  assert.equal(server.rows.get("a")?.revision, 2);
  assert.equal(outbox.status().state, "saved");
});

test("a lost answer followed by a reload keeps its submission id", async () => {
  const server = new Server();
  const store = new SharedStore();
  const first = await page(server, store);
  server.mood = "deaf";
  await first.put("a", "one", 0, 0);
  await first.flush();
  server.mood = "fine";
  await (await page(server, store)).flush();
  const [before, after] = server.received.map((batch) => batch[0]?.id);
  assert.equal(after, before);
  assert.equal(server.rows.get("a")?.revision, 1);
});

test("several edits before sending are one submission of the last", async () => {
  const server = new Server();
  const outbox = await page(server);
  await outbox.put("a", "one", 0, 1000);
  await outbox.put("a", "two", 0, 1000);
  await outbox.flush();
  assert.deepEqual(
    server.received.map((batch) => batch.map((attempt) => attempt.payload)),
    [["two"]],
  );
});

test("an edit made while sending follows on the acknowledged revision", async () => {
  const server = new Server();
  const outbox = await page(server);
  await outbox.put("a", "one", 0, 1000);
  const flushed = outbox.flush();
  await outbox.put("a", "two", 0, 1000);
  await flushed;
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "two");
  assert.equal(outbox.status().problems, 0);
});

test("a conflict keeps the local version until a person decides", async () => {
  const server = new Server();
  server.rows.set("a", { text: "theirs", revision: 5, last: "x" });
  const outbox = await page(server);
  await outbox.put("a", "mine", 4, 0);
  await outbox.flush();
  assert.equal(outbox.status().state, "attention");
  assert.equal(outbox.local("a"), "mine");
  assert.deepEqual(outbox.entry("a")?.problem?.theirs, { payload: "theirs", revision: 5 });
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "theirs");
  await outbox.resolve("a", "mine");
  assert.equal(server.rows.get("a")?.text, "mine");
  assert.equal(outbox.status().state, "saved");
});

test("taking the other side of a conflict drops the local version", async () => {
  const server = new Server();
  server.rows.set("a", { text: "theirs", revision: 5, last: "x" });
  const store = new SharedStore();
  const outbox = await page(server, store);
  await outbox.put("a", "mine", 4, 0);
  await outbox.flush();
  await outbox.resolve("a", "theirs");
  assert.equal(server.rows.get("a")?.text, "theirs");
  assert.deepEqual(await store.all("t"), []);
});

test("a refused answer stays as a draft with the server's sentence and the next edit cures it", async () => {
  const server = new Server();
  server.bad.add("bad");
  const outbox = await page(server);
  await outbox.put("a", "bad", 0, 0);
  await outbox.flush();
  assert.equal(outbox.entry("a")?.problem?.message, "not known");
  assert.equal(outbox.local("a"), "bad");
  await outbox.put("a", "good", 0, 0);
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "good");
});

test("one refused submission does not hold back the others of its batch", async () => {
  const server = new Server();
  const outbox = await page(server);
  for (const [key, text] of [
    ["a", "one"],
    ["b", "poison"],
    ["c", "three"],
  ] as const)
    await outbox.put(key, text, 0, 1000);
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "one");
  assert.equal(server.rows.get("c")?.text, "three");
  assert.deepEqual(
    outbox.problems().map((entry) => [entry.key, entry.problem?.message]),
    [["b", "poisoned"]],
  );
});

test("work done while signed out waits and says so", async () => {
  const server = new Server();
  const outbox = await page(server);
  server.mood = "signed out";
  await outbox.put("a", "one", 0, 0);
  await outbox.flush();
  assert.deepEqual([outbox.status().state, outbox.status().signedOut], ["attention", true]);
  server.mood = "fine";
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "one");
  assert.equal(outbox.status().state, "saved");
});

test("work that another page has sent is not sent again", async () => {
  const server = new Server();
  const store = new SharedStore();
  const first = await page(server, store);
  server.mood = "down";
  await first.put("a", "one", 0, 0);
  await first.flush();
  const second = await page(server, store);
  server.mood = "fine";
  await first.flush();
  await second.flush();
  assert.equal(server.received.flat().length, 1);
  assert.equal(second.status().state, "saved");
});

test("an edit survives that another page finishes sending an older one", async () => {
  const server = new Server();
  const store = new SharedStore();
  const first = await page(server, store);
  const second = await page(server, store);
  await first.put("a", "old", 0, 1000);
  await second.put("a", "new", 0, 1000);
  await first.flush();
  await second.flush();
  assert.ok(server.rows.get("a")?.text === "new" || second.local("a") === "new");
});

test("a browser without a store still sends and says that closing would lose work", async () => {
  const server = new Server();
  const outbox = await page(server, new MemoryStore<string>());
  await outbox.put("a", "one", 0, 0);
  assert.equal(outbox.status().lasting, false);
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "one");
});

test("a full disk does not stop sending", async () => {
  class FullStore extends SharedStore {
    override async put(): Promise<void> {
      throw new Error("quota");
    }
  }
  const server = new Server();
  const outbox = await page(server, new FullStore());
  await outbox.put("a", "one", 0, 0);
  assert.equal(outbox.status().lasting, false);
  await outbox.flush();
  assert.equal(server.rows.get("a")?.text, "one");
});

test("waiting times grow after failures and edits do not shorten them", async () => {
  const server = new Server();
  server.mood = "down";
  const waits: number[] = [];
  const outbox = new Outbox<string>({
    scope: "t",
    store: new SharedStore(),
    send: server.send,
    newId: () => `id${++ids}`,
    random: () => 1,
    later: (_work, ms) => waits.push(ms),
    never: () => undefined,
  });
  await outbox.open();
  for (let round = 0; round < 7; round += 1) await outbox.flush().then(() => outbox.put("a", `v${round}`, 0, 0));
  assert.deepEqual(waits.slice(1), [1000, 2000, 4000, 8000, 16_000, 30_000]);
});

test("whatever fails and whenever the page is reloaded, the last edit of each sample arrives, once", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    let state = seed;
    const random = () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return state / 2 ** 32;
    };
    const server = new Server();
    const store = new SharedStore();
    const last = new Map<string, string>();
    let outbox = await page(server, store);
    let revisions = new Map<string, number>();
    for (let turn = 0; turn < 80; turn += 1) {
      const dice = random();
      if (dice < 0.45) {
        const key = `s${Math.floor(random() * 4)}`;
        last.set(key, `${key} edit ${turn}`);
        await outbox.put(key, `${key} edit ${turn}`, revisions.get(key) ?? 0, 1000);
      } else if (dice < 0.65) {
        server.mood = (["fine", "down", "deaf", "signed out"] as const)[Math.floor(random() * 4)] ?? "fine";
      } else if (dice < 0.9) {
        await outbox.flush();
      } else {
        // A reload first lists the samples with their revisions, then works on.
        outbox = await page(server, store);
      }
      revisions = new Map([...server.rows].map(([key, row]) => [key, row.revision]));
    }
    server.mood = "fine";
    await outbox.flush();
    const stored = new Map([...server.rows].map(([key, row]) => [key, row.text]));
    assert.deepEqual(stored, last, `seed ${seed}`);
    assert.deepEqual([outbox.status().state, await store.all("t")], ["saved", []], `seed ${seed}`);
    const ids = new Map<string, string>();
    for (const { id, payload } of server.received.flat()) {
      assert.equal(ids.get(id) ?? payload, payload, `seed ${seed}: one id for two contents`);
      ids.set(id, payload);
    }
  }
});

test("what is held stays on the device and is sent again only when somebody asks for it", async () => {
  const server = new Server();
  const held: Outcome<string> = { kind: "held", message: "checking", theirs: { payload: "stored", revision: 0 } };
  let holding = true;
  const send = async (attempts: Sent[]) => (holding ? [held] : server.send(attempts));
  const outbox = new Outbox<string>({ scope: "t", store: new SharedStore(), send, newId: () => "once" });
  await outbox.put("a", "mine", 0, 0);
  await outbox.flush();
  holding = false;
  await outbox.flush();
  assert.deepEqual([outbox.entry("a")?.problem?.kind, outbox.local("a"), server.received.length], ["held", "mine", 0]);
  await outbox.resolve("a", "mine");
  assert.deepEqual([outbox.status().state, server.rows.get("a")?.text], ["saved", "mine"]);
});
