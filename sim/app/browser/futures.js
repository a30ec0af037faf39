/**
 * Many replicates at once: a map of shares, fan charts, the spread of an outcome, and every
 * replicate as a dot to be watched. A second ensemble may be compared with the first.
 */

import { tellAddress } from "./address.js";
import { PlayClock } from "./clock.js";
import { isoDate } from "./dates.js";
import { Distribution, sentenceOf } from "./distribution.js";
import { FanChart } from "./fan_chart.js";
import { FuturesHead } from "./futures_head.js";
import { FuturesMap } from "./futures_map.js";
import { Choice, NumberForm, card, startingOutcomes } from "./futures_parts.js";
import { headingOf, isNumeric, outcomeOf, readEnsemble } from "./futures_data.js";
import { make } from "./dom.js";
import { ReplicatePicker } from "./replicate_picker.js";
import { ensureStyles, isDark, onThemeChange } from "./theme.js";

/** Series of the three fan charts, the first that has anything but zeros. */
const FANS = [
  ["reported_killed", "killed"],
  ["territory_km2", "strength"],
  ["districts_held", "places_held"],
];

/** Colours of the two ensembles where no side is meant, for the light and the dark page. */
const COLOURS = { light: ["#1f5f8b", "#a8501a"], dark: ["#7cc0f0", "#ffb27a"] };

/** Days a second at which the map plays: a short record and a long one. */
const PACE = { short: 5, long: 10, longDays: 150 };

/** One view of futures in the page, following its model. */
class FuturesView {
  /** @param {object} model of anywidget @param {HTMLElement} el */
  constructor(model, el) {
    this.model = model;
    this.theatre = null;
    this.ensembles = [];
    this.hidden = new Set();
    this.chosen = { number: -1, place: 0 };
    this.clock = new PlayClock({
      moved: (position) => this.#moved(position),
      changed: () => this.map?.setDay(),
      rested: (day) => this.#rested(day),
    });
    this.#build(el);
    this.#observe();
    this.#take();
  }

  destroy() {
    this.closed = true;
    for (const stop of this.stops) stop();
    this.clock.destroy();
    for (const part of [this.map, ...this.fans.map((fan) => fan.chart), this.spread, this.picker]) {
      part.destroy();
    }
    this.root.remove();
  }

  #build(el) {
    this.root = make("div", { class: "khabur-view khabur-futures", data: { khabur: "futures" } });
    el.append(this.root);
    this.grid = make("div", { class: "khabur-futures__grid" });
    this.head = new FuturesHead(this.root, this.grid, (faction) => this.#toggle(faction));
    this.map = new FuturesMap(card(this.grid, "map").element, this.clock);
    this.fans = FANS.map((ids, index) => this.#fanCard(ids, index));
    this.#spreadCard();
    this.#pickerCard();
  }

  #fanCard(ids, index) {
    const { head, body, element } = card(this.grid, `fan${index}`);
    const choice = new Choice(head, "Series of this chart", () => this.#drawFans());
    const unit = make("span", { class: "khabur-soft khabur-futures__unit" });
    head.append(unit);
    return { ids, choice, unit, element, chart: new FanChart(body, (day) => this.clock.go(day)) };
  }

  #spreadCard() {
    const { head, body, element } = card(this.grid, "spread");
    this.outcome = new Choice(head, "Outcome", () => this.#drawSpread());
    this.spread = new Distribution(body);
    this.words = make("div", { class: "khabur-futures__words" });
    element.append(this.words);
  }

  #pickerCard() {
    const { head, body } = card(this.grid, "picker");
    head.append(make("h3", { class: "khabur-heading", text: "Every replicate: click one to watch it" }));
    const redraw = () => this.#drawPicker();
    const axes = make("div", { class: "khabur-futures__axes" });
    head.append(axes);
    this.form = new NumberForm(head, (number, place) => this.#choose(number, place));
    axes.append(make("span", { class: "khabur-soft", text: "across" }));
    this.across = new Choice(axes, "Outcome across", redraw);
    axes.append(make("span", { class: "khabur-soft", text: "up" }));
    this.up = new Choice(axes, "Outcome up", redraw);
    this.picker = new ReplicatePicker(body, (number, place) => this.#choose(number, place));
  }

  #observe() {
    const heard = {
      "change:theatre": () => this.#later(),
      "change:futures": () => this.#later(),
      "change:other": () => this.#later(),
      "change:day": () => this.#follow(),
    };
    for (const [name, handler] of Object.entries(heard)) this.model.on(name, handler);
    this.stops = [
      () => Object.entries(heard).forEach(([name, handler]) => this.model.off?.(name, handler)),
      onThemeChange(() => this.#draw()),
    ];
  }

  /** Several traits may come in one message: take them up together. */
  #later() {
    this.waiting ??= Promise.resolve().then(() => {
      this.waiting = null;
      if (!this.closed) this.#take();
    });
  }

  #take() {
    const theatre = this.model.get("theatre");
    const futures = this.model.get("futures");
    const fits = theatre?.places && futures?.key && futures.scenario === theatre.scenario;
    const first = fits ? this.#read("first", futures, theatre) : null;
    this.#wait(first, theatre, futures);
    if (!first) return;
    const second = this.#read("second", this.model.get("other"), theatre);
    const began = this.theatre?.scenario === theatre.scenario;
    if (!began) this.hidden.clear();
    this.theatre = theatre;
    this.ensembles = second ? [first, second] : [first];
    if (this.ensembles.length < 2) this.chosen.place = 0;
    this.start = first.start || theatre.start;
    this.#setDays(first.days, began);
    this.#listChoices();
    this.#draw();
  }

