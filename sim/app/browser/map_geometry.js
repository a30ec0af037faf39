/** Shapes of a theatre made ready for a canvas: paths in km, and the lines where lands meet. */

const BESIDE_KM = 0.03; // how far outside a side one looks for what lies beside it

/**
 * @typedef {object} Area outline of a place's land or of a district
 * @property {number} place
 * @property {Path2D} path
 * @property {[number, number, number, number]} box
 *
 * @typedef {object} Meeting line along which the areas of two places meet
 * @property {number} owner place whose outline it was read from
 * @property {number} left place whose area lies to the left of the line
 * @property {number} right place on the other side
 * @property {Float64Array} points x, y, x, y ... km
 *
 * @typedef {object} Areas
 * @property {Area[]} each
 * @property {Meeting[]} meetings
 */

/** @param {number[][]} rings @returns {Path2D} */
export function areaPath(rings) {
  const path = new Path2D();
  for (const ring of rings) {
    trace(path, ring);
    path.closePath();
  }
  return path;
}

/** @param {number[][]} lines @param {boolean} [rounded] @returns {Path2D} */
export function linePath(lines, rounded = false) {
  const path = new Path2D();
  for (const line of lines) (rounded ? traceRound : trace)(path, line);
  return path;
}

/**
 * A line rounded at its corners: it passes through the middles of its reaches.
 * @param {Path2D} path @param {ArrayLike<number>} points
 */
function traceRound(path, points) {
  const last = points.length - 2;
  path.moveTo(points[0], points[1]);
  for (let at = 2; at < last; at += 2) {
    const x = (points[at] + points[at + 2]) / 2;
    const y = (points[at + 1] + points[at + 3]) / 2;
    path.quadraticCurveTo(points[at], points[at + 1], x, y);
  }
  path.lineTo(points[last], points[last + 1]);
}

/** @param {Path2D} path @param {ArrayLike<number>} points */
export function trace(path, points) {
  path.moveTo(points[0], points[1]);
  for (let at = 2; at < points.length; at += 2) path.lineTo(points[at], points[at + 1]);
}

/** @param {number[][]} rings @returns {[number, number, number, number]} */
export function boxOf(rings) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      box[0] = Math.min(box[0], ring[at]);
      box[1] = Math.min(box[1], ring[at + 1]);
      box[2] = Math.max(box[2], ring[at]);
      box[3] = Math.max(box[3], ring[at + 1]);
    }
  }
  return /** @type {[number, number, number, number]} */ (box);
}

/**
 * Read outlines, and find where they meet: neighbours share their corners exactly.
 * @param {{place: number, rings: number[][]}[]} outlines
 * @param {Area[]} [around] areas on which these lie: where a side has no neighbour that shares its
 *   corners, what lies beside it is looked for among these outlines and then among those
 * @returns {Areas}
 */
export function readAreas(outlines, around = []) {
  const each = outlines.map(({ place, rings }) => ({
    place,
    path: areaPath(rings),
    box: boxOf(rings),
  }));
  const owners = ownersOfSides(outlines);
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  /** @type {Meeting[]} */
  const meetings = [];
  outlines.forEach(({ place, rings }, index) => {
    for (const ring of rings) {
      const leftward = liesLeft(context, each[index].path, ring);
      const beside = (at) => {
        if (around.length === 0) return -1;
        const [x, y] = pointBeside(ring, at, leftward);
        const found = areaAt(context, each, x, y, place);
        return found >= 0 ? found : areaAt(context, around, x, y, place);
      };
      for (const { other, found, points } of chains(ring, place, owners, beside)) {
        if (found || place < other) meetings.push(oriented(points, place, other, leftward));
      }
    }
  });
  return { each, meetings };
}

/** Places on both sides of each side of an outline, keyed by its two corners. */
function ownersOfSides(outlines) {
  const owners = new Map();
  for (const { place, rings } of outlines) {
    for (const ring of rings) {
      for (let at = 0; at < ring.length; at += 2) {
        const key = sideKey(ring, at);
        const known = owners.get(key);
        if (known === undefined) owners.set(key, [place, -1]);
        else if (known[1] < 0 && known[0] !== place) known[1] = place;
      }
    }
  }
  return owners;
}

