/** What the map says of a place that one points at. */

import { longDate } from "./dates.js";
import { make } from "./dom.js";
import { wordsOf } from "./map_symbols.js";
import { WEAPONS } from "./reports.js";
import { colourOf } from "./theme.js";

/**
 * The card of a place.
 * @param {any} theatre
 * @param {import("./reports.js").PlaceReport} report
 * @param {boolean} dark
 * @returns {HTMLElement}
 */
export function placeCard(theatre, report, dark) {
  const rows = {
    replay: replayRows,
    futures: futuresRows,
    difference: differenceRows,
    blank: () => [],
  }[report.kind](theatre, report, dark);
  return make("div", {}, [heading(theatre, report), ...rows]);
}

function heading(theatre, { place: index, places }) {
  const place = theatre.places[index];
  if (places.length > 1) return cityHeading(theatre, place, places);
  const city = theatre.cities[place.city ?? -1]?.label;
  const about = [
    wordsOf(place.kind) + (city && city !== place.name ? ` of ${city}` : ""),
    place.population ? `${place.population.toLocaleString("en-GB")} people` : null,
    place.stronghold ? "stronghold" : null,
  ];
  return title(place.name, about);
}

function cityHeading(theatre, chief, places) {
  const people = places.reduce((sum, each) => sum + (theatre.places[each].population ?? 0), 0);
  const about = [`City of ${places.length} districts`, `${people.toLocaleString("en-GB")} people`];
  return title(theatre.cities[chief.city].label, about);
}

function title(name, about) {
  return make("div", { class: "khabur-tooltip-head" }, [
    make("div", { class: "khabur-tooltip-name", text: name }),
    make("div", { class: "khabur-soft", text: about.filter(Boolean).join(" · ") }),
  ]);
}

/** A side's colour and a text. */
function sideRow(theatre, faction, dark, text, value = "") {
  const colour = colourOf(theatre.factions[faction], dark);
  return make("div", { class: "khabur-tooltip-row" }, [
    make("span", { class: "khabur-swatch", style: { "--kh-swatch": colour } }),
    make("span", { text }),
    make("span", { class: "khabur-number", text: value }),
  ]);
}

function section(title, rows) {
  if (rows.length === 0) return null;
  const heading = make("div", { class: "khabur-tooltip-section", text: title });
  return make("div", {}, [heading, ...rows]);
}

function labelOf(theatre, faction) {
  return theatre.factions[faction]?.label ?? "Nobody";
}

function replayRows(theatre, report, dark) {
  const status = report.engaged ? "Fighting today" : report.contested ? "Contested" : null;
  return [
    ...(report.places.length > 1 ? cityRows(theatre, report, dark) : [holderRow(theatre, report, dark)]),
    status && make("div", { class: "khabur-tooltip-status", text: status }),
    section("Fighters", fighterRows(theatre, report, dark)),
    section("This day", dayRows(theatre, report, dark)),
  ];
}

/** Who holds how much of a city. */
function cityRows(theatre, { holders, places }, dark) {
  return holders.map(({ faction, number }) => {
    const text = labelOf(theatre, faction);
    return sideRow(theatre, faction, dark, text, `${number} of ${places.length}`);
  });
}

function holderRow(theatre, report, dark) {
  const since = report.since < 0 ? "from before the start" : `since ${longDate(theatre.start, report.since)}`;
  const name = labelOf(theatre, report.holder);
  const held = report.holder < 0 ? `Held by nobody, ${since}` : `${name}, ${since}`;
  return sideRow(theatre, report.holder, dark, held);
}

function fighterRows(theatre, { sides, leaving }, dark) {
  const units = (number) => (number === 1 ? "1 unit" : `${number} units`);
  const standing = sides.map((side) =>
    sideRow(
      theatre,
      side.faction,
      dark,
      `${labelOf(theatre, side.faction)}, ${units(side.units)}`,
      side.fighters.toLocaleString("en-GB"),
    ),
  );
  const marching = leaving.map((side) =>
    sideRow(
      theatre,
      side.faction,
      dark,
      `on the way to ${theatre.places[side.next]?.name}`,
      side.fighters.toLocaleString("en-GB"),
    ),
  );
  return [...standing, ...marching];
}

function dayRows(theatre, { weapons, dead }, dark) {
  const plural = (number, what) => (number === 1 ? `1 ${what}` : `${number} ${what}s`);
  const used = weapons.map((each) => {
    const text = `${plural(each.number, WEAPONS[each.weapon])}, ${labelOf(theatre, each.faction)}`;
    return sideRow(theatre, each.faction, dark, text);
  });
  const lost = dead.map((each) =>
    sideRow(theatre, each.faction, dark, `${labelOf(theatre, each.faction)} dead`, String(each.number)),
  );
  return [...used, ...lost];
}

function futuresRows(theatre, { shares }, dark) {
  const last = shares.length - 1;
  const sides = [...shares]
    .map((share, side) => ({ share, faction: side === last ? -1 : side }))
    .filter(({ share }) => share >= 0.002)
    .sort((a, b) => b.share - a.share);
  const bar = make(
    "div",
    { class: "khabur-tooltip-bar" },
    sides.map(({ share, faction }) => {
      const background = colourOf(theatre.factions[faction], dark);
      return make("span", { style: { background, width: `${100 * share}%` } });
    }),
  );
  const rows = sides.map(({ share, faction }) =>
    sideRow(theatre, faction, dark, labelOf(theatre, faction), percent(share)),
  );
  return [bar, section("Held at the end of this day in", rows)];
}

function differenceRows(theatre, { change }, dark) {
  const points = Math.round(100 * (change.after - change.before));
  const signed = points > 0 ? `+${points}` : points < 0 ? `\u2212${-points}` : "0";
  const text = `${signed} points (${percent(change.before)} \u2192 ${percent(change.after)})`;
  return [
    sideRow(theatre, change.faction, dark, `Held by ${labelOf(theatre, change.faction)}`),
    make("div", { class: "khabur-tooltip-status", text }),
  ];
}

/** A share in words that never call the rare impossible or the likely certain. */
function percent(share) {
  if (share > 0 && share < 0.01) return "<1%";
  if (share < 1 && share > 0.99) return ">99%";
  return `${Math.round(100 * share)}%`;
}
