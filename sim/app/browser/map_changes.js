/** Which part of the ground looks otherwise after a change of hands: only that is painted anew. */

const MARK = 44; // CSS pixels about a place that its mark, or its city's, may take up
const LINE = 30; // CSS pixels about a supply line

/** What the ground was last painted with. */
export class Shown {
  constructor() {
    this.kind = "";
    /** @type {Int8Array|null} */
    this.holder = null;
    /** @type {Float32Array|null} */
    this.weight = null;
    /** @type {Uint8Array|null} */
    this.linesOpen = null;
  }

  /** Keep a copy: frames reuse their arrays. @param {import("./frames.js").Frame} frame */
  keep(frame) {
    this.kind = frame.kind;
    this.holder = frame.holder.slice();
    this.weight = frame.weight.slice();
    this.linesOpen = frame.linesOpen?.slice() ?? null;
  }

  /**
   * Rectangle that holds all that has changed.
   * @param {import("./frames.js").Frame} frame
   * @param {any} theatre
   * @param {import("./map_painter.js").MapPainter} painter
   * @returns {[number, number, number, number]|null} whole CSS pixels; null where all is to be painted
   */
  changed(frame, theatre, painter) {
    if (frame.kind !== "replay" || this.kind !== "replay") return null;
    const places = new Set();
    frame.holder.forEach((holder, place) => {
      if (holder !== this.holder[place]) places.add(place);
    });
    const box = [Infinity, Infinity, -Infinity, -Infinity];
    for (const place of places) widenByPlace(box, place, theatre, painter);
    theatre.lines.forEach((line, index) => {
      const other = frame.linesOpen?.[index] !== this.linesOpen?.[index];
      if (!other && !line.places.some((place) => places.has(place))) return;
      for (const place of line.places) widenByPoint(box, theatre.places[place], LINE, painter.view);
    });
    return box[0] > box[2] ? null : within(box, painter.view);
  }
}

function widenByPlace(box, place, theatre, { view, shapes }) {
  widenByPoint(box, theatre.places[place], MARK, view);
  const { city } = theatre.places[place];
  const chief = theatre.cities[city ?? -1]?.places ?? [];
  for (const other of chief) widenByPoint(box, theatre.places[other], MARK, view);
  for (const area of [...shapes.lands.each, ...shapes.districts.each]) {
    if (area.place !== place) continue;
    const [west, north, east, south] = area.box;
    widenByPoint(box, { x: west, y: north }, LINE, view);
    widenByPoint(box, { x: east, y: south }, LINE, view);
  }
}

function widenByPoint(box, { x, y }, margin, view) {
  const [px, py] = [view.screenX(x), view.screenY(y)];
  box[0] = Math.min(box[0], px - margin);
  box[1] = Math.min(box[1], py - margin);
  box[2] = Math.max(box[2], px + margin);
  box[3] = Math.max(box[3], py + margin);
}

/** The part of a rectangle in the window, on whole pixels. */
function within([left, top, right, bottom], { width, height }) {
  return [
    Math.max(Math.floor(left), 0),
    Math.max(Math.floor(top), 0),
    Math.min(Math.ceil(right), Math.ceil(width)),
    Math.min(Math.ceil(bottom), Math.ceil(height)),
  ];
}