  /** Until replicates of this scenario are in: its map, or what was drawn of it before, faint. */
  #wait(first, theatre, futures) {
    const known = theatre?.scenario === this.theatre?.scenario;
    this.root.dataset.state = first ? "drawn" : known && this.theatre ? "next" : "waiting";
    if (first) return;
    this.head.wait(theatre?.title ?? "", futures);
    if (theatre?.places && !known) this.map.wait(theatre);
  }

  /** Decode once: the second need not be read again when the first has changed. */
  #read(slot, raw, theatre) {
    const kept = this[slot];
    if (kept && kept.raw === raw && kept.theatre === theatre) return kept.ensemble;
    this[slot] = { raw, theatre, ensemble: readEnsemble(raw, theatre) };
    return this[slot].ensemble;
  }

  #setDays(days, began) {
    if (began && days === this.clock.days) return;
    this.clock.speed = days > PACE.longDays ? PACE.long : PACE.short;
    this.clock.reset(days, began ? this.clock.day : this.model.get("day"));
  }

  #listChoices() {
    const [first] = this.ensembles;
    const fans = [...first.fans.values()].filter((fan) => fan.factions.length)
      .map((fan) => ({ value: fan.id, text: fan.label }));
    for (const fan of this.fans) {
      const start = fan.ids.find((id) => first.fans.get(id)?.factions.length) ?? fans[0]?.value;
      fan.choice.set(fans, start);
    }
    const start = startingOutcomes(this.ensembles);
    const named = (outcome) => ({ value: outcome.id, text: headingOf(outcome) });
    this.outcome.set(first.outcomes.map(named), start.spread);
    const numbers = first.outcomes.filter(isNumeric).map(named);
    this.across.set(numbers, start.across);
    this.up.set(numbers, start.up);
    this.form.list(this.ensembles);
  }

  get colours() {
    return COLOURS[isDark(this.root) ? "dark" : "light"];
  }

  #draw() {
    if (!this.theatre) return;
    const { theatre, ensembles, start } = this;
    this.root.style.setProperty("--kh-first", this.colours[0]);
    this.root.style.setProperty("--kh-second", this.colours[1]);
    this.head.show({ theatre, ensembles, hidden: this.hidden });
    this.map.show({ theatre, ensembles, start });
    this.#drawFans();
    this.#drawSpread();
    this.#drawPicker();
    this.#painted();
  }

  #drawFans() {
    const { theatre, ensembles, start, hidden } = this;
    for (const { choice, unit, chart } of this.fans) {
      unit.textContent = ensembles[0].fans.get(choice.value)?.unit ?? "";
      chart.show({ theatre, ensembles, start, hidden, id: choice.value });
      chart.describe();
    }
  }

  #drawSpread() {
    const { ensembles, start, colours } = this;
    const id = this.outcome.value;
    if (!id) return;
    this.spread.show({ ensembles, start, colours, id });
    const outcomes = ensembles.map((ensemble) => outcomeOf(ensemble, id));
    const several = ensembles.length > 1;
    const lines = outcomes.map((outcome, place) => {
      const said = outcome ? sentenceOf(outcome, start) : "Not an outcome of this scenario.";
      return make("p", { text: several ? `${"AB"[place]}: ${said}` : said });
    });
    const reported = outcomes[0].reported;
    if (reported) lines.push(make("p", { class: "khabur-soft", text: `Reported: ${reported}.` }));
    this.words.replaceChildren(...lines);
    this.spread.box.describe(lines.map((line) => line.textContent).join(" "));
  }

  #drawPicker() {
    if (!this.across.value || !this.up.value) return;
    const { ensembles, start, colours, chosen } = this;
    this.picker.show({ ensembles, start, colours, ids: [this.across.value, this.up.value],
      chosen: chosen.number, chosenOf: chosen.place });
  }

  /** Charts and map are on the screen two frames after they were handed their data. */
  async #painted() {
    const key = this.ensembles.map((ensemble) => ensemble.key).join(" ");
    const boxes = [...this.fans.map((fan) => fan.chart.box), this.spread.box, this.picker.box];
    await Promise.all(boxes.map((box) => box.ready));
    const frame = () => new Promise((done) => { requestAnimationFrame(done); });
    await frame();
    await frame();
    if (key === this.ensembles.map((ensemble) => ensemble.key).join(" ")) this.root.dataset.drawn = key;
  }

  #toggle(faction) {
    if (this.hidden.has(faction)) this.hidden.delete(faction);
    else this.hidden.add(faction);
    this.head.show(this);
    this.#drawFans();
  }

  #moved(position) {
    if (!this.theatre) return;
    const { day } = this.clock;
    for (const { chart } of this.fans) chart.setDay(this.clock.playing ? position : day);
    if (day === this.dayShown && !this.clock.held) return;
    this.dayShown = day;
    this.root.dataset.day = String(day);
    this.map.setDay();
  }

  #rested(day) {
    for (const { chart } of this.fans) chart.describe();
    if (!this.theatre || this.model.get("day") === day) return;
    tellAddress(isoDate(this.theatre.start, day));
    this.model.set("day", day);
    this.model.save_changes();
  }

  /** The server asks for a day. */
  #follow() {
    const day = this.model.get("day");
    if (this.theatre && day !== this.clock.day && !this.clock.held) this.clock.go(day);
  }

  #choose(number, place) {
    this.chosen = { number, place };
    this.form.show(number, place);
    this.#drawPicker();
    this.model.set("wanted", { replicate: number, of: place ? "other" : "futures" });
    this.model.save_changes();
  }
}

/**
 * What anywidget asks for.
 * @param {{model: object, el: HTMLElement}} context
 * @returns {Promise<() => void>} takes the view down
 */
export async function render({ model, el }) {
  await ensureStyles();
  const view = new FuturesView(model, el);
  return () => view.destroy();
}
