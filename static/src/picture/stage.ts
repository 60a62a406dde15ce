/**
 * A picture that can be zoomed and panned, with a canvas over it for what is drawn on it.
 *
 * The picture is an `<img>` moved by a transform, not painted on the canvas: the browser then scales it on the
 * graphics processor, and `image-orientation: none` shows the stored pixels, which is what points refer to.
 */
import { el } from "../core/dom.ts";
import { isTyping } from "../core/keymap.ts";
import type { Point } from "../core/wire.ts";
import type { Size } from "./geometry.ts";
import { fitted, panned, toImage, type Viewport, zoomed } from "./viewport.ts";

export interface StagePointer {
  /** "interrupt" means that what the pointer began must be given up: a second finger came. */
  readonly kind: "down" | "move" | "up" | "leave" | "double" | "interrupt";
  /** Image pixels, possibly outside the picture. */
  readonly at: Point;
  /** Image pixels that a finger or mouse may miss by. */
  readonly reach: number;
  /** Screen pixels within the stage. */
  readonly screen: Point;
}

const REACH_MOUSE = 7;
const REACH_FINGER = 18;
const EMPTY: Size = { width: 1, height: 1 };

export class Stage {
  private readonly image = el("img", { class: "stage-image", alt: "", draggable: "false" });
  private readonly canvas = el("canvas", { class: "stage-canvas" });
  readonly notice = el("p", { class: "stage-notice", role: "status", hidden: true });
  readonly element = el("div", { class: "stage" }, this.image, this.canvas, this.notice);
  view: Viewport = { scale: 1, x: 0, y: 0 };
  picture: Size = EMPTY;
  private screen: Size = EMPTY;
  private frame = 0;
  /** Any drag moves the picture; a press is still told. */
  panByDrag = false;
  private panKey = false;
  private panning: Point | null = null;
  private readonly fingers = new Map<number, Point>();
  private wanted = "";

