/**
 * Every replicate as a dot between two outcomes; a click opens one. What was reported is a cross
 * of lines; what did not come about by the end has a strip of its own at the far end.
 */

import { ChartBox, GRID, baseOption, inks, niceStep, valueAxis } from "./charts.js";
import { shortDate } from "./dates.js";
import { make } from "./dom.js";
import { outcomeOf, plain, worded } from "./futures_data.js";
import { withAlpha } from "./theme.js";

/** Share of an axis that the strip of "not by the end" takes. */
const STRIP = 0.12;

/** Whole numbers that repeat are strewn by up to this much, where there are few of them. */
const STREW = 0.3;
const FEW = 60;

/**
 * @typedef {object} PickerView
 * @property {Array<import("./futures_data.js").Ensemble>} ensembles  one, or two to compare
 * @property {[string, string]} ids  outcomes across and up
 * @property {string} start          ISO date of day 0
 * @property {string[]} colours      of the first and the second ensemble
 * @property {number} chosen         replicate that was opened last, -1 for none
 * @property {number} chosenOf       ensemble that it belongs to
 */

export class ReplicatePicker {
  /**
   * @param {HTMLElement} host
   * @param {(number: number, ensemble: number) => void} onChoose
   */
  constructor(host, onChoose) {
    this.host = host;
    this.box = new ChartBox(host, "Replicates");
    this.box.onResize = () => this.view && this.show(this.view);
    this.box.with((chart) => {
      chart.on("click", (item) => {
        const place = Number(item.seriesId?.slice(-1));
        if (item.seriesId?.startsWith("dots-")) onChoose(item.value[2], place);
      });
    });
    // Where a dot is, in CSS px of the page: for tests that click it.
    host.positionOf = (number, place = 0) => this.#positionOf(number, place);
  }

  /** @param {PickerView} view */
  show(view) {
    this.view = view;
    const colours = inks(this.host);
    this.axes = view.ids.map((id, up) =>
      this.#axisOf(id, up ? this.box.height / 75 : this.box.width / 85));
    const [across, up] = this.axes;
    this.points = view.ensembles.map((ensemble) => this.#pointsOf(ensemble));
    this.box.draw({
      ...baseOption(colours),
      grid: { ...GRID, left: 70, top: 26, right: 16, bottom: 42 },
      xAxis: { ...this.#scale(across, colours), name: across.title,
        nameLocation: "middle", nameGap: 26, nameTextStyle: { color: colours.soft } },
      yAxis: { ...this.#scale(up, colours), name: up.title,
        nameLocation: "middle", nameGap: 50, nameTextStyle: { color: colours.soft } },
      tooltip: { ...baseOption(colours).tooltip, trigger: "item", formatter: (item) =>
        this.#tooltip(item.value[2], Number(item.seriesId.slice(-1))) },
      series: [
        ...this.points.map((points, place) => this.#dots(points, place, colours)),
        this.#cross(colours),
      ],
    });
    const words = `Replicates: ${across.title} across, ${up.title} up`;
    this.box.describe(words);
  }

  /** @param {string} id @param {number} parts  into which the scale is to be cut, about */
  #axisOf(id, parts) {
    const sets = this.view.ensembles.map((ensemble) => outcomeOf(ensemble, id));
    const outcome = sets[0];
    const values = sets.flatMap((set) => set?.values ?? []);
    const numbers = values.filter((value) => value !== null);
    const reported = typeof outcome.reported_value === "number" ? outcome.reported_value : null;
    if (reported !== null) numbers.push(reported);
    const missing = values.includes(null);
    return {
      id,
      outcome,
      reported,
      missing,
      title: axisTitle(outcome),
      ...scaleOfAxis(numbers.length ? numbers : [0, 1], missing, Math.max(2, parts)),
    };
  }

  #scale(axis, colours) {
    const { from, end, top, step, outcome } = axis;
    const written = (value) => {
      // The far end of the scale is no round number, and beyond the last value there is none.
      if (value > end || Math.abs(value / step - Math.round(value / step)) > 1e-6) return "";
      if (outcome.kind === "date") return shortDate(this.view.start, value);
      return outcome.unit === "share" ? `${plain(value * 100)}%` : plain(value);
    };
    return valueAxis(colours, {
      min: from,
      max: top,
      interval: step,
      axisLabel: { formatter: written, hideOverlap: true },
    });
  }

  #pointsOf(ensemble) {
    const [across, up] = this.axes.map((axis) => outcomeOf(ensemble, axis.id));
    if (!across || !up) return [];
    const at = (axis, value, number, salt) => {
      if (value === null) return axis.strip + (scatter(number, salt) * (axis.top - axis.end)) / 4;
      return value + scatter(number, salt) * axis.strew;
    };
    return Array.from(ensemble.numbers, (number, row) => [
      at(this.axes[0], across.values[row], number, 1),
      at(this.axes[1], up.values[row], number, 2),
      number,
      row,
    ]);
  }

  #dots(points, place, colours) {
    const colour = this.view.colours[place];
    const few = points.length <= 400;
    const chosen = this.view.chosenOf === place ? this.view.chosen : -1;
    return {
      id: `dots-${place}`,
      type: "scatter",
      z: 3 + place,
      symbol: place ? "diamond" : "circle",
      symbolSize: (few ? 9 : 6) + (place ? 2 : 0),
      cursor: "pointer",
      data: points.map((value) => (value[2] === chosen
        ? { value, itemStyle: { borderColor: colours.ink, borderWidth: 2.5, color: colour } }
        : { value })),
      itemStyle: place
        ? { color: withAlpha(colour, 0.12), borderColor: colour, borderWidth: 1.5 }
        : { color: withAlpha(colour, 0.6) },
      emphasis: { itemStyle: { borderColor: colours.ink, borderWidth: 2 }, scale: 1.4 },
    };
  }

