/** The places' marks in the colours of their holders, and rings where sides share a place. */

import { holderColour } from "./map_shade.js";
import { drawPie, drawSymbol } from "./map_symbols.js";

const OPEN_QUESTION = 0.9; // a side with more of the futures than this needs no pie

/**
 * Draw the marks of all places in the window, lesser ones first.
 * @param {import("./map_shade.js").Painting} painting
 * @param {import("./map_nodes.js").Arrangement} arrangement
 */
export function drawPlaces(painting, { nodes, gathered }) {
  const { context, view, ratio } = painting;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (let index = nodes.length - 1; index >= 0; index -= 1) {
    if (gathered[index] === 2) continue;
    const node = nodes[index];
    const [x, y] = [view.screenX(node.x), view.screenY(node.y)];
    if (x < -20 || y < -20 || x > view.width + 20 || y > view.height + 20) continue;
    drawPlace(painting, node, x, y, gathered[index] ? 0.8 : 1);
  }
}

function drawPlace(painting, node, x, y, size) {
  const { context, frame, colours } = painting;
  const pie = pieOf(painting, node);
  if (pie) {
    const radius = node.kind === "city" ? node.radius + 1 : Math.max(node.radius + 2, 7);
    drawPie(context, x, y, radius * size, pie, colours);
    return;
  }
  const fill = holderColour(painting, frame.holder[node.place]);
  drawSymbol(context, node.kind, x, y, node.radius * size, { ...colours, fill });
}

/** Parts of a node's pie, or null where one colour says it all. */
function pieOf(painting, node) {
  const { frame } = painting;
  if (frame.kind === "difference") return null;
  if (frame.shares) return sharesPie(painting, node);
  if (node.kind !== "city") return null;
  const counts = new Map();
  for (const place of node.places) {
    const holder = frame.holder[place];
    counts.set(holder, (counts.get(holder) ?? 0) + 1 / node.places.length);
  }
  return counts.size > 1 ? partsOf(painting, [...counts]) : null;
}

function sharesPie(painting, node) {
  const sums = [];
  for (const place of node.places) {
    painting.frame.shares(place).forEach((share, side) => {
      sums[side] = (sums[side] ?? 0) + share / node.places.length;
    });
  }
  if (Math.max(...sums) > OPEN_QUESTION) return null;
  const last = sums.length - 1;
  return partsOf(
    painting,
    sums.map((share, side) => [side === last ? -1 : side, share]),
  );
}

/** @param {[number, number][]} shares of holders */
function partsOf(painting, shares) {
  return shares
    .filter(([, share]) => share > 0.005)
    .sort(([a], [b]) => a - b)
    .map(([holder, share]) => ({ share, colour: holderColour(painting, holder) }));
}

/**
 * Ring the places that sides share, and those where they fought.
 * @param {import("./map_shade.js").Painting} painting
 * @param {import("./map_nodes.js").Arrangement} arrangement
 */
export function drawRings(painting, { nodes }) {
  const { context, view, frame, colours, ratio } = painting;
  if (!frame.contested) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const node of nodes) {
    const contested = node.places.some((place) => frame.contested[place]);
    const engaged = node.places.some((place) => frame.engaged[place]);
    if (!contested && !engaged) continue;
    const [x, y] = [view.screenX(node.x), view.screenY(node.y)];
    drawRing(context, x, y, node.radius + 4.5, engaged, colours);
  }
}

/**
 * The ring of a contested place: whole where they fought that day, dashed where they did not.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 */
export function drawRing(context, x, y, radius, engaged, { ringCase, ring, blast }) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.strokeStyle = ringCase;
  context.lineWidth = 4.5;
  context.stroke();
  context.strokeStyle = engaged ? blast : ring;
  context.lineWidth = 2.2;
  if (!engaged) context.setLineDash([3, 2.4]);
  context.stroke();
  context.setLineDash([]);
}

/** Ring the places that another part of the page points at. */
export function drawHighlights({ context, view, theatre, colours, ratio }, places) {
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const place of places) {
    const { x, y } = theatre.places[place];
    context.beginPath();
    context.arc(view.screenX(x), view.screenY(y), 17, 0, 2 * Math.PI);
    context.strokeStyle = colours.ringCase;
    context.lineWidth = 6;
    context.stroke();
    context.strokeStyle = colours.accent;
    context.lineWidth = 3;
    context.stroke();
  }
}
