/** Names on the map, the most important first, none over another. */

const FONT = 'system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif';

const ROW = 15; // CSS pixels of a row of units above a mark

/** @type {Map<string, number>} */
const widths = new Map();

/** Width of a text, measured once. */
export function textWidth(context, font, text) {
  const key = `${font}|${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    context.font = font;
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** @param {number} size CSS pixels @param {number} weight @param {string} [style] */
export function fontOf(size, weight = 500, style = "") {
  return `${style} ${weight} ${size}px ${FONT}`.trim();
}

/** Boxes taken on the screen, looked up by a coarse lattice. */
export class Taken {
  constructor() {
    /** @type {Map<number, number[][]>} */
    this.cells = new Map();
  }

  /** @param {number} left @param {number} top @param {number} right @param {number} bottom */
  add(left, top, right, bottom) {
    const box = [left, top, right, bottom];
    for (const cell of cellsOf(box)) {
      if (!this.cells.has(cell)) this.cells.set(cell, []);
      this.cells.get(cell).push(box);
    }
  }

  free(left, top, right, bottom) {
    for (const cell of cellsOf([left, top, right, bottom])) {
      for (const box of this.cells.get(cell) ?? []) {
        if (box[0] < right && left < box[2] && box[1] < bottom && top < box[3]) return false;
      }
    }
    return true;
  }

  /** Area of the boxes that a box would cover, CSS pixels squared. */
  covered(...box) {
    const under = new Set(cellsOf(box).flatMap((cell) => this.cells.get(cell) ?? []));
    return [...under].reduce((sum, other) => sum + shared(box, other), 0);
  }
}

/** Area that two rectangles share. */
function shared(a, b) {
  const across = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const down = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return across > 0 && down > 0 ? across * down : 0;
}

function cellsOf([left, top, right, bottom]) {
  const cells = [];
  for (let column = Math.floor(left / 64); column <= Math.floor(right / 64); column += 1) {
    for (let row = Math.floor(top / 64); row <= Math.floor(bottom / 64); row += 1) {
      cells.push(column * 4096 + row);
    }
  }
  return cells;
}

/**
 * @typedef {object} Label
 * @property {string} text
 * @property {number} x left, CSS pixels
 * @property {number} y baseline's middle
 * @property {string} font
 */

/**
 * Choose which nodes are named, and where.
 * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context for measuring
 * @param {import("./map_nodes.js").Arrangement} arrangement
 * @param {import("./map_view.js").MapView} view
 * @param {Taken} taken
 * @param {Uint8Array|null} rows rows of units to expect at each place, null for none anywhere
 * @returns {Label[]}
 */
export function placeLabels(context, arrangement, view, taken, rows) {
  const shown = visible(arrangement, view, rows);
  for (const each of shown) if (!each.gathered) reserve(taken, each);
  const labels = [];
  for (const each of shown) {
    if (each.gathered) continue;
    const label = place(context, each, view, taken, rows !== null);
    if (label) labels.push(label);
  }
  return labels;
}

/** Nodes in the window, with their places on the screen. */
function visible({ nodes, gathered, spread, nodeOf }, view, rows) {
  const most = new Uint8Array(nodes.length);
  rows?.forEach((number, at) => {
    most[nodeOf[at]] = Math.max(most[nodeOf[at]], number);
  });
  const shown = [];
  nodes.forEach((node, index) => {
    const [x, y] = [view.screenX(node.x), view.screenY(node.y)];
    if (x < -60 || y < -30 || x > view.width + 60 || y > view.height + 30) return;
    // Units shown one by one take a row more than their sum.
    const high = most[index] && ROW * (most[index] + (spread[index] ? 1 : 0)) + 5;
    shown.push({ node, x, y, gathered: gathered[index], plates: high });
  });
  return shown;
}

/** Keep a mark and the units above it free of names. */
function reserve(taken, { node, x, y, plates }) {
  const around = node.radius + 2;
  taken.add(x - around, y - around, x + around, y + around);
  if (plates) taken.add(x - 23, y - node.radius - plates, x + 23, y - node.radius);
}

/** @returns {Label|null} */
function place(context, { node, x, y, plates }, view, taken, units) {
  const strong = node.kind === "city" || node.population >= 50000;
  const size = node.kind === "city" ? 13 : strong ? 12 : node.population >= 15000 ? 11.5 : 11;
  const font = fontOf(size, strong ? 650 : 500);
  const width = textWidth(context, font, node.label);
  const half = size * 0.62;
  const gap = (units ? node.radius : Math.max(node.radius + 2, 7)) + 5;
  const spots = [
    [x + gap, y],
    [x - gap - width, y],
    [x - width / 2, y + gap + half - 1],
    [x + gap - 2, y + gap + 2],
    [x - gap - width + 2, y + gap + 2],
    [x - width / 2, y - node.radius - Math.max(plates, 4) - half - 1],
  ];
  if (node.kind === "district") spots.unshift(spots[2]);
  if (node.kind === "city" && units) spots.pop();
  for (const [left, middle] of spots) {
    const box = [left - 2, middle - half, left + width + 2, middle + half];
    const inside = box[0] > 0 && box[2] < view.width && box[1] > 0 && box[3] < view.height;
    if (!inside || !taken.free(...box)) continue;
    taken.add(...box);
    return { text: node.label, x: left, y: middle, font };
  }
  if (node.kind !== "city") return null;
  // The chief places are named whatever lies beside them, where it hides least.
  const covered = ([left, middle]) => taken.covered(left, middle - half, left + width, middle + half);
  const [left, middle] = spots.reduce((best, spot) => (covered(spot) < covered(best) ? spot : best));
  taken.add(left - 2, middle - half, left + width + 2, middle + half);
  return { text: node.label, x: left, y: middle, font };
}

/**
 * Write labels with a halo, so that they read over anything.
 * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context in CSS pixels
 * @param {Label[]} labels
 * @param {{ink: string, halo: string}} colours
 */
export function drawLabels(context, labels, { ink, halo }) {
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.lineJoin = "round";
  for (const { text, x, y, font } of labels) {
    context.font = font;
    context.lineWidth = 3.5;
    context.strokeStyle = halo;
    context.strokeText(text, x, y);
    context.fillStyle = ink;
    context.fillText(text, x, y);
  }
}
