/** The day in the address bar, so that a link shows what the visitor sees. */

/**
 * @param {string} search query of an address, with or without its question mark
 * @param {string} date as YYYY-MM-DD
 * @returns {string} the query with that day; every other part stays as it is written
 */
export function searchWithDay(search, date) {
  const parts = search.replace(/^\?/, "").split("&").filter(Boolean);
  const said = `day=${date}`;
  const told = parts.map((part) => (/^day(=|$)/.test(part) ? said : part));
  return `?${(told.includes(said) ? told : [...told, said]).join("&")}`;
}

/** Write a day to the address bar; the history gets no new entry. @param {string} date */
export function tellAddress(date) {
  const address = `${location.pathname}${searchWithDay(location.search, date)}${location.hash}`;
  history.replaceState(history.state, "", address);
}
