import assert from "node:assert/strict";
import { test } from "node:test";
import { SampleList } from "./samples.ts";
import type { WireSample } from "./wire.ts";

Object.assign(globalThis, { location: new URL("http://tagora.test/page") });

/** Answers pages of two out of `rows` as the samples operation does, and notes the addresses asked. */
function server(rows: WireSample[], asked: URL[] = []) {
  return async <T>(_method: string, url: string): Promise<T> => {
    const address = new URL(url);
    asked.push(address);
    if (!address.pathname.endsWith("/samples")) {
      return rows.find((row) => address.pathname.endsWith(row.sample_id)) as T;
    }
    const marker = address.searchParams.get("marker");
    const from = marker ? rows.findIndex((row) => row.sample_id === marker) + 1 : 0;
    const samples = rows.slice(from, from + 2);
    const next_marker = from + 2 < rows.length ? samples.at(-1)?.sample_id : null;
    return { sample_count: rows.length, samples, next_marker } as T;
  };
}

function rows(count: number): WireSample[] {
  return Array.from({ length: count }, (_row, at) => ({ sample_id: `s${at}`, worker_id: "w1" }));
}

const config = { samples: "/v2/p/samples", state: "__NONE__", start: "" };
const listed = (list: SampleList) => list.rows.map((row) => row.id);

test("pages follow each other until the server has no more", async () => {
  const asked: URL[] = [];
  const list = new SampleList(config, server(rows(5), asked));
  await list.open();
  while (list.more) await list.loadMore();
  assert.deepEqual(listed(list), ["s0", "s1", "s2", "s3", "s4"]);
  assert.equal(asked[0]?.searchParams.get("sample_state"), "__NONE__");
});

test("asking again at the end finds what was added since", async () => {
  const all = rows(2);
  const list = new SampleList(config, server(all));
  await list.open();
  assert.equal(list.more, false);
  all.push({ sample_id: "s2" });
  assert.equal(await list.loadMore(), 1);
  assert.deepEqual(listed(list), ["s0", "s1", "s2"]);
});

test("two calls at once fetch one page", async () => {
  const asked: URL[] = [];
  const list = new SampleList(config, server(rows(9), asked));
  await Promise.all([list.loadMore(), list.loadMore()]);
  assert.equal(asked.length, 1);
  assert.equal(list.rows.length, 2);
});

test("the sample the page was opened for is there even when it lies further down", async () => {
  const list = new SampleList({ ...config, start: "s7" }, server(rows(9)));
  await list.open();
  assert.deepEqual(listed(list), ["s7", "s0", "s1"]);
  while (list.more) await list.loadMore();
  assert.equal(listed(list).filter((id) => id === "s7").length, 1);
  assert.equal(list.place("s8"), 8);
});

test("answers of several people to one sample are rows of their own", async () => {
  const list = new SampleList(
    config,
    server([
      { sample_id: "s0", worker_id: "w1" },
      { sample_id: "s0", worker_id: "w2" },
    ]),
  );
  await list.open();
  assert.deepEqual(listed(list), ["s0", "s0.w2"]);
  assert.equal(list.get("s0.w2")?.sampleId, "s0");
});

test("a renewed sample is the server's and keeps its place", async () => {
  const all = rows(3);
  const list = new SampleList(config, server(all));
  await list.open();
  Object.assign(all[1] as WireSample, { revision: 7, labels: [{ name: "cat" }] });
  await list.renew("s1");
  assert.deepEqual([list.get("s1")?.revision, list.get("s1")?.answer.length, list.place("s1")], [7, 1, 1]);
});

test("what others changed in the list is found, and one's own place in it is kept", async () => {
  const all = rows(3).map((row) => ({ ...row, revision: 1 }));
  const list = new SampleList(config, server(all));
  await list.open();
  await list.loadMore();
  assert.deepEqual(await list.look(), []);
  all[1] = { ...(all[1] as (typeof all)[0]), revision: 2 };
  all.push({ sample_id: "s3", worker_id: "w1", revision: 1 });
  const found = await list.look();
  assert.deepEqual(
    found.map((row) => row.sample_id),
    ["s1", "s3"],
  );
  assert.deepEqual(list.take(found), ["s1", "s3"]);
  assert.deepEqual(listed(list), ["s0", "s1", "s2", "s3"]);
  assert.equal(list.get("s1")?.revision, 2);
  assert.deepEqual(await list.look(), []);
});

test("an answer that came back with a reason is a change although its labels are the same", async () => {
  const all: WireSample[] = rows(1);
  const list = new SampleList(config, server(all));
  await list.open();
  all[0] = { ...all[0], sample_id: "s0", review_accept: false, review_comment: "look again" };
  list.take(await list.look());
  assert.equal(list.get("s0")?.review.comment, "look again");
});

test("rows further down than what was fetched are no change", async () => {
  const list = new SampleList(config, server(rows(5)));
  await list.open();
  assert.deepEqual(await list.look(), []);
});

test("a sample in which something was begun is listed wherever it lies", async () => {
  const list = new SampleList(config, server(rows(5)));
  await list.open(["s4", "gone", "s0"]);
  assert.deepEqual(listed(list), ["s4", "s0", "s1"]);
});
