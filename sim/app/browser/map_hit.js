/** Which place lies under a point of the screen. */

const REACH = { mouse: 13, touch: 22 }; // CSS pixels
const probe = new OffscreenCanvas(1, 1).getContext("2d");

/**
 * The mark under a point, or else the district or land.
 * @param {import("./map_painter.js").MapPainter} painter
 * @param {number} x CSS pixels
 * @param {number} y
 * @param {boolean} touch
 * @returns {{place: number, places: number[]}} -1 for none; all places of a city from afar
 */
export function placeAt(painter, x, y, touch) {
  const { view, shapes } = painter;
  const reach = touch ? REACH.touch : REACH.mouse;
  const marked = markAt(view, painter.arrangement(), x, y, reach);
  if (marked) return marked;
  const [east, south] = view.ground(x, y);
  const shown = painter.districtsShown();
  const districts = shapes.districts.each.filter(({ place }) => shown[place]);
  const district = areaAt(districts, east, south);
  const place = district >= 0 ? district : areaAt(shapes.lands.each, east, south);
  return { place, places: [place] };
}

function markAt(view, { nodes }, x, y, reach) {
  let best = null;
  let least = Infinity;
  for (const node of nodes) {
    const apart = Math.hypot(view.screenX(node.x) - x, view.screenY(node.y) - y) - node.radius;
    if (apart < reach - 4 && apart < least) [best, least] = [node, apart];
  }
  return best;
}

function areaAt(areas, x, y) {
  for (const { place, path, box } of areas) {
    if (x < box[0] || y < box[1] || x > box[2] || y > box[3]) continue;
    if (probe.isPointInPath(path, x, y, "evenodd")) return place;
  }
  return -1;
}
