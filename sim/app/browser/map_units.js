/**
 * Units: small plates with the side's letter and the number of fighters. From afar those of one
 * side at a place are one plate with their sum; close by each has its own.
 */

import { fontOf, textWidth } from "./map_labels.js";
import { close } from "./map_nodes.js";
import { colourOf, inkOn } from "./theme.js";

const HEIGHT = 14;
const FONT = fontOf(10, 700);
const ROAD_CELL = 7; // CSS pixels within which units on the road are counted together

/**
 * @typedef {object} Plate
 * @property {number} faction
 * @property {number} fighters
 * @property {number} width
 * @property {string} text
 *
 * @typedef {object} March
 * @property {number} faction
 * @property {number} fighters
 * @property {number} x
 * @property {number} y
 * @property {number} dx
 * @property {number} dy
 */

/** Number of fighters in few letters. */
export function shortNumber(number) {
  if (number < 1000) return String(number);
  return `${(number / 1000).toFixed(number < 9950 ? 1 : 0)}k`;
}

/** Pictures of plates, kept: text is dear to draw. */
class Plates {
  constructor() {
    /** @type {Map<string, OffscreenCanvas>} */
    this.pictures = new Map();
    this.key = "";
  }

  /** @param {string} key forget all where the theme or the resolution changes */
  renew(key) {
    if (key === this.key) return;
    this.key = key;
    this.pictures.clear();
  }

  get(painting, letter, plate) {
    const key = `${plate.faction}:${plate.text}`;
    let picture = this.pictures.get(key);
    if (!picture) {
      picture = drawPlate(painting, letter, plate);
      this.pictures.set(key, picture);
    }
    return picture;
  }
}

/** Draws the units of each frame. */
export class UnitLayer {
  /** @param {any} theatre @param {string[]} letters of the factions */
  constructor(theatre, letters) {
    this.theatre = theatre;
    this.letters = letters;
    this.factions = theatre.factions.length;
    this.sideOf = Uint8Array.from(theatre.units, (unit) => unit.faction);
    this.plates = new Plates();
    this.measure = new OffscreenCanvas(1, 1).getContext("2d");
  }

  /**
   * @param {import("./map_shade.js").Painting} painting
   * @param {import("./map_nodes.js").Arrangement} arrangement
   */
  draw(painting, arrangement) {
    const { context, frame, dark, ratio } = painting;
    if (!frame.units) return;
    this.plates.renew(`${dark}:${ratio}`);
    context.setTransform(1, 0, 0, 1, 0, 0);
    const { standing, marching } = this.sort(painting, arrangement);
    for (const march of marching.values()) this.drawMarch(painting, march);
    for (const [node, sides] of standing) this.drawStanding(painting, arrangement, node, sides);
  }

  /** Tell units that stand at a mark from those on the road between two. */
  sort({ frame, view }, arrangement) {
    const { nodeOf, spread } = arrangement;
    const { count, id, place, next, x, y, dx, dy, strength } = frame.units;
    /** @type {Map<number, Map<number, number[]>>} fighters by node and side */
    const standing = new Map();
    /** @type {Map<string, March>} */
    const marching = new Map();
    for (let at = 0; at < count; at += 1) {
      const node = nodeOf[place[at]];
      const moving = dx[at] !== 0 || dy[at] !== 0 || next[at] >= 0;
      const side = this.sideOf[id[at]];
      const stop = moving ? stopOf(x[at], y[at], node, nodeOf[next[at]] ?? node, arrangement, view) : node;
      if (stop >= 0) keep(standing, stop, side, strength[at], spread[stop]);
      else meet(marching, view, side, strength[at], x[at], y[at], dx[at], dy[at]);
    }
    return { standing, marching };
  }

  /** Plates of a mark, above it: one over the other from afar, side beside side close by. */
  drawStanding(painting, { nodes, spread }, node, sides) {
    const { view } = painting;
    const { x, y, radius } = nodes[node];
    const [middle, bottom] = [view.screenX(x), view.screenY(y) - radius - 4];
    if (offScreen(view, middle, bottom)) return;
    const columns = [...sides].sort(([a], [b]) => a - b);
    let stacks = columns.map(([side, fighters]) => this.stack(side, fighters));
    const whole = stacks.reduce((width, stack) => width + stack.width + 2, -2);
    const apart = whole <= 1.25 * spread[node];
    if (!apart) stacks = columns.map(([side, fighters]) => this.stack(side, [total(fighters)]));
    if (!apart) {
      stacks.forEach((stack, row) => {
        this.drawStack(painting, stack, middle - stack.width / 2, bottom - row * (HEIGHT + 1));
      });
      return;
    }
    let left = middle - whole / 2;
    for (const stack of stacks) {
      this.drawStack(painting, stack, left, bottom);
      left += stack.width + 2;
    }
  }

  /** Arrange one side's plates in rows of at most three. */
  stack(side, fighters) {
    const plates = fighters.sort((a, b) => b - a).map((number) => this.plate(side, number));
    const across = plates.length <= 3 ? 1 : plates.length <= 8 ? 2 : 3;
    const cell = Math.max(...plates.map((plate) => plate.width));
    return { plates, across: Math.min(across, plates.length), cell, width: cell * across + across - 1 };
  }

