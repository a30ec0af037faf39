/** What the map's colours, hatchings and marks mean. */

import { icon, make } from "./dom.js";
import { drawBurst, drawStrike } from "./map_flashes.js";
import { hatchTile, patternOf } from "./map_hatch.js";
import { drawCutMark } from "./map_lines.js";
import { drawRing } from "./map_places.js";
import { CHANGE } from "./map_shade.js";
import { drawPie, symbolPicture, wordsOf } from "./map_symbols.js";
import {
  colourOf,
  inkOn,
  isDark,
  landColour,
  lettersOf,
  onThemeChange,
  palette,
  withAlpha,
} from "./theme.js";

export class Legend {
  /**
   * @param {HTMLElement} container
   * @param {{mode: "replay"|"futures"|"difference", collapsed?: boolean}} options folded, it
   *   shows the sides alone
   */
  constructor(container, { mode, collapsed = true }) {
    this.mode = mode;
    this.collapsed = collapsed;
    this.theatre = null;
    this.element = make("section", { class: "khabur-legend", aria: { label: "Legend" } });
    container.append(this.element);
    this.stop = onThemeChange(() => this.draw());
  }

  /** @param {any} theatre */
  setTheatre(theatre) {
    this.theatre = theatre;
    this.draw();
  }

  /** @param {"replay"|"futures"|"difference"} mode */
  setMode(mode) {
    if (mode === this.mode) return;
    this.mode = mode;
    this.draw();
  }

  destroy() {
    this.stop();
    this.element.remove();
  }

  draw() {
    if (!this.theatre) return;
    const body = make("div", { class: "khabur-legend-body" }, this.marks());
    body.hidden = this.collapsed;
    const sides = make("div", { class: "khabur-legend-sides" }, this.sides());
    const toggle = make(
      "button",
      {
        class: "khabur-legend-toggle",
        attrs: { type: "button" },
        aria: { expanded: String(!this.collapsed), label: "Legend of all marks" },
        on: { click: () => this.fold(toggle, body) },
      },
      [make("span", { text: "Legend" }), icon("chevron")],
    );
    const head = make("div", { class: "khabur-legend-head" }, [sides, toggle]);
    this.element.replaceChildren(body, head);
  }

  fold(toggle, body) {
    this.collapsed = !this.collapsed;
    body.hidden = this.collapsed;
    toggle.setAttribute("aria-expanded", String(!this.collapsed));
  }

  /** What is always in view: the sides, or which way a difference goes. */
  sides() {
    const dark = isDark(this.element);
    if (this.mode === "difference") return changes(dark);
    const ground = this.theatre.factions.filter((faction) => faction.ground);
    return ground.map((faction) => this.side(faction, dark));
  }

  /** What is shown on demand: the marks. */
  marks() {
    const dark = isDark(this.element);
    const colours = palette(dark);
    const places = group("Places", kindsOf(this.theatre, colours));
    if (this.mode === "difference") return [places];
    if (this.mode === "futures") {
      return [places, group("Shares", futuresMarks(this.theatre, dark, colours))];
    }
    return [places, group("The day", dayMarks(this.theatre, dark, colours))];
  }

  /** A side: letter on its colour, hatched as its land. */
  side(faction, dark) {
    const letters = lettersOf(this.theatre.factions);
    const colour = colourOf(faction, dark);
    const letter = letters[this.theatre.factions.indexOf(faction)];
    const mark = make("span", {
      class: "khabur-legend-letter",
      text: letter,
      style: { background: colour, color: inkOn(colour) },
    });
    return row([landPicture(colour, faction.hatch, 1), mark], faction.label);
  }
}

function group(title, rows) {
  if (rows.length === 0) return null;
  const heading = title ? make("div", { class: "khabur-legend-title", text: title }) : null;
  return make("div", { class: "khabur-legend-group" }, [heading, ...rows]);
}

