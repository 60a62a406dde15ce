/** The samples a tool walks through, fetched page by page as they are needed. */
import { call } from "./api.ts";
import type { ToolConfig } from "./config.ts";
import { answerFromWire, type Mark, type WirePage, type WireSample } from "./wire.ts";

export interface Sample {
  /** Unique in a list; the same as `sampleId` unless several people's answers to one sample are listed. */
  readonly id: string;
  readonly sampleId: string;
  readonly name: string;
  readonly folder: string;
  readonly url: string;
  readonly thumbnail: string;
  /** Pixels; null until the server or the picture itself has said. */
  readonly size: { width: number; height: number } | null;
  readonly status: string;
  readonly workerId: string;
  readonly labeler: string;
  readonly review: { accept: boolean | null; comment: string; score: string };
  readonly check: { accept: boolean | null; comment: string; score: string };
  /** What the server holds. */
  revision: number;
  answer: readonly Mark[];
}

const PAGE = 50;
/** Samples outside the first page that are fetched one by one when a page opens. */
const MOST_BROUGHT = 5;
/** How far from its beginning a list is looked through for changes. */
const LOOKED_PAGES = 4;

export function sampleFromWire(wire: WireSample, id: string = wire.sample_id): Sample {
  const size = wire.metadata?.["@modelarts:size"];
  const [width, height] = Array.isArray(size) ? [Number(size[0]), Number(size[1])] : [0, 0];
  const url = wire.sample_data?.[0] ?? "";
  return {
    id,
    sampleId: wire.sample_id,
    name: wire.sample_name ?? wire.sample_id,
    folder: wire.sample_dir ?? "",
    url,
    thumbnail: wire.thumbnail ?? url,
    size: width && height ? { width, height } : null,
    status: wire.sample_status ?? "",
    workerId: wire.worker_id ?? wire.labelers?.[0]?.worker_id ?? "",
    labeler: wire.labelers?.[0]?.email ?? "",
    review: {
      accept: wire.review_accept ?? null,
      comment: wire.review_comment ?? "",
      score: wire.review_score ?? "",
    },
    check: { accept: wire.check_accept ?? null, comment: wire.check_comment ?? "", score: wire.check_score ?? "" },
    revision: wire.revision ?? 0,
    answer: answerFromWire(wire),
  };
}

/** What was said of a sample, for telling whether somebody said something else since. */
function said({ revision, review, check, status }: Sample): string {
  return JSON.stringify([revision, review, check, status === "__ACCEPTED__"]);
}

export class SampleList {
  readonly rows: Sample[] = [];
  /** How many the server counted when the newest page was fetched. */
  total = 0;
  /** True while the server may hold rows after the last one. */
  more = true;
  private readonly places = new Map<string, number>();
  private marker = "";
  private loading: Promise<number> | null = null;

  constructor(
    private readonly config: Pick<ToolConfig, "samples" | "state" | "start">,
    private readonly request: typeof call = call,
  ) {}

  /** The first page, the sample the page was opened for, and those in which something is `begun`, wherever they lie. */
  async open(begun: readonly string[] = []): Promise<void> {
    await this.loadMore();
    const wanted = [this.config.start, ...begun.slice(0, MOST_BROUGHT)];
    for (const id of wanted) if (id && !this.places.has(id)) await this.bring(id);
  }

  private async bring(id: string): Promise<void> {
    const [sampleId = "", worker = ""] = id.split(".");
    try {
      const wire = await this.fetchOne(sampleId, worker);
      if (wire.sample_id) this.prepend(sampleFromWire(wire, id));
    } catch {
      // It is no longer here for this person; the list is still useful.
    }
  }

  /** Takes a listed sample as the server has it now; throws what `call` throws. */
  async renew(id: string): Promise<void> {
    const listed = this.get(id);
    if (!listed) return;
    const wire = await this.fetchOne(listed.sampleId, listed.workerId);
    this.rows[this.place(id)] = sampleFromWire(wire, id);
  }

  private fetchOne(sampleId: string, workerId: string): Promise<WireSample> {
    const url = new URL(this.config.samples, location.href);
    url.pathname += `/${encodeURIComponent(sampleId)}`;
    url.search = "";
    if (workerId) url.searchParams.set("worker_id", workerId);
    return this.request<WireSample>("GET", url.href);
  }

