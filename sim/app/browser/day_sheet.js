/** What is known on a day: the outcomes beside what was reported, and the brief. */

import { longDate } from "./dates.js";
import { make } from "./dom.js";
import { prefersLessMotion } from "./theme.js";

/** How the sheets say that an outcome is still to come. */
const NOT_BY_THEN = "not by then";
const NOT_YET = "not yet";
const NOT_HERE = "…";
const NOTHING_REPORTED = "–";
const MARK_MS = 1200;
/** While days follow one another faster than this, changes are not marked: all would flicker. */
const LEAST_PAUSE_MS = 180;

/**
 * @typedef {object} Sheet
 * @property {string} headline
 * @property {[string, string][]} paragraphs topic and text
 * @property {Record<string, string>} values by outcome
 *
 * @typedef {{sheet: Sheet | null, day: number}} Found sheet of the day, or the nearest before it
 */

/**
 * Return the sheet of a day or, where it has not arrived, the nearest earlier one.
 * @param {{key?: string, days?: Record<string, Sheet>}} sheets
 * @param {string} key of the recording; sheets of another are not looked at
 * @param {number} day
 * @returns {Found}
 */
export function findSheet(sheets, key, day) {
  const days = sheets?.key === key ? (sheets.days ?? {}) : {};
  for (let before = day; before >= 0; before -= 1) {
    if (days[before]) return { sheet: days[before], day: before };
  }
  return { sheet: null, day };
}

/**
 * Say that a sheet is missing, if it is.
 * @param {Found} found
 * @param {number} day
 * @param {string} start date of day 0
 */
function waitingText(found, day, start) {
  if (found.sheet && found.day === day) return "";
  const wanted = `${longDate(start, day)} is being worked out`;
  return found.sheet ? `${wanted}; this is ${longDate(start, found.day)}.` : `${wanted}.`;
}

/** The line that says so. */
function waitingLine() {
  return make("p", { class: "khabur-waiting", attrs: { role: "status" } });
}

/** @param {string} text */
function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Table of outcomes: label, simulated so far, reported. */
export class OutcomeTable {
  constructor() {
    this.start = "2000-01-01";
    this.waiting = waitingLine();
    this.rows = make("tbody");
    const heads = ["Outcome", "Simulated so far", "Reported"].map((text) => make("th",
      { text, attrs: { scope: "col" } }));
    this.table = make("table", { class: "khabur-table khabur-outcomes" },
      [make("thead", {}, [make("tr", {}, heads)]), this.rows]);
    this.element = make("div", {}, [this.waiting, this.table]);
    /** @type {Map<string, HTMLElement>} */
    this.cells = new Map();
    this._shownAt = 0;
  }

  /**
   * @param {{id: string, label: string, reported: string, final: string}[]} outcomes
   * @param {string} start date of day 0
   */
  setOutcomes(outcomes, start) {
    this.start = start;
    this.cells = new Map();
    this.rows.replaceChildren(...outcomes.map((outcome) => this._row(outcome)));
  }

  /**
   * @param {Found} found
   * @param {number} day
   */
  show(found, day) {
    const now = performance.now();
    const marked = now - this._shownAt > LEAST_PAUSE_MS && !prefersLessMotion();
    this._shownAt = now;
    this.waiting.textContent = waitingText(found, day, this.start);
    this.table.toggleAttribute("data-waiting", this.waiting.textContent !== "");
    for (const [id, cell] of this.cells) this._fill(cell, found.sheet?.values[id], marked);
  }

  _row(outcome) {
    const value = make("td", { class: "khabur-outcomes__value", data: { outcome: outcome.id } });
    this.cells.set(outcome.id, value);
    const reported = make("td", { text: outcome.reported || NOTHING_REPORTED });
    if (!outcome.reported) reported.classList.add("khabur-soft");
    return make("tr", {}, [
      make("th", { text: capital(outcome.label), attrs: { scope: "row" } }), value, reported]);
  }

  /**
   * @param {HTMLElement} cell
   * @param {string | undefined} value
   * @param {boolean} marked whether a change is pointed out
   */
  _fill(cell, value, marked) {
    const known = value !== undefined && value !== NOT_BY_THEN;
    const text = value === NOT_BY_THEN ? NOT_YET : (value ?? NOT_HERE);
    if (cell.textContent === text) return;
    const first = cell.textContent === "";
    cell.textContent = text;
    cell.toggleAttribute("data-unknown", !known);
    if (!marked || first) return;
    const colour = getComputedStyle(cell).getPropertyValue("--khabur-mark");
    cell.animate([{ backgroundColor: colour }, { backgroundColor: "transparent" }],
      { duration: MARK_MS, easing: "ease-out" });
  }
}

/** The brief of the day. */
export class BriefOfDay {
  constructor() {
    this.start = "2000-01-01";
    this.waiting = waitingLine();
    this.date = make("p", { class: "khabur-brief__date khabur-soft" });
    this.headline = make("h2", { class: "khabur-brief__headline" });
    this.text = make("div", { class: "khabur-brief__text" });
    this.article = make("article", { class: "khabur-brief" },
      [this.date, this.headline, this.text]);
    this.element = make("div", {}, [this.waiting, this.article]);
    /** @type {Sheet | null | undefined} */
    this._shown = undefined;
  }

  /**
   * @param {Found} found
   * @param {number} day
   */
  show(found, day) {
    this.waiting.textContent = waitingText(found, day, this.start);
    this.article.toggleAttribute("data-waiting", this.waiting.textContent !== "");
    if (found.sheet === this._shown) return;
    this._shown = found.sheet;
    const date = longDate(this.start, found.day);
    this.date.textContent = found.sheet ? `${date}. Simulated, not news.` : "";
    this.headline.textContent = found.sheet?.headline ?? "";
    this.text.replaceChildren(...(found.sheet?.paragraphs ?? []).flatMap(([topic, text]) => [
      make("h3", { text: capital(topic) }), make("p", { text })]));
  }
}
