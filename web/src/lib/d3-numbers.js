/*
 * Stands in for d3-interpolate under d3-scale, and for those of its parts that none of our scales uses: they map numbers
 * to numbers between two bounds, and Intl writes them.  The originals would bring colours, dates and English formats, a
 * third of the home page's script.
 */
export const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
export const interpolateRound = (a, b) => (t) => Math.round(a * (1 - t) + b * t);
export { interpolateNumber as interpolate, interpolateNumber as piecewise };

/* scale.tickFormat(), and a scale of more than two bounds. */
const unused = () => {
	throw new Error('numbers are written by lib/format.js, and scales have two bounds');
};
export { unused as default, unused as bisect };
