/** A recorded run as typed arrays, and the questions that views ask of it. */

/**
 * Bytes in any of the shapes in which they arrive.
 * @param {DataView|ArrayBuffer|ArrayBufferView|{base64: string}|null|undefined} value
 * @returns {Uint8Array}
 */
export function bytesOf(value) {
  if (!value) return new Uint8Array(0);
  if (value instanceof ArrayBuffer) return new Uint8Array(value);
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return Uint8Array.from(atob(value.base64), (letter) => letter.charCodeAt(0));
}

/**
 * Read bytes as numbers. They are copied: a view into a message need not be aligned.
 * @template {Int8Array|Uint8Array|Int16Array|Int32Array|Float32Array} T
 * @param {Parameters<typeof bytesOf>[0]} value
 * @param {new (buffer: ArrayBuffer) => T} Numbers
 * @returns {T}
 */
export function typed(value, Numbers) {
  const bytes = bytesOf(value);
  return new Numbers(bytes.slice().buffer);
}

/** Rows of a table that is sorted by day, found by day. */
class DayTable {
  /**
   * @param {Int32Array} rows day first, `columns` numbers a row
   * @param {number} columns
   * @param {number} days
   */
  constructor(rows, columns, days) {
    this.rows = rows;
    this.columns = columns;
    /** First row of each day, Int32Array[days + 1]. */
    this.first = new Int32Array(days + 1);
    for (let row = 0; row < rows.length; row += columns) {
      if (rows[row] < days) this.first[rows[row] + 1] += 1;
    }
    for (let day = 0; day < days; day += 1) this.first[day + 1] += this.first[day];
  }

  /** @param {number} day @returns {[number, number]} row numbers, the last one not included */
  range(day) {
    if (day < 0 || day >= this.first.length - 1) return [0, 0];
    return [this.first[day], this.first[day + 1]];
  }
}

/** A run that can be asked about any of its days. */
export class Recording {
  /** @param {any} raw as sim/app/recording.py makes it @param {any} theatre */
  constructor(raw, theatre) {
    this.raw = raw;
    this.key = raw.key;
    this.days = raw.days;
    this.places = theatre.places.length;
    this.factions = theatre.factions.length;
    this.units = theatre.units.length;
    this.lines = theatre.lines.length;
    this.before = typed(raw.before, Int8Array);
    this.control = typed(raw.control, Int8Array);
    this.contested = typed(raw.contested, Uint8Array);
    this.engaged = typed(raw.engaged, Uint8Array);
    this.linesOpen = typed(raw.lines_open, Uint8Array);
    this.unitPlace = typed(raw.unit_place, Int16Array);
    this.unitNext = typed(raw.unit_next, Int16Array);
    this.unitStrength = typed(raw.unit_strength, Int16Array);
    this.flashes = typed(raw.flashes, Int32Array);
    this.dead = typed(raw.dead, Int32Array);
    this.series = raw.series.map((each) => ({ ...each, values: typed(each.values, Float32Array) }));
    this.events = raw.events;
    this.outcomes = raw.outcomes;
    this.flashTable = new DayTable(this.flashes, 5, this.days);
    this.deadTable = new DayTable(this.dead, 4, this.days);
  }

  /** Faction that holds a place at the end of a day, -1 for nobody; day -1 is before the start. */
  controller(day, place) {
    return day < 0 ? this.before[place] : this.control[day * this.places + place];
  }

  /** First day of the present spell of a place's holder, -1 where it began before the start. */
  heldSince(day, place) {
    const holder = this.controller(day, place);
    let since = day;
    while (since >= 0 && this.controller(since - 1, place) === holder) since -= 1;
    return Math.max(since, -1);
  }

  /** Whether hostile units share a place at the end of a day. */
  isContested(day, place) {
    return this.contested[day * this.places + place] > 0;
  }

  /** Whether hostile units fought in a place on a day. */
  isEngaged(day, place) {
    return this.engaged[day * this.places + place] > 0;
  }

  /** @param {string} id @returns {{id: string, label: string, unit: string, values: Float32Array}|null} */
  seriesOf(id) {
    return this.series.find((each) => each.id === id) ?? null;
  }

  /** Value of a series for a faction at the end of a day; 0 where there is no such series. */
  valueOf(id, faction, day) {
    return this.seriesOf(id)?.values[faction * this.days + day] ?? 0;
  }

  /** @returns {{place: number, faction: number, weapon: number, number: number}[]} */
  flashesOn(day) {
    const [first, last] = this.flashTable.range(day);
    const found = [];
    for (let row = first; row < last; row += 1) {
      const [, place, faction, weapon, number] = this.flashes.subarray(row * 5, row * 5 + 5);
      found.push({ place, faction, weapon, number });
    }
    return found;
  }

  /** @returns {{place: number, faction: number, number: number}[]} */
  deadOn(day) {
    const [first, last] = this.deadTable.range(day);
    const found = [];
    for (let row = first; row < last; row += 1) {
      const [, place, faction, number] = this.dead.subarray(row * 4, row * 4 + 4);
      found.push({ place, faction, number });
    }
    return found;
  }
}

/**
 * Read a recording as it came from the server.
 * @param {any} recording
 * @param {any} theatre
 * @returns {Recording}
 */
export function decodeRecording(recording, theatre) {
  return new Recording(recording, theatre);
}