  /** `paint` draws over the picture; `pointer` hears what is not zooming or panning. */
  constructor(
    private readonly paint: (context: CanvasRenderingContext2D, view: Viewport) => void,
    private readonly pointer: (event: StagePointer) => void,
  ) {
    new ResizeObserver(() => this.resize()).observe(this.element);
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const name of ["pointerup", "pointercancel"] as const) {
      this.canvas.addEventListener(name, (event) => this.up(event));
    }
    this.canvas.addEventListener("pointerleave", (event) => this.tell("leave", event));
    this.canvas.addEventListener("dblclick", (event) => this.tell("double", event));
    // The browser would move the focus after us, away from what a press may just have opened.
    this.canvas.addEventListener("mousedown", (event) => event.preventDefault());
    this.canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    this.canvas.addEventListener("auxclick", (event) => event.preventDefault());
  }

  /** Shows `url`; resolves with the size in stored pixels, or null when another picture was asked for meanwhile. */
  async show(url: string, name: string, known: Size | null): Promise<Size | null> {
    this.wanted = url;
    this.notice.hidden = true;
    this.element.dataset.loading = "true";
    this.image.alt = name;
    if (known) this.take(known);
    this.image.src = url;
    try {
      await this.image.decode();
    } catch {
      if (this.wanted !== url) return null;
      delete this.element.dataset.loading;
      this.notice.textContent = gettext("This picture cannot be shown.");
      this.notice.hidden = false;
      return known;
    }
    if (this.wanted !== url) return null;
    delete this.element.dataset.loading;
    const size = known ?? { width: this.image.naturalWidth, height: this.image.naturalHeight };
    if (!known) this.take(size);
    return size;
  }

  fit(): void {
    this.look(fitted(this.picture, this.screen));
  }

  zoom(factor: number, at: Point = [this.screen.width / 2, this.screen.height / 2]): void {
    this.look(zoomed(this.view, factor, at, this.picture, this.screen));
  }

  /** While held, dragging moves the picture. */
  holdPan(held: boolean): void {
    this.panKey = held;
    this.cursor(held ? "grab" : "");
  }

  cursor(name: string): void {
    this.canvas.style.cursor = this.panKey ? "grab" : name;
  }

  /** Draws soon; many calls in one frame draw once. */
  draw(): void {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.drawNow();
    });
  }

  private take(size: Size): void {
    this.picture = size;
    this.image.style.width = `${size.width}px`;
    this.image.style.height = `${size.height}px`;
    this.fit();
  }

  private look(view: Viewport): void {
    this.view = view;
    this.image.style.transform = `translate(${view.x}px, ${view.y}px) scale(${view.scale})`;
    this.image.dataset.pixels = String(view.scale > 3);
    this.draw();
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.element;
    const before = fitted(this.picture, this.screen);
    const wasFitted = this.screen === EMPTY || Math.abs(before.scale - this.view.scale) < 1e-6;
    this.screen = { width: clientWidth, height: clientHeight };
    const ratio = window.devicePixelRatio || 1;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    if (wasFitted) this.fit();
    else this.look(panned(this.view, 0, 0, this.picture, this.screen));
    this.drawNow();
  }

  private drawNow(): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const ratio = window.devicePixelRatio || 1;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.screen.width, this.screen.height);
    this.paint(context, this.view);
  }

  private place(event: MouseEvent): Point {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  private tell(kind: StagePointer["kind"], event: MouseEvent): void {
    const screen = this.place(event);
    const finger = event instanceof PointerEvent && event.pointerType === "touch";
    const reach = (finger ? REACH_FINGER : REACH_MOUSE) / this.view.scale;
    this.pointer({ kind, at: toImage(this.view, screen), reach, screen });
  }

  private wheel(event: WheelEvent): void {
    event.preventDefault();
    // Lines and pages instead of pixels come from mice without smooth scrolling.
    const unit = event.deltaMode === 1 ? 24 : event.deltaMode === 2 ? 240 : 1;
    const amount = Math.max(-200, Math.min(200, event.deltaY * unit));
    this.zoom(Math.exp(-amount / 400), this.place(event));
  }

  private down(event: PointerEvent): void {
    if (document.activeElement instanceof HTMLElement && isTyping(document.activeElement))
      document.activeElement.blur();
    this.canvas.setPointerCapture(event.pointerId);
    const place = this.place(event);
    if (event.pointerType === "touch") {
      this.fingers.set(event.pointerId, place);
      if (this.fingers.size > 1) return this.tell("interrupt", event);
    }
    if (this.panByDrag && event.button === 0) this.tell("down", event);
    if (event.button === 1 || this.panKey || this.panByDrag) {
      event.preventDefault();
      this.panning = place;
      this.canvas.style.cursor = "grabbing";
    } else if (event.button === 0) {
      this.tell("down", event);
    }
  }

  private move(event: PointerEvent): void {
    const place = this.place(event);
    if (this.fingers.size === 1 && this.fingers.has(event.pointerId)) this.fingers.set(event.pointerId, place);
    if (this.fingers.size === 2 && this.fingers.has(event.pointerId)) return this.pinch(event.pointerId, place);
    if (!this.panning) return this.tell("move", event);
    const [x, y] = this.panning;
    this.panning = place;
    this.look(panned(this.view, place[0] - x, place[1] - y, this.picture, this.screen));
  }

  private up(event: PointerEvent): void {
    const pinched = this.fingers.size >= 2;
    this.fingers.delete(event.pointerId);
    if (pinched) {
      // The finger that stays goes on from where it is, not from where it was before the pinch.
      this.panning = this.fingers.values().next().value ?? null;
      return;
    }
    if (this.panning) {
      this.panning = null;
      this.cursor("");
    } else if (event.type === "pointercancel") {
      this.tell("interrupt", event);
    } else if (event.button === 0) {
      this.tell("up", event);
    }
  }

  private pinch(id: number, place: Point): void {
    const before = this.fingers.get(id);
    const other = [...this.fingers].find(([finger]) => finger !== id)?.[1];
    this.fingers.set(id, place);
    if (!before || !other) return;
    const reachBefore = Math.hypot(before[0] - other[0], before[1] - other[1]);
    const reachNow = Math.hypot(place[0] - other[0], place[1] - other[1]);
    if (reachBefore > 0) this.zoom(reachNow / reachBefore, other);
    this.look(panned(this.view, (place[0] - before[0]) / 2, (place[1] - before[1]) / 2, this.picture, this.screen));
  }
}

/** Lets the space bar, while held, turn dragging into panning. */
export function panWithSpace(stage: Stage): void {
  document.addEventListener("keydown", (event) => {
    if (event.key !== " " || isTyping(event.target) || document.querySelector("dialog[open]")) return;
    if (event.target instanceof HTMLElement && event.target.closest("button, a[href], summary")) return;
    event.preventDefault();
    stage.holdPan(true);
  });
  document.addEventListener("keyup", (event) => {
    if (event.key === " ") stage.holdPan(false);
  });
  window.addEventListener("blur", () => stage.holdPan(false));
}
