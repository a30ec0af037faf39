/** The calibration view: the verdict, prior and posterior beside what was reported, and draws. */

import { button, make } from "./dom.js";
import { ensureStyles } from "./theme.js";
import { ParameterList } from "./calibration_parameters.js";
import { targetSections } from "./calibration_targets.js";

const SHEET = new URL("calibration.css", import.meta.url).href;

/**
 * Draw the page into an element.
 * @param {{model: any, el: HTMLElement}} context as anywidget hands it over
 * @returns {() => void} stops listening
 */
export async function render({ model, el }) {
  await Promise.all([ensureStyles(), ownStyles()]);
  const root = make("div", {
    class: "khabur-view khabur-calibration",
    data: { khabur: "calibration" },
  });
  el.replaceChildren(root);
  const page = new Page(model, root);
  const redraw = () => page.draw();
  const mark = () => page.mark();
  model.on("change:page", redraw);
  model.on("change:note", redraw);
  model.on("change:drawn", mark);
  page.draw();
  return () => {
    model.off("change:page", redraw);
    model.off("change:note", redraw);
    model.off("change:drawn", mark);
  };
}

/** Link the view's own style sheet once. */
function ownStyles() {
  if (document.querySelector(`link[href="${SHEET}"]`)) return Promise.resolve(true);
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = SHEET;
  const done = new Promise((settle) => {
    for (const event of ["load", "error"]) link.addEventListener(event, () => settle(true));
  });
  document.head.append(link);
  return done;
}

/** Address of a link below the server's root. */
const address = (link) => `${globalThis.solara?.rootPath ?? ""}${link}`;

class Page {
  /** @param {any} model @param {HTMLElement} root */
  constructor(model, root) {
    this.model = model;
    this.root = root;
  }

  draw() {
    const page = this.model.get("page");
    const note = this.model.get("note");
    this.list = page.problem ? null : new ParameterList(page);
    this.drawBox = page.problem ? null : new DrawBox(this.model, page);
    const parts = [
      this.#chooser(page),
      note ? make("p", { class: "khabur-cal-notice", text: note, attrs: { role: "status" } }) : null,
      ...(page.problem ? [problem(page)] : this.#sections(page)),
    ];
    this.root.replaceChildren(...parts.filter(Boolean));
    this.root.dataset.drawn = page.scenario;
    this.mark();
  }

  /** Show the row that was drawn. */
  mark() {
    const drawn = this.model.get("drawn") ?? {};
    this.list?.mark(drawn);
    this.drawBox?.show(drawn);
    this.root.dataset.row = `${drawn.row ?? ""}`;
  }

  /** @param {any} page */
  #chooser(page) {
    const choices = this.model.get("scenarios").map(({ name, title }) => {
      const one = button({ label: title, text: name, press: () => this.#choose(name) });
      one.setAttribute("aria-pressed", `${name === page.scenario}`);
      return one;
    });
    const heading = make("h1", { class: "khabur-cal-title", text: page.title });
    const group = make(
      "div",
      { class: "khabur-cal-choices", attrs: { role: "group" }, aria: { label: "Scenario" } },
      choices,
    );
    return make("header", { class: "khabur-cal-header" }, [heading, group]);
  }

  /** @param {string} name */
  #choose(name) {
    this.model.set("chosen", name);
    this.model.save_changes();
  }

  /** @param {any} page */
  #sections(page) {
    const first = make("div", { class: "khabur-cal-first" }, [
      make("div", { class: "khabur-cal-left" }, [verdict(page), this.drawBox.element]),
      requirements(page),
    ]);
    const targets = page.targets.length
      ? targetSections(page.targets)
      : [make("p", { class: "khabur-cal-notice", text: page.targets_note })];
    return [
      first,
      section("What was reported, before and after the fit", "khabur-cal-targets", targets),
      section("Parameters", "khabur-cal-parameters", [
        this.list.element,
        aside(page),
      ]),
      made(page),
    ];
  }
}

/** @param {string} title @param {string} id @param {(Node|null)[]} children */
function section(title, id, children) {
  const heading = make("h2", { class: "khabur-cal-heading", text: title, attrs: { id } });
  return make(
    "section",
    { class: "khabur-card khabur-cal-section", attrs: { "aria-labelledby": id } },
    [heading, ...children],
  );
}

/** @param {any} page */
function problem(page) {
  const children = [make("p", { text: page.problem, attrs: { role: "alert" } })];
  return section("There is no posterior to show", "khabur-cal-problem", children);
}

/** @param {any} page */
function verdict(page) {
  const state = !page.calibrated ? "no" : page.requirements.every((row) => row.holds) ? "yes" : "partly";
  const notes = page.notes.map((text) => make("p", { class: "khabur-cal-notice", text }));
  const told = page.verdict ? [make("p", { text: page.verdict })] : [];
  return make("section", { class: "khabur-card khabur-cal-section", data: { verdict: state } }, [
    make("h2", { class: "khabur-cal-verdict", text: page.headline }),
    ...page.sentences.map((text) => make("p", { text })),
    identification(page),
    ...told,
    ...notes,
  ]);
}