function row(pictures, text) {
  const options = { class: "khabur-legend-row" };
  return make("div", options, [
    make("span", { class: "khabur-legend-mark" }, pictures),
    make("span", { text }),
  ]);
}

/** A small picture drawn in a box of 26 by 18. */
function picture(draw) {
  const canvas = make("canvas", { attrs: { width: "52", height: "36" }, aria: { hidden: "true" } });
  canvas.style.width = "26px";
  canvas.style.height = "18px";
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  draw(context);
  return canvas;
}

function landPicture(colour, hatch, strength) {
  return picture((context) => {
    context.beginPath();
    context.roundRect(1, 1, 24, 16, 3);
    const fill = withAlpha(landColour(colour), Math.min(0.42 * strength, 1));
    const tile = hatchTile(hatch, fill, withAlpha(colour, Math.min(0.45 * strength, 1)), 2);
    context.fillStyle = tile ? patternOf(context, tile, 2) : fill;
    context.fill();
    context.strokeStyle = withAlpha(colour, 0.9);
    context.lineWidth = 1.5;
    context.stroke();
  });
}

/** Kinds of place that the theatre has. */
function kindsOf(theatre, colours) {
  const present = [...new Set(theatre.places.map((place) => place.kind))];
  const shown = { ...colours, fill: colours.card };
  return present.map((kind) => row([symbolPicture(kind, shown)], wordsOf(kind)));
}

function dayMarks(theatre, dark, colours) {
  const colour = colours.ink;
  const ribbon = (open) => picture((context) => ribbonPicture(context, colour, open, colours));
  const lines = theatre.lines.length
    ? [row([ribbon(true)], "Supply line, open"), row([ribbon(false)], "Supply line, cut")]
    : [];
  const ring = (engaged) => picture((context) => drawRing(context, 13, 9, 6, engaged, colours));
  return [
    row([ring(true)], "Fighting"),
    row([ring(false)], "Contested"),
    row([picture((context) => drawStrike(context, 13, 9, 8, 0.45, colour, colours))], "Air strike"),
    row([picture((context) => drawBurst(context, 13, 9, 7.5, 0.5, 12, colour, colours))], "Car bomb"),
    row([picture((context) => drawBurst(context, 13, 9, 5, 0.5, 7, colour, colours))], "Foot bomber"),
    ...lines,
  ];
}

function ribbonPicture(context, colour, open, colours) {
  context.strokeStyle = withAlpha(colour, open ? 0.32 : 0.14);
  context.lineWidth = 6;
  context.beginPath();
  context.moveTo(0, 9);
  context.lineTo(26, 9);
  context.stroke();
  context.strokeStyle = withAlpha(colour, open ? 0.95 : 0.55);
  context.lineWidth = open ? 3 : 2;
  context.setLineDash(open ? [6, 3] : [3, 5]);
  context.stroke();
  context.setLineDash([]);
  if (!open) drawCutMark(context, 13, 9, 6, colour, colours);
}

function futuresMarks(theatre, dark, colours) {
  const side = theatre.factions.find((each) => each.ground) ?? theatre.factions[0];
  const colour = colourOf(side, dark);
  const pie = [
    { share: 0.62, colour },
    { share: 0.38, colour: colourOf(null, dark) },
  ];
  return [
    row([landPicture(colour, side.hatch, 0.3)], "Likeliest holder, close run"),
    row([landPicture(colour, side.hatch, 1.3)], "Likeliest holder, nearly sure"),
    row([picture((context) => drawPie(context, 13, 9, 7, pie, colours))], "No side over 90%: shares"),
  ];
}

function changes(dark) {
  const [less, more] = CHANGE[dark ? "dark" : "light"];
  return [
    row([landPicture(less, 1, 1)], "Less often"),
    row([landPicture(colourOf(null, dark), 0, 0.2)], "The same"),
    row([landPicture(more, 2, 1)], "More often"),
  ];
}
