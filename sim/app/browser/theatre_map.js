/** The map of a theatre: what a view makes, tells what to show, and listens to. */

import { make } from "./dom.js";
import { blankFrame } from "./frames.js";
import { Legend } from "./legend.js";
import { markChosen, placeButtons, zoomButtons } from "./map_controls.js";
import { listen } from "./map_input.js";
import { MapPainter } from "./map_painter.js";
import { MapPointer } from "./map_pointer.js";
import { MapView } from "./map_view.js";
import { ensureStyles, isDark, onThemeChange, prefersLessMotion } from "./theme.js";

const CITY_PADDING = 30; // CSS pixels
const PLACE_REACH_KM = { city: 2.5, country: 25 };

/** All maps in the page. @type {Set<TheatreMap>} */
const maps = (globalThis.khaburMaps ??= new Set());

/** @typedef {"replay"|"futures"|"difference"} LegendMode */

export class TheatreMap {
  /**
   * @param {HTMLElement} container with a size of its own
   * @param {{legend?: LegendMode|null, controls?: boolean, label?: string}} [options]
   */
  constructor(container, { legend = null, controls = true, label = "Map of the theatre" } = {}) {
    this.container = container;
    this.controls = controls;
    this.theatre = null;
    /** @type {import("./frames.js").Frame|null} */
    this.frame = null;
    /** @type {number[]} */
    this.marked = [];
    this.request = 0;
    /** @type {Record<string, Set<Function>>} */
    this.listeners = { hover: new Set(), select: new Set(), view: new Set(), paint: new Set() };
    this.build(label);
    this.setLegend(legend);
    this.stops = [this.watchSize(), onThemeChange(() => this.renew()), this.watchInput()];
    this.ready = ensureStyles().then(() => this.measure());
    maps.add(this);
  }

  build(label) {
    this.surface = make("div", {
      class: "khabur-map-surface",
      attrs: { tabindex: "0", role: "application" },
      aria: { label },
    });
    this.element = make("div", { class: "khabur-map" }, [this.surface]);
    this.container.append(this.element);
    this.view = new MapView();
    this.painter = new MapPainter(this.surface, this.view);
    const hovered = (place) => this.tell("hover", place);
    this.pointer = new MapPointer(this.element, this.surface, this.painter, hovered);
  }

  /**
   * Listen to the map.
   * @param {"hover"|"select"|"view"|"paint"} event
   * @param {Function} callback
   * @returns {() => void} stops it
   */
  on(event, callback) {
    this.listeners[event].add(callback);
    return () => this.listeners[event].delete(callback);
  }

  tell(event, value) {
    for (const callback of this.listeners[event]) callback(value);
  }

  /** @param {any} theatre */
  setTheatre(theatre) {
    if (theatre === this.theatre) return;
    this.theatre = theatre;
    this.blank = blankFrame(theatre);
    this.frame = this.blank;
    this.marked = [];
    this.pointer.leave();
    this.painter.setTheatre(theatre);
    this.legend?.setTheatre(theatre);
    this.renewButtons();
    this.view.bounds = theatre.bounds;
    this.view.show(theatre.bounds, 0);
    this.renew();
  }

  /** @param {import("./frames.js").Frame|null} frame null: the theatre alone */
  setFrame(frame) {
    const before = this.frame;
    this.frame = frame ?? this.blank;
    if (this.frame?.shading !== before?.shading) this.painter.stale.ground = true;
    const named = this.frame?.kind === before?.kind && this.frame?.rows === before?.rows;
    if (!named) this.painter.stale.names = true;
    this.ask();
  }

  /** @param {LegendMode|null} mode */
  setLegend(mode) {
    if (!mode) {
      this.legend?.destroy();
      this.legend = null;
    } else if (this.legend) {
      this.legend.setMode(mode);
    } else {
      this.legend = new Legend(this.element, { mode });
      this.legend.element.dataset.mapControl = "";
      if (this.theatre) this.legend.setTheatre(this.theatre);
    }
  }

  /** Look at the whole theatre. */
  fitTheatre(animate = true) {
    this.goTo(this.view.bounds, 0, animate);
  }

  /** Look at a city. @param {number} index */
  fitCity(index, animate = true) {
    this.goTo(this.theatre.cities[index].bounds, CITY_PADDING, animate);
  }

  /** Look at a place and what lies around it. @param {number} index */
  fitPlace(index, animate = true) {
    const { x, y, city } = this.theatre.places[index];
    const reach = (city ?? -1) < 0 ? PLACE_REACH_KM.country : PLACE_REACH_KM.city;
    this.goTo([x - reach, y - reach, x + reach, y + reach], 0, animate);
  }

