/** What never changes while the window stands still: water, roads, borders, names. */

import { drawLabels, fontOf, placeLabels, Taken, textWidth } from "./map_labels.js";

/** Roads: width in CSS pixels, dash, and the least scale (px a km) at which they are drawn. */
const ROADS = {
  highway: { width: 2.4, least: 0, major: true },
  primary: { width: 1.7, least: 0, major: true },
  secondary: { width: 1, least: 0, major: false },
  track: { width: 0.9, least: 0, major: false, dash: [4, 3] },
  street: { width: 1.2, least: 20, major: false },
  bridge: { width: 3, least: 20, major: true },
  closed: { width: 0.9, least: 0, major: false, dash: [1.5, 4] },
};

const FADE_KM = 35; // over which the base map fades away at its edge

/**
 * Draw lakes, rivers, roads and borders.
 * @param {import("./map_shade.js").Painting} painting
 * @param {ReturnType<typeof import("./map_geometry.js").readTheatre>} shapes
 */
export function drawGround({ context, theatre, view, colours, ratio }, shapes) {
  view.apply(context, ratio);
  context.lineCap = "round";
  context.lineJoin = "round";
  const pixel = 1 / view.scale;
  context.fillStyle = colours.water;
  context.fill(shapes.seas, "evenodd");
  stroke(context, shapes.coasts, colours.river, 1.2 * pixel);
  drawRoads(context, shapes.roads, view.scale, colours);
  context.setLineDash([]);
  context.fillStyle = colours.water;
  context.fill(shapes.lakes, "evenodd");
  stroke(context, shapes.lakes, colours.river, 0.8 * pixel);
  const river = Math.min(1.6 + view.scale / 30, 5);
  stroke(context, shapes.rivers, colours.halo, (river + 1.4) * pixel);
  stroke(context, shapes.rivers, colours.river, river * pixel);
  drawBorders(context, shapes.borders, colours, pixel);
  fadeEdges(context, theatre.frame);
}

function stroke(context, path, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke(path);
}

function drawRoads(context, roads, scale, colours) {
  const pixel = 1 / scale;
  const wider = Math.min(1 + scale / 60, 2.2);
  for (const [kind, path] of roads) {
    const road = ROADS[kind] ?? ROADS.secondary;
    if (scale < road.least) continue;
    const width = road.width * wider * pixel;
    context.setLineDash((road.dash ?? []).map((length) => length * pixel));
    if (road.major) stroke(context, path, colours.halo, width + 1.6 * pixel);
    stroke(context, path, road.major ? colours.road : colours.roadMinor, width);
  }
}

/** Let the lines fade away where the base map ends, rather than break off. */
function fadeEdges(context, [left, top, right, bottom]) {
  const [wide, high] = [right - left, bottom - top];
  const sides = [
    [left, top, left + FADE_KM, top, left - FADE_KM, top, 2 * FADE_KM, high],
    [right, top, right - FADE_KM, top, right - FADE_KM, top, 2 * FADE_KM, high],
    [left, top, left, top + FADE_KM, left, top - FADE_KM, wide, 2 * FADE_KM],
    [left, bottom, left, bottom - FADE_KM, left, bottom - FADE_KM, wide, 2 * FADE_KM],
  ];
  context.globalCompositeOperation = "destination-out";
  for (const [x1, y1, x2, y2, x, y, width, height] of sides) {
    const fade = context.createLinearGradient(x1, y1, x2, y2);
    fade.addColorStop(0, "rgba(0, 0, 0, 1)");
    fade.addColorStop(1, "rgba(0, 0, 0, 0)");
    context.fillStyle = fade;
    context.fillRect(x, y, width, height);
  }
  context.globalCompositeOperation = "source-over";
}

function drawBorders(context, borders, colours, pixel) {
  stroke(context, borders, colours.halo, 4.5 * pixel);
  context.setLineDash([9 * pixel, 3.5 * pixel, 1.5 * pixel, 3.5 * pixel]);
  stroke(context, borders, colours.border, 1.7 * pixel);
  context.setLineDash([]);
}

/**
 * Write the names: of places, of countries, of rivers, and of the cities whose districts show.
 * @param {import("./map_shade.js").Painting} painting
 * @param {import("./map_nodes.js").Arrangement} arrangement
 * @param {[number, number, number, number][]} kept boxes of the map's own buttons
 */
