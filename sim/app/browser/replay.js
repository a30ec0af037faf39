/**
 * The replay of a recorded run: map and timeline, and a panel with what is known on the day.
 *
 * Everything is drawn from the recording, in the browser. The server is told the day when the
 * visitor comes to rest on one.
 */

import { tellAddress } from "./address.js";
import { PlayClock } from "./clock.js";
import { Counters } from "./counters.js";
import { isoDate } from "./dates.js";
import { BriefOfDay, findSheet, OutcomeTable } from "./day_sheet.js";
import { make } from "./dom.js";
import { EventList } from "./event_list.js";
import { frameOfRecording } from "./frames.js";
import { Panel } from "./panel.js";
import { decodeRecording } from "./recording.js";
import { setSideColours } from "./sides.js";
import { ensureStyles, isDark, onThemeChange } from "./theme.js";
import { TheatreMap } from "./theatre_map.js";
import { Timeline } from "./timeline.js";

const BEING_SIMULATED = "The run is being simulated";
const SIMULATED = "Simulated, not news";

/** @param {object | undefined} value @returns {boolean} whether a trait holds nothing yet */
function isEmpty(value) {
  return !value || Object.keys(value).length === 0;
}

/** One replay in the page, following its model. */
class Replay {
  /**
   * @param {object} model of anywidget
   * @param {HTMLElement} el
   */
  constructor(model, el) {
    this.model = model;
    this.theatre = null;
    /** @type {ReturnType<typeof decodeRecording> | null} */
    this.recording = null;
    this.dayShown = -1;
    this.mayStart = Boolean(model.get("playing"));
    this.clock = new PlayClock({
      moved: () => this._paint(),
      changed: () => this.timeline?.changed(),
      rested: (day) => this._tell(day),
    });
    this._build(el);
    this._observe();
    this._takeTheatre();
    this._takeRecording();
  }

  /** Take everything down. */
  destroy() {
    this._stops.forEach((stop) => stop());
    this.clock.destroy();
    this.timeline.destroy();
    this.map.destroy();
    this.root.remove();
  }

  _build(el) {
    const go = (day) => this.clock.go(day);
    const pointed = (events) => this._point(events);
    this.stage = make("div", { class: "khabur-stage__map" });
    this.status = make("p", { class: "khabur-stage__status", attrs: { role: "status" } });
    const stage = make("div", { class: "khabur-stage" }, [this.stage, this.status]);
    const main = make("div", { class: "khabur-replay__main khabur-card" }, [stage]);
    this.root = make("div", { class: "khabur-view khabur-replay", data: { khabur: "replay" } },
      [main]);
    el.append(this.root);
    this.map = new TheatreMap(this.stage, { legend: "replay", controls: true,
      label: "Map of the theatre" });
    this.timeline = new Timeline(main, this.clock, { view: this.root, pointed });
    this.outcomes = new OutcomeTable();
    this.brief = new BriefOfDay();
    this.counters = new Counters({ go });
    this.events = new EventList({ go, pointed });
    this.panel = new Panel(this.root, this._sections());
  }

  _sections() {
    const sheet = (view) => (day) => view.show(this._sheet(day), day);
    return [
      { id: "outcomes", label: "Beside the article", element: this.outcomes.element,
        show: sheet(this.outcomes) },
      { id: "brief", label: "Brief", element: this.brief.element, show: sheet(this.brief) },
      { id: "numbers", label: "Numbers", element: this.counters.element,
        show: (day) => this.counters.show(day) },
      { id: "events", label: "Events", element: this.events.element,
        show: (day) => this.events.show(day) },
    ];
  }

  _observe() {
    const heard = {
      "change:theatre": () => this._later(),
      "change:recording": () => this._later(),
      "change:sheets": () => this.panel.show(this.clock.day),
      "change:day": () => this._follow(),
      "change:playing": () => (this.model.get("playing") ? this.clock.play() : this.clock.pause()),
    };
    for (const [name, handler] of Object.entries(heard)) this.model.on(name, handler);
    this._stops = [
      () => Object.entries(heard).forEach(([name, handler]) => this.model.off?.(name, handler)),
      this.map.on("paint", () => this._drawn()),
      onThemeChange(() => this._colour()),
    ];
  }

