/** Counting values into the bars of a distribution. */

import { niceStep } from "./charts.js";

/** Bars that a histogram has at most, about. */
const MOST_BARS = 26;

/**
 * @typedef {object} Scale
 * @property {number} low    where the first bar begins
 * @property {number} width  of a bar
 * @property {number} count  of bars
 * @property {boolean} whole whether all values are whole numbers: bars then stand around them
 */

/**
 * Choose bars for values of one outcome; the value that was reported is given room too.
 *
 * @param {number[]} values   of all ensembles together
 * @param {number|null} reported
 * @returns {Scale}
 */
export function scaleOf(values, reported) {
  const all = reported === null ? values : [...values, reported];
  if (!all.length) return { low: 0, width: 1, count: 1, whole: true };
  const low = all.reduce((least, value) => Math.min(least, value), Infinity);
  const high = all.reduce((most, value) => Math.max(most, value), -Infinity);
  const whole = all.every(Number.isInteger);
  const span = high - low + (whole ? 1 : 0);
  const width = whole ? wholeStep(span) : niceStep(span, MOST_BARS * 0.75);
  const first = Math.floor(low / width + 1e-9) * width;
  const count = Math.max(1, Math.floor((high - first) / width + 1e-9) + 1);
  return { low: first, width, count, whole };
}

/** Whole numbers in a bar: 1, 2, 5, 10... so that bars are equal. */
function wholeStep(span) {
  return span <= MOST_BARS * 1.6 ? 1 : Math.max(1, niceStep(span, MOST_BARS));
}

/**
 * Count values into bars.
 *
 * @param {number[]} values
 * @param {Scale} scale
 * @returns {number[]} one count a bar
 */
export function countInto(values, scale) {
  const counts = new Array(scale.count).fill(0);
  for (const value of values) {
    const bar = Math.floor((value - scale.low) / scale.width + 1e-9);
    counts[Math.min(Math.max(bar, 0), scale.count - 1)] += 1;
  }
  return counts;
}

/**
 * Edges of a bar on the axis: around the whole numbers in it, or from edge to edge.
 *
 * @param {Scale} scale
 * @param {number} bar
 * @returns {[number, number]}
 */
export function edgesOf(scale, bar) {
  const shift = scale.whole ? 0.5 : 0;
  const low = scale.low + bar * scale.width - shift;
  return [low, low + scale.width];
}

/**
 * Shares of each category, the commonest first; the rare ones together at the end.
 *
 * @param {Array<Array<string|null>>} sets  categories of each replicate, for each ensemble
 * @param {number} most  categories to be told apart
 * @param {string|null} [always]  one that is shown however rare it is
 * @returns {Array<{name: string|null, counts: number[], others: boolean}>} null: not by the end
 */
export function categoriesOf(sets, most, always = null) {
  const rows = new Map();
  sets.forEach((values, place) => {
    for (const name of values) {
      if (!rows.has(name)) rows.set(name, { name, counts: sets.map(() => 0), others: false });
      rows.get(name).counts[place] += 1;
    }
  });
  const missing = rows.get(null);
  rows.delete(null);
  const share = (row) => row.counts.reduce((sum, n, place) => sum + n / sets[place].length, 0);
  const sorted = [...rows.values()].sort(
    (a, b) => share(b) - share(a) || (a.name < b.name ? -1 : 1),
  );
  const kept = (row, rank) => sorted.length <= most || rank < most - 1 || row.name === always;
  const shown = sorted.filter(kept);
  const rest = sorted.filter((row, rank) => !kept(row, rank));
  if (rest.length) {
    const counts = sets.map((_, place) => rest.reduce((sum, row) => sum + row.counts[place], 0));
    shown.push({ name: rest.length === 1 ? "1 other" : `${rest.length} others`, counts, others: true });
  }
  return missing ? [...shown, missing] : shown;
}
