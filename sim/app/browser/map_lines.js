/** Supply lines: dashed ribbons in their owner's colour, broken where they are cut. */

import { beside, follow } from "./map_shade.js";
import { colourOf, withAlpha } from "./theme.js";

const WIDTH = 4.5; // CSS pixels
const GAP = 6; // CSS pixels between lines on the same road
const CUT_AWAY = 17; // CSS pixels from the place where a line is cut to the mark on its ribbon

/**
 * Draw the supply lines.
 * @param {import("./map_shade.js").Painting} painting
 */
export function drawSupplyLines(painting) {
  const { context, frame, theatre, ratio } = painting;
  if (!frame.linesOpen) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.lineJoin = "round";
  const lanes = new Map();
  theatre.lines.forEach((line, index) => {
    const open = frame.linesOpen[index] > 0;
    const marks = new Set();
    const allies = theatre.factions[line.faction].allies;
    const isLost = (at) => !allies.includes(frame.holder[at]);
    const cuts = new Set(open ? [] : line.places.filter(isLost));
    for (let at = 0; at + 1 < line.places.length; at += 1) {
      const [a, b] = [line.places[at], line.places[at + 1]];
      const lane = laneOf(lanes, a, b);
      drawReach(painting, line, a, b, lane, open, cuts);
      for (const [place, other] of [[b, a], [a, b]]) {
        if (!cuts.has(place) || marks.has(place)) continue;
        marks.add(place);
        drawCut(painting, line, place, other, lane);
      }
    }
  });
}

/** Lanes already in use on a road: 0, then one to the right, one to the left, and so on. */
function laneOf(lanes, a, b) {
  const key = a < b ? `${a}:${b}` : `${b}:${a}`;
  const count = lanes.get(key) ?? 0;
  lanes.set(key, count + 1);
  const lane = Math.ceil(count / 2) * (count % 2 ? 1 : -1);
  return a < b ? lane : -lane;
}

/** One reach of a line; one that leads to a cut ends short of it. */
function drawReach(painting, line, a, b, lane, open, cuts) {
  const { context, view, theatre, dark } = painting;
  const colour = colourOf(theatre.factions[line.faction], dark);
  const [from, to] = [theatre.places[a], theatre.places[b]];
  const ends = [view.screenX(from.x), view.screenY(from.y), view.screenX(to.x), view.screenY(to.y)];
  const points = beside(shortened(ends, cuts.has(a) ? CUT_AWAY : 0, cuts.has(b) ? CUT_AWAY : 0), lane * GAP);
  context.lineCap = "butt";
  context.setLineDash([]);
  context.strokeStyle = withAlpha(colour, open ? 0.32 : 0.14);
  context.lineWidth = WIDTH + 2;
  path(context, points);
  context.setLineDash(open ? [9, 5] : [3, 6]);
  context.strokeStyle = withAlpha(colour, open ? 0.95 : 0.55);
  context.lineWidth = open ? WIDTH - 1.5 : WIDTH - 2.5;
  path(context, points);
  context.setLineDash([]);
}

function path(context, points) {
  context.beginPath();
  follow(context, points);
  context.stroke();
}

/** A straight line without some pixels at either end. */
function shortened([x1, y1, x2, y2], first, last) {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
  const most = length / 2;
  const [a, b] = [Math.min(first, most), Math.min(last, most)];
  return Float64Array.of(x1 + ux * a, y1 + uy * a, x2 - ux * b, y2 - uy * b);
}

/** The mark of a cut, on the ribbon just before the place where it is cut. */
function drawCut(painting, line, place, from, lane) {
  const { context, view, theatre, dark, colours } = painting;
  const [there, here] = [theatre.places[place], theatre.places[from]];
  const ends = [there, here].flatMap(({ x, y }) => [view.screenX(x), view.screenY(y)]);
  const [x, y] = beside(shortened(ends, CUT_AWAY, 0), -lane * GAP);
  const colour = colourOf(theatre.factions[line.faction], dark);
  drawCutMark(context, x, y, 6.5, colour, colours);
}

/** @param {CanvasRenderingContext2D} context in CSS pixels */
export function drawCutMark(context, x, y, radius, colour, { card, cut }) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = card;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = colour;
  context.stroke();
  const arm = radius * 0.45;
  context.beginPath();
  context.moveTo(x - arm, y - arm);
  context.lineTo(x + arm, y + arm);
  context.moveTo(x + arm, y - arm);
  context.lineTo(x - arm, y + arm);
  context.lineCap = "round";
  context.lineWidth = 2;
  context.strokeStyle = cut;
  context.stroke();
}
