/**
 * A fan chart: for each faction the middle half and the middle nine tenths of the replicates as
 * bands, their median as a line. A second ensemble is drawn over it, dashed and lighter.
 */

import { ChartBox, GRID, baseOption, dayAxis, fontOf, inks, scaleTo, valueAxis }
  from "./charts.js";
import { make } from "./dom.js";
import { dayLabel, plain, seriesOf } from "./futures_data.js";
import { colourOf, isDark, withAlpha } from "./theme.js";

/** Strength of the outer and the inner band, for the first and the second ensemble. */
const BANDS = {
  light: [[0.14, 0.24], [0.06, 0.1]],
  dark: [[0.2, 0.32], [0.09, 0.14]],
};

/** A chart as wide as this has room for the factions' names beside their lines, CSS px. */
const ROOM_FOR_NAMES = 470;
const ROOM_OF_NAME = 94;
const NAME_HEIGHT = 13;

/**
 * @typedef {object} FanView
 * @property {Array<import("./futures_data.js").Ensemble>} ensembles  one, or two to compare
 * @property {string} id          which series
 * @property {object} theatre
 * @property {string} start       ISO date of day 0
 * @property {Set<number>} hidden factions that are switched off
 */

export class FanChart {
  /**
   * @param {HTMLElement} host
   * @param {(day: number) => void} onDay  a day was clicked
   */
  constructor(host, onDay) {
    this.host = host;
    this.box = new ChartBox(host, "Fan chart");
    this.cursor = make("div", { class: "khabur-cursor" });
    host.append(this.cursor);
    this.view = null;
    this.day = 0;
    this.box.onResize = () => this.view && this.show(this.view);
    this.box.with((chart) => {
      const surface = chart.getZr();
      const pick = (event) => {
        const day = this.#dayAt(event.offsetX, event.offsetY);
        if (day !== null) onDay(day);
      };
      surface.on("click", pick);
      surface.on("mousemove", (event) => {
        surface.setCursorStyle("pointer");
        if (event.event?.buttons === 1) pick(event);
      });
    });
  }

  /** Draw what the view says. @param {FanView} view */
  show(view) {
    this.view = view;
    this.days = Math.max(...view.ensembles.map((ensemble) => ensemble.days));
    this.box.draw(this.#option());
    this.setDay(this.day);
  }

  /** Move the cursor: no chart is drawn for it. @param {number} day */
  setDay(day) {
    this.day = day;
    if (!this.view) return;
    const { left, right } = this.#margins();
    const share = this.days > 1 ? Math.min(1, day / (this.days - 1)) : 0;
    const x = left + share * (this.box.width - left - right);
    this.cursor.style.transform = `translateX(${x.toFixed(1)}px)`;
  }

  /** The numbers of a day in a sentence, for those who cannot see the chart. */
  describe() {
    if (!this.view) return;
    const rows = this.#rows(Math.round(this.day));
    const words = rows.map((row) => `${row.name} ${row.middle}, ${row.low} to ${row.high}`);
    const fan = this.#fan(this.view.ensembles[0]);
    const when = dayLabel(this.view.start, this.day);
    this.box.describe(`${fan?.label ?? ""}, ${when}, median and 5 to 95 percent: ${words.join("; ")}`);
  }

  #fan(ensemble) {
    return ensemble.fans.get(this.view.id);
  }