  /** Theatre and recording may come in one message: wait until both are set. */
  _later() {
    this._waiting ??= Promise.resolve().then(() => {
      this._waiting = null;
      if (!this.root.isConnected) return;
      if (this.model.get("theatre") !== this.theatreTaken) this._takeTheatre();
      this._takeRecording();
    });
  }

  _takeTheatre() {
    const theatre = this.model.get("theatre");
    this.theatreTaken = theatre;
    const other = theatre?.scenario !== this.theatre?.scenario;
    this.theatre = isEmpty(theatre) ? null : theatre;
    this.root.toggleAttribute("data-empty", !this.theatre);
    if (!this.theatre) return;
    if (other) this.clock.reset(this.theatre.days, this.model.get("day"), true);
    this._colour();
    this.map.setTheatre(this.theatre);
  }

  _takeRecording() {
    const raw = this.model.get("recording");
    const fits = this.theatre && !isEmpty(raw) && raw.scenario === this.theatre.scenario;
    this.recording = fits ? decodeRecording(raw, this.theatre) : null;
    this.root.toggleAttribute("data-waiting", !fits);
    this.status.textContent = fits ? "" : BEING_SIMULATED;
    if (!fits) this.map.setFrame(null);
    this._describe();
    this.dayShown = -1;
    if (!this.theatre) return;
    this.mayStart ||= this.clock.playing && !fits;
    this.clock.reset(this.recording?.days ?? this.theatre.days, this.clock.day, !fits);
    if (!this.recording) return;
    if (this.clock.day !== this.model.get("day")) this._tell(this.clock.day);
    if (this.mayStart) this.clock.play();
    this.mayStart = false;
  }

  /** Hand the recording, or none, to all that show it. */
  _describe() {
    const { theatre, recording } = this;
    const start = theatre?.start ?? "2000-01-01";
    const days = recording?.days ?? theatre?.days ?? 1;
    const factions = theatre?.factions ?? [];
    this.timeline.setRecord({ start, days, events: recording?.events ?? [] });
    this.outcomes.setOutcomes(recording?.outcomes ?? [], start);
    this.brief.start = start;
    this.counters.setRecording(recording ?? { days, series: [] }, factions);
    this.events.setEvents(recording?.events ?? [], start);
    const raw = recording?.raw;
    this.panel.setNote(SIMULATED, raw ? `seed ${raw.seed}, replicate ${raw.replicate}` : "");
  }

  _colour() {
    setSideColours(this.root, this.theatre?.factions ?? [], isDark(this.root));
  }

  /** Paint the position of the clock; words and numbers follow when the day is another one. */
  _paint() {
    if (!this.theatre) return;
    const { position, day } = this.clock;
    this.timeline.moved(position);
    if (this.recording) this.map.setFrame(frameOfRecording(this.recording, this.theatre, position));
    if (day === this.dayShown) return;
    this.dayShown = day;
    this.root.dataset.day = String(day);
    this.panel.show(day);
  }

  /** The map has painted: the page shows this recording. */
  _drawn() {
    const key = this.recording?.raw.key;
    if (key === undefined) delete this.root.dataset.drawn;
    else if (this.root.dataset.drawn !== key) this.root.dataset.drawn = key;
  }

  /** @param {object[]} events whose places are ringed on the map */
  _point(events) {
    const places = events.map((event) => event.place).filter((place) => Number.isInteger(place));
    this.map.highlight([...new Set(places)]);
  }

  /** @param {number} day */
  _sheet(day) {
    return findSheet(this.model.get("sheets"), this.recording?.raw.key ?? "", day);
  }

  /** Tell server and address bar where the visitor rests. @param {number} day */
  _tell(day) {
    if (!this.theatre) return;
    tellAddress(isoDate(this.theatre.start, day));
    if (this.model.get("day") === day) return;
    this.model.set("day", day);
    this.model.save_changes();
  }

  /** The server asks for a day. */
  _follow() {
    const day = this.model.get("day");
    if (this.theatre && day !== this.clock.day && !this.clock.held) this.clock.go(day);
  }
}

/**
 * What anywidget asks for.
 * @param {{model: object, el: HTMLElement}} context
 * @returns {Promise<() => void>} takes the view down
 */
export async function render({ model, el }) {
  await ensureStyles();
  const replay = new Replay(model, el);
  return () => replay.destroy();
}
