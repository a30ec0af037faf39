/** The timeline: the day, the buttons that move it, and a track of days with their events. */

import { SPEEDS } from "./clock.js";
import { longDate } from "./dates.js";
import { button, make } from "./dom.js";
import { drawAxis, drawMarks, eventsByDay, shape } from "./marks.js";
import { sideColour } from "./sides.js";
import { Tooltip } from "./tooltip.js";

const MARKS_HEIGHT = 36;
const AXIS_HEIGHT = 16;
/** Page up and page down. */
const PAGE_DAYS = 7;
/** A mark is meant from as far away as this. */
const REACH_PX = 5;
const MOST_LINES = 6;
const TIP_AWAY_PX = 20;

/**
 * @typedef {object} TimelineRecord
 * @property {string} start date of day 0
 * @property {number} days
 * @property {object[]} events as in the recording
 */

/**
 * Add a bar to the icon of a button: as far as it goes.
 * @param {HTMLButtonElement} element
 * @param {string} bar strokes, in a box of 24 by 24
 */
function atEdge(element, bar) {
  const stroke = /** @type {Element} */ (element.querySelector("path")?.cloneNode());
  stroke.setAttribute("d", bar);
  element.querySelector("svg")?.append(stroke);
  return element;
}

/** @param {object} event @returns {HTMLElement} its line in a tooltip */
function tipLine(event) {
  const style = { "--kh-swatch": sideColour(event.faction) };
  return make("div", { class: "khabur-tip__event" }, [
    make("span", { class: "khabur-swatch", style }), make("span", { text: event.text })]);
}

/** Controls and track over one play clock. */
export class Timeline {
  /**
   * @param {HTMLElement} container
   * @param {import("./clock.js").PlayClock} clock
   * @param {{view: HTMLElement, pointed?: (events: object[]) => void}} options `view`: the whole
   *   view, in which tooltips have room; `pointed`: events of the day under the pointer
   */
  constructor(container, clock, { view, pointed }) {
    this.clock = clock;
    this.view = view;
    this.pointed = pointed ?? (() => {});
    this.tooltip = new Tooltip(view);
    /** @type {TimelineRecord} */
    this.record = { start: "2000-01-01", days: 1, events: [] };
    this.byDay = eventsByDay([], 1);
    this.width = 0;
    this._shown = -1;
    this._tipDay = -1;
    this._build(container);
    this._listen();
  }

  /** @param {TimelineRecord} record */
  setRecord(record) {
    this.record = record;
    this.byDay = eventsByDay(record.events, record.days);
    this.track.setAttribute("aria-valuemax", String(record.days));
    this._shown = -1;
    this._draw();
    this.changed();
  }

  /** Paint where the clock stands. @param {number} position float day */
  moved(position) {
    const slot = this.width / Math.max(1, this.record.days);
    // Under the hand of the visitor the line stays under the pointer, else amid the day's marks.
    const x = this.clock.held ? position * slot : (position + 0.5) * slot;
    this.past.style.transform = `scaleX(${this.width ? x / this.width : 0})`;
    this.line.style.transform = `translateX(${x}px)`;
    if (this.clock.day !== this._shown) this._showDay(this.clock.day);
  }

  /** Show what the clock does: playing or not, and how fast. */
  changed() {
    const { playing, speed, locked } = this.clock;
    this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.play.title = playing ? "Pause (space)" : "Play (space)";
    this.root.dataset.playing = String(playing);
    for (const one of this.speeds) {
      one.setAttribute("aria-pressed", String(Number(one.dataset.speed) === speed));
    }
    if (this.root.hasAttribute("data-locked") === locked) return;
    this.root.toggleAttribute("data-locked", locked);
    this.track.setAttribute("aria-disabled", String(locked));
    for (const one of this.root.querySelectorAll("button")) one.disabled = locked;
  }

  /** Stop listening. */
  destroy() {
    this._sizes.disconnect();
    document.removeEventListener("keydown", this._pageKeys);
    this.tooltip.destroy();
    this.root.remove();
  }

  _build(container) {
    const press = (label, icon, action) => button({ label, icon, class: "khabur-button--icon",
      press: action });
    this.play = press("Play", "play", () => this.clock.toggle());
    this.play.append(...[...button({ label: "Pause", icon: "pause" }).childNodes]);
    this.play.classList.add("khabur-timeline__play");
    const buttons = make("div", { class: "khabur-timeline__buttons", aria: { label: "Replay" },
      attrs: { role: "group" } }, [
      atEdge(press("First day", "back", () => this.clock.go(0)), "M6.5 6v12"),
      press("Day back", "back", () => this.clock.step(-1)),
      this.play,
      press("Day on", "forward", () => this.clock.step(1)),
      atEdge(press("Last day", "forward", () => this.clock.go(this.clock.last)), "M17.5 6v12"),
    ]);
    this.date = make("span", { class: "khabur-timeline__date khabur-number" });
    this.count = make("span", { class: "khabur-timeline__count khabur-number" });
    const where = make("div", { class: "khabur-timeline__where" }, [this.date, this.count]);
    this.root = make("div", { class: "khabur-timeline" },
      [buttons, where, this._speedButtons(), this._track()]);
    container.append(this.root);
  }

  _speedButtons() {
    this.speeds = SPEEDS.map((speed) => make("button", { class: "khabur-timeline__speed",
      text: String(speed), title: `${speed} ${speed === 1 ? "day" : "days"} a second`,
      data: { speed }, aria: { label: `${speed} ${speed === 1 ? "day" : "days"} a second` },
      attrs: { type: "button" }, on: { click: () => this.clock.setSpeed(speed) } }));
    return make("div", { class: "khabur-timeline__speeds", aria: { label: "Speed" },
      attrs: { role: "group" } },
    [...this.speeds, make("span", { class: "khabur-soft", text: "days/s" })]);
  }

