/**
 * From which figures on people are warned, wherever these are shown. Free of zod, so that the page can import it.
 * @module
 */

/** Share of what an exporter sent that was lost: from here on figures are off by more than their rounding. */
export const notableLoss = 0.01

/** Share of a link's capacity in use: from here on a link is marked, as agents count it as congested. */
export const congestedFrom = 0.8
