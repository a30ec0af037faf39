/** Paints the map: the ground on one canvas, what moves on another over it. */

import { Shown } from "./map_changes.js";
import { make } from "./dom.js";
import { drawFlashes } from "./map_flashes.js";
import { readTheatre } from "./map_geometry.js";
import { drawSupplyLines } from "./map_lines.js";
import { MapNodes } from "./map_nodes.js";
import { drawHighlights, drawPlaces, drawRings } from "./map_places.js";
import { drawReach, reachPicture } from "./map_reach.js";
import { drawDistricts, drawLands } from "./map_shade.js";
import { drawGround, drawNames } from "./map_static.js";
import { UnitLayer } from "./map_units.js";
import { lettersOf, palette } from "./theme.js";

const MOST_RATIO = 2; // device pixels per CSS pixel: more costs time and shows nothing
const REST_MS = 120; // after which the window is taken to have come to rest
const ROOMY = 700; // CSS pixels of width: on less, more units are counted together
const NEAR_CITY_KM = 15; // a place farther than this from a city shows its district with none

export class MapPainter {
  /** @param {HTMLElement} surface @param {import("./map_view.js").MapView} view */
  constructor(surface, view) {
    this.view = view;
    const canvas = () => /** @type {HTMLCanvasElement} */ (make("canvas", { class: "khabur-map-canvas" }));
    this.ground = canvas();
    this.front = canvas();
    surface.append(this.ground, this.front);
    this.reach = new OffscreenCanvas(1, 1);
    this.lands = new OffscreenCanvas(1, 1);
    this.lines = new OffscreenCanvas(1, 1);
    this.names = new OffscreenCanvas(1, 1);
    this.theatre = null;
    this.shown = new Shown();
    this.ratio = 0;
    this.movedAt = -Infinity;
    this.stale = { ground: true, names: true };
    this.painted = { x: 0, y: 0, scale: 1, at: -Infinity, took: 0 };
  }

  /** @param {any} theatre */
  setTheatre(theatre) {
    this.theatre = theatre;
    this.shapes = readTheatre(theatre);
    this.reachPicture = reachPicture(theatre);
    this.nodes = new MapNodes(theatre);
    this.units = new UnitLayer(theatre, lettersOf(theatre.factions));
    this.cityOfDistrict = citiesOfDistricts(theatre);
    this.renew();
  }

  /** @param {number} width CSS pixels @param {number} height */
  resize(width, height) {
    this.ratio = Math.min(globalThis.devicePixelRatio || 1, MOST_RATIO);
    this.crowding = Math.min(Math.max(ROOMY / width, 1), 1.3);
    for (const layer of [this.ground, this.front, this.reach, this.lands, this.lines, this.names]) {
      layer.width = Math.round(width * this.ratio);
      layer.height = Math.round(height * this.ratio);
    }
    this.renew();
  }

  /** All is to be painted anew. */
  renew() {
    this.stale = { ground: true, names: true };
  }

  /** What stands for what, as near as the map looks. */
  arrangement() {
    return this.nodes.at(this.view.scale, this.crowding);
  }

  /**
   * Paint a frame.
   * @param {number} now time of the animation frame, ms
   * @param {{frame: import("./frames.js").Frame, dark: boolean, marked: number[],
   *   kept: () => [number, number, number, number][]}} what
   * @returns {boolean} whether another is to follow at once
   */
  paint(now, { frame, dark, marked, kept }) {
    const { view, theatre, ratio } = this;
    const arrangement = this.arrangement();
    const painting = { view, theatre, ratio, dark, colours: palette(dark), frame };
    const gliding = this.glides(now);
    if (gliding) this.glide();
    else this.settle(painting, arrangement, now, kept);
    this.paintFront(painting, arrangement, marked);
    return gliding;
  }

  /** Whether the ground is to be moved as it is: the window moves and it was painted just now. */
  glides(now) {
    if (!this.stale.names || now - this.movedAt > REST_MS) return false;
    return now - this.painted.at < Math.max(60, 4 * this.painted.took);
  }