/** @param {any} page */
function requirements(page) {
  if (!page.requirements.length) return null;
  const rows = page.requirements.map((row) => {
    const state = row.holds === null ? "unseen" : row.holds ? "yes" : "no";
    const word = { unseen: "unseen", yes: "holds", no: "fails" }[state];
    const said = make("div", {}, [
      make("p", { class: "khabur-cal-sentence", text: row.sentence }),
      make("p", { class: "khabur-soft", text: `wanted ${row.wanted}; found ${row.measured}` }),
      row.in_the_way && state === "no"
        ? make("details", { class: "khabur-cal-more" }, [
            make("summary", { text: "What is in the way" }),
            make("p", { text: row.in_the_way }),
          ])
        : null,
    ]);
    return make("li", { data: { holds: state } }, [
      make("span", { class: "khabur-cal-holds", text: word }),
      said,
    ]);
  });
  return section("What must hold", "khabur-cal-requirements", [
    make("ol", { class: "khabur-cal-requirements" }, rows),
  ]);
}

/** How many parameters the article tells of. */
function identification(page) {
  if (page.identified === null) {
    return make("p", { text: "Which parameters are identified was not kept beside the posterior." });
  }
  const all = page.parameters.length;
  const open = all - page.identified;
  const text =
    `The article identifies ${page.identified} of ${all} parameters. Of the other ${open} it ` +
    "tells next to nothing: what is known of them is what was believed before.";
  return make("p", { text });
}

/** @param {any} page */
function aside(page) {
  if (!page.set_aside.length) return null;
  const rows = page.set_aside.map(({ id, why }) =>
    make("li", {}, [make("code", { text: id }), `: ${why}`]),
  );
  return make("details", { class: "khabur-cal-fold" }, [
    make("summary", { text: `Set by the fit, not fitted as such (${rows.length})` }),
    make("ul", {}, rows),
  ]);
}

/** @param {any} page */
function made(page) {
  const pairs = page.facts.flatMap(([name, text]) => [make("dt", { text: name }), make("dd", { text })]);
  return make("footer", {}, [make("dl", { class: "khabur-cal-facts khabur-soft" }, pairs)]);
}

/** Takes rows of the posterior and opens the runs that have them. */
class DrawBox {
  /** @param {any} model @param {any} page */
  constructor(model, page) {
    this.model = model;
    this.page = page;
    const draw = button({
      label: "Draw from the posterior",
      text: "Draw from the posterior",
      class: "khabur-button--primary",
      press: () => this.#any(),
    });
    this.seed = this.#field("seed", Number.MAX_SAFE_INTEGER);
    this.replicate = this.#field("replicate", 2 ** 31 - 1);
    this.told = make("p", { attrs: { role: "status" } });
    this.watch = this.#way("watch", "Watch this run");
    const ensemble = this.#way("ensemble", "All futures with the posterior");
    ensemble.setAttribute("href", address(page.ensemble));
    this.element = section("Draw from the posterior", "khabur-cal-draw", [
      make("p", {
        text:
          `The fit is ${page.draws.toLocaleString("en")} rows of parameters, each as likely as ` +
          "every other. A replicate of a seed always takes the same row.",
      }),
      draw,
      make("div", { class: "khabur-cal-tools" }, [label("seed", this.seed), label("replicate", this.replicate)]),
      this.told,
      make("div", { class: "khabur-cal-tools" }, [this.watch, ensemble]),
    ]);
  }

  /** @param {any} drawn */
  show(drawn) {
    const there = drawn.row !== undefined;
    this.seed.value = `${drawn.seed ?? (this.seed.value || 0)}`;
    this.replicate.value = there ? `${drawn.replicate}` : this.replicate.value;
    this.watch.hidden = !there;
    this.told.hidden = !there;
    if (!there) return;
    this.told.textContent =
      `Replicate ${drawn.replicate.toLocaleString("en")} of seed ${drawn.seed} takes row ` +
      `${drawn.row.toLocaleString("en")}; it is marked on every parameter below.`;
    this.watch.setAttribute("href", address(drawn.link));
  }

  /** A link that is followed without loading the app again. */
  #way(page, text) {
    const follow = (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.model.set("opened", page);
      this.model.save_changes();
    };
    return make("a", { class: "khabur-button", text, data: { link: page }, on: { click: follow } });
  }

  #any() {
    this.replicate.value = `${Math.floor(Math.random() * (this.page.most_replicate + 1))}`;
    this.#ask();
  }

  #ask() {
    const [seed, replicate] = [this.seed, this.replicate].map((field) => field.valueAsNumber);
    if (![this.seed, this.replicate].every((field) => field.reportValidity())) return;
    if (!Number.isInteger(seed) || !Number.isInteger(replicate)) return;
    this.model.set("draw", { seed, replicate });
    this.model.save_changes();
  }

  /** @param {string} name @param {number} most */
  #field(name, most) {
    return /** @type {HTMLInputElement} */ (
      make("input", {
        class: "khabur-cal-field khabur-cal-whole",
        attrs: { type: "number", min: "0", max: `${most}`, step: "1", name, required: "" },
        on: { change: () => this.#ask() },
      })
    );
  }
}

/** @param {string} text @param {HTMLElement} field */
function label(text, field) {
  return make("label", { class: "khabur-cal-labelled" }, [make("span", { text }), field]);
}

export default { render };
