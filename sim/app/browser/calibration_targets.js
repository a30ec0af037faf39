/** What was reported, beside what the model would have reported before and after the fit. */

import { make } from "./dom.js";
import { DIAMOND, bar, mark, percent, stroke, svg, words } from "./calibration_svg.js";

const MIDDLE = 15;
const AXIS = 31;
const HEIGHT = 47;

/**
 * The groups of targets: those that were fitted open, the others folded away.
 * @param {{role: string, title: string, rows: object[]}[]} groups
 * @returns {HTMLElement[]}
 */
export function targetSections(groups) {
  return groups.map((group) => {
    const rows = make("div", { class: "khabur-cal-rows" }, group.rows.map(targetRow));
    if (group.role === "fit") return make("div", { data: { role: group.role } }, [legend(), rows]);
    const count = `${group.rows.length} ${group.rows.length === 1 ? "target" : "targets"}`;
    const summary = make("summary", { text: `${group.title} (${count})` });
    return make("details", { class: "khabur-cal-fold", data: { role: group.role } }, [summary, rows]);
  });
}

/** @returns {HTMLElement} */
function legend() {
  const entries = [
    ["prior", "prior: 90% and median"],
    ["posterior", "posterior: 90%, 50% and median"],
    ["reported", "reported"],
    ["outside", "reported, outside the 90%"],
  ];
  const items = entries.map(([name, text]) =>
    make("li", {}, [swatch(name), make("span", { text })]),
  );
  const list = make("ul", { class: "khabur-cal-legend" }, items);
  const note = make("p", {
    class: "khabur-soft khabur-cal-note",
    text:
      "For names and for true or false a bar is the probability that a report says what was " +
      "reported: at 100% every run would.",
  });
  return make("div", {}, [list, note]);
}

/** @param {string} name */
function swatch(name) {
  const drawing = svg("svg", { width: 30, height: 20, "aria-hidden": "true" });
  if (name === "prior") {
    drawing.append(bar(0.02, 0.98, 1, 18, "khabur-cal-prior"));
    drawing.append(stroke(0.5, 1, 19, "khabur-cal-prior-median"));
  } else if (name === "posterior") {
    drawing.append(bar(0.02, 0.98, 5, 10, "khabur-cal-wide"), bar(0.25, 0.75, 5, 10, "khabur-cal-narrow"));
    drawing.append(stroke(0.5, 5, 15, "khabur-cal-median"));
  } else {
    drawing.append(mark(0.5, 10, DIAMOND, reportedClass(name === "reported")));
  }
  return drawing;
}

/** @param {boolean} inside */
const reportedClass = (inside) => `khabur-cal-reported${inside ? "" : " khabur-cal-reported--outside"}`;

/** @param {any} row @returns {HTMLElement} */
function targetRow(row) {
  const reported = make("span", { class: "khabur-cal-said" }, [
    "reported: ",
    make("strong", { text: row.reported }),
  ]);
  const what = make("div", { class: "khabur-cal-what" }, [
    make("span", { class: "khabur-cal-label", text: row.label }),
    reported,
    more(row),
  ]);
  const posterior = make("span", { class: "khabur-cal-posterior-words", text: `posterior ${row.posterior}` });
  const prior = make("span", { class: "khabur-soft", text: `prior ${row.prior}` });
  const remark = row.remark ? make("span", { class: "khabur-soft", text: row.remark }) : null;
  const outside = row.inside
    ? null
    : make("span", { class: "khabur-cal-outside", text: "outside the 90%" });
  const numbers = make("div", { class: "khabur-cal-numbers" }, [posterior, prior, remark, outside]);
  return make("div", { class: "khabur-cal-row", data: { target: row.id } }, [what, chart(row), numbers]);
}

/** What stands in the way of a target, folded away. */
function more(row) {
  const said = [
    row.limit ? `In the model: ${row.limit}.` : "",
    row.luck ? `Luck alone makes ${row.luck} of the variance.` : "",
  ].filter(Boolean);
  if (!said.length) return null;
  return make("details", { class: "khabur-cal-more" }, [
    make("summary", { text: row.limit ? "What is in the way" : "How much is luck" }),
    ...said.map((text) => make("p", { text })),
  ]);
}

/** @param {any} row @returns {SVGElement} */
function chart(row) {
  const said = `${row.label}: reported ${row.reported}; prior ${row.prior}; posterior ${row.posterior}`;
  const drawing = svg("svg", { class: "khabur-cal-chart", height: HEIGHT, role: "img", "aria-label": said });
  if (row.late !== null) {
    drawing.append(bar(row.late, 1, 0, AXIS - 1, "khabur-cal-late"));
    drawing.append(words(1, HEIGHT - 4, "not by end", "khabur-cal-mark", "end"));
  }
  for (const [place, text] of row.marks) {
    drawing.append(stroke(place, 0, AXIS, "khabur-cal-grid"));
    drawing.append(words(place, HEIGHT - 4, text, "khabur-cal-mark"));
  }
  drawing.append(svg("line", { x1: 0, x2: "100%", y1: AXIS, y2: AXIS, class: "khabur-cal-axis" }));
  if (row.group === "labels") shares(drawing, row);
  else spreads(drawing, row);
  reportedMark(drawing, row);
  return drawing;
}

/** @param {SVGElement} drawing @param {any} row */
function spreads(drawing, row) {
  if (row.prior_at) {
    const [low, , middle, , high] = row.prior_at;
    drawing.append(bar(low, high, MIDDLE - 10, 20, "khabur-cal-prior"));
    drawing.append(stroke(middle, MIDDLE - 10, MIDDLE + 10, "khabur-cal-prior-median"));
  }
  if (row.posterior_at) {
    const [low, quarter, middle, threeQuarters, high] = row.posterior_at;
    drawing.append(bar(low, high, MIDDLE - 5, 10, "khabur-cal-wide"));
    drawing.append(bar(quarter, threeQuarters, MIDDLE - 5, 10, "khabur-cal-narrow"));
    drawing.append(stroke(middle, MIDDLE - 5, MIDDLE + 5, "khabur-cal-median"));
  }
}

/** @param {SVGElement} drawing @param {any} row */
function shares(drawing, row) {
  drawing.append(bar(0, row.prior_at[1], MIDDLE - 10, 20, "khabur-cal-prior"));
  drawing.append(bar(0, row.posterior_at[1], MIDDLE - 5, 10, "khabur-cal-narrow"));
}

/** @param {SVGElement} drawing @param {any} row */
function reportedMark(drawing, row) {
  if (!row.reported_at) return;
  const [from, to] = row.reported_at;
  if (to > from) {
    const ends = { x1: percent(from), x2: percent(to), y1: MIDDLE, y2: MIDDLE };
    drawing.append(svg("line", { ...ends, class: "khabur-cal-reach" }));
  }
  drawing.append(mark((from + to) / 2, MIDDLE, DIAMOND, reportedClass(row.inside)));
}