  #cross(colours) {
    const [across, up] = this.axes;
    const line = (axis, key, position) => axis.reported === null ? [] : [{
      [key]: axis.reported,
      label: {
        color: colours.ink,
        fontSize: 11.5,
        fontWeight: 600,
        position,
        formatter: `reported: ${worded(axis.outcome, axis.reported, this.view.start)}`,
      },
    }];
    const end = (axis, key, position) => axis.missing ? [{
      [key]: axis.end,
      lineStyle: { color: colours.soft, type: [2, 3], width: 1 },
      label: { color: colours.soft, fontSize: 11.5, position, formatter: "not by the end" },
    }] : [];
    return {
      id: "reported",
      type: "line",
      data: [],
      silent: true,
      z: 2,
      markLine: {
        silent: true,
        symbol: "none",
        animation: false,
        lineStyle: { color: colours.ink, type: "solid", width: 1.25 },
        data: [
          ...line(across, "xAxis", "end"),
          ...line(up, "yAxis", "insideStartTop"),
          ...end(across, "xAxis", "end"),
          ...end(up, "yAxis", "insideEndTop"),
        ],
      },
    };
  }

  #tooltip(number, place) {
    return make("div", { class: "khabur-tip" }, [
      make("strong", { text: this.wordsOf(number, place) }),
      make("div", { class: "khabur-soft", text: "click to watch" }),
    ]);
  }

  /** "Replicate 17: 33 days, 287 fighters". @param {number} number @param {number} place */
  wordsOf(number, place) {
    const ensemble = this.view.ensembles[place];
    const row = ensemble.numbers.indexOf(number);
    const values = this.view.ids.map((id) => {
      const outcome = outcomeOf(ensemble, id);
      if (!outcome) return "";
      const words = worded(outcome, outcome.values[row], this.view.start);
      return outcome.kind === "days" ? words : `${outcome.label}: ${words}`;
    });
    const name = this.view.ensembles.length > 1 ? `${"AB"[place]}, replicate` : "Replicate";
    return `${name} ${number}: ${values.filter(Boolean).join("; ")}`;
  }

  #positionOf(number, place) {
    const point = this.points?.[place]?.find((each) => each[2] === number);
    if (!point || !this.box.chart) return null;
    const [x, y] = this.box.chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, point);
    const frame = this.host.getBoundingClientRect();
    return [frame.left + x, frame.top + y];
  }

  destroy() {
    this.box.destroy();
  }
}

/**
 * Where a scale begins and ends: from a round number to the largest value, and behind it the
 * strip of what did not come about.
 */
function scaleOfAxis(numbers, missing, parts) {
  const low = numbers.reduce((least, value) => Math.min(least, value), Infinity);
  const high = numbers.reduce((most, value) => Math.max(most, value), -Infinity);
  const whole = numbers.every(Number.isInteger);
  const step = Math.max(niceStep(high - low || 1, parts), whole ? 1 : 0);
  const from = Math.floor(low / step + 1e-9) * step;
  const end = high + (high - from || 1) * 0.04;
  const top = missing ? end + ((end - from) * STRIP) / (1 - STRIP) : end;
  const strew = whole && high - low <= FEW ? STREW : 0;
  return { from, end, top, step, strip: (end + top) / 2, strew };
}

/** A fixed number in -1 to 1 for a replicate: the same dot stays in the same place. */
function scatter(number, salt) {
  const value = Math.sin((number + 1) * 12.9898 * salt + salt) * 43758.5453;
  return (value - Math.floor(value)) * 2 - 1;
}

/** The label, with the unit where it does not say it. */
function axisTitle(outcome) {
  const label = outcome.label.charAt(0).toUpperCase() + outcome.label.slice(1);
  const said = outcome.kind === "date" || outcome.unit === "share" ||
    outcome.label.includes(outcome.unit);
  return said ? label : `${label}, ${outcome.unit}`;
}
