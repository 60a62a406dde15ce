/** What the shapes are called and which fields give their exact numbers. */
import type { Mark, Point, Shape } from "../core/wire.ts";

export function shapeName(shape: Shape): string {
  const names: Record<Shape, string> = {
    bndbox: gettext("Rectangle"),
    polygon: gettext("Polygon"),
    circle: gettext("Circle"),
    line: gettext("Line"),
    dashed: gettext("Dashed line"),
    point: gettext("Point"),
  };
  return names[shape];
}

export interface NumberField {
  readonly caption: string;
  readonly value: number;
}

/** The numbers of a mark in the order that `fromNumbers` takes them. */
export function numberFields(mark: Mark): NumberField[] {
  const flat = (mark.points ?? []).flat();
  const named: Partial<Record<Shape, string[]>> = {
    bndbox: [gettext("Left"), gettext("Top"), gettext("Right"), gettext("Bottom")],
    circle: [gettext("Centre x"), gettext("Centre y"), gettext("Radius")],
    point: ["x", "y"],
  };
  const numbers = mark.shape === "circle" ? [...flat, mark.radius ?? 0] : flat;
  const captions =
    (mark.shape && named[mark.shape]) || numbers.map((_n, at) => `${at % 2 ? "y" : "x"}${(at >> 1) + 1}`);
  return numbers.map((value, at) => ({ caption: captions[at] ?? "", value }));
}

export function fromNumbers(mark: Mark, numbers: readonly number[]): { points: Point[]; radius?: number } {
  const count = (mark.points ?? []).length;
  const points = Array.from({ length: count }, (_p, at): Point => [numbers[2 * at] ?? 0, numbers[2 * at + 1] ?? 0]);
  return mark.shape === "circle" ? { points, radius: numbers[2 * count] ?? 0 } : { points };
}