function sideKey(ring, at) {
  const to = at + 2 < ring.length ? at + 2 : 0;
  const a = `${ring[at]},${ring[at + 1]}`;
  const b = `${ring[to]},${ring[to + 1]}`;
  return a < b ? `${a};${b}` : `${b};${a}`;
}

/** Whether the area lies to the left of a ring as it is drawn (y grows to the south). */
function liesLeft(context, path, ring) {
  const dx = ring[2] - ring[0];
  const dy = ring[3] - ring[1];
  const length = Math.hypot(dx, dy) || 1;
  const step = Math.min(length * 0.05, 0.02) / length;
  const x = (ring[0] + ring[2]) / 2 + dy * step;
  const y = (ring[1] + ring[3]) / 2 - dx * step;
  return context.isPointInPath(path, x, y, "evenodd");
}

/** A point just outside the middle of a ring's side. */
function pointBeside(ring, at, leftward) {
  const to = at + 2 < ring.length ? at + 2 : 0;
  const [dx, dy] = [ring[to] - ring[at], ring[to + 1] - ring[at + 1]];
  const step = ((leftward ? 1 : -1) * BESIDE_KM) / (Math.hypot(dx, dy) || 1);
  return [(ring[at] + ring[to]) / 2 - dy * step, (ring[at + 1] + ring[to + 1]) / 2 + dx * step];
}

/** Place of the area in which a point lies, -1 for none; its own does not count. */
function areaAt(context, areas, x, y, own) {
  for (const { place, path, box } of areas) {
    if (place === own || x < box[0] || y < box[1] || x > box[2] || y > box[3]) continue;
    if (context.isPointInPath(path, x, y, "evenodd")) return place;
  }
  return -1;
}

/** Runs of a ring's sides with the same neighbour; `found` where it had to be looked for. */
function chains(ring, place, owners, beside) {
  const runs = [];
  let run = null;
  for (let at = 0; at < ring.length; at += 2) {
    const [first, second] = owners.get(sideKey(ring, at));
    const shared = first === place ? second : first;
    const other = shared >= 0 ? shared : beside(at);
    const found = shared < 0;
    if (!run || run.other !== other || run.found !== found) {
      run = { other, found, points: [ring[at], ring[at + 1]] };
      runs.push(run);
    }
    const to = at + 2 < ring.length ? at + 2 : 0;
    run.points.push(ring[to], ring[to + 1]);
  }
  return joinEnds(runs).filter(({ other }) => other >= 0);
}

/** A run that goes on over the ring's first corner is one run. */
function joinEnds(runs) {
  const [first, last] = [runs[0], runs.at(-1)];
  if (runs.length < 2 || first.other !== last.other || first.found !== last.found) return runs;
  runs.pop();
  first.points = [...last.points, ...first.points.slice(2)];
  return runs;
}

/** @returns {Meeting} */
function oriented(points, place, other, leftward) {
  const [left, right] = leftward ? [place, other] : [other, place];
  return { owner: place, left, right, points: Float64Array.from(points) };
}

/** Whether a border lies between two countries: one that names a single one is its coast. */
function divides({ name }) {
  return name.includes(" and ");
}

/** What the static layers draw. @param {any} theatre */
export function readTheatre(theatre) {
  const roads = new Map();
  for (const { a, b, class: kind, open } of theatre.routes) {
    const key = open ? kind : "closed";
    const [from, to] = [theatre.places[a], theatre.places[b]];
    if (!roads.has(key)) roads.set(key, []);
    roads.get(key).push([from.x, from.y, to.x, to.y]);
  }
  const lands = readAreas(theatre.lands);
  return {
    lands,
    districts: readAreas(theatre.districts, lands.each),
    borders: linePath(theatre.borders.filter(divides).flatMap((each) => each.lines)),
    coasts: linePath(theatre.borders.filter((each) => !divides(each)).flatMap((each) => each.lines)),
    seas: areaPath((theatre.seas ?? []).flatMap((each) => each.rings)),
    rivers: linePath(theatre.rivers.flatMap((each) => each.lines), true),
    lakes: areaPath(theatre.lakes.flatMap((each) => each.rings)),
    roads: new Map([...roads].map(([kind, lines]) => [kind, linePath(lines)])),
  };
}
