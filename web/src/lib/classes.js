/* How values are named and classed, without anything that draws. */
import { word } from './parts.js';

/* Progress in five classes, by the least of each. */
export const CLASSES = [0, 20, 40, 60, 80];
export const classOf = (progress) => CLASSES.filter((least) => progress >= least).length - 1;

export const unitOf = ({ unit }) => word('unit', unit ?? '');
