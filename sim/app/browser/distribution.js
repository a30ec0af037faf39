/**
 * How an outcome is spread over the replicates: a histogram of numbers and dates, bars of
 * categories. What did not come about by the end is a bar of its own, never a number.
 */

import { ChartBox, GRID, baseOption, fontOf, inks, niceStep, scaleTo, valueAxis } from "./charts.js";
import { shortDate } from "./dates.js";
import { make } from "./dom.js";
import { isNumeric, missingOf, numbersOf, outcomeOf, percent, plain, worded }
  from "./futures_data.js";
import { categoriesOf, countInto, edgesOf, scaleOf } from "./histogram.js";
import { withAlpha } from "./theme.js";

/** Share of the width that the bar of "not by the end" takes, with its gap. */
const MISSING_ZONE = 0.26;

/** Half the width of "not by the end", CSS px: it is to end within the chart. */
const HALF_OF_WORDS = 44;

/** Categories that are told apart, of one ensemble and of two. */
const MOST_CATEGORIES = [8, 6];

/**
 * @typedef {object} DistributionView
 * @property {Array<import("./futures_data.js").Ensemble>} ensembles  one, or two to compare
 * @property {string} id  of the outcome
 * @property {string} start ISO date of day 0
 * @property {string[]} colours  of the first and the second ensemble
 */

export class Distribution {
  /** @param {HTMLElement} host */
  constructor(host) {
    this.host = host;
    this.box = new ChartBox(host, "Distribution");
    this.box.onResize = () => this.view && this.show(this.view);
    this.shape = "";
  }

  /** @param {DistributionView} view */
  show(view) {
    this.view = view;
    this.sets = view.ensembles.map((ensemble) => outcomeOf(ensemble, view.id));
    const outcome = this.sets[0];
    const shape = isNumeric(outcome) ? "bars" : "rows";
    const option = shape === "bars" ? this.#bars(outcome) : this.#rows(outcome);
    this.box.draw(option, shape !== this.shape);
    this.shape = shape;
  }

  /** A histogram. @param {import("./futures_data.js").Outcome} outcome */
  #bars(outcome) {
    const colours = inks(this.host);
    const reported = typeof outcome.reported_value === "number" ? outcome.reported_value : null;
    const scale = scaleOf(this.sets.flatMap((set) => (set ? numbersOf(set) : [])), reported);
    const [low, high] = [edgesOf(scale, 0)[0], edgesOf(scale, scale.count - 1)[1]];
    const missing = this.sets.some((set) => set && missingOf(set) > 0);
    const span = high - low;
    const end = missing ? low + span / (1 - MISSING_ZONE) : high;
    const bars = this.sets.map((set) => (set ? this.#barsOf(set, scale, high, end) : []));
    const most = Math.max(...bars.flat().map((bar) => bar.share), 0.01);
    return {
      ...baseOption(colours),
      grid: { ...GRID, top: 36 },
      xAxis: this.#valueAxis(colours, outcome, low, high, end),
      yAxis: percentAxis(colours, most),
      tooltip: { ...baseOption(colours).tooltip, trigger: "item", formatter: (item) =>
        this.#tooltip(outcome, bars[Number(item.seriesId.slice(-1))][item.dataIndex]) },
      series: [
        ...bars.map((list, place) => barSeries(list, place, this.view.colours[place], colours)),
        reportedLine(outcome, reported, this.view.start, colours, (reported - low) / (end - low)),
      ],
    };
  }

  #valueAxis(colours, outcome, low, high, end) {
    const parts = Math.max(2, Math.floor(this.box.width / 64));
    const step = Math.max(niceStep(end - low, parts), low % 1 ? 1 : 0);
    const written = (value) => {
      if (value > high || Math.abs(value / step - Math.round(value / step)) > 1e-6) return "";
      if (outcome.kind === "date") return shortDate(this.view.start, value);
      return outcome.unit === "share" ? `${plain(value * 100)}%` : plain(value);
    };
    return valueAxis(colours, {
      min: low,
      max: end,
      splitNumber: parts,
      splitLine: { show: false },
      axisLine: { show: true, lineStyle: { color: colours.line } },
      axisLabel: { formatter: written, hideOverlap: true },
    });
  }

  /** Bars of one ensemble: those of the numbers, and that of what did not come about. */
  #barsOf(outcome, scale, high, end) {
    const all = outcome.values.length;
    const counts = countInto(numbersOf(outcome), scale);
    const bars = counts.map((count, bar) => {
      const [from, to] = edgesOf(scale, bar);
      return { from, to, count, share: count / all, all, scale, before: counts[bar - 1] ?? 0,
        last: bar === counts.length - 1, missing: false };
    });
    const count = missingOf(outcome);
    if (end > high) {
      const zone = end - high;
      bars.push({ from: high + zone * 0.4, to: high + zone * 0.9, count, share: count / all, all,
        scale, before: 0, last: true, missing: true });
    }
    return bars;
  }

