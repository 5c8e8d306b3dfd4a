import type { Bounds, Point, Size, View } from "./types.ts";

export const LARGEST_SCALE = 64;
const MARGIN = 16;

/** The whole picture, centered, enlarged at most to `most` screen pixels a picture pixel. */
export function fitView(picture: Size, surface: Size, margin = MARGIN, most = 8): View {
  const across = (surface.width - 2 * margin) / picture.width;
  const down = (surface.height - 2 * margin) / picture.height;
  const scale = Math.max(1e-4, Math.min(across, down, most));
  return { scale, x: (surface.width - picture.width * scale) / 2, y: (surface.height - picture.height * scale) / 2 };
}

export function toPicture(view: View, screen: Point): Point {
  return { x: (screen.x - view.x) / view.scale, y: (screen.y - view.y) / view.scale };
}

export function toScreen(view: View, point: Point): Point {
  return { x: point.x * view.scale + view.x, y: point.y * view.scale + view.y };
}

/** Zoom so that what lies under `screen` stays under it. */
export function zoomAt(view: View, screen: Point, factor: number, smallest: number, largest = LARGEST_SCALE): View {
  const scale = Math.min(largest, Math.max(smallest, view.scale * factor));
  const under = toPicture(view, screen);
  return { scale, x: screen.x - under.x * scale, y: screen.y - under.y * scale };
}

/** Keep at least `keep` screen pixels of the picture on the surface, so that it can never be lost. */
export function keepInSight(view: View, picture: Size, surface: Size, keep = 64): View {
  const within = (start: number, length: number, room: number): number => {
    const least = Math.min(keep, length, room);
    return Math.min(room - least, Math.max(least - length, start));
  };
  return {
    scale: view.scale,
    x: within(view.x, picture.width * view.scale, surface.width),
    y: within(view.y, picture.height * view.scale, surface.height),
  };
}

/** The part of the picture on the surface, grown by `margin` screen pixels. */
export function visibleBounds(view: View, surface: Size, margin = 0): Bounds {
  const start = toPicture(view, { x: -margin, y: -margin });
  const end = toPicture(view, { x: surface.width + margin, y: surface.height + margin });
  return { x0: start.x, y0: start.y, x1: end.x, y1: end.y };
}

/** Two fingers: what was under them stays under them. */
export function pinch(view: View, before: readonly [Point, Point], after: readonly [Point, Point], smallest: number): View {
  const middle = (pair: readonly [Point, Point]): Point => ({ x: (pair[0].x + pair[1].x) / 2, y: (pair[0].y + pair[1].y) / 2 });
  const spread = (pair: readonly [Point, Point]): number => Math.max(1, Math.hypot(pair[0].x - pair[1].x, pair[0].y - pair[1].y));
  const from = middle(before);
  const to = middle(after);
  const zoomed = zoomAt(view, from, spread(after) / spread(before), smallest);
  return { scale: zoomed.scale, x: zoomed.x + to.x - from.x, y: zoomed.y + to.y - from.y };
}
