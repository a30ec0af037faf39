/** Hatching: a second way, besides colour, to tell the sides' lands apart. */

const SIDE = 12; // CSS pixels of one tile

/** Lines of each pattern in a tile of 12 by 12; the number is the scenario's `hatch`. */
const STROKES = [
  [],
  [[-1, 13, 13, -1], [-1, 1, 1, -1], [11, 13, 13, 11]],
  [[-1, -1, 13, 13], [11, -1, 13, 1], [-1, 11, 1, 13]],
  [[0, 3, 12, 3], [0, 9, 12, 9]],
  [[3, 0, 3, 12], [9, 0, 9, 12]],
  [[-1, 13, 13, -1], [-1, -1, 13, 13]],
  [],
  [[0, 6, 12, 6], [6, 0, 6, 12]],
];
const DOTS = 6;

/** @type {Map<string, OffscreenCanvas>} */
const tiles = new Map();

/**
 * Tile of a pattern, or null for the plain one.
 * @param {number} hatch 0 to 7
 * @param {string} ground colour of the whole, with its opacity
 * @param {string} colour of the lines, with its opacity
 * @param {number} ratio device pixels per CSS pixel
 * @returns {OffscreenCanvas|null}
 */
export function hatchTile(hatch, ground, colour, ratio) {
  if (!STROKES[hatch]?.length && hatch !== DOTS) return null;
  const key = `${hatch}:${ground}:${colour}:${ratio}`;
  let tile = tiles.get(key);
  if (!tile) {
    tile = drawTile(hatch, ground, colour, ratio);
    tiles.set(key, tile);
  }
  return tile;
}

function drawTile(hatch, ground, colour, ratio) {
  const size = Math.round(SIDE * ratio);
  const tile = new OffscreenCanvas(size, size);
  const context = tile.getContext("2d");
  context.scale(size / SIDE, size / SIDE);
  context.fillStyle = ground;
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (const [x1, y1, x2, y2] of STROKES[hatch]) {
    context.moveTo(x1, y1);
    context.lineTo(x2, y2);
  }
  context.stroke();
  if (hatch === DOTS) drawDots(context);
  return tile;
}

function drawDots(context) {
  for (const [x, y] of [[3, 3], [9, 9]]) {
    context.beginPath();
    context.arc(x, y, 1.1, 0, 2 * Math.PI);
    context.fill();
  }
}

/**
 * Pattern that stays the same size on the screen however near one looks.
 * @param {CanvasRenderingContext2D|OffscreenCanvasRenderingContext2D} context
 * @param {OffscreenCanvas} tile
 * @param {number} scale device pixels per unit of the context
 */
export function patternOf(context, tile, scale) {
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix([1 / scale, 0, 0, 1 / scale, 0, 0]));
  return pattern;
}