  get(id: string): Sample | undefined {
    const place = this.places.get(id);
    return place === undefined ? undefined : this.rows[place];
  }

  place(id: string): number {
    return this.places.get(id) ?? -1;
  }

  /** Appends the next page and says how many new rows it brought. At the end it looks for rows added since. */
  loadMore(): Promise<number> {
    this.loading ??= this.fetchPage().finally(() => {
      this.loading = null;
    });
    return this.loading;
  }

  /**
   * What the server lists that is not here, or is here with another answer or verdict.
   *
   * What follows the newest page is no news: going on in the list brings it.
   */
  async look(): Promise<WireSample[]> {
    const news: WireSample[] = [];
    let unsure: WireSample[] = [];
    let marker = "";
    for (let page = 0; page < LOOKED_PAGES; page += 1) {
      const { samples = [], next_marker } = await this.askPage(marker);
      for (const wire of samples) {
        const listed = this.listed(wire);
        if (listed) {
          news.push(...unsure);
          unsure = [];
          if (said(listed) !== said(sampleFromWire(wire))) news.push(wire);
        } else {
          unsure.push(wire);
        }
      }
      if (!next_marker) break;
      marker = next_marker;
    }
    return this.more ? news : [...news, ...unsure];
  }

  /** Takes samples as the server has them now, new ones at the end; answers their ids in this list. */
  take(found: readonly WireSample[]): string[] {
    const ids: string[] = [];
    for (const wire of found) {
      const listed = this.listed(wire);
      const id = listed?.id ?? this.newIdOf(wire);
      if (id === null) continue;
      ids.push(id);
      if (listed) this.rows[this.place(id)] = sampleFromWire(wire, id);
      else this.append(wire, id);
    }
    this.total = Math.max(this.total, this.rows.length);
    return ids;
  }

  /** The id that `wire` has in this list, or would have. */
  idOf(wire: WireSample): string {
    return this.listed(wire)?.id ?? wire.sample_id;
  }

  private askPage(marker: string): Promise<WirePage> {
    const url = new URL(this.config.samples, location.href);
    if (this.config.state) url.searchParams.set("sample_state", this.config.state);
    url.searchParams.set("limit", String(PAGE));
    if (marker) url.searchParams.set("marker", marker);
    return this.request<WirePage>("GET", url.href);
  }

  private listed(wire: WireSample): Sample | undefined {
    const worker = wire.worker_id ?? "";
    const listed = this.get(wire.sample_id);
    return listed && worker && worker !== listed.workerId ? this.get(`${wire.sample_id}.${worker}`) : listed;
  }

  private append(wire: WireSample, id: string): void {
    this.places.set(id, this.rows.length);
    this.rows.push(sampleFromWire(wire, id));
  }

  private async fetchPage(): Promise<number> {
    const page = await this.askPage(this.marker);
    let fresh = 0;
    for (const wire of page.samples ?? []) {
      const id = this.newIdOf(wire);
      if (id === null) continue;
      this.append(wire, id);
      fresh += 1;
    }
    // Rows that leave the listed state while we work shrink the server's count; what is on screen is still there.
    this.total = Math.max(page.sample_count ?? 0, this.rows.length);
    // At the end the marker stays, so that asking again finds what was added since.
    this.marker = page.next_marker || page.samples?.at(-1)?.sample_id || this.marker;
    this.more = Boolean(page.next_marker);
    return fresh;
  }

  /** Null for what is listed already; a second person's answer to a listed sample is a row of its own. */
  private newIdOf(wire: WireSample): string | null {
    const listed = this.get(wire.sample_id);
    if (!listed) return wire.sample_id;
    const worker = wire.worker_id ?? "";
    const id = `${wire.sample_id}.${worker}`;
    return worker && worker !== listed.workerId && !this.places.has(id) ? id : null;
  }

  private prepend(sample: Sample): void {
    this.rows.unshift(sample);
    this.rows.forEach((row, place) => {
      this.places.set(row.id, place);
    });
    this.total = Math.max(this.total, this.rows.length);
  }
}
