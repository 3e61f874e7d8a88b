/*
 * Stands in for d3-path under d3-shape: the four commands that lines of ours are made of.  The package would bring
 * arcs and rectangles, 1 KB of what each visit to the home page fetches.
 */
export class Path {
	#text = '';
	#round;

	constructor(digits) {
		this.#round = (value) => (digits === null ? value : +value.toFixed(digits));
	}
	#add(command, values) {
		this.#text += command + values.map(this.#round);
	}
	moveTo(...point) {
		this.#add('M', point);
	}
	lineTo(...point) {
		this.#add('L', point);
	}
	bezierCurveTo(...points) {
		this.#add('C', points);
	}
	closePath() {
		this.#add('Z', []);
	}
	toString() {
		return this.#text;
	}
}