  _track() {
    this.marks = shape("svg", { class: "khabur-track__marks", "aria-hidden": "true" });
    this.axis = shape("svg", { class: "khabur-track__axis", "aria-hidden": "true" });
    this.past = make("div", { class: "khabur-track__past" });
    this.line = make("div", { class: "khabur-track__line" });
    this.bed = make("div", { class: "khabur-track__bed" }, [this.past, this.marks, this.line]);
    this.track = make("div", { class: "khabur-track", aria: { label: "Day", valuemin: "1" },
      attrs: { role: "slider", tabindex: "0" } }, [this.bed, this.axis]);
    return this.track;
  }

  _listen() {
    this._sizes = new ResizeObserver(() => this._draw());
    this._sizes.observe(this.bed);
    const on = (name, handler) => this.track.addEventListener(name, handler.bind(this));
    on("pointerdown", this._grasp);
    on("pointermove", this._follow);
    on("pointerup", this._letGo);
    on("pointercancel", this._letGo);
    on("pointerleave", this._leave);
    this.root.addEventListener("keydown", (event) => this._key(event));
    // With nothing in focus the keys of the page are ours, but for those that scroll it.
    this._pageKeys = (event) => {
      const keys = [" ", "ArrowLeft", "ArrowRight"];
      if (event.target === document.body && keys.includes(event.key)) this._key(event);
    };
    document.addEventListener("keydown", this._pageKeys);
  }

  _draw() {
    this.width = this.bed.clientWidth;
    if (!this.width) return;
    const { start, days } = this.record;
    drawMarks(this.marks, this.byDay, { width: this.width, height: MARKS_HEIGHT });
    drawAxis(this.axis, { start, days, width: this.width, height: AXIS_HEIGHT });
    this.moved(this.clock.position);
  }

  /** @param {number} day */
  _showDay(day) {
    this._shown = day;
    const { start, days } = this.record;
    const date = longDate(start, day);
    this.date.textContent = date;
    this.count.textContent = `day ${day + 1} of ${days}`;
    this.track.setAttribute("aria-valuenow", String(day + 1));
    this.track.setAttribute("aria-valuetext", `${date}, day ${day + 1} of ${days}`);
  }

  /** @param {PointerEvent} event @returns {number} float position under the pointer */
  _positionAt(event) {
    const box = this.bed.getBoundingClientRect();
    return ((event.clientX - box.left) / box.width) * this.record.days;
  }

  /** @param {PointerEvent} event */
  _grasp(event) {
    if (event.button > 0 || this.clock.locked) return;
    this.track.setPointerCapture(event.pointerId);
    this.clock.hold(this._positionAt(event));
  }

  /** @param {PointerEvent} event */
  _follow(event) {
    if (this.clock.held) this.clock.hold(this._positionAt(event));
    this._tip(event);
  }

  /** @param {PointerEvent} event */
  _letGo(event) {
    this.clock.release();
    if (event.pointerType === "touch") this._leave();
  }

  _leave() {
    if (this.clock.held) return;
    this._tipDay = -1;
    this.tooltip.hide();
    this.pointed([]);
  }

  /** Show date and events of the day under the pointer, or of a mark close to it. */
  _tip(event) {
    const position = this._positionAt(event);
    const day = this._dayMeant(position);
    if (day === this._tipDay) return;
    this._tipDay = day;
    this._placeTip(day);
    this.pointed(this.byDay[day] ?? []);
  }

  /** Above the whole timeline, so that date and buttons stay in sight. @param {number} day */
  _placeTip(day) {
    const box = this.view.getBoundingClientRect();
    const bed = this.bed.getBoundingClientRect();
    const x = bed.left - box.left + ((day + 0.5) / this.record.days) * bed.width;
    const edge = this.root.getBoundingClientRect().top - box.top;
    this.tooltip.show(this._tipOf(day), x, edge);
    this.tooltip.move(x, edge - this.tooltip.element.offsetHeight - TIP_AWAY_PX);
  }

  /** @param {number} position */
  _dayMeant(position) {
    const last = this.record.days - 1;
    const here = Math.min(last, Math.max(0, Math.floor(position)));
    if (this.clock.held || this.byDay[here].length) return here;
    const reach = (REACH_PX / this.width) * this.record.days;
    for (const side of [Math.floor(position - reach), Math.floor(position + reach)]) {
      if (this.byDay[side]?.length) return side;
    }
    return here;
  }

  /** @param {number} day */
  _tipOf(day) {
    const events = this.byDay[day] ?? [];
    const lines = events.slice(0, MOST_LINES).map(tipLine);
    const more = events.length - lines.length;
    if (more > 0) lines.push(make("div", { class: "khabur-soft", text: `and ${more} more` }));
    const date = longDate(this.record.start, day);
    return make("div", { class: "khabur-tip" },
      [make("div", { class: "khabur-tip__date", text: date }), ...lines]);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { clock } = this;
    const actions = {
      ArrowLeft: () => clock.step(-1),
      ArrowDown: () => clock.step(-1),
      ArrowRight: () => clock.step(1),
      ArrowUp: () => clock.step(1),
      PageDown: () => clock.step(-PAGE_DAYS),
      PageUp: () => clock.step(PAGE_DAYS),
      Home: () => clock.go(0),
      End: () => clock.go(clock.last),
      " ": () => clock.toggle(),
    };
    // On a button the space bar presses it.
    if (event.key === " " && event.target instanceof HTMLButtonElement) return;
    if (!(event.key in actions)) return;
    event.preventDefault();
    actions[event.key]();
  }
}