  /** Bars of categories, one row each. */
  #rows(outcome) {
    const colours = inks(this.host);
    const named = (value) => (value === null ? null : worded(outcome, value, this.view.start));
    const sets = this.sets.map((set) => (set ? set.values.map(named) : []));
    const reported = named(outcome.reported_value ?? null);
    const rows = categoriesOf(sets, MOST_CATEGORIES[sets.length - 1], reported);
    const label = (row) => (row.name === null ? "not by the end" : row.name);
    const most = Math.max(...rows.flatMap((row) => row.counts.map((n, i) => n / sets[i].length)));
    return {
      ...baseOption(colours),
      grid: { left: 18, right: 48, top: 8, bottom: 8, containLabel: true },
      xAxis: { ...percentAxis(colours, most), axisLabel: { show: false }, splitLine: { show: false } },
      yAxis: {
        type: "category",
        inverse: true,
        data: rows.map((row) =>
          row.name !== null && row.name === reported ? `${row.name} (reported)` : label(row)),
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { show: false },
        axisLabel: { color: colours.ink, fontSize: 12, width: 140, overflow: "truncate" },
      },
      tooltip: { ...baseOption(colours).tooltip, trigger: "item", formatter: (item) => {
        const row = rows[item.dataIndex];
        const place = Number(item.seriesId.slice(-1));
        return this.#tip(label(row), row.counts[place], sets[place].length);
      } },
      series: sets.map((set, place) => rowSeries(rows, set.length, place,
        this.view.colours[place], colours)),
    };
  }

  #tooltip(outcome, bar) {
    if (bar.missing) return this.#tip("not by the end", bar.count, bar.all);
    const shift = bar.scale.whole ? 0.5 : 0;
    const first = bar.from + shift;
    const last = bar.scale.whole ? bar.to - shift : bar.to;
    const words = (value) => worded(outcome, value, this.view.start);
    const range = first === last ? words(first) : `${words(first)} to ${words(last)}`;
    return this.#tip(range, bar.count, bar.all);
  }

  #tip(what, count, all) {
    return make("div", { class: "khabur-tip" }, [
      make("strong", { text: what }),
      make("div", { text: `${percent(count / all)}: ${plain(count)} of ${plain(all)} replicates` }),
    ]);
  }

  destroy() {
    this.box.destroy();
  }
}

/**
 * The distribution in a sentence.
 *
 * @param {import("./futures_data.js").Outcome} outcome
 * @param {string} start ISO date of day 0
 * @returns {string}
 */
