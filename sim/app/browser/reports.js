/** What there is to say of a place at a moment, as plain data: the tooltip words it. */

export const WEAPONS = ["air strike", "car bomb", "foot bomber"];

/**
 * @typedef {object} PlaceReport
 * @property {"replay"|"futures"|"difference"|"blank"} kind
 * @property {number} place
 * @property {number[]} places more than one where it is of a whole city
 * @property {{faction: number, number: number}[]} [holders] how many places each side holds
 * @property {number} [holder]
 * @property {number} [since] day index, -1 before the start
 * @property {boolean} [contested]
 * @property {boolean} [engaged]
 * @property {{faction: number, fighters: number, units: number}[]} [sides] standing there
 * @property {{faction: number, fighters: number, next: number}[]} [leaving] on the road from there
 * @property {{faction: number, weapon: number, number: number}[]} [weapons]
 * @property {{faction: number, number: number}[]} [dead]
 * @property {Float32Array} [shares]
 * @property {{faction: number, before: number, after: number}} [change]
 */

/**
 * @param {import("./recording.js").Recording} recording
 * @param {any} theatre
 * @param {number} day
 * @param {number[]} places one, or all of a city
 * @returns {PlaceReport}
 */
export function reportOfRecording(recording, theatre, day, places) {
  const [place] = places;
  const there = new Set(places);
  return {
    kind: "replay",
    place,
    places,
    holder: recording.controller(day, place),
    since: recording.heldSince(day, place),
    holders: holdersOf(places.map((each) => recording.controller(day, each))),
    contested: places.some((each) => recording.isContested(day, each)),
    engaged: places.some((each) => recording.isEngaged(day, each)),
    ...unitsOf(recording, theatre, day, there),
    weapons: summed(recording.flashesOn(day), there, (row) => `${row.weapon}:${row.faction}`),
    dead: summed(recording.deadOn(day), there, (row) => String(row.faction)),
  };
}

/** How many places each side holds, the most first. */
function holdersOf(holders) {
  const counts = new Map();
  for (const faction of holders) counts.set(faction, (counts.get(faction) ?? 0) + 1);
  return [...counts]
    .map(([faction, number]) => ({ faction, number }))
    .sort((a, b) => b.number - a.number);
}

/** Rows of some places, those of one kind added up. */
function summed(rows, places, keyOf) {
  const sums = new Map();
  for (const row of rows) {
    if (!places.has(row.place)) continue;
    const known = sums.get(keyOf(row));
    if (known) known.number += row.number;
    else sums.set(keyOf(row), { ...row });
  }
  return [...sums.values()];
}

function unitsOf(recording, theatre, day, places) {
  const standing = new Map();
  const leaving = new Map();
  for (let unit = 0; unit < recording.units; unit += 1) {
    const entry = day * recording.units + unit;
    if (!places.has(recording.unitPlace[entry]) || recording.unitStrength[entry] <= 0) continue;
    const faction = theatre.units[unit].faction;
    const next = recording.unitNext[entry];
    const stays = next < 0 || places.has(next);
    const key = stays ? `${faction}` : `${faction}:${next}`;
    const side = stays ? standing : leaving;
    const sum = side.get(key) ?? { faction, fighters: 0, units: 0, next };
    sum.fighters += recording.unitStrength[entry];
    sum.units += 1;
    side.set(key, sum);
  }
  const largest = (sums) => [...sums.values()].sort((a, b) => b.fighters - a.fighters);
  return { sides: largest(standing), leaving: largest(leaving) };
}

/** @param {Float32Array[]} shares of one place, or of all of a city @returns {PlaceReport} */
export function reportOfFutures(shares, places) {
  const mean = shares[0].map((_, side) => meanOf(shares.map((of) => of[side])));
  return { kind: "futures", place: places[0], places, shares: mean };
}

/** @param {number[]} before @param {number[]} after shares of the places @returns {PlaceReport} */
export function reportOfDifference(before, after, places, faction) {
  const change = { faction, before: meanOf(before), after: meanOf(after) };
  return { kind: "difference", place: places[0], places, change };
}

function meanOf(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
