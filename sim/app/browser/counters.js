/** The numbers of the day: for each series its chart and the value of each faction. */

import { make } from "./dom.js";
import { SeriesChart, topOf } from "./series.js";
import { sideColour } from "./sides.js";

/** @param {number} value @returns {string} */
export function numberText(value) {
  return Math.round(value).toLocaleString("en");
}

/** Cards, one for each series in which anything happens. */
export class Counters {
  /** @param {{go: (day: number) => void}} options */
  constructor({ go }) {
    this.go = go;
    this.element = make("div", { class: "khabur-counters" });
    /** @type {{series: object, chart: SeriesChart, cells: [number, HTMLElement][]}[]} */
    this.cards = [];
    this.days = 1;
  }

  /**
   * @param {{days: number, series: object[]}} recording decoded
   * @param {{label: string}[]} factions of the theatre
   */
  setRecording(recording, factions) {
    this.days = recording.days;
    this.cards = [];
    this.element.replaceChildren();
    for (const series of recording.series) this._add(series, factions);
  }

  /** @param {number} day */
  show(day) {
    for (const { series, chart, cells } of this.cards) {
      chart.show(day);
      for (const [faction, cell] of cells) {
        const text = numberText(series.values[faction * this.days + day]);
        if (cell.textContent !== text) cell.textContent = text;
      }
    }
  }

  _add(series, factions) {
    const drawn = factions.map((_, index) => index)
      .filter((faction) => topOf(series.values, [faction], this.days) > 0);
    if (!drawn.length) return;
    const chart = new SeriesChart(series, { days: this.days, factions: drawn, go: this.go });
    const cells = drawn.map((faction) => /** @type {[number, HTMLElement]} */ ([faction,
      make("span", { class: "khabur-counter__value khabur-number" })]));
    const values = cells.map(([faction, cell]) => make("div", { class: "khabur-counter" }, [
      make("span", { class: "khabur-swatch", style: { "--kh-swatch": sideColour(faction) } }),
      make("span", { class: "khabur-counter__label", text: factions[faction].label }), cell]));
    this.cards.push({ series, chart, cells });
    const parts = [this._heading(series, chart.top), chart.element,
      make("div", { class: "khabur-counters__values" }, values)];
    this.element.append(make("section", { class: "khabur-counters__card",
      data: { series: series.id } }, parts));
  }

  _heading(series, top) {
    const says = series.label.toLowerCase().includes(series.unit.toLowerCase());
    const unit = says ? [] : [make("span", { class: "khabur-soft", text: `, ${series.unit}` })];
    return make("div", { class: "khabur-counters__head" }, [
      make("h3", { class: "khabur-counters__heading" }, [series.label, ...unit]),
      make("span", { class: "khabur-soft", text: `at most ${numberText(top)}` })]);
  }
}
