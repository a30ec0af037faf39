/** Air strikes and bombs on their day: a widening ring, a star burst, a small star. */

import { fontOf } from "./map_labels.js";
import { colourOf, prefersLessMotion, withAlpha } from "./theme.js";

const STILL = 0.42; // moment of the flash that stands for all of it where motion is not wanted
const NUMBER_FONT = fontOf(10, 750);

/**
 * Draw the flashes of a frame.
 * @param {import("./map_shade.js").Painting} painting
 * @param {import("./map_nodes.js").Arrangement} arrangement
 */
export function drawFlashes(painting, arrangement) {
  const { context, ratio, frame } = painting;
  if (frame.flashes.length === 0) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  const still = prefersLessMotion();
  for (const flash of together(frame.flashes, arrangement)) {
    drawFlash(painting, still ? { ...flash, phase: STILL } : flash);
  }
}

/** Flashes of one kind and side at one mark are one, with their sum; strikes lie lowest. */
function together(flashes, { nodes, nodeOf }) {
  const found = new Map();
  for (const flash of flashes) {
    const node = nodes[nodeOf[flash.place]];
    const key = `${nodeOf[flash.place]}:${flash.weapon}:${flash.faction}`;
    const known = found.get(key);
    if (!known) found.set(key, { ...flash, x: node.x, y: node.y });
    else known.number += flash.number;
  }
  return [...found.values()].sort((a, b) => a.weapon - b.weapon);
}

function drawFlash(painting, { x, y, faction, weapon, number, phase }) {
  const { context, view, theatre, dark, colours } = painting;
  const [px, py] = [view.screenX(x), view.screenY(y)];
  if (px < -60 || py < -60 || px > view.width + 60 || py > view.height + 60) return;
  const colour = colourOf(theatre.factions[faction], dark);
  if (weapon === 0) drawStrike(context, px, py, 13 + 6 * Math.sqrt(number), phase, colour, colours);
  else {
    const large = weapon === 1;
    const size = (large ? 15 : 8) + (large ? 5 : 2.5) * Math.sqrt(number);
    drawBurst(context, px, py, size, phase, large ? 12 : 7, colour, colours);
    if (number > 1 && large) writeNumber(context, px, py, number, phase);
  }
}

/**
 * A strike: a bright core, and a ring in the colour of whose aircraft it is.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 */
export function drawStrike(context, x, y, most, phase, colour, { strikeCore, ringCase }) {
  const radius = 4 + (most - 4) * (1 - (1 - phase) ** 2.2);
  const fade = phase < 0.15 ? phase / 0.15 : 1 - Math.max(0, (phase - 0.5) / 0.5) ** 1.5;
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fillStyle = withAlpha(colour, 0.2 * fade);
  context.fill();
  context.lineWidth = 4.6 - 2 * phase;
  context.strokeStyle = withAlpha(ringCase, 0.75 * fade);
  context.stroke();
  context.lineWidth = 2.8 - 1.3 * phase;
  context.strokeStyle = withAlpha(colour, fade);
  context.stroke();
  const core = Math.max(0, 1 - phase / 0.7);
  if (core <= 0) return;
  context.beginPath();
  context.arc(x, y, 2.5 + 3.5 * core, 0, 2 * Math.PI);
  context.fillStyle = withAlpha(strikeCore, core);
  context.fill();
}

/**
 * A car bomb's burst, or a foot bomber's small one.
 * @param {CanvasRenderingContext2D} context in CSS pixels
 */
export function drawBurst(context, x, y, most, phase, points, colour, { blast, blastCore, ringCase }) {
  const grown = 1 - (1 - Math.min(phase / 0.35, 1)) ** 2;
  const fade = fadeOf(phase);
  const radius = most * (0.35 + 0.65 * grown);
  star(context, x, y, radius + 2, points);
  context.fillStyle = withAlpha(ringCase, 0.8 * fade);
  context.fill();
  star(context, x, y, radius, points);
  context.fillStyle = withAlpha(blast, fade);
  context.fill();
  context.lineWidth = 1.4;
  context.strokeStyle = withAlpha(colour, fade);
  context.stroke();
  star(context, x, y, radius * 0.55, points);
  context.fillStyle = withAlpha(blastCore, fade);
  context.fill();
}

/** Opacity of a burst. */
function fadeOf(phase) {
  return 1 - Math.max(0, (phase - 0.55) / 0.45) ** 1.5;
}

function star(context, x, y, radius, points) {
  context.beginPath();
  for (let at = 0; at < 2 * points; at += 1) {
    const angle = (at * Math.PI) / points - Math.PI / 2;
    const length = at % 2 ? radius * 0.56 : radius;
    context.lineTo(x + length * Math.cos(angle), y + length * Math.sin(angle));
  }
  context.closePath();
}

function writeNumber(context, x, y, number, phase) {
  const fade = fadeOf(phase);
  context.font = NUMBER_FONT;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = `rgba(40, 16, 0, ${fade})`;
  context.fillText(String(number), x, y + 0.5);
}
