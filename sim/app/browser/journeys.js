/**
 * Where units are between one day's end and the next: along the roads, not across country.
 *
 * A recording tells at each day's end where a unit stands and which place it makes for, not how
 * far it has come. A march that lasts some days is shared out evenly over them.
 */

/** Roads between places and the shortest ways over them. */
class Roads {
  /** @param {any} theatre */
  constructor(theatre) {
    this.theatre = theatre;
    /** @type {Map<number, Int32Array>} */
    this.trees = new Map();
    /** @type {{to: number, km: number}[][]} */
    this.from = theatre.places.map(() => []);
    for (const { a, b, km } of theatre.routes) {
      this.from[a].push({ to: b, km });
      this.from[b].push({ to: a, km });
    }
  }

  /**
   * Places on the shortest way, both ends included; a straight line where no road leads.
   * @param {number} a @param {number} b @returns {number[]}
   */
  way(a, b) {
    if (a === b) return [a];
    const before = this.treeTo(b);
    const places = [a];
    for (let at = a; at !== b; ) {
      at = before[at];
      if (at < 0) return [a, b];
      places.push(at);
    }
    return places;
  }

  /** Next place on the way from each place to one of them, Int32Array[P], -1 for none. */
  treeTo(goal) {
    const known = this.trees.get(goal);
    if (known) return known;
    const next = new Int32Array(this.from.length).fill(-1);
    const km = new Float64Array(this.from.length).fill(Infinity);
    const done = new Uint8Array(this.from.length);
    km[goal] = 0;
    for (;;) {
      const at = nearest(km, done);
      if (at < 0) break;
      done[at] = 1;
      for (const road of this.from[at]) {
        if (km[at] + road.km >= km[road.to]) continue;
        km[road.to] = km[at] + road.km;
        next[road.to] = at;
      }
    }
    this.trees.set(goal, next);
    return next;
  }
}

/** @param {Float64Array} km @param {Uint8Array} done */
function nearest(km, done) {
  let best = -1;
  for (let at = 0; at < km.length; at += 1) {
    if (!done[at] && km[at] < Infinity && (best < 0 || km[at] < km[best])) best = at;
  }
  return best;
}

/** Positions of all units at any time of a recorded run. */
export class Journeys {
  /** @param {import("./recording.js").Recording} recording @param {any} theatre */
  constructor(recording, theatre) {
    this.recording = recording;
    this.places = theatre.places;
    this.roads = new Roads(theatre);
    this.share = sharesOfTheWay(recording);
    /** Ways of the present day's units, made when first asked for. */
    this.day = -1;
    /** @type {(Float64Array|null)[]} */
    this.legs = [];
  }

  /**
   * Write where a unit is.
   * @param {number} unit
   * @param {number} day whole day before or at the time asked for
   * @param {number} share 0 to 1 of the way to the next day's end
   * @param {{x: number, y: number, dx: number, dy: number}} out position, km, and heading
   */
  locate(unit, day, share, out) {
    if (day !== this.day) {
      this.day = day;
      this.legs = new Array(this.recording.units).fill(undefined);
    }
    const leg = (this.legs[unit] ??= this.leg(unit, day));
    along(leg, share, out);
  }

  /** Points of a unit's way from one day's end to the next: x, y, km so far, and so on. */
  leg(unit, day) {
    const { units, days } = this.recording;
    const start = this.point(day * units + unit);
    const last = day + 1 >= days || this.recording.unitPlace[(day + 1) * units + unit] < 0;
    if (last) return measured([start.xy]);
    const end = this.point((day + 1) * units + unit);
    if (start.a === end.a && start.b === end.b) return measured([start.xy, end.xy]);
    return measured([start.xy, ...this.between(start, end), end.xy]);
  }

  /** Places passed between two points, as x and y. */
  between(start, end) {
    if (end.a === start.a) return [this.xy(start.a)];
    const way = this.roads.way(start.b >= 0 ? start.b : start.a, end.a);
    const places = start.b >= 0 ? way : way.slice(1);
    return places.map((place) => this.xy(place));
  }

  /** @param {number} place @returns {[number, number]} */
  xy(place) {
    return [this.places[place].x, this.places[place].y];
  }

  /** Point of one entry of the arrays: on the road from a to b, or standing in a (b = -1). */
  point(entry) {
    const a = this.recording.unitPlace[entry];
    const b = this.recording.unitNext[entry];
    const from = this.xy(a);
    if (b < 0) return { a, b, xy: from };
    const to = this.xy(b);
    const share = this.share[entry];
    const xy = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
    return { a, b, xy };
  }
}

/** How far along its road each unit is at each day's end, Float32Array[D * U], 0 to 1. */
function sharesOfTheWay({ days, units, unitPlace, unitNext }) {
  const share = new Float32Array(days * units);
  for (let unit = 0; unit < units; unit += 1) {
    for (let day = 0; day < days; ) {
      const entry = day * units + unit;
      let end = day + 1;
      if (unitNext[entry] < 0) {
        day = end;
        continue;
      }
      const same = (at) => unitPlace[at] === unitPlace[entry] && unitNext[at] === unitNext[entry];
      while (end < days && same(end * units + unit)) end += 1;
      for (let at = day; at < end; at += 1) {
        share[at * units + unit] = (at - day + 1) / (end - day + 1);
      }
      day = end;
    }
  }
  return share;
}

/** @param {number[][]} points @returns {Float64Array} x, y, km from the start, for each point */
function measured(points) {
  const leg = new Float64Array(points.length * 3);
  let km = 0;
  points.forEach(([x, y], at) => {
    if (at > 0) km += Math.hypot(x - points[at - 1][0], y - points[at - 1][1]);
    leg.set([x, y, km], at * 3);
  });
  return leg;
}

/** Write the point at a share of a leg, and the heading there (0, 0 where it stands). */
function along(leg, share, out) {
  const last = leg.length - 3;
  const km = leg[last + 2] * share;
  let at = 3;
  while (at < last && leg[at + 2] < km) at += 3;
  out.x = leg[0];
  out.y = leg[1];
  out.dx = 0;
  out.dy = 0;
  if (leg[last + 2] === 0) return;
  const length = leg[at + 2] - leg[at - 1];
  const part = length > 0 ? (km - leg[at - 1]) / length : 0;
  out.dx = leg[at] - leg[at - 3];
  out.dy = leg[at + 1] - leg[at - 2];
  out.x = leg[at - 3] + out.dx * part;
  out.y = leg[at - 2] + out.dy * part;
}
