/** What the map is to show at a moment: made from a recorded run, or from shares of many. */

import { Journeys } from "./journeys.js";
import { typed } from "./recording.js";
import { reportOfDifference, reportOfFutures, reportOfRecording } from "./reports.js";

/**
 * @typedef {object} Frame
 * @property {"replay"|"futures"|"difference"|"blank"} kind
 * @property {number} day whole day
 * @property {number} position day as a fraction
 * @property {Int8Array} holder faction by which a place's land is shaded, -1 for nobody
 * @property {Float32Array} weight 0 to 1 for each place: share of that faction; a difference's size
 * @property {Uint8Array|null} contested
 * @property {Uint8Array|null} engaged
 * @property {Uint8Array|null} linesOpen
 * @property {UnitsShown|null} units
 * @property {Uint8Array|null} rows rows of plates that usually stand at each place, 0 to 2
 * @property {FlashShown[]} flashes
 * @property {string} shading changes when the lands look otherwise
 * @property {((place: number) => Float32Array)|null} shares of all sides, the last is nobody
 * @property {(places: number[]) => import("./reports.js").PlaceReport} report what there is to
 *   say of a place, or of all places of a city
 *
 * @typedef {object} UnitsShown
 * @property {number} count
 * @property {Int32Array} id unit
 * @property {Int16Array} place where it stands or set out from
 * @property {Int16Array} next -1 where it stands
 * @property {Float64Array} x km
 * @property {Float64Array} y km
 * @property {Float64Array} dx heading
 * @property {Float64Array} dy
 * @property {Int16Array} strength
 *
 * @typedef {object} FlashShown
 * @property {number} place
 * @property {number} faction
 * @property {number} weapon 0 air strike, 1 car bomb, 2 foot bomber
 * @property {number} number
 * @property {number} phase 0 to 1 of its short life
 */

/** Life of a flash: days before its day's end at which it starts, and how long it lasts. */
const FLASH_STARTS = 0.62;
const FLASH_LASTS = 0.78;
const FLASH_SPREAD = 0.26;

/** Shares of the days from which on a row of units is expected at a place, and a second. */
const RARELY = 0.2;
const OFTEN_TWO = 1.35;

/** @type {WeakMap<object, {journeys: Journeys, units: UnitsShown, serial: number}>} */
const workings = new WeakMap();
let serials = 0;

/**
 * The map at a moment of a recorded run. It reuses its arrays: good until the next call.
 * @param {import("./recording.js").Recording} recording
 * @param {any} theatre
 * @param {number} position day, 0 to D - 1; a whole one is that day's end
 * @returns {Frame}
 */
export function frameOfRecording(recording, theatre, position) {
  const { days, places, lines } = recording;
  const at = Math.min(Math.max(position, 0), days - 1);
  const day = Math.floor(at);
  const working = workingOf(recording, theatre);
  return {
    kind: "replay",
    day,
    position: at,
    holder: recording.control.subarray(day * places, (day + 1) * places),
    weight: working.ones,
    contested: recording.contested.subarray(day * places, (day + 1) * places),
    engaged: recording.engaged.subarray(day * places, (day + 1) * places),
    linesOpen: lines ? recording.linesOpen.subarray(day * lines, (day + 1) * lines) : null,
    units: unitsAt(recording, working, day, at - day),
    rows: working.rows,
    flashes: flashesAt(recording, at),
    shading: `${working.serial}:${working.shadingOfDay[day]}`,
    shares: null,
    report: (places) => reportOfRecording(recording, theatre, day, places),
  };
}

function workingOf(recording, theatre) {
  let working = workings.get(recording);
  if (!working) {
    serials += 1;
    working = {
      journeys: new Journeys(recording, theatre),
      units: emptyUnits(recording.units),
      ones: new Float32Array(recording.places).fill(1),
      rows: usualRows(recording, theatre),
      shadingOfDay: shadingOfDays(recording),
      serial: serials,
    };
    workings.set(recording, working);
  }
  return working;
}

