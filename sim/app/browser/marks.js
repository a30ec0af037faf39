/** The marks of a timeline: what happened on which day, tall where it is most notable. */

import { dateOf, monthsOf } from "./dates.js";
import { sideColour } from "./sides.js";

const SVG = "http://www.w3.org/2000/svg";
/** Share of the track's height that a mark of a rank reaches; later ranks take the last one. */
const HEIGHTS = [1, 0.68, 0.42, 0.24];
const LEAST_GAP_PX = 4;
const MONDAY = 1;
/** Ticks of weeks are drawn where they stand at least this far apart. */
const LEAST_WEEK_PX = 18;

/**
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 * @returns {SVGElement}
 */
export function shape(tag, attributes = {}) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}

/**
 * @param {{day: number, rank: number}[]} events
 * @param {number} days
 * @returns {object[][]} events of each day, the most notable first
 */
export function eventsByDay(events, days) {
  const byDay = Array.from({ length: days }, () => []);
  for (const event of events) byDay[event.day]?.push(event);
  for (const list of byDay) list.sort((a, b) => a.rank - b.rank);
  return byDay;
}

/** @param {number} rank */
function heightOf(rank) {
  return HEIGHTS[Math.min(Math.max(0, rank), HEIGHTS.length - 1)];
}

/**
 * One day's bar: a band for each rank, split evenly among the factions of that rank.
 * @param {object[]} events of the day, the most notable first
 * @returns {{from: number, to: number, faction: number | null}[]} shares of the height, from below
 */
export function bandsOf(events) {
  const heights = [...new Set(events.map((event) => heightOf(event.rank)))].sort((a, b) => a - b);
  const bands = [];
  let below = 0;
  for (const height of heights) {
    const here = events.filter((event) => heightOf(event.rank) === height);
    const factions = [...new Set(here.map((event) => event.faction ?? null))];
    const part = (height - below) / factions.length;
    factions.forEach((faction, number) => {
      bands.push({ from: below + number * part, to: below + (number + 1) * part, faction });
    });
    below = height;
  }
  return bands;
}

/**
 * Draw the bars of all days.
 * @param {SVGElement} svg emptied first
 * @param {object[][]} byDay
 * @param {{width: number, height: number}} how
 */
export function drawMarks(svg, byDay, { width, height }) {
  svg.replaceChildren();
  const slot = width / Math.max(1, byDay.length);
  const bar = slot > LEAST_GAP_PX ? Math.min(6, Math.round(slot * 0.62)) : Math.max(1, slot);
  byDay.forEach((events, day) => {
    const x = (day + 0.5) * slot - bar / 2;
    for (const band of bandsOf(events)) {
      const y = Math.round(height * (1 - band.to));
      const tall = Math.max(1, Math.round(height * (1 - band.from)) - y);
      svg.append(shape("rect", { x: round(x), y, width: round(bar), height: tall,
        style: `fill: ${sideColour(band.faction)}` }));
    }
  });
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 10) / 10;
}

/**
 * Draw months, and weeks where there is room.
 * @param {SVGElement} svg emptied first
 * @param {{start: string, days: number, width: number, height: number}} how
 */
export function drawAxis(svg, { start, days, width, height }) {
  svg.replaceChildren();
  const slot = width / Math.max(1, days);
  if (slot * 7 >= LEAST_WEEK_PX) {
    for (let day = 0; day < days; day += 1) {
      if (dateOf(start, day).getUTCDay() === MONDAY) svg.append(tick(day * slot, 4, "week"));
    }
  }
  let free = -Infinity;
  for (const month of monthsOf(start, days).reverse()) {
    const x = month.day * slot;
    if (month.first) svg.append(tick(x, height, "month"));
    const room = free === -Infinity ? width - x : free - x;
    if (room < 30) continue;
    const label = shape("text", { x: round(x + (month.first ? 4 : 0)), y: height - 3 });
    label.textContent = month.label;
    svg.append(label);
    free = x;
  }
}

/** @param {number} x @param {number} height @param {string} kind */
function tick(x, height, kind) {
  const at = Math.round(x) + 0.5;
  return shape("line", { x1: at, x2: at, y1: 0, y2: height, class: `khabur-tick--${kind}` });
}
