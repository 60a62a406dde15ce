/** The wire contract's samples and labels, and the marks the tools work with. */

export type Point = readonly [number, number];
export type Shape = "bndbox" | "polygon" | "circle" | "line" | "dashed" | "point";
export type DatasetType = "image_classification" | "object_detection";

export const SHAPES: readonly Shape[] = ["bndbox", "polygon", "circle", "line", "dashed", "point"];

export interface WireLabel {
  name: string;
  type?: number;
  id?: string;
  property?: Record<string, unknown>;
  annotated_by?: string;
  score?: number;
}

/** An answer: labels, or the word that there is nothing to label. No labels without that word take the answer back. */
export interface WireAnswer {
  labels: WireLabel[];
  nothing_here?: true;
}

export interface WireSample {
  sample_id: string;
  sample_name?: string;
  sample_dir?: string;
  sample_status?: string;
  labels?: WireLabel[];
  nothing_here?: boolean;
  metadata?: Record<string, unknown>;
  sample_data?: string[];
  thumbnail?: string;
  revision?: number;
  worker_id?: string;
  labelers?: { email?: string; worker_id?: string }[];
  review_accept?: boolean | null;
  review_comment?: string | null;
  review_score?: string | null;
  check_accept?: boolean | null;
  check_comment?: string | null;
  check_score?: string | null;
}

export interface WirePage {
  sample_count?: number;
  samples?: WireSample[];
  next_marker?: string | null;
}

/**
 * One thing said of a picture.
 *
 * `points` are image pixels: a rectangle has its two corners, a circle its centre (and `radius`),
 * a polygon its corners without repeating the first.
 */
export interface Mark {
  readonly id: string;
  readonly name: string;
  readonly shape?: Shape;
  readonly points?: readonly Point[];
  readonly radius?: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly by?: string;
  readonly score?: number;
  /** Contract properties the tools do not edit; they are handed back unchanged. */
  readonly kept: Readonly<Record<string, unknown>>;
}

/**
 * The answer that there is nothing to label: an empty list with an identity of its own. Whatever is made of it by
 * adding or removing marks is an ordinary list again, so that it is never said by accident.
 */
export const NOTHING: readonly Mark[] = Object.freeze([]);

/** Whether somebody said something, be it that there is nothing to label. */
export function isAnswered(marks: readonly Mark[]): boolean {
  return marks.length > 0 || marks === NOTHING;
}

const TYPE_CODE: Record<DatasetType, number> = { image_classification: 0, object_detection: 1 };
const SHAPE_KEY = "@modelarts:shape";
const FEATURE_KEY = "@modelarts:feature";

/** Random 32 hex digits; unlike `crypto.randomUUID` this also works on plain-http intranet addresses. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The same in the dashed UUID form that the contract uses for submission ids. */
export function newUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export function isShape(value: unknown): value is Shape {
  return typeof value === "string" && (SHAPES as readonly string[]).includes(value);
}

function pointsOf(feature: unknown): Point[] {
  if (!Array.isArray(feature)) return [];
  return feature.filter(Array.isArray).map((pair): Point => [Number(pair[0]), Number(pair[1])]);
}

function same(a: Point | undefined, b: Point | undefined): boolean {
  return a !== undefined && b !== undefined && a[0] === b[0] && a[1] === b[1];
}

export function markFromWire(label: WireLabel): Mark {
  const kept: Record<string, unknown> = {};
  const attributes: Record<string, string> = {};
  for (const [key, value] of Object.entries(label.property ?? {})) {
    if (key === SHAPE_KEY || key === FEATURE_KEY) continue;
    if (key.startsWith("@") || typeof value !== "string") kept[key] = value;
    else attributes[key] = value;
  }
  const mark = {
    id: label.id || newId(),
    name: label.name,
    attributes,
    kept,
    ...(label.annotated_by !== undefined && { by: label.annotated_by }),
    ...(label.score !== undefined && { score: label.score }),
  };
  const shape = label.property?.[SHAPE_KEY];
  if (!isShape(shape)) return mark;
  const points = pointsOf(label.property?.[FEATURE_KEY]);
  if (shape === "circle") {
    const feature = label.property?.[FEATURE_KEY] as unknown[][];
    return { ...mark, shape, points: points.slice(0, 1), radius: Number(feature[1]?.[0] ?? 0) };
  }
  if (shape === "polygon" && points.length > 3 && same(points[0], points.at(-1))) points.pop();
  return { ...mark, shape, points };
}

export function markToWire(mark: Mark, type: DatasetType): WireLabel {
  const property: Record<string, unknown> = { ...mark.kept, ...mark.attributes };
  if (mark.shape && mark.points) {
    const points: number[][] = mark.points.map((point) => [...point]);
    if (mark.shape === "circle") points.push([mark.radius ?? 0]);
    if (mark.shape === "polygon" && points[0]) points.push([...points[0]]);
    property[SHAPE_KEY] = mark.shape;
    property[FEATURE_KEY] = points;
  }
  return {
    name: mark.name,
    type: TYPE_CODE[type],
    id: mark.id,
    property,
    ...(mark.by !== undefined && { annotated_by: mark.by }),
    ...(mark.score !== undefined && { score: mark.score }),
  };
}

export function marksFromWire(labels: readonly WireLabel[] | undefined): Mark[] {
  return (labels ?? []).map(markFromWire);
}

export function marksToWire(marks: readonly Mark[], type: DatasetType): WireLabel[] {
  return marks.map((mark) => markToWire(mark, type));
}

export function answerFromWire(said: Pick<WireSample, "labels" | "nothing_here">): readonly Mark[] {
  return said.nothing_here ? NOTHING : marksFromWire(said.labels);
}

export function answerToWire(marks: readonly Mark[], type: DatasetType): WireAnswer {
  return marks === NOTHING ? { labels: [], nothing_here: true } : { labels: marksToWire(marks, type) };
}

/** A mark that a person has just changed is that person's word, no longer the machine's. */
export function byHand(mark: Mark): Mark {
  const { by: _by, score: _score, ...rest } = mark;
  return rest;
}
