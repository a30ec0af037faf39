/**
 * How far a side's hold of the land reaches: fully along the roads and about the places, thinly in
 * the empty country between, and not into a country in which the theatre has no place.
 */

const CELLS = 240; // along the longer side of the theatre
const NEAR_KM = 18;
const FAR_KM = 60;
const THIN = 0.34; // opacity left far from any road
const EDGE_KM = 22; // over which the shading fades out at the theatre's edge
const INSIDE_CELLS = 3; // a place nearer to a border than this tells nothing of its country

/**
 * A picture over the theatre's bounds whose opacity is the reach.
 * @param {any} theatre
 * @returns {OffscreenCanvas}
 */
export function reachPicture(theatre) {
  const [west, north, east, south] = theatre.bounds;
  const cell = Math.max(east - west, south - north) / CELLS;
  const columns = Math.max(2, Math.round((east - west) / cell));
  const rows = Math.max(2, Math.round((south - north) / cell));
  const grid = { west, north, cell, columns, rows };
  const away = kmFromRoads(theatre, grid);
  const inside = softened(softened(countriesWithPlaces(theatre, grid), grid), grid);
  const picture = new OffscreenCanvas(columns, rows);
  const context = picture.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let at = 0; at < columns * rows; at += 1) {
    image.data[at * 4 + 3] = 255 * inside[at] * reach(away[at]) * edge(at, grid);
  }
  context.putImageData(image, 0, 0);
  return picture;
}

/**
 * Stretch the picture over the window: done once for many frames, as it takes long.
 * @param {import("./map_shade.js").Painting} painting
 * @param {OffscreenCanvas} picture
 */
export function drawReach({ context, view, theatre, ratio }, picture) {
  const [west, north, east, south] = theatre.bounds;
  view.apply(context, ratio);
  context.drawImage(picture, west, north, east - west, south - north);
}

function reach(km) {
  const share = Math.min(Math.max((km - NEAR_KM) / (FAR_KM - NEAR_KM), 0), 1);
  return 1 - (1 - THIN) * share * share * (3 - 2 * share);
}

/** 0 at the edge of the theatre, 1 well within. */
function edge(at, { columns, rows, cell }) {
  const column = at % columns;
  const row = (at - column) / columns;
  const cells = Math.min(column, row, columns - 1 - column, rows - 1 - row);
  const share = Math.min((cells * cell) / EDGE_KM, 1);
  return share * share * (3 - 2 * share);
}

/** Distance of each cell from the nearest place or road, km: two sweeps over the cells. */
function kmFromRoads(theatre, grid) {
  const { columns, rows, cell } = grid;
  const cells = new Float32Array(columns * rows).fill(1e9);
  const mark = (x, y) => {
    const at = cellAt(grid, x, y);
    if (at >= 0) cells[at] = 0;
  };
  for (const { x, y } of theatre.places) mark(x, y);
  for (const { a, b } of theatre.routes) alongLine(theatre.places[a], theatre.places[b], cell, mark);
  sweep(cells, columns, rows, 1);
  sweep(cells, columns, rows, -1);
  return cells.map((steps) => steps * cell);
}

/** Carry distances, in cells, one way over the lattice. */
function sweep(cells, columns, rows, way) {
  const size = columns * rows;
  for (let count = 0; count < size; count += 1) {
    const at = way > 0 ? count : size - 1 - count;
    const column = at % columns;
    const before = column - way >= 0 && column - way < columns;
    const after = column + way >= 0 && column + way < columns;
    const above = at - way * columns;
    const has = above >= 0 && above < size;
    if (before) cells[at] = Math.min(cells[at], cells[at - way] + 1);
    if (has) cells[at] = Math.min(cells[at], cells[above] + 1);
    if (has && before) cells[at] = Math.min(cells[at], cells[above - way] + Math.SQRT2);
    if (has && after) cells[at] = Math.min(cells[at], cells[above + way] + Math.SQRT2);
  }
}

function cellAt({ west, north, cell, columns, rows }, x, y) {
  const column = Math.floor((x - west) / cell);
  const row = Math.floor((y - north) / cell);
  return column < 0 || row < 0 || column >= columns || row >= rows ? -1 : row * columns + column;
}

/** Visit points of a straight line, closer together than the cells. */
function alongLine(from, to, cell, visit) {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (cell * 0.4)));
  for (let step = 0; step <= steps; step += 1) {
    const share = step / steps;
    visit(from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share);
  }
}

/** Whether each cell lies in a country in which the theatre has places. */
function countriesWithPlaces(theatre, grid) {
  const size = grid.columns * grid.rows;
  const walls = new Uint8Array(size);
  for (const { lines } of theatre.borders) for (const line of lines) wall(line, grid, walls);
  const country = floodAll(walls, grid);
  const counted = new Set();
  for (const { x, y } of theatre.places) {
    const at = cellAt(grid, x, y);
    if (at >= 0 && farFromWall(at, walls, grid)) counted.add(country[at]);
  }
  if (counted.size === 0) return new Float32Array(size).fill(1);
  const half = (at) => (walls[at] ? 0.5 : 0);
  return Float32Array.from(country, (each, at) => (counted.has(each) ? 1 : half(at)));
}

/** Mean of each cell and its eight neighbours: the lattice is not to be seen along a border. */
function softened(cells, { columns, rows }) {
  return cells.map((_, at) => {
    const column = at % columns;
    const row = (at - column) / columns;
    let sum = 0;
    let count = 0;
    for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); r += 1) {
      for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); c += 1) {
        sum += cells[r * columns + c];
        count += 1;
      }
    }
    return sum / count;
  });
}

function wall(line, grid, walls) {
  for (let at = 0; at + 3 < line.length; at += 2) {
    const from = { x: line[at], y: line[at + 1] };
    const to = { x: line[at + 2], y: line[at + 3] };
    alongLine(from, to, grid.cell, (x, y) => {
      const cell = cellAt(grid, x, y);
      if (cell >= 0) walls[cell] = 1;
    });
  }
}

/** Number the parts into which walls divide the lattice. */
function floodAll(walls, grid) {
  const country = new Int32Array(walls.length).fill(-1);
  let number = 0;
  for (let start = 0; start < walls.length; start += 1) {
    if (walls[start] || country[start] >= 0) continue;
    flood(start, number, country, walls, grid);
    number += 1;
  }
  return country;
}

function flood(start, number, country, walls, { columns, rows }) {
  const waiting = [start];
  country[start] = number;
  while (waiting.length > 0) {
    const at = waiting.pop();
    const column = at % columns;
    const next = [
      column > 0 ? at - 1 : -1,
      column < columns - 1 ? at + 1 : -1,
      at - columns,
      at + columns < columns * rows ? at + columns : -1,
    ];
    for (const to of next) {
      if (to < 0 || walls[to] || country[to] >= 0) continue;
      country[to] = number;
      waiting.push(to);
    }
  }
}

function farFromWall(at, walls, { columns, rows }) {
  const column = at % columns;
  const row = (at - column) / columns;
  for (let down = -INSIDE_CELLS; down <= INSIDE_CELLS; down += 1) {
    for (let across = -INSIDE_CELLS; across <= INSIDE_CELLS; across += 1) {
      const [r, c] = [row + down, column + across];
      if (r >= 0 && c >= 0 && r < rows && c < columns && walls[r * columns + c]) return false;
    }
  }
  return true;
}
