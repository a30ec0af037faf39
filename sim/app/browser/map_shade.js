/** Lands and districts shaded by who holds them, hatched, with a line where sides meet. */

import { hatchTile, patternOf } from "./map_hatch.js";
import { colourOf, landColour, luminance, withAlpha } from "./theme.js";

/** Opacity of a land's fill, of its hatching, in the light and the dark theme. */
const FILL = { light: 0.36, dark: 0.46 };
const DISTRICT_FILL = { light: 0.5, dark: 0.58 };
const HATCH = { light: 0.26, dark: 0.3 };
const DEEP = 0.72; // of that opacity for colours near black, which would drown the map

/** Colours of a difference: less often, more often. */
export const CHANGE = {
  light: ["#b85c1c", "#15766f"],
  dark: ["#f2a561", "#4ecabf"],
};

/**
 * @typedef {object} Painting what a shade is drawn with
 * @property {CanvasRenderingContext2D} context
 * @property {import("./map_view.js").MapView} view
 * @property {import("./frames.js").Frame} frame
 * @property {any} theatre
 * @property {boolean} dark
 * @property {ReturnType<typeof import("./theme.js").palette>} colours
 * @property {number} ratio
 * @property {[number, number, number, number]|null} [part] CSS pixels to which painting is kept
 */

/** Colour in which a frame shows a holder. */
export function holderColour({ frame, theatre, dark }, holder) {
  if (frame.kind !== "difference") return colourOf(theatre.factions[holder], dark);
  return holder < 0 ? colourOf(null, dark) : CHANGE[dark ? "dark" : "light"][holder];
}

/**
 * Shade all lands.
 * @param {Painting} painting
 * @param {import("./map_geometry.js").Areas} lands
 * @param {OffscreenCanvas} reach as large as the canvas: where the shading is full, thin or none
 */
export function drawLands(painting, lands, reach) {
  const fill = painting.dark ? FILL.dark : FILL.light;
  shade(painting, lands.each, fill);
  drawFronts(painting, lands, 3);
  const { context } = painting;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.globalCompositeOperation = "destination-in";
  context.drawImage(reach, 0, 0);
  context.globalCompositeOperation = "source-over";
}

/**
 * Shade the districts of the cities that show them.
 * @param {Painting} painting
 * @param {import("./map_geometry.js").Areas} districts
 * @param {Uint8Array} shown for each place
 */
export function drawDistricts(painting, districts, shown) {
  const { context, view, colours, ratio, dark } = painting;
  const each = districts.each.filter(({ place }) => shown[place]);
  if (each.length === 0) return;
  view.apply(context, ratio);
  context.fillStyle = colours.land;
  for (const { path } of each) context.fill(path, "evenodd");
  shade(painting, each, dark ? DISTRICT_FILL.dark : DISTRICT_FILL.light);
  context.lineJoin = "round";
  context.lineWidth = 1 / view.scale;
  context.strokeStyle = colours.halo;
  for (const { path } of each) context.stroke(path);
  const meetings = districts.meetings.filter(({ owner }) => shown[owner]);
  drawFronts(painting, { meetings }, 4);
}

function shade(painting, areas, opacity) {
  const { context, view, frame, ratio, part } = painting;
  view.apply(context, ratio);
  const [left, top, right, bottom] = part ?? [0, 0, view.width, view.height];
  const looked = [...view.ground(left, top), ...view.ground(right, bottom)];
  /** @type {Map<string, {holder: number, strength: number, path: Path2D}>} */
  const alike = new Map();
  for (const { place, path, box } of areas) {
    const holder = frame.holder[place];
    if (holder < 0 || !overlaps(box, looked)) continue;
    const strength = Math.round(strengthOf(frame, place) * 20) / 20;
    const key = `${holder}:${strength}`;
    if (!alike.has(key)) alike.set(key, { holder, strength, path: new Path2D() });
    alike.get(key).path.addPath(path);
  }
  // Lands that look alike are filled at once: one by one, their common edges would show.
  for (const { holder, strength, path } of alike.values()) {
    context.fillStyle = styleOf(painting, holder, opacity, strength);
    context.fill(path, "evenodd");
  }
}

