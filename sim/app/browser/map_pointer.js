/** What lies under the pointer, and the card that tells of it. */

import { placeAt } from "./map_hit.js";
import { placeCard } from "./map_tooltip.js";
import { Tooltip } from "./tooltip.js";

export class MapPointer {
  /**
   * @param {HTMLElement} element the map
   * @param {HTMLElement} surface the part of it that is pointed at
   * @param {import("./map_painter.js").MapPainter} painter
   * @param {(place: number) => void} hovered told of the place, -1 for none
   */
  constructor(element, surface, painter, hovered) {
    this.surface = surface;
    this.painter = painter;
    this.hovered = hovered;
    this.tooltip = new Tooltip(element);
    this.place = -1;
    this.places = [];
    this.at = { x: 0, y: 0 };
    this.told = "";
  }

  /** Look what lies under a point, CSS pixels. @returns {number} place, -1 for none */
  point(x, y, touch) {
    const { place, places } = placeAt(this.painter, x, y, touch);
    this.at = { x, y };
    this.places = places;
    this.become(place);
    return place;
  }

  /** Nothing is pointed at any more. */
  leave() {
    this.become(-1);
  }

  become(place) {
    if (place !== this.place) this.hovered(place);
    if (place !== this.place) this.told = "";
    this.place = place;
    this.surface.classList.toggle("khabur-map--over", place >= 0);
    if (place < 0) this.tooltip.hide();
    else this.tooltip.move(this.at.x, this.at.y);
  }

  /** Fill the card if what it tells has changed. */
  fill(theatre, frame, dark) {
    if (this.place < 0) return;
    const told = `${this.places}:${frame.kind}:${frame.day}:${frame.shading}:${dark}`;
    if (told === this.told) return;
    this.told = told;
    this.tooltip.show(placeCard(theatre, frame.report(this.places), dark), this.at.x, this.at.y);
  }

  destroy() {
    this.tooltip.destroy();
  }
}
