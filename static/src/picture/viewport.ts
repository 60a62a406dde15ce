/** Where the picture lies on the screen, as pure arithmetic: screen = image × scale + offset. */
import type { Point } from "../core/wire.ts";
import type { Size } from "./geometry.ts";

export interface Viewport {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

const MARGIN = 16;
const LARGEST_SCALE = 40;
/** Screen pixels of the picture that always stay in sight. */
const IN_SIGHT = 48;

/** The whole picture, centred; small pictures are enlarged only so far that their pixels stay pleasant. */
export function fitted(picture: Size, screen: Size): Viewport {
  const room = { width: Math.max(1, screen.width - 2 * MARGIN), height: Math.max(1, screen.height - 2 * MARGIN) };
  const scale = Math.min(room.width / picture.width, room.height / picture.height, 8);
  return {
    scale,
    x: (screen.width - picture.width * scale) / 2,
    y: (screen.height - picture.height * scale) / 2,
  };
}

/** Scales by `factor` so that the image point under `at` stays under it. */
export function zoomed(view: Viewport, factor: number, at: Point, picture: Size, screen: Size): Viewport {
  const smallest = Math.min(1, fitted(picture, screen).scale) / 4;
  const scale = Math.max(smallest, Math.min(LARGEST_SCALE, view.scale * factor));
  const ratio = scale / view.scale;
  return kept({ scale, x: at[0] - (at[0] - view.x) * ratio, y: at[1] - (at[1] - view.y) * ratio }, picture, screen);
}

export function panned(view: Viewport, dx: number, dy: number, picture: Size, screen: Size): Viewport {
  return kept({ ...view, x: view.x + dx, y: view.y + dy }, picture, screen);
}

/** The view shifted so far that a part of the picture is in sight. */
function kept(view: Viewport, picture: Size, screen: Size): Viewport {
  const [width, height] = [picture.width * view.scale, picture.height * view.scale];
  const sight = Math.min(IN_SIGHT, width, height);
  return {
    ...view,
    x: Math.max(sight - width, Math.min(screen.width - sight, view.x)),
    y: Math.max(sight - height, Math.min(screen.height - sight, view.y)),
  };
}

export function toImage(view: Viewport, screen: Point): Point {
  return [(screen[0] - view.x) / view.scale, (screen[1] - view.y) / view.scale];
}

export function toScreen(view: Viewport, image: Point): Point {
  return [image[0] * view.scale + view.x, image[1] * view.scale + view.y];
}