export function sentenceOf(outcome, start) {
  const all = outcome.values.length;
  const missing = missingOf(outcome);
  const late = missing ? `Not by the end in ${percent(missing / all)} of the replicates.` : "";
  if (missing === all) return "Not by the end in any of the replicates.";
  if (!isNumeric(outcome)) {
    const [first] = categoriesOf([outcome.values.filter((value) => value !== null)], all);
    const most = worded(outcome, first.name, start);
    return `Most often ${most}, in ${percent(first.counts[0] / all)}. ${late}`.trim();
  }
  const sorted = numbersOf(outcome).sort((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  const words = (value) => worded(outcome, value, start);
  // "34 to 92 days": the unit once.
  const low = outcome.kind === "date" || outcome.unit === "share" ? words(at(0.05)) : plain(at(0.05));
  const spread = `median ${words(at(0.5))}, nine in ten from ${low} to ${words(at(0.95))}.`;
  if (!missing) return spread.replace("median", "Median");
  return `Not by the end in ${percent(missing / all)} of the replicates. In the others ${spread}`;
}

function percentAxis(colours, most) {
  const { max, interval } = scaleTo(most * 100);
  return valueAxis(colours, {
    min: 0,
    max: max / 100,
    interval: interval / 100,
    axisLabel: { formatter: (value) => `${plain(Number((value * 100).toFixed(6)))}%` },
  });
}

/** Bars of the first ensemble are filled, those of the second are an outline in dashes. */
function barSeries(bars, place, colour, colours) {
  return {
    id: `bars-${place}`,
    type: "custom",
    z: 2 + place,
    clip: false,
    data: bars.map((bar) => [bar.from, bar.share]),
    renderItem: (params, api) => drawBar(bars, params.dataIndex, place, colour, colours, api),
  };
}

function drawBar(bars, index, place, colour, colours, api) {
  const bar = bars[index];
  const [left, top] = api.coord([bar.from, bar.share]);
  const [right, base] = api.coord([bar.to, 0]);
  const gap = place ? 0 : Math.min(1, (right - left) * 0.1);
  const children = [{
    type: "rect",
    shape: { x: left + gap / 2, y: top, width: Math.max(0.5, right - left - gap), height: base - top },
    style: { fill: place ? withAlpha(colour, 0.1) : withAlpha(colour, bar.missing ? 0.45 : 0.75) },
  }];
  if (place && (bar.count || bar.before)) {
    const start = api.coord([bar.from, bar.missing ? 0 : bar.before / bar.all])[1];
    const points = [[left, start], [left, top], [right, top]];
    if (bar.last) points.push([right, base]);
    children.push({ type: "polyline", silent: true, shape: { points },
      style: { stroke: colour, fill: "none", lineWidth: 1.75, lineDash: [5, 3] } });
  }
  if (bar.missing) {
    const room = api.getWidth() - HALF_OF_WORDS;
    children.push(...missingLabels(bar, { left, right, top, base, room }, place, colour, colours));
  }
  return { type: "group", children };
}

function missingLabels(bar, { left, right, top, base, room }, place, colour, colours) {
  const text = (x, y, words, style) => ({ type: "text", silent: true, x, y,
    style: { text: words, align: "center", fill: colours.soft, fontSize: 11.5, fontFamily: fontOf(),
      ...style } });
  const middle = (left + right) / 2;
  const labels = [];
  if (!place) labels.push(text(Math.min(middle, room), base + 9, "not by the end", {}));
  if (bar.count) {
    const style = { verticalAlign: "bottom", fill: place ? colour : colours.ink, fontWeight: 600 };
    labels.push(text(place ? right - 14 : middle, top - 5, percent(bar.share), style));
  }
  return labels;
}

/** A line where the reported value lies, `share` of the way across. */
function reportedLine(outcome, reported, start, colours, share) {
  const marked = reported !== null;
  return {
    id: "reported",
    type: "line",
    data: [],
    silent: true,
    z: 6,
    markLine: {
      silent: true,
      symbol: "none",
      animation: false,
      lineStyle: { color: colours.ink, type: "solid", width: 1.5 },
      label: {
        color: colours.ink,
        fontSize: 11.5,
        fontWeight: 600,
        distance: 8,
        // Near the axis the words would stand over its numbers.
        align: share < 0.2 ? "left" : "center",
        formatter: marked ? `reported: ${worded(outcome, reported, start)}` : "",
      },
      data: marked ? [{ xAxis: reported }] : [],
    },
  };
}

function rowSeries(rows, all, place, colour, colours) {
  return {
    id: `bars-${place}`,
    type: "bar",
    barMaxWidth: 22,
    barCategoryGap: "26%",
    barGap: "12%",
    data: rows.map((row) => (row.counts[place] ? row.counts[place] / all : null)),
    itemStyle: place
      ? { color: withAlpha(colour, 0.1), borderColor: colour, borderType: "dashed", borderWidth: 1.5 }
      : { color: withAlpha(colour, 0.75) },
    label: { show: true, position: "right", color: colours.ink, fontSize: 11.5,
      formatter: (item) => (item.value ? percent(item.value) : "") },
  };
}
