/*
 * Stands in for d3-interpolate and d3-format under d3-scale.  Our scales map numbers to numbers and Intl writes
 * them; the packages would bring colours, dates and English formats, a third of the home page's script.
 */
export const interpolateNumber = (a, b) => (t) => a * (1 - t) + b * t;
export const interpolateRound = (a, b) => (t) => Math.round(a * (1 - t) + b * t);
export { interpolateNumber as interpolate, interpolateNumber as piecewise };

/* Only scale.tickFormat() asks for these. */
const unused = () => {
	throw new Error('numbers are written by lib/format.js');
};
export {
	unused as format,
	unused as formatPrefix,
	unused as formatSpecifier,
	unused as precisionFixed,
	unused as precisionPrefix,
	unused as precisionRound,
};
