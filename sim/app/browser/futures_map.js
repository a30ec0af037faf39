/**
 * The map of who holds what in how many replicates, with a switch between two ensembles and
 * what they differ in, and the day under it: slider, date, play.
 */

import { button, icon, make } from "./dom.js";
import { dayLabel } from "./futures_data.js";
import { frameOfDifference, frameOfFutures } from "./frames.js";
import { TheatreMap } from "./theatre_map.js";

const OTHER_PLACES = "There is no map of this: the two scenarios do not have the same places and sides.";

/** @typedef {"a"|"b"|"difference"} Showing */

export class FuturesMap {
  /**
   * @param {HTMLElement} host
   * @param {import("./clock.js").PlayClock} clock
   */
  constructor(host, clock) {
    this.clock = clock;
    /** @type {Showing} */
    this.showing = "a";
    this.faction = -1;
    this.view = null;
    this.#build(host);
    this.map = new TheatreMap(this.stage, { legend: "futures", controls: true,
      label: "Map: share of the replicates in which each side holds a place" });
  }

  #build(host) {
    this.title = make("h3", { class: "khabur-heading", text: "Who holds what" });
    this.switches = ["a", "b", "difference"].map((name) => make("button", {
      class: "khabur-button",
      text: name === "difference" ? "B − A" : name.toUpperCase(),
      data: { showing: name },
      attrs: { type: "button" },
      on: { click: () => this.#switchTo(name) },
    }));
    this.sides = make("select", { class: "khabur-pick", aria: { label: "Side that is compared" },
      on: { change: () => this.#compare(Number(this.sides.value)) } });
    this.bar = make("div", { class: "khabur-futures__switch", attrs: { role: "group" },
      aria: { label: "What the map shows" } }, [...this.switches, this.sides]);
    this.note = make("p", { class: "khabur-futures__words khabur-soft" });
    this.stage = make("div", { class: "khabur-futures__stage" });
    this.fault = make("p", { class: "khabur-futures__mapless", text: OTHER_PLACES });
    this.fault.hidden = true;
    const frame = make("div", { class: "khabur-futures__frame" }, [this.stage, this.fault]);
    const head = make("div", { class: "khabur-futures__head" }, [this.title, this.bar]);
    host.append(head, this.note, frame, this.#dayBar());
  }

  #dayBar() {
    this.play = button({ label: "Play", class: "khabur-button--icon", press: () => this.clock.toggle() });
    this.play.append(icon("play"), icon("pause"));
    this.date = make("output", { class: "khabur-futures__date" });
    this.range = make("input", { class: "khabur-range", aria: { label: "Day" },
      attrs: { type: "range", min: "0", max: "0", step: "1", value: "0" },
      on: {
        input: () => this.clock.hold(Number(this.range.value)),
        change: () => this.clock.release(),
      } });
    return make("div", { class: "khabur-futures__days" }, [this.play, this.range, this.date]);
  }

  /**
   * @param {{theatre: object, ensembles: Array<import("./futures_data.js").Ensemble>,
   *   start: string}} view
   */
  show(view) {
    const other = this.view?.theatre !== view.theatre;
    this.view = view;
    if (other) {
      this.map.setTheatre(view.theatre);
      this.#listSides(view.theatre.factions);
    }
    this.bar.hidden = view.ensembles.length < 2;
    if (this.bar.hidden) this.showing = "a";
    this.range.max = String(this.clock.last);
    this.#say();
    this.setDay();
  }

  /** Nothing is known yet: land and roads alone. @param {object} theatre */
  wait(theatre) {
    this.view = null;
    this.map.setTheatre(theatre);
    this.map.setFrame(null);
  }

  /** Follow the clock. */
  setDay() {
    if (!this.view) return;
    const { day, playing } = this.clock;
    if (!this.clock.held) this.range.value = String(day);
    this.date.textContent = dayLabel(this.view.start, day);
    this.range.setAttribute("aria-valuetext", this.date.textContent);
    this.play.dataset.playing = String(playing);
    this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    this.play.title = playing ? "Pause" : "Play";
    const frame = this.#frame(day);
    this.fault.hidden = Boolean(frame);
    this.stage.classList.toggle("khabur-futures__stage--empty", !frame);
    if (frame) this.map.setFrame(frame);
  }

  #frame(day) {
    const { theatre, ensembles: [a, b] } = this.view;
    if (this.showing === "a") return frameOfFutures(a.raw, theatre, day);
    if (!b.sameSides) return null;
    if (this.showing === "b") return frameOfFutures(b.raw, theatre, day);
    return frameOfDifference(a.raw, b.raw, theatre, day, this.faction);
  }

  /** Sides that ever hold a place: the others differ in nothing here. */
  #listSides(factions) {
    const ground = factions.map((faction, index) => ({ faction, index }))
      .filter(({ faction }) => faction.ground !== false);
    this.sides.replaceChildren(...ground.map(({ faction, index }) =>
      make("option", { text: faction.label, attrs: { value: String(index) } })));
    this.faction = ground[0]?.index ?? 0;
  }

  /** @param {Showing} name */
  #switchTo(name) {
    this.showing = name;
    this.#say();
    this.setDay();
  }

  #compare(faction) {
    this.faction = faction;
    this.#switchTo("difference");
  }

  /** Say what the map shows, and press the button of it. */
  #say() {
    const { theatre, ensembles } = this.view;
    const side = theatre.factions[this.faction]?.label ?? "";
    for (const each of this.switches) {
      each.setAttribute("aria-pressed", String(each.dataset.showing === this.showing));
    }
    this.sides.hidden = this.showing !== "difference";
    this.map.setLegend(this.showing === "difference" ? "difference" : "futures");
    const [a, b] = ensembles.map((ensemble) => ensemble.label || ensemble.title);
    const shares = "the stronger the tint, the more replicates in which that side holds the place";
    const words = {
      a: ensembles.length > 1 ? `A, ${a}: ${shares}.` : `The end of the day: ${shares}.`,
      b: `B, ${b}: ${shares}.`,
      difference: `Where ${side} holds a place more often, or less often, in B than in A.`,
    };
    this.note.textContent = words[this.showing];
  }

  destroy() {
    this.map.destroy();
  }
}