  /** Move and stretch the picture of the ground to where it will be painted. */
  glide() {
    const { view, painted } = this;
    const size = view.scale / painted.scale;
    const left = view.screenX(painted.x) - (view.width / 2) * size;
    const top = view.screenY(painted.y) - (view.height / 2) * size;
    this.ground.style.transform = `translate(${left}px, ${top}px) scale(${size})`;
  }

  /** Paint what of the ground is out of date. */
  settle(painting, arrangement, now, kept) {
    if (!this.stale.names && !this.stale.ground) return;
    const start = performance.now();
    const { frame, theatre } = painting;
    const part = this.stale.names ? null : this.shown.changed(frame, theatre, this);
    if (this.stale.names) this.paintLayers(painting, arrangement, kept());
    this.paintGround({ ...painting, part }, arrangement);
    this.shown.keep(frame);
    this.ground.style.transform = "";
    this.stale = { ground: false, names: false };
    const { x, y, scale } = this.view;
    this.painted = { x, y, scale, at: now, took: performance.now() - start };
  }

  /** Layers that stand as long as the window does. */
  paintLayers(painting, arrangement, kept) {
    drawReach({ ...painting, context: cleared(this.reach) }, this.reachPicture);
    drawGround({ ...painting, context: cleared(this.lines) }, this.shapes);
    drawNames({ ...painting, context: cleared(this.names) }, arrangement, kept);
  }

  /** The ground: lands in the colours of their holders, under roads, places and names. */
  paintGround(painting, arrangement) {
    const context = opened(this.ground, painting);
    const ground = { ...painting, context };
    context.fillStyle = painting.colours.land;
    context.fillRect(0, 0, this.ground.width, this.ground.height);
    const lands = { ...painting, context: opened(this.lands, painting) };
    drawLands(lands, this.shapes.lands, this.reach);
    lands.context.restore();
    context.drawImage(this.lands, 0, 0);
    drawDistricts(ground, this.shapes.districts, this.districtsShown());
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.lines, 0, 0);
    drawSupplyLines(ground);
    drawPlaces(ground, arrangement);
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(this.names, 0, 0);
    context.restore();
  }

  /** What changes with every frame. */
  paintFront(painting, arrangement, marked) {
    const front = { ...painting, context: cleared(this.front) };
    drawRings(front, arrangement);
    drawFlashes(front, arrangement);
    this.units.draw(front, arrangement);
    drawHighlights(front, marked);
  }

  /** Whether each place's district shows: its city is near enough. */
  districtsShown() {
    const { open } = this.arrangement();
    return Uint8Array.from(this.cityOfDistrict, (city) => (city >= 0 && open[city] ? 1 : 0));
  }
}

/** Wipe a layer and return its context. */
function cleared(layer) {
  const context = layer.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, layer.width, layer.height);
  return context;
}

/**
 * Wipe the part of a layer that is painted anew, and keep to it until the context is restored.
 * @param {HTMLCanvasElement|OffscreenCanvas} layer
 * @param {{part: [number, number, number, number]|null, ratio: number}} painting
 */
function opened(layer, { part, ratio }) {
  const context = layer.getContext("2d");
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.save();
  if (part) {
    const [left, top, right, bottom] = part.map((edge) => Math.round(edge * ratio));
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
  }
  context.clearRect(0, 0, layer.width, layer.height);
  return context;
}

/** City to which each place's district belongs: its own, or the nearest one. */
function citiesOfDistricts(theatre) {
  return theatre.places.map(({ x, y, city }) => {
    if ((city ?? -1) >= 0) return city;
    let best = -1;
    let least = NEAR_CITY_KM;
    theatre.cities.forEach(({ bounds: [west, north, east, south] }, index) => {
      const apart = Math.hypot(x - (west + east) / 2, y - (north + south) / 2);
      if (apart < least) [best, least] = [index, apart];
    });
    return best;
  });
}