  goTo(bounds, padding, animate) {
    this.view.show(bounds, padding, animate && !prefersLessMotion());
    this.pointer.leave();
    this.renew();
  }

  /** Zoom about the middle. @param {number} factor */
  zoom(factor) {
    this.view.zoom(factor, undefined, undefined, !prefersLessMotion());
    this.moved();
  }

  /** Ring places. @param {number[]} places none to clear */
  highlight(places) {
    this.marked = places;
    this.ask();
  }

  /** Where a place is. @returns {{x: number, y: number}} CSS pixels within the container */
  project(place) {
    const { x, y } = this.theatre.places[place];
    return { x: this.view.screenX(x), y: this.view.screenY(y) };
  }

  destroy() {
    cancelAnimationFrame(this.request);
    for (const stop of this.stops) stop();
    this.legend?.destroy();
    this.pointer.destroy();
    this.element.remove();
    maps.delete(this);
  }

  watchSize() {
    const observer = new ResizeObserver(() => this.measure());
    observer.observe(this.container);
    return () => observer.disconnect();
  }

  watchInput() {
    return listen(this.surface, {
      pan: (dx, dy) => this.moved(this.view.pan(dx, dy)),
      zoom: (...how) => this.moved(this.view.zoom(...how)),
      point: (x, y, touch) => this.point(x, y, touch),
      tap: (x, y, touch) => this.tap(x, y, touch),
      leave: () => this.pointer.leave(),
      whole: () => this.fitTheatre(),
    });
  }

  /** Fit the canvases to the container. */
  measure() {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!width || !height) return;
    this.painter.resize(width, height);
    this.leaveRoom();
    this.view.resize(width, height);
    this.renew();
    // Painted at once: a canvas that has been resized is empty until then.
    if (this.theatre) this.paint(performance.now());
  }

  /** Keep what is fitted into the window clear of the buttons and of the folded legend. */
  leaveRoom() {
    this.view.head = this.buttons ? this.buttons.offsetHeight + 14 : 0;
    if (!this.legend) this.view.foot = 0;
    else if (this.legend.collapsed) this.view.foot = this.legend.element.offsetHeight + 14;
  }

  /** The window moves, and is not yet where it will rest. */
  moved() {
    this.painter.movedAt = performance.now();
    this.pointer.leave();
    this.renew();
  }

  renew() {
    this.painter.renew();
    this.tell("view", { scale: this.view.scale });
    this.ask();
  }

  ask() {
    this.request ||= requestAnimationFrame((now) => {
      this.request = 0;
      this.paint(now);
    });
  }

  paint(now) {
    if (!this.theatre || !this.painter.ratio) return;
    if (this.view.step(now)) this.moved();
    const { frame, marked } = this;
    const dark = isDark(this.element);
    const more = this.painter.paint(now, { frame, dark, marked, kept: () => this.kept() });
    if (more) this.ask();
    this.pointer.fill(this.theatre, frame, dark);
    this.markButtons();
    globalThis.khaburFrames = (globalThis.khaburFrames ?? 0) + 1;
    this.tell("paint", frame);
  }

  /** Boxes that names keep clear of: the map's own buttons and legend. */
  kept() {
    const frame = this.element.getBoundingClientRect();
    return [...this.element.querySelectorAll("[data-map-control]")].map((control) => {
      const { left, top, right, bottom } = control.getBoundingClientRect();
      return [left - frame.left, top - frame.top, right - frame.left, bottom - frame.top];
    });
  }

  renewButtons() {
    if (!this.controls) return;
    this.zoomGroup?.remove();
    this.buttons?.remove();
    this.zoomGroup = zoomButtons(this);
    this.buttons = placeButtons(this.theatre, this);
    this.element.append(this.buttons, this.zoomGroup);
    this.leaveRoom();
  }

  /** Press the button of where the map is. */
  markButtons() {
    if (!this.buttons || this.view.move) return;
    const { view, theatre } = this;
    const city = theatre.cities.findIndex(({ bounds }) => {
      const [x, y, scale] = view.fitting(bounds, CITY_PADDING);
      const near = Math.hypot(view.x - x, view.y - y) * view.scale < 60;
      return near && Math.abs(Math.log(view.scale / scale)) < 0.4;
    });
    markChosen(this.buttons, view.whole ? 0 : city < 0 ? -1 : city + 1);
  }

  /** Answer a pointer over the map. @returns {number} place */
  point(x, y, touch) {
    if (!this.theatre) return -1;
    const place = this.pointer.point(x, y, touch);
    this.pointer.fill(this.theatre, this.frame, isDark(this.element));
    return place;
  }

  tap(x, y, touch) {
    const place = this.point(x, y, touch);
    if (place >= 0) this.tell("select", place);
  }
}
