/** Marks of the places: one shape for each kind, sized by population, filled with the holder. */

/** Sides of the unit shapes: x and y in -1 to 1; other kinds are round. */
const SHAPES = {
  base: [-0.9, -0.9, 0.9, -0.9, 0.9, 0.9, -0.9, 0.9],
  junction: [0, -1.2, 1.2, 0, 0, 1.2, -1.2, 0],
  dam: [-0.6, -0.9, 0.6, -0.9, 1.25, 0.9, -1.25, 0.9],
  crossing: [0, -1.2, 1.15, 0.9, -1.15, 0.9],
  bridge: [-1.3, -0.75, -0.8, -0.4, 0.8, -0.4, 1.3, -0.75, 1.3, 0.75, 0.8, 0.4, -0.8, 0.4, -1.3, 0.75],
};

/** Name of a kind of place, as a caption. @param {string} kind */
export function wordsOf(kind) {
  const words = kind.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/**
 * Draw the mark of a place.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {string} kind
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {{fill: string, ink: string, halo: string}} colours
 */
export function drawSymbol(context, kind, x, y, radius, { fill, ink, halo }) {
  context.beginPath();
  outline(context, kind, x, y, radius);
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = halo;
  context.stroke();
  context.fillStyle = fill;
  context.fill();
  context.lineWidth = kind === "village" ? 1.1 : 1.4;
  context.strokeStyle = ink;
  context.stroke();
}

function outline(context, kind, x, y, radius) {
  const shape = SHAPES[kind];
  if (!shape) {
    context.arc(x, y, radius, 0, 2 * Math.PI);
    return;
  }
  context.moveTo(x + shape[0] * radius, y + shape[1] * radius);
  for (let at = 2; at < shape.length; at += 2) {
    context.lineTo(x + shape[at] * radius, y + shape[at + 1] * radius);
  }
  context.closePath();
}

/**
 * Draw shares as a pie in a ring.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {{share: number, colour: string}[]} parts that add up to about 1
 * @param {{ink: string, halo: string}} colours
 */
export function drawPie(context, x, y, radius, parts, { ink, halo }) {
  context.beginPath();
  context.arc(x, y, radius + 1.5, 0, 2 * Math.PI);
  context.fillStyle = halo;
  context.fill();
  let from = -Math.PI / 2;
  for (const { share, colour } of parts) {
    const to = from + share * 2 * Math.PI;
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius, from, to);
    context.closePath();
    context.fillStyle = colour;
    context.fill();
    from = to;
  }
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.lineWidth = 1.4;
  context.strokeStyle = ink;
  context.stroke();
}

/**
 * A mark as a small picture of its own, for the legend.
 * @param {string} kind
 * @param {{fill: string, ink: string, halo: string}} colours
 * @returns {HTMLCanvasElement}
 */
export function symbolPicture(kind, colours) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = 36;
  canvas.style.width = canvas.style.height = "18px";
  canvas.setAttribute("aria-hidden", "true");
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  const radius = { town: 5, village: 3, district: 3.4 }[kind] ?? 4.4;
  drawSymbol(context, kind, 9, 9, radius, colours);
  return canvas;
}
