/** Choosing images in a grid: a cursor for keys and a set of selected images, as a pure function of events. */

export interface GridState {
  readonly order: readonly string[];
  /** Index of the image that the keys point at; -1 while there is none. */
  readonly cursor: number;
  /** Where a shift range starts. */
  readonly anchor: number;
  readonly selected: ReadonlySet<string>;
  /** The selection has been labelled: it may be labelled again, but the next click starts a new one. */
  readonly spent: boolean;
  readonly preview: boolean;
}

export type GridEvent =
  | { type: "samples"; order: readonly string[] }
  | { type: "click"; id: string; shift: boolean }
  | { type: "open"; id: string }
  | { type: "move"; by: number; extend: boolean }
  | { type: "jump"; to: number }
  | { type: "toggle" }
  | { type: "all" }
  | { type: "none" }
  | { type: "labelled" }
  | { type: "preview"; open: boolean };

export const EMPTY_GRID: GridState = {
  order: [],
  cursor: -1,
  anchor: -1,
  selected: new Set(),
  spent: false,
  preview: false,
};

function range(state: GridState, from: number, to: number): Set<string> {
  return new Set(state.order.slice(Math.min(from, to), Math.max(from, to) + 1));
}

function toggled(state: GridState, place: number): GridState {
  const id = state.order[place];
  if (id === undefined) return state;
  const selected = new Set(state.spent ? [] : state.selected);
  if (!selected.delete(id)) selected.add(id);
  return { ...state, selected, cursor: place, anchor: place, spent: false };
}

function inside(state: GridState, place: number): number {
  return Math.max(0, Math.min(state.order.length - 1, place));
}

export function step(state: GridState, event: GridEvent): GridState {
  switch (event.type) {
    case "samples": {
      const held = state.order[state.cursor];
      const found = held === undefined ? -1 : event.order.indexOf(held);
      const cursor = event.order.length ? Math.max(0, found) : -1;
      return { ...state, order: event.order, cursor, anchor: cursor };
    }
    case "click": {
      const place = state.order.indexOf(event.id);
      if (place < 0) return state;
      if (!event.shift || state.anchor < 0) return toggled(state, place);
      return { ...state, selected: range(state, state.anchor, place), cursor: place, spent: false };
    }
    case "open": {
      const place = state.order.indexOf(event.id);
      return place < 0 ? state : { ...state, cursor: place, anchor: place, selected: new Set(), preview: true };
    }
    case "move": {
      if (!state.order.length) return state;
      const cursor = inside(state, state.cursor + event.by);
      if (event.extend) {
        const anchor = state.anchor < 0 ? state.cursor : state.anchor;
        return { ...state, cursor, anchor, selected: range(state, anchor, cursor), spent: false };
      }
      // Walking on with the keys leaves a finished selection behind, so that a label goes where the cursor is.
      const selected = state.spent || state.preview ? new Set<string>() : state.selected;
      return { ...state, cursor, anchor: cursor, selected, spent: false };
    }
    case "jump": {
      if (!state.order.length) return state;
      const cursor = inside(state, event.to);
      return { ...state, cursor, anchor: cursor, selected: new Set(), spent: false };
    }
    case "toggle":
      return toggled(state, state.cursor);
    case "all":
      return { ...state, selected: new Set(state.order), spent: false };
    case "none":
      return { ...state, selected: new Set(), spent: false, preview: false };
    case "labelled":
      return { ...state, spent: state.selected.size > 0 };
    case "preview":
      return { ...state, preview: event.open && state.cursor >= 0, selected: event.open ? new Set() : state.selected };
  }
}

/** What a label given now applies to: the selected images, else the one under the cursor. */
export function targets(state: GridState): readonly string[] {
  if (state.selected.size && !state.preview) return state.order.filter((id) => state.selected.has(id));
  const current = state.order[state.cursor];
  return current === undefined ? [] : [current];
}