/** Rows of plates to expect at each place: sides that stand there, over the days of the run. */
function usualRows({ days, units, places, unitPlace, unitNext }, theatre) {
  const sides = new Uint16Array(places);
  const counted = new Int32Array(places * theatre.factions.length).fill(-1);
  for (let entry = 0; entry < days * units; entry += 1) {
    const place = unitPlace[entry];
    if (place < 0 || unitNext[entry] >= 0) continue;
    const day = Math.floor(entry / units);
    const key = place * theatre.factions.length + theatre.units[entry % units].faction;
    if (counted[key] < day) sides[place] += 1;
    counted[key] = day;
  }
  return Uint8Array.from(sides, (number) => {
    return number < RARELY * days ? 0 : number < OFTEN_TWO * days ? 1 : 2;
  });
}

/** A number for each day that stays while nothing changes hands and no line is cut or opened. */
function shadingOfDays({ days, places, lines, control, linesOpen }) {
  const numbers = new Int32Array(days);
  const differs = (values, width, day) => {
    for (let at = day * width; at < (day + 1) * width; at += 1) {
      if (values[at] !== values[at - width]) return true;
    }
    return false;
  };
  for (let day = 1; day < days; day += 1) {
    const changed = differs(control, places, day) || (lines > 0 && differs(linesOpen, lines, day));
    numbers[day] = changed ? day : numbers[day - 1];
  }
  return numbers;
}

/** @param {number} most @returns {UnitsShown} */
function emptyUnits(most) {
  return {
    count: 0,
    id: new Int32Array(most),
    place: new Int16Array(most),
    next: new Int16Array(most),
    x: new Float64Array(most),
    y: new Float64Array(most),
    dx: new Float64Array(most),
    dy: new Float64Array(most),
    strength: new Int16Array(most),
  };
}

const spot = { x: 0, y: 0, dx: 0, dy: 0 };

function unitsAt(recording, { journeys, units: shown }, day, share) {
  let count = 0;
  for (let unit = 0; unit < recording.units; unit += 1) {
    const entry = day * recording.units + unit;
    if (recording.unitPlace[entry] < 0 || recording.unitStrength[entry] <= 0) continue;
    journeys.locate(unit, day, share, spot);
    shown.id[count] = unit;
    shown.place[count] = recording.unitPlace[entry];
    shown.next[count] = recording.unitNext[entry];
    shown.x[count] = spot.x;
    shown.y[count] = spot.y;
    shown.dx[count] = spot.dx;
    shown.dy[count] = spot.dy;
    shown.strength[count] = recording.unitStrength[entry];
    count += 1;
  }
  shown.count = count;
  return shown;
}

/** Flashes alive at a moment: those of the day that ends next, and the tail of the one before. */
function flashesAt(recording, position) {
  const shown = [];
  for (const day of [Math.floor(position), Math.floor(position) + 1]) {
    for (const flash of recording.flashesOn(day)) {
      const delay = FLASH_SPREAD * scatter(flash.place * 7 + flash.weapon * 3 + flash.faction);
      const phase = (position - (day - FLASH_STARTS) - delay) / FLASH_LASTS;
      if (phase >= 0 && phase < 1) shown.push({ ...flash, phase });
    }
  }
  return shown;
}

/** A fixed number in 0 to 1 for a whole one, so that flashes do not all start at once. */
function scatter(number) {
  const value = Math.sin(number * 12.9898) * 43758.5453;
  return value - Math.floor(value);
}

/** @type {WeakMap<object, {key: string, held: Uint8Array, days: number, serial: number}>} */
const decoded = new WeakMap();

/**
 * Read the shares of the futures once.
 * @param {any} futures raw, or what this returned before
 */
