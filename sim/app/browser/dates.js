/** Dates of day indices, worked out in UTC and written in English wherever the browser stands. */

const MONTHS = [
  "January", "February", "March", "April", "May", "June",
  "July", "August", "September", "October", "November", "December",
];
const DAY_MS = 86_400_000;

/**
 * @param {string} start date of day 0, as YYYY-MM-DD
 * @param {number} day index
 * @returns {Date} midnight UTC of the day
 */
export function dateOf(start, day) {
  return new Date(Date.parse(`${start}T00:00:00Z`) + Math.floor(day) * DAY_MS);
}

/** @param {string} start @param {number} day @returns {string} such as 2015-06-25 */
export function isoDate(start, day) {
  return dateOf(start, day).toISOString().slice(0, 10);
}

/** @param {string} start @param {number} day @returns {string} such as 25 June 2015 */
export function longDate(start, day) {
  const date = dateOf(start, day);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

/** @param {string} start @param {number} day @returns {string} such as 25 Jun */
export function shortDate(start, day) {
  const date = dateOf(start, day);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()].slice(0, 3)}`;
}

/**
 * The first days of months within a record, and its first day.
 * @param {string} start
 * @param {number} days
 * @returns {{day: number, label: string, first: boolean}[]} `first`: a month begins there
 */
export function monthsOf(start, days) {
  const months = [];
  for (let day = 0; day < days; day += 1) {
    const date = dateOf(start, day);
    const first = date.getUTCDate() === 1;
    if (!first && day > 0) continue;
    months.push({ day, label: MONTHS[date.getUTCMonth()].slice(0, 3), first });
  }
  return months;
}