/** Colour and hatching of a holder's lands, as one pattern: a fill costs time. */
function styleOf(painting, holder, opacity, strength) {
  const { context, view, frame, theatre, dark, ratio } = painting;
  const colour = holderColour(painting, holder);
  const deep = luminance(colour) < 0.07 ? DEEP : 1;
  const fill = withAlpha(landColour(colour), Math.min(opacity * strength * deep, 1));
  const hatch = frame.kind === "difference" ? 1 + holder : theatre.factions[holder].hatch;
  const lines = withAlpha(colour, (dark ? HATCH.dark : HATCH.light) * Math.min(strength, 1));
  const tile = hatchTile(hatch, fill, lines, ratio);
  return tile ? patternOf(context, tile, view.scale * ratio) : fill;
}

/** How fully a land is shaded: wholly in a replay, by its share among many futures. */
function strengthOf(frame, place) {
  const weight = frame.weight[place];
  if (frame.kind === "replay") return 1;
  if (frame.kind === "difference") return Math.min(0.15 + 1.4 * weight, 1.35);
  return 0.22 + 0.98 * Math.max(0, (weight - 0.3) / 0.7);
}

function overlaps([west, north, east, south], [left, top, right, bottom]) {
  return west < right && left < east && north < bottom && top < south;
}

/** Draw the lines where the areas of different holders meet: each side in its own colour. */
function drawFronts(painting, { meetings }, width) {
  const { context, frame, ratio, colours } = painting;
  if (frame.kind === "difference") return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineJoin = "round";
  context.lineCap = "butt";
  const fronts = meetings.filter(({ left, right }) => frame.holder[left] !== frame.holder[right]);
  const lines = fronts.map((front) => ({ front, points: onScreen(front.points, painting.view) }));
  for (const { front, points } of lines) {
    band(painting, points, frame.holder[front.left], width, -1);
    band(painting, points, frame.holder[front.right], width, 1);
  }
  context.strokeStyle = colours.front;
  context.lineWidth = 1.2;
  context.beginPath();
  for (const { points } of lines) follow(context, points);
  context.stroke();
}

/** One side of a front: a band beside the line, in the side's colour. */
function band(painting, points, holder, width, side) {
  if (holder < 0) return;
  const { context } = painting;
  context.strokeStyle = withAlpha(holderColour(painting, holder), 0.85);
  context.lineWidth = width;
  context.beginPath();
  follow(context, beside(points, (side * width) / 2));
  context.stroke();
}

function onScreen(points, view) {
  const screen = new Float64Array(points.length);
  for (let at = 0; at < points.length; at += 2) {
    screen[at] = view.screenX(points[at]);
    screen[at + 1] = view.screenY(points[at + 1]);
  }
  return screen;
}

/** @param {CanvasRenderingContext2D} context @param {ArrayLike<number>} points */
export function follow(context, points) {
  context.moveTo(points[0], points[1]);
  for (let at = 2; at < points.length; at += 2) context.lineTo(points[at], points[at + 1]);
}

/**
 * A line beside a line: to its right for a positive distance (y grows downwards).
 * @param {Float64Array} points
 * @param {number} distance
 */
export function beside(points, distance) {
  const last = points.length - 2;
  const closed = points[0] === points[last] && points[1] === points[last + 1];
  const moved = new Float64Array(points.length);
  for (let at = 0; at <= last; at += 2) {
    const before = at > 0 ? at - 2 : closed ? last - 2 : 0;
    const after = at < last ? at + 2 : closed ? 2 : last;
    const dx = points[after] - points[before];
    const dy = points[after + 1] - points[before + 1];
    const length = Math.hypot(dx, dy) || 1;
    moved[at] = points[at] - (dy / length) * distance;
    moved[at + 1] = points[at + 1] + (dx / length) * distance;
  }
  return moved;
}