  #margins() {
    const named = this.box.width >= ROOM_FOR_NAMES;
    return { ...GRID, right: named ? ROOM_OF_NAME + 12 : GRID.right };
  }

  #dayAt(x, y) {
    if (!this.view) return null;
    const { left, right, top, bottom } = this.#margins();
    if (y < top || y > this.box.height - bottom) return null;
    const share = (x - left) / (this.box.width - left - right);
    if (share < -0.02 || share > 1.02) return null;
    return Math.round(Math.min(1, Math.max(0, share)) * (this.days - 1));
  }

  /** Factions that are drawn, of one ensemble. */
  #factions(ensemble) {
    const fan = this.#fan(ensemble);
    return fan ? fan.factions.filter((faction) => faction >= 0 && !this.view.hidden.has(faction)) : [];
  }

  #option() {
    const colours = inks(this.host);
    const margins = this.#margins();
    const scale = scaleTo(this.#most());
    const named = margins.right > GRID.right ? this.#named(scale.max) : new Set();
    return {
      ...baseOption(colours),
      grid: margins,
      xAxis: dayAxis(colours, this.view.start, this.days, this.box.width - margins.right),
      yAxis: valueAxis(colours, {
        min: 0,
        ...scale,
        axisLabel: { formatter: short },
      }),
      tooltip: {
        ...baseOption(colours).tooltip,
        trigger: "axis",
        formatter: (items) => this.#tooltip(Number(items[0]?.axisValue ?? 0), colours),
      },
      series: this.view.ensembles.flatMap((ensemble, place) =>
        this.#factions(ensemble).flatMap((faction) =>
          this.#seriesOf(ensemble, place, faction, colours, named),
        ),
      ),
    };
  }

  #most() {
    let most = 0;
    for (const ensemble of this.view.ensembles) {
      for (const faction of this.#factions(ensemble)) {
        const fan = this.#fan(ensemble);
        for (const value of seriesOf(fan, faction, fan.levels.length - 1)) {
          if (value > most) most = value;
        }
      }
    }
    return most;
  }

  /** Factions of the first ensemble whose names do not stand on one another beside the lines. */
  #named(max) {
    const [ensemble] = this.view.ensembles;
    const fan = this.#fan(ensemble);
    const height = this.box.height - GRID.top - GRID.bottom;
    const ends = this.#factions(ensemble)
      .map((faction) => [faction, (seriesOf(fan, faction, 2)[fan.days - 1] / max) * height])
      .sort((a, b) => b[1] - a[1]);
    const named = new Set();
    let last = Infinity;
    for (const [faction, y] of ends) {
      if (last - y < NAME_HEIGHT) continue;
      named.add(faction);
      last = y;
    }
    return named;
  }

  #seriesOf(ensemble, place, faction, colours, named) {
    const fan = this.#fan(ensemble);
    const entry = this.view.theatre.factions[faction];
    const colour = colourOf(entry, colours.dark);
    const strengths = BANDS[colours.dark ? "dark" : "light"][place];
    const [outer, inner] = strengths.map((strength) => withAlpha(colour, strength));
    const band = (low, high) => [seriesOf(fan, faction, low), seriesOf(fan, faction, high)];
    return [
      bandSeries(`band-${place}-${faction}`, [
        [band(0, 4), outer],
        [band(1, 3), inner],
      ], place === 0 && named.has(faction) ? this.#nameOf(entry, fan, faction, colours) : null),
      {
        id: `median-${place}-${faction}`,
        type: "line",
        data: Array.from(seriesOf(fan, faction, 2)),
        showSymbol: false,
        symbol: "circle",
        z: 5,
        lineStyle: { color: colour, width: place ? 1.75 : 2.25, type: place ? [5, 4] : "solid" },
        itemStyle: { color: colour },
        emphasis: { disabled: true },
      },
    ];
  }

  /** A side's name beside the end of its median; ECharts' own end labels lag behind new data. */
  #nameOf(entry, fan, faction, colours) {
    return {
      day: fan.days - 1,
      value: seriesOf(fan, faction, 2)[fan.days - 1],
      style: { text: entry.label, fill: colours.ink, fontSize: 11.5, fontFamily: fontOf(),
        verticalAlign: "middle", width: ROOM_OF_NAME, overflow: "truncate" },
    };
  }

  #rows(day) {
    const several = this.view.ensembles.length > 1;
    return this.view.ensembles.flatMap((ensemble, place) =>
      this.#factions(ensemble).map((faction) => {
        const fan = this.#fan(ensemble);
        const at = (level) => seriesOf(fan, faction, level)[Math.min(day, fan.days - 1)];
        const entry = this.view.theatre.factions[faction];
        return {
          place,
          colour: colourOf(entry, isDark(this.host)),
          name: several ? `${"AB"[place]} ${entry.label}` : entry.label,
          middle: rough(at(2)),
          low: rough(at(0)),
          high: rough(at(4)),
        };
      }),
    );
  }

  #tooltip(day) {
    const fan = this.#fan(this.view.ensembles[0]);
    const rows = this.#rows(day).map((row) =>
      make("tr", {}, [
        make("th", {}, [
          make("span", {
            class: `khabur-dash${row.place ? " khabur-dash--second" : ""}`,
            style: { "--kh-swatch": row.colour },
          }),
          row.name,
        ]),
        make("td", { text: row.middle }),
        make("td", { class: "khabur-soft", text: `${row.low} to ${row.high}` }),
      ]),
    );
    return make("div", { class: "khabur-tip" }, [
      make("strong", { text: dayLabel(this.view.start, day) }),
      make("span", { class: "khabur-soft", text: ` ${fan?.unit ?? ""}, median and 5 to 95%` }),
      make("table", {}, rows),
    ]);
  }

  destroy() {
    this.box.destroy();
  }
}

/** Percentiles lie between whole numbers: of ten and more nobody needs the fraction. */
function rough(value) {
  return plain(value >= 10 ? Math.round(value) : Math.round(value * 10) / 10);
}

/** 12,000 as "12k": axes have little room. */
function short(value) {
  return value >= 10_000 ? `${plain(value / 1000)}k` : plain(value);
}

/**
 * Bands between pairs of series, as polygons: a faction's bands are one series with one item.
 *
 * @param {string} id
 * @param {Array<[[Float32Array, Float32Array], string]>} bands  low and high, and the fill
 * @param {{day: number, value: number, style: object}|null} name  beside the end of the median
 */
function bandSeries(id, bands, name) {
  return {
    id,
    type: "custom",
    silent: true,
    clip: false,
    z: 2,
    data: [[0, 0]],
    tooltip: { show: false },
    renderItem: (_params, api) => ({
      type: "group",
      children: [...bands.map(([[low, high], fill]) => ({
        type: "polygon",
        silent: true,
        shape: { points: outline(low, high, api) },
        style: { fill },
      })), ...(name ? [nameText(name, api)] : [])],
    }),
  };
}

function nameText({ day, value, style }, api) {
  const [x, y] = api.coord([day, value]);
  return { type: "text", silent: true, x: x + 6, y, style };
}

/** Along the upper edge and back along the lower one; both scales are linear. */
function outline(low, high, api) {
  const [x0, y0] = api.coord([0, 0]);
  const [x1, y1] = api.coord([1, 1]);
  const points = [];
  const at = (day, value) => points.push([x0 + day * (x1 - x0), y0 + value * (y1 - y0)]);
  for (let day = 0; day < high.length; day += 1) at(day, high[day]);
  for (let day = low.length - 1; day >= 0; day -= 1) at(day, low[day]);
  return points;
}
