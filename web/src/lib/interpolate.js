/*
 * Stands in for d3-interpolate under d3-scale: our scales map numbers to numbers, and the package would
 * bring colours and dates with it, a quarter of the home page's script.
 */
export const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
export const interpolateRound = (a, b) => (t) => Math.round(a * (1 - t) + b * t);
export const interpolate = interpolateNumber;
/* Named by scales that we do not use; the bundle leaves them out. */
export { interpolateNumber as piecewise };