export function drawNames(painting, arrangement, kept) {
  const { context, theatre, view, colours, ratio, frame } = painting;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const taken = new Taken();
  for (const box of kept) taken.add(...box);
  const labels = placeLabels(context, arrangement, view, taken, frame.rows);
  drawCityNames(context, theatre, arrangement, view, colours, taken);
  drawCountries(context, theatre, view, colours, taken);
  drawRiverNames(context, theatre, view, colours, taken);
  drawLabels(context, labels, colours);
}

/** Name of a city over its districts, wide and quiet. */
function drawCityNames(context, theatre, { open }, view, colours, taken) {
  theatre.cities.forEach((city, index) => {
    if (!open[index]) return;
    const [west, north, east] = city.bounds;
    const middle = view.screenX((west + east) / 2);
    spaced(context, city.label, middle, view.screenY(north) - 14, fontOf(15, 650), 3, colours.ink, {
      halo: colours.halo,
      taken,
      view,
    });
  });
}

function drawCountries(context, theatre, view, colours, taken) {
  const size = Math.min(Math.max(12, 10 + view.scale), 17);
  for (const { name, x, y } of theatre.countries) {
    const font = fontOf(size, 600);
    spaced(context, name.toUpperCase(), view.screenX(x), view.screenY(y), font, 5, colours.country, {
      halo: colours.halo,
      taken,
      view,
    });
  }
}

/** Write a text with wide letters about a point, if there is room. */
function spaced(context, text, x, y, font, spacing, colour, { halo, taken, view }) {
  const width = textWidth(context, font, text) + spacing * text.length;
  const box = [x - width / 2, y - 9, x + width / 2, y + 9];
  const inside = box[0] > 0 && box[2] < view.width && box[1] > 0 && box[3] < view.height;
  if (!inside || !taken.free(...box)) return;
  taken.add(...box);
  context.font = font;
  context.letterSpacing = `${spacing}px`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.strokeText(text, x, y);
  context.fillStyle = colour;
  context.fillText(text, x, y);
  context.letterSpacing = "0px";
}

/** Write a river's name along a straight enough reach of it. */
function drawRiverNames(context, theatre, view, colours, taken) {
  const font = fontOf(11.5, 500, "italic");
  for (const river of theatre.rivers) {
    if (!river.name) continue;
    const width = textWidth(context, font, river.name) + 8;
    const reach = reachOf(river.lines, width, view, taken);
    if (!reach) continue;
    taken.add(reach.x - width / 2, reach.y - 10, reach.x + width / 2, reach.y + 10);
    context.save();
    context.translate(reach.x, reach.y);
    context.rotate(reach.angle);
    context.font = font;
    context.textAlign = "center";
    context.textBaseline = "alphabetic";
    context.lineJoin = "round";
    context.lineWidth = 3;
    context.strokeStyle = colours.halo;
    context.strokeText(river.name, 0, -5);
    context.fillStyle = colours.riverName;
    context.fillText(river.name, 0, -5);
    context.restore();
  }
}

/** Straightest free reach of a river as long as its name: its middle and its angle. */
function reachOf(lines, width, view, taken) {
  let best = null;
  for (const line of lines) {
    for (let at = 0; at + 2 < line.length; at += 2) {
      const [x, y] = [view.screenX(line[at]), view.screenY(line[at + 1])];
      if (x < 20 || y < 20 || x > view.width - 20 || y > view.height - 20) continue;
      const reach = reachFrom(line, at, x, y, width, view);
      if (!reach || (best && reach.bend >= best.bend)) continue;
      const half = width / 2;
      const box = [reach.x - half, reach.y - 10, reach.x + half, reach.y + 10];
      const inside = box[0] > 0 && box[2] < view.width && box[1] > 0 && box[3] < view.height;
      if (inside && taken.free(...box)) best = reach;
    }
  }
  return best;
}

function reachFrom(line, at, x, y, width, view) {
  let along = 0;
  let [lastX, lastY] = [x, y];
  for (let next = at + 2; next < line.length; next += 2) {
    const [toX, toY] = [view.screenX(line[next]), view.screenY(line[next + 1])];
    along += Math.hypot(toX - lastX, toY - lastY);
    [lastX, lastY] = [toX, toY];
    if (along < width) continue;
    const straight = Math.hypot(toX - x, toY - y);
    const bend = along / Math.max(straight, 1);
    if (bend > 1.12) return null;
    const angle = Math.atan((toY - y) / (toX - x || 1e-6));
    return { x: (x + toX) / 2, y: (y + toY) / 2, angle, bend };
  }
  return null;
}