export function decodeFutures(futures) {
  if (futures.held instanceof Uint8Array) return futures;
  let found = decoded.get(futures);
  if (!found) {
    serials += 1;
    const { key, days } = futures;
    found = { key, days, held: typed(futures.held, Uint8Array), serial: serials };
    decoded.set(futures, found);
  }
  return found;
}

/**
 * Share of the replicates in which each side holds a place at the end of a day.
 * @param {any} futures
 * @param {number} day
 * @param {number} place
 * @param {number} places P
 * @returns {Float32Array} [F + 1], 0 to 1; the last is nobody
 */
export function shareOf(futures, day, place, places) {
  const { held, days } = decodeFutures(futures);
  const columns = held.length / days / places;
  const first = (day * places + place) * columns;
  return Float32Array.from(held.subarray(first, first + columns), (value) => value / 255);
}

/** Whether the shares are of as many places and sides as the theatre has. */
function fits({ held, days }, theatre) {
  return held.length === days * theatre.places.length * (theatre.factions.length + 1);
}

/**
 * The map of who holds what in how many futures; null if they are of another theatre.
 * @param {any} futures raw or decoded
 * @param {any} theatre
 * @param {number} day
 * @returns {Frame|null}
 */
export function frameOfFutures(futures, theatre, day) {
  const read = decodeFutures(futures);
  if (!fits(read, theatre)) return null;
  const at = Math.round(Math.min(Math.max(day, 0), read.days - 1));
  const places = theatre.places.length;
  const shares = (place) => shareOf(read, at, place, places);
  const frame = plainFrame("futures", at, places, `f${read.serial ?? read.key}:${at}`);
  for (let place = 0; place < places; place += 1) {
    const of = shares(place);
    const best = of.indexOf(Math.max(...of));
    frame.holder[place] = best === of.length - 1 ? -1 : best;
    frame.weight[place] = of[best];
  }
  frame.shares = shares;
  frame.report = (of) => reportOfFutures(of.map(shares), of);
  return frame;
}

/**
 * How much more often a side holds each place in the second futures than in the first.
 * @param {any} first
 * @param {any} second
 * @param {any} theatre
 * @param {number} day
 * @param {number} faction
 * @returns {Frame|null} null if either is of another theatre
 */
export function frameOfDifference(first, second, theatre, day, faction) {
  const [a, b] = [decodeFutures(first), decodeFutures(second)];
  if (!fits(a, theatre) || !fits(b, theatre)) return null;
  const places = theatre.places.length;
  const share = (of, place) => {
    const at = Math.round(Math.min(Math.max(day, 0), of.days - 1));
    return shareOf(of, at, place, places)[faction];
  };
  const shading = `d${a.serial ?? a.key}:${b.serial ?? b.key}:${day}:${faction}`;
  const frame = plainFrame("difference", Math.round(day), places, shading);
  for (let place = 0; place < places; place += 1) {
    const change = share(b, place) - share(a, place);
    frame.holder[place] = Math.abs(change) < 0.005 ? -1 : change > 0 ? 1 : 0;
    frame.weight[place] = Math.abs(change);
  }
  frame.report = (of) => {
    const [before, after] = [a, b].map((each) => of.map((place) => share(each, place)));
    return reportOfDifference(before, after, of, faction);
  };
  return frame;
}

/**
 * The map of a theatre of which nothing is known yet.
 * @param {any} theatre
 * @returns {Frame}
 */
export function blankFrame(theatre) {
  return plainFrame("blank", 0, theatre.places.length, "blank");
}

/** @returns {Frame} without units and flashes */
function plainFrame(kind, day, places, shading) {
  return {
    kind,
    day,
    position: day,
    holder: new Int8Array(places).fill(-1),
    weight: new Float32Array(places),
    contested: null,
    engaged: null,
    linesOpen: null,
    units: null,
    rows: null,
    flashes: [],
    shading,
    shares: null,
    report: (of) => ({ kind, place: of[0], places: of }),
  };
}