  drawStack(painting, { plates, across, cell }, left, bottom) {
    plates.forEach((plate, at) => {
      const x = left + (at % across) * (cell + 1);
      const y = bottom - (Math.floor(at / across) + 1) * (HEIGHT + 1);
      this.drawAt(painting, plate, x + (cell - plate.width) / 2, y);
    });
  }

  /** Units on the road, with an arrow that shows where they go. */
  drawMarch(painting, { faction, fighters, x, y, dx, dy }) {
    const { context, view, theatre, dark, ratio, colours } = painting;
    if (offScreen(view, x, y)) return;
    const plate = this.plate(faction, fighters);
    const colour = colourOf(theatre.factions[faction], dark);
    const length = Math.hypot(dx, dy);
    if (length > 0) {
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      drawArrow(context, x, y, dx / length, dy / length, plate.width / 2, colour, colours.ringCase);
      context.setTransform(1, 0, 0, 1, 0, 0);
    }
    this.drawAt(painting, plate, x - plate.width / 2, y - HEIGHT / 2);
  }

  /** @returns {Plate} */
  plate(faction, fighters) {
    const text = shortNumber(fighters);
    const width = textWidth(this.measure, FONT, text) + textWidth(this.measure, FONT, this.letters[faction]);
    return { faction, fighters, text, width: Math.ceil(width + 13) };
  }

  drawAt(painting, plate, x, y) {
    const { context, ratio } = painting;
    const picture = this.plates.get(painting, this.letters[plate.faction], plate);
    context.drawImage(picture, Math.round((x - 1) * ratio), Math.round((y - 1) * ratio));
  }
}

function total(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0);
}

/** Count fighters at a mark: in one sum, or each unit by itself. */
function keep(standing, node, side, fighters, apart) {
  let sides = standing.get(node);
  if (!sides) standing.set(node, (sides = new Map()));
  const known = sides.get(side);
  if (!known) sides.set(side, [fighters]);
  else if (apart) known.push(fighters);
  else known[0] += fighters;
}

/** Mark at which a unit on the road is still, or already, counted; -1 for none. */
function stopOf(x, y, from, to, { nodes, spread, telling }, view) {
  for (const node of [from, to]) {
    const away = Math.hypot(x - nodes[node].x, y - nodes[node].y) * view.scale;
    if (away < 8) return node;
    if (!spread[node] && close({ x, y }, nodes[node], telling)) return node;
  }
  return -1;
}

/** Count units of one side at the same point of the road together. */
function meet(marching, view, side, fighters, x, y, dx, dy) {
  const [px, py] = [view.screenX(x), view.screenY(y)];
  const key = `${side}:${Math.round(px / ROAD_CELL)}:${Math.round(py / ROAD_CELL)}`;
  const known = marching.get(key);
  if (known) known.fighters += fighters;
  else marching.set(key, { faction: side, fighters, x: px, y: py, dx, dy });
}

function offScreen(view, x, y) {
  return x < -80 || y < -60 || x > view.width + 80 || y > view.height + 160;
}

/** Draw one plate as a picture: letter on a darker ground, then the number. */
function drawPlate({ theatre, dark, ratio, colours }, letter, { faction, text, width }) {
  const colour = colourOf(theatre.factions[faction], dark);
  const picture = new OffscreenCanvas(Math.ceil((width + 2) * ratio), Math.ceil((HEIGHT + 2) * ratio));
  const context = picture.getContext("2d");
  context.scale(ratio, ratio);
  context.beginPath();
  context.roundRect(1, 1, width, HEIGHT, 3.5);
  context.fillStyle = colour;
  context.fill();
  context.save();
  context.clip();
  context.font = FONT;
  const column = context.measureText(letter).width + 6;
  context.fillStyle = inkOn(colour) === "#ffffff" ? "rgba(0, 0, 0, 0.28)" : "rgba(255, 255, 255, 0.4)";
  context.fillRect(1, 1, column, HEIGHT);
  context.restore();
  context.beginPath();
  context.roundRect(1, 1, width, HEIGHT, 3.5);
  context.strokeStyle = colours.ringCase;
  context.lineWidth = 1.2;
  context.stroke();
  context.fillStyle = inkOn(colour);
  context.textBaseline = "middle";
  context.fillText(letter, 4, HEIGHT / 2 + 1.6);
  context.fillText(text, column + 4, HEIGHT / 2 + 1.6);
  return picture;
}

/** An arrow head that looks out from behind a plate. */
function drawArrow(context, x, y, ux, uy, half, colour, edge) {
  const reach = Math.min(half / Math.max(Math.abs(ux), 0.01), HEIGHT / 2 / Math.max(Math.abs(uy), 0.01));
  const [tipX, tipY] = [x + ux * (reach + 8), y + uy * (reach + 8)];
  const [baseX, baseY] = [x + ux * (reach - 1), y + uy * (reach - 1)];
  context.beginPath();
  context.moveTo(tipX, tipY);
  context.lineTo(baseX - uy * 6, baseY + ux * 6);
  context.lineTo(baseX + uy * 6, baseY - ux * 6);
  context.closePath();
  context.fillStyle = colour;
  context.strokeStyle = edge;
  context.lineWidth = 2;
  context.stroke();
  context.fill();
}
