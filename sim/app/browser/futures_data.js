/**
 * What an ensemble says, decoded once: fans, outcomes, and words for their numbers.
 *
 * The server sends bytes (see sim/app/futures.py); they are copied into typed arrays here, so
 * that where they lie in a message does not matter.
 */

import { longDate } from "./dates.js";
import { typed } from "./recording.js";

/**
 * @typedef {object} Fan
 * @property {string} id
 * @property {string} label
 * @property {string} unit
 * @property {number[]} factions   of the theatre, those with anything but zeros; -1 unknown to it
 * @property {number[]} levels     percentiles: 5, 25, 50, 75, 95
 * @property {number} days
 * @property {Float32Array} values [factions, levels, days]
 */

/**
 * @typedef {object} Outcome
 * @property {string} id
 * @property {string} label
 * @property {string} unit
 * @property {string} reported         what was reported, in words; may be empty
 * @property {number|string|boolean|null} reported_value
 * @property {"number"|"days"|"date"|"category"|"truth"} kind
 * @property {Array<number|string|boolean|null>} values  one a replicate; null: not by the end
 */

/**
 * @typedef {object} Ensemble
 * @property {object} raw         as it came, for the map
 * @property {boolean} sameSides  whether its sides are the theatre's, in the same order
 * @property {string} key
 * @property {string} title
 * @property {string} label
 * @property {string} start       ISO date of day 0; empty where the server does not say
 * @property {number} days
 * @property {number} done        replicates that are in
 * @property {number} of          replicates asked for
 * @property {Int32Array} numbers numbers of the replicates, sorted
 * @property {Map<string, Fan>} fans
 * @property {Outcome[]} outcomes
 */

/**
 * Decode an ensemble.
 *
 * @param {object|null|undefined} raw
 * @param {object} theatre  its factions are what the fans' rows are numbered by
 * @returns {Ensemble|null} null where there is none, or where it has no replicate yet
 */
export function readEnsemble(raw, theatre) {
  if (!raw || !raw.key || !raw.done) return null;
  const names = theatre.factions.map((faction) => faction.name);
  const fans = new Map();
  for (const fan of raw.fans) {
    // A second scenario may list the sides in another order.
    const factions = fan.factions.map((row) => (raw.factions ? names.indexOf(raw.factions[row]) : row));
    fans.set(fan.id, { ...fan, factions, days: raw.days, values: typed(fan.values, Float32Array) });
  }
  return {
    raw,
    sameSides: !raw.factions || names.join() === raw.factions.join(),
    key: String(raw.key),
    title: raw.title || raw.scenario || "",
    label: raw.label || "",
    start: raw.start || "",
    days: raw.days,
    done: raw.done,
    of: raw.of,
    numbers: typed(raw.numbers, Int32Array),
    fans,
    outcomes: raw.outcomes,
  };
}

/**
 * The series of one faction at one percentile: a view, not a copy.
 *
 * @param {Fan} fan
 * @param {number} faction  index of a faction of the theatre
 * @param {number} level    0..4, in the order of fan.levels
 * @returns {Float32Array|null} one value a day; null where the faction has nothing but zeros
 */
export function seriesOf(fan, faction, level) {
  const row = fan.factions.indexOf(faction);
  if (row < 0) return null;
  const start = (row * fan.levels.length + level) * fan.days;
  return fan.values.subarray(start, start + fan.days);
}

/**
 * @param {Ensemble} ensemble
 * @param {string} id
 * @returns {Outcome|undefined}
 */
export function outcomeOf(ensemble, id) {
  return ensemble.outcomes.find((outcome) => outcome.id === id);
}

/** @param {Outcome} outcome @returns {boolean} whether its values lie on a line */
export function isNumeric(outcome) {
  return outcome.kind === "number" || outcome.kind === "days" || outcome.kind === "date";
}

/** @param {Outcome} outcome @returns {number[]} its numbers, without those that are missing */
export function numbersOf(outcome) {
  return outcome.values.filter((value) => typeof value === "number" && Number.isFinite(value));
}

/** @param {Outcome} outcome @returns {number} replicates in which it did not come about */
export function missingOf(outcome) {
  return outcome.values.reduce((count, value) => count + (value === null ? 1 : 0), 0);
}

/**
 * Quantile of sorted numbers, interpolated as numpy does it by default.
 *
 * @param {number[]} sorted
 * @param {number} share 0..1
 */
export function quantile(sorted, share) {
  const position = share * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

/**
 * A number as a person writes it: no more digits than it bears.
 *
 * @param {number} value
 */
export function plain(value) {
  const size = Math.abs(value);
  const digits = Number.isInteger(value) || size >= 100 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { maximumFractionDigits: digits });
}

/** @param {number} share 0..1 */
export function percent(share) {
  const value = share * 100;
  if (value > 0 && value < 1) return "under 1%";
  if (value < 100 && value > 99) return "over 99%";
  return `${Math.round(value)}%`;
}

/** "25 June" @param {string} start @param {number} day */
export function dayLabel(start, day) {
  return longDate(start, Math.round(day)).replace(/ \d+$/, "");
}

/**
 * A value of an outcome in words, with its unit.
 *
 * @param {Outcome} outcome
 * @param {number|string|boolean|null} value
 * @param {string} start ISO date of day 0
 */
export function worded(outcome, value, start) {
  if (value === null || value === undefined) return "not by the end";
  if (outcome.kind === "truth") return value ? "yes" : "no";
  if (outcome.kind === "category") return String(value);
  if (outcome.kind === "date") return dayLabel(start, value);
  if (outcome.unit === "share") return `${plain(Math.round(value * 1000) / 10)}%`;
  const single = value === 1 && /s$/.test(outcome.unit) ? outcome.unit.slice(0, -1) : outcome.unit;
  return `${plain(value)} ${single}`;
}

/** An outcome's label with a capital. @param {Outcome} outcome @returns {string} */
export function headingOf(outcome) {
  return outcome.label.charAt(0).toUpperCase() + outcome.label.slice(1);
}
