/** A small chart of one series: a line for each faction, and a cursor on the day. */

import { make } from "./dom.js";
import { shape } from "./marks.js";
import { sideColour } from "./sides.js";

const WIDTH = 340;
const HEIGHT = 64;
const MARGIN = 3;

/**
 * Return the path of one faction's values; days that repeat their neighbours are left out.
 * @param {ArrayLike<number>} values of all factions, [F, D]
 * @param {number} faction
 * @param {number} days
 * @param {number} top value at the upper edge
 * @returns {string}
 */
export function pathOf(values, faction, days, top) {
  const at = (day) => values[faction * days + day];
  const parts = [];
  for (let day = 0; day < days; day += 1) {
    const flat = day > 0 && day < days - 1 && at(day) === at(day - 1) && at(day) === at(day + 1);
    if (flat) continue;
    const point = `${x(day, days).toFixed(1)} ${y(at(day), top).toFixed(1)}`;
    parts.push(`${parts.length ? "L" : "M"}${point}`);
  }
  return parts.join("");
}

/** @param {number} day @param {number} days */
function x(day, days) {
  return ((day + 0.5) / Math.max(1, days)) * WIDTH;
}

/** @param {number} value @param {number} top */
function y(value, top) {
  return HEIGHT - MARGIN - (value / (top || 1)) * (HEIGHT - 2 * MARGIN);
}

/** Lines of the past strong, those to come faint. */
export class SeriesChart {
  /**
   * @param {{label: string, values: ArrayLike<number>}} series
   * @param {{days: number, factions: number[], go: (day: number) => void}} how
   *   `factions`: indices of those drawn
   */
  constructor(series, { days, factions, go }) {
    this.days = days;
    this.top = topOf(series.values, factions, days);
    const svg = shape("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none",
      role: "img", "aria-label": `${series.label} by day` });
    svg.append(...factions.map((faction) => shape("path", {
      d: pathOf(series.values, faction, days, this.top),
      style: `stroke: ${sideColour(faction)}` })));
    // The lines are drawn once; what is to come lies under a veil, and the veil alone moves.
    this.veil = make("div", { class: "khabur-series__veil" });
    this.element = make("div", { class: "khabur-series", on: { click: (event) => {
      const box = this.element.getBoundingClientRect();
      go(Math.floor(((event.clientX - box.left) / box.width) * days));
    } } }, [svg, this.veil]);
  }

  /** @param {number} day */
  show(day) {
    this.veil.style.transform = `translateX(${((day + 0.5) / this.days) * 100}%)`;
  }
}

/**
 * @param {ArrayLike<number>} values [F, D]
 * @param {number[]} factions
 * @param {number} days
 * @returns {number} highest value of these factions
 */
export function topOf(values, factions, days) {
  let top = 0;
  for (const faction of factions) {
    for (let day = 0; day < days; day += 1) top = Math.max(top, values[faction * days + day]);
  }
  return top;
}
