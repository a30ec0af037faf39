/** The parameters: draws from the posterior on a level prior, the most narrowed first. */

import { button, make } from "./dom.js";
import { POINTER, mark, percent, stroke, svg, words } from "./calibration_svg.js";

const SHOWN = 12;
const FLOOR = 76;
const HEIGHT = 92;
const LEAST_TOP = 3; // times the prior: the lowest the tallest bar may be drawn for

/** A searchable list of parameters. */
export class ParameterList {
  /** @param {any} page */
  constructor(page) {
    this.rows = page.parameters;
    this.top = Math.max(LEAST_TOP, ...this.rows.flatMap((row) => row.bars));
    this.all = false;
    this.drawn = {};
    this.cards = make("div", { class: "khabur-cal-cards" });
    this.count = make("p", { class: "khabur-soft", attrs: { role: "status" } });
    this.toggle = button({ label: "Show all parameters", text: "Show all", press: () => this.#flip() });
    this.search = /** @type {HTMLInputElement} */ (
      make("input", {
        class: "khabur-cal-field khabur-cal-search",
        attrs: { type: "search", placeholder: "Search parameters", spellcheck: "false" },
        aria: { label: "Search parameters" },
        on: { input: () => this.#show() },
      })
    );
    const bar = make("div", { class: "khabur-cal-tools" }, [this.search, this.count]);
    this.element = make("div", {}, [legend(), bar, this.cards, this.toggle]);
    this.#show();
  }

  /**
   * Mark the values of a draw.
   * @param {{at?: number[], words?: string[]}} drawn
   */
  mark(drawn) {
    this.drawn = drawn;
    this.#show();
  }

  #flip() {
    this.all = !this.all;
    this.#show();
  }

  #show() {
    const asked = this.search.value.trim().toLowerCase();
    const found = this.rows
      .map((row, index) => ({ row, index }))
      .filter(({ row }) => `${row.id} ${row.source}`.toLowerCase().includes(asked));
    const shown = asked || this.all ? found : found.slice(0, SHOWN);
    this.cards.replaceChildren(...shown.map(({ row, index }) => this.#card(row, index)));
    this.count.textContent = asked
      ? `${found.length} of ${this.rows.length} match`
      : `${shown.length} of ${this.rows.length} shown, the most narrowed first`;
    const text = this.all ? `Show the first ${SHOWN}` : `Show all ${this.rows.length}`;
    this.toggle.textContent = text;
    this.toggle.title = text;
    this.toggle.setAttribute("aria-label", `${text} parameters`);
    this.toggle.hidden = Boolean(asked) || this.rows.length <= SHOWN;
  }

  /** @param {any} row @param {number} index */
  #card(row, index) {
    const known = row.identified;
    const chip = known
      ? make("span", { class: "khabur-cal-chip", text: "identified" })
      : make("span", { class: "khabur-soft", text: known === null ? "" : "not identified" });
    const name = make("span", { class: "khabur-cal-name" }, breakable(row.id));
    const head = make("div", { class: "khabur-cal-card-head" }, [name, chip]);
    const said = make("p", { class: "khabur-cal-fit" }, [
      make("strong", { text: row.posterior }),
      make("span", { class: "khabur-soft", text: narrowed(row.contraction) }),
    ]);
    const value = this.drawn.words?.[index];
    const drawn = value
      ? make("p", { class: "khabur-cal-drawn", text: `drawn: ${value}` })
      : null;
    const chart = histogram(row, this.top, this.drawn.at?.[index]);
    return make(
      "div",
      {
        class: `khabur-cal-card${known === false ? " khabur-cal-card--open" : ""}`,
        title: `${row.source}; the axis is that of the prior (${row.scale})`,
        data: { parameter: row.id, identified: `${known}` },
      },
      [head, chart, said, drawn],
    );
  }
}

/** @returns {HTMLElement} */
function legend() {
  return make("p", {
    class: "khabur-soft khabur-cal-note",
    text:
      "Bars are draws from the posterior. Each axis is stretched so that its prior is the level " +
      "line: bars above the line are values that the article makes likelier, bars below it less " +
      "likely. All charts have the same height.",
  });
}

/** @param {number} contraction 1 - variance of the posterior over that of the prior */
function narrowed(contraction) {
  const share = Math.round(100 * contraction);
  return share > 0 ? `variance down ${share}%` : "no narrower than the prior";
}

/** A dotted name that may be broken after its dots and underscores. */
function breakable(name) {
  return name.split(/(?<=[._])/).flatMap((part) => [part, document.createElement("wbr")]);
}

/**
 * @param {any} row
 * @param {number} top density at the upper edge
 * @param {number|undefined} drawn place of a draw
 */
function histogram(row, top, drawn) {
  const level = (density) => FLOOR - (FLOOR - 10) * Math.min(density / top, 1);
  const said = `${row.id}: prior ${row.prior}; posterior ${row.posterior}`;
  const drawing = svg("svg", { class: "khabur-cal-chart", height: HEIGHT, role: "img", "aria-label": said });
  const width = 1 / row.bars.length;
  row.bars.forEach((density, index) => {
    const y = level(density);
    drawing.append(
      svg("rect", {
        x: percent(index * width + 0.08 * width),
        width: percent(0.84 * width),
        y,
        height: Math.max(FLOOR - y, 0),
        class: "khabur-cal-bar",
      }),
    );
  });
  const prior = level(1);
  drawing.append(svg("line", { x1: 0, x2: "100%", y1: prior, y2: prior, class: "khabur-cal-level" }));
  drawing.append(svg("line", { x1: 0, x2: "100%", y1: FLOOR, y2: FLOOR, class: "khabur-cal-axis" }));
  drawing.append(words(0, HEIGHT - 3, row.low, "khabur-cal-mark", "start"));
  drawing.append(words(1, HEIGHT - 3, row.high, "khabur-cal-mark", "end"));
  if (drawn !== undefined) {
    drawing.append(stroke(drawn, 8, FLOOR, "khabur-cal-drawn-line"));
    drawing.append(mark(drawn, 9, POINTER, "khabur-cal-drawn-mark"));
  }
  return drawing;
}
