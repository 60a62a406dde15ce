/** The pictures on the drawing tools' buttons. */
import type { Tool } from "./state.ts";

const SVG = "http://www.w3.org/2000/svg";

const PATHS: Record<Tool, string> = {
  select: "M5 3l11 6.5-5 1.2-2.6 4.6z",
  bndbox: "M3.5 5h13v10h-13z",
  polygon: "M10 3l6.5 5-2.5 8H6L3.5 8z",
  circle: "M10 3.5a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13z",
  line: "M4 16L16 4",
  dashed: "M4 16l2.6-2.6M8.7 11.3l2.6-2.6M13.4 6.6L16 4",
  point: "M10 8.5a1.5 1.5 0 1 1 0 3a1.5 1.5 0 1 1 0-3zM10 3v3M10 14v3M3 10h3M14 10h3",
};

export function toolIcon(tool: Tool): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 20 20");
  icon.setAttribute("class", "icon");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[tool]);
  for (const [name, value] of [
    ["fill", "none"],
    ["stroke", "currentColor"],
    ["stroke-width", "1.6"],
    ["stroke-linejoin", "round"],
    ["stroke-linecap", "round"],
  ] as const) {
    path.setAttribute(name, value);
  }
  icon.append(path);
  return icon;
}
