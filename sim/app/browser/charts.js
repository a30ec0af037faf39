/**
 * ECharts, as the app's own server hands it out, and what all charts of the app share.
 *
 * A `ChartBox` is a chart with a placeholder until the library is there, a sentence where it
 * cannot be had, and nothing that moves by itself.
 */

import { dateOf, shortDate } from "./dates.js";
import { make } from "./dom.js";
import { isDark, palette } from "./theme.js";

const LIBRARY = "echarts@5.4.0/dist/echarts.esm.min.js";

/** @type {Promise<object>|null} */
let loading = null;

/** Where the library is: the server's address for it may be whole, or below the app's root. */
export function libraryAddress() {
  const cdn = globalThis.solara?.cdn ?? "/_solara/cdn";
  if (/^([a-z]+:)?\/\//i.test(cdn)) return `${cdn}/${LIBRARY}`;
  const root = globalThis.solara?.rootPath ?? "";
  const path = root && cdn.startsWith(`${root}/`) ? cdn : root + cdn;
  return `${location.origin}${path}/${LIBRARY}`;
}

/**
 * Load ECharts, once.
 *
 * @returns {Promise<object>} the library; rejects where it cannot be had
 */
export function loadCharts() {
  loading ??= import(libraryAddress()).catch((fault) => {
    loading = null;
    throw fault;
  });
  return loading;
}

/** Space around what is plotted, CSS px: the same in all charts, so that they line up. */
export const GRID = { left: 46, right: 14, top: 14, bottom: 26 };

/**
 * Colours of the charts' own ink.
 *
 * @param {Element} element any element of the view
 * @returns {{dark: boolean, ink: string, soft: string, line: string, card: string, accent: string}}
 */
export function inks(element) {
  const dark = isDark(element);
  const colours = palette(dark);
  return { dark, ink: colours.ink, soft: colours.soft, line: colours.grid, card: colours.card,
    accent: colours.accent };
}

/**
 * Options that every chart starts from.
 *
 * @param {ReturnType<typeof inks>} colours
 */
export function baseOption(colours) {
  return {
    animation: false,
    textStyle: { fontFamily: fontOf(), color: colours.soft, fontSize: 11.5 },
    grid: { ...GRID },
    tooltip: {
      confine: true,
      transitionDuration: 0,
      backgroundColor: colours.card,
      borderColor: colours.line,
      padding: [8, 10],
      textStyle: { color: colours.ink, fontFamily: fontOf(), fontSize: 12.5 },
      extraCssText: "box-shadow:0 4px 16px rgba(0,0,0,.18);border-radius:6px;z-index:5;",
    },
  };
}

/** The page's own sans-serif. */
export function fontOf() {
  return 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
}

/**
 * A quiet axis of numbers.
 *
 * @param {ReturnType<typeof inks>} colours
 * @param {object} extra
 */
export function valueAxis(colours, extra = {}) {
  return {
    type: "value",
    axisLine: { show: false },
    axisTick: { show: false },
    splitLine: { show: true, lineStyle: { color: colours.line } },
    ...extra,
    axisLabel: { color: colours.soft, fontSize: 11.5, ...extra.axisLabel },
  };
}

/**
 * Days of an axis that get a label: firsts of months, weeks where there are few months.
 *
 * @param {string} start ISO date of day 0
 * @param {number} days
 * @param {number} most labels that fit
 * @returns {Map<number, string>} label of a day index
 */
export function dateTicks(start, days, most) {
  const firsts = [];
  for (let day = 0; day < days; day += 1) {
    if (dateOf(start, day).getUTCDate() === 1) firsts.push(day);
  }
  const ticks = new Map();
  if (firsts.length >= 2) {
    const every = Math.ceil(firsts.length / Math.max(1, most));
    for (let i = 0; i < firsts.length; i += every) ticks.set(firsts[i], shortDate(start, firsts[i]));
    return ticks;
  }
  const step = [1, 2, 7, 14, 28].find((n) => days / n <= most) ?? days;
  for (let day = 0; day < days; day += step) ticks.set(day, shortDate(start, day));
  return ticks;
}

/**
 * An axis of days.
 *
 * @param {ReturnType<typeof inks>} colours
 * @param {string} start
 * @param {number} days
 * @param {number} width CSS px of the chart
 */
export function dayAxis(colours, start, days, width) {
  const ticks = dateTicks(start, days, Math.floor((width - GRID.left - GRID.right) / 52));
  return {
    type: "category",
    boundaryGap: false,
    data: Array.from({ length: days }, (_, day) => day),
    axisLine: { lineStyle: { color: colours.line } },
    axisTick: { show: true, alignWithLabel: true, interval: (i) => ticks.has(i), length: 4 },
    axisLabel: {
      color: colours.soft,
      fontSize: 11.5,
      interval: (i) => ticks.has(i),
      formatter: (value) => ticks.get(Number(value)) ?? "",
    },
    axisPointer: { lineStyle: { color: colours.soft, type: "solid", width: 1 }, label: { show: false } },
  };
}

/**
 * The step of a scale that cuts a span into about `parts`: 1, 2 or 5 times a power of ten.
 *
 * @param {number} span
 * @param {number} parts
 */
export function niceStep(span, parts) {
  const rough = span / parts;
  if (!(rough > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = [1, 2, 5, 10].find((n) => n * power >= rough * 0.999) ?? 10;
  return lead * power;
}

/**
 * Top of a scale from 0 and its step.
 *
 * @param {number} most the largest value
 * @returns {{max: number, interval: number}}
 */
export function scaleTo(most) {
  const interval = niceStep(most || 1, 4);
  return { max: Math.ceil((most || 1) / interval - 1e-9) * interval, interval };
}

/** One chart in an element of the page. */
export class ChartBox {
  /**
   * @param {HTMLElement} host  has a size of its own
   * @param {string} label      what it shows, for screen readers
   */
  constructor(host, label) {
    this.host = host;
    this.canvas = make("div", { class: "khabur-chart__canvas" });
    this.note = make("p", { class: "khabur-chart__note", text: "Getting the charts ready…" });
    host.append(this.canvas, this.note);
    this.describe(label);
    this.chart = null;
    this.pending = [];
    this.onResize = null;
    this.closed = false;
    const sized = new Promise((settle) => {
      this.observer = new ResizeObserver(() => {
        if (host.clientWidth) settle();
        this.#resized();
      });
    });
    this.observer.observe(host);
    /** Settles when there is a chart, or known to be none. */
    this.ready = this.#start(sized);
  }

  /** @param {Promise<void>} sized  a chart made in an element without a size complains */
  async #start(sized) {
    try {
      const [echarts] = await Promise.all([loadCharts(), sized]);
      if (this.closed) return;
      this.chart = echarts.init(this.canvas, null, { renderer: "canvas" });
    } catch {
      this.note.textContent = "The charts cannot be drawn: the server did not hand out ECharts.";
      this.note.classList.add("khabur-chart__note--fault");
      return;
    }
    this.note.hidden = true;
    for (const act of this.pending.splice(0)) act(this.chart);
  }

  #resized() {
    if (!this.chart || !this.host.clientWidth) return;
    this.chart.resize();
    this.onResize?.();
  }

  /** Do something with the chart, now or as soon as there is one. */
  with(act) {
    if (this.chart) act(this.chart);
    else this.pending.push(act);
  }

  /**
   * Draw: what was there is changed in place; `whole` starts afresh (another kind of chart).
   *
   * @param {object} option
   * @param {boolean} whole
   */
  draw(option, whole = false) {
    if (!this.chart) {
      // Only the last drawing matters to a chart that is not there yet.
      this.pending = this.pending.filter((act) => !act.isDrawing);
    }
    const act = (chart) => {
      chart.setOption(option, whole ? { notMerge: true } : { replaceMerge: ["series"] });
    };
    act.isDrawing = true;
    this.with(act);
  }

  /** Say what the chart shows, for those who cannot see it. @param {string} text */
  describe(text) {
    this.canvas.setAttribute("role", "img");
    this.canvas.setAttribute("aria-label", text);
  }

  get width() {
    return this.host.clientWidth;
  }

  get height() {
    return this.host.clientHeight;
  }

  destroy() {
    this.closed = true;
    this.observer.disconnect();
    this.chart?.dispose();
    this.chart = null;
  }
}
