/** Walking through a session's samples one picture at a time, with the next ones already on their way. */

import type { Sample, SampleList } from "../core/samples.ts";

const FETCH_AHEAD = 10;
const PRELOADED = 2;

export interface Walkable {
  readonly samples: SampleList;
  /** Lists more samples and says how many came. */
  loadMore(): Promise<number>;
}

export class Walker {
  private place = -1;
  private readonly preloaded = new Map<string, HTMLImageElement>();

  /** `arrived` is told each time another sample becomes the current one. */
  constructor(
    private readonly session: Walkable,
    private readonly arrived: (sample: Sample) => void,
  ) {}

  get current(): Sample | undefined {
    return this.session.samples.rows[this.place];
  }

  /** 1 for the first. */
  get number(): number {
    return this.place + 1;
  }

  open(id: string): boolean {
    const place = this.session.samples.place(id);
    if (place < 0) return false;
    this.place = place;
    this.arrive();
    return true;
  }

  /** Goes `by` pictures on, fetching more where the list ends; says whether there was one. */
  async go(by: number): Promise<boolean> {
    return this.find(this.place + by, by < 0 ? -1 : 1, () => true);
  }

  /** Goes to the next picture after this one that `wanted` accepts. */
  async next(wanted: (sample: Sample) => boolean): Promise<boolean> {
    return this.find(this.place + 1, 1, wanted);
  }

  private async find(from: number, by: number, wanted: (sample: Sample) => boolean): Promise<boolean> {
    const { samples } = this.session;
    for (let place = from; place >= 0; place += by) {
      if (place >= samples.rows.length && !(await this.more())) return false;
      const sample = samples.rows[place];
      if (!sample) return false;
      if (!wanted(sample)) continue;
      this.place = place;
      this.arrive();
      return true;
    }
    return false;
  }

  /** Asks for more samples; false when there are none or the server is out of reach. */
  async more(evenAtEnd = false): Promise<boolean> {
    if (!this.session.samples.more && !evenAtEnd) return false;
    try {
      return (await this.session.loadMore()) > 0;
    } catch {
      return false;
    }
  }

  private arrive(): void {
    const { samples } = this.session;
    const sample = this.current;
    if (!sample) return;
    this.arrived(sample);
    if (this.place > samples.rows.length - FETCH_AHEAD) void this.more();
    const ahead = samples.rows.slice(this.place + 1, this.place + 1 + PRELOADED);
    for (const url of this.preloaded.keys()) if (!ahead.some((row) => row.url === url)) this.preloaded.delete(url);
    for (const { url } of ahead) {
      if (this.preloaded.has(url)) continue;
      const image = new Image();
      image.src = url;
      this.preloaded.set(url, image);
    }
  }
}
