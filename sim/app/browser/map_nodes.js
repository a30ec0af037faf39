/**
 * What stands for what at a given nearness: from afar a city is one mark, and the units of a place
 * are counted with those of the larger place beside it.
 */

const CITY_OPENS = 170; // CSS pixels across a city at which its districts show
const GATHERS = [44, 40]; // CSS pixels across and down: a lesser place's units join a greater one's
const TOWN_SCALE = 20; // CSS pixels per km from which on places are told apart more strictly
const STRICTER = 1.6;
const SPREADS = 58; // CSS pixels to the next mark at which units are shown one by one
const SPREAD_SCALE = 9; // CSS pixels per km, least at which they are

/**
 * @typedef {object} MapNode
 * @property {number} x km
 * @property {number} y
 * @property {string} kind a kind of place, or "city"
 * @property {string} label
 * @property {number} city index, -1 for none
 * @property {number} place the place, or the chief one of a city
 * @property {number[]} places
 * @property {number} population
 * @property {number} weight importance
 * @property {number} radius CSS pixels of its mark
 *
 * @typedef {object} Arrangement
 * @property {MapNode[]} nodes most important first
 * @property {Int16Array} nodeOf index of the node at which each place's units are shown
 * @property {Uint8Array} gathered 1 where a node's units are shown at another, 2 where its mark
 *   would lie on that one's
 * @property {Float32Array} spread CSS pixels for a node's units one by one, 0 where they are summed
 * @property {number} telling scale by which it is told whether units are counted together
 * @property {Uint8Array} open whether each city shows its districts
 */

export class MapNodes {
  /** @param {any} theatre */
  constructor(theatre) {
    this.theatre = theatre;
    this.ofPlace = theatre.places.map((place, index) => nodeOfPlace(place, index));
    this.ofCity = theatre.cities.map((city, index) => nodeOfCity(theatre, city, index));
    this.scale = NaN;
    this.crowding = NaN;
    /** @type {Arrangement} */
    this.arrangement = this.at(1);
  }

  /**
   * @param {number} scale CSS pixels per km
   * @param {number} [crowding] 1 or more: how much farther than usual units are counted together
   * @returns {Arrangement}
   */
  at(scale, crowding = 1) {
    if (scale === this.scale && crowding === this.crowding) return this.arrangement;
    this.scale = scale;
    this.crowding = crowding;
    const open = Uint8Array.from(this.theatre.cities, ({ bounds }) => {
      return Math.max(bounds[2] - bounds[0], bounds[3] - bounds[1]) * scale >= CITY_OPENS ? 1 : 0;
    });
    const nodes = [
      ...this.ofPlace.filter((node) => node.city < 0 || open[node.city]),
      ...this.ofCity.filter((node) => !open[node.city] && node.places.length > 0),
    ].sort((a, b) => b.weight - a.weight);
    const telling = (scale / crowding) * (scale >= TOWN_SCALE ? STRICTER : 1);
    this.arrangement = { nodes, open, telling, ...this.gather(nodes, telling, scale) };
    return this.arrangement;
  }

  /** Let lesser nodes' units be shown at greater ones close by. */
  gather(nodes, telling, scale) {
    const nodeOf = new Int16Array(this.theatre.places.length);
    const gathered = new Uint8Array(nodes.length);
    const spread = new Float32Array(nodes.length);
    const heads = [];
    nodes.forEach((node, index) => {
      const head = heads.find((other) => close(nodes[other], node, telling));
      if (head === undefined) heads.push(index);
      else gathered[index] = apart(nodes[head], node) * scale < nodes[head].radius + 7 ? 2 : 1;
      for (const place of node.places) nodeOf[place] = head ?? index;
    });
    for (const index of heads) {
      const others = heads.filter((other) => other !== index);
      const room = Math.min(...others.map((other) => apart(nodes[other], nodes[index]) * scale));
      spread[index] = room >= SPREADS && scale >= SPREAD_SCALE ? room : 0;
    }
    return { nodeOf, gathered, spread };
  }
}

/** Whether a point is so near to another that its units are counted there. */
export function close(a, b, telling) {
  const across = ((a.x - b.x) * telling) / GATHERS[0];
  const down = ((a.y - b.y) * telling) / GATHERS[1];
  return across * across + down * down < 1;
}

function apart(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** @returns {MapNode} */
function nodeOfPlace(place, index) {
  const population = place.population ?? 0;
  return {
    x: place.x,
    y: place.y,
    kind: place.kind,
    label: place.name,
    city: place.city ?? -1,
    place: index,
    places: [index],
    population,
    weight: weightOf(population, place.value ?? 1, place.stronghold),
    radius: radiusOf(place.kind, population),
  };
}

/** @returns {MapNode} */
function nodeOfCity(theatre, city, index) {
  const members = city.places.map((at) => theatre.places[at]);
  const sum = (read) => members.reduce((total, place) => total + (read(place) ?? 0), 0);
  const population = sum((place) => place.population);
  const chief = city.places.reduce(
    (best, at) => ((theatre.places[at].value ?? 0) > (theatre.places[best].value ?? 0) ? at : best),
    city.places[0],
  );
  return {
    x: theatre.places[chief]?.x ?? 0,
    y: theatre.places[chief]?.y ?? 0,
    kind: "city",
    label: city.label,
    city: index,
    place: chief,
    places: city.places,
    population,
    weight: 4 * weightOf(population, sum((place) => place.value), true),
    radius: Math.min(9.5, 6.5 + population / 120000),
  };
}

/** Importance: people, and worth as an objective in the same coin. */
function weightOf(population, value, stronghold) {
  return population + 5000 * value + (stronghold ? 8000 : 0);
}

function radiusOf(kind, population) {
  if (kind === "town") return Math.min(3.2 + Math.sqrt(population) / 90, 8);
  if (kind === "village") return 2.4;
  return kind === "district" ? 3 : 3.8;
}
