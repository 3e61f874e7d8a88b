/*
 * A page that follows its plan: the server says when something changed, the page asks again for what it shows.
 * Where the server has no place left for one who follows, or cannot be reached, the page asks now and then.
 */
const RETRY_MS = 30_000;

/* Calls `ask` once now, in case something changed while the page was loading, then after each change; never twice at once. */
export function follow(plan, ask) {
	let asking = false;
	let again = false;
	const refresh = async () => {
		if (asking) {
			again = true;
			return;
		}
		asking = true;
		do {
			again = false;
			await ask().catch(() => {}); /* what is shown stays true, with its date */
			/* A table beside its chart is drawn when it is opened: those that are open are drawn again. */
			for (const twin of document.querySelectorAll('.vg-twin[open]')) twin.dispatchEvent(new Event('toggle'));
		} while (again);
		asking = false;
	};
	const listen = () => {
		const source = new EventSource('/api/v1/events');
		source.addEventListener('plan', ({ data }) => {
			if (JSON.parse(data).plan === plan) refresh();
		});
		source.addEventListener('error', () => {
			if (source.readyState === EventSource.CLOSED) setTimeout(() => (refresh(), listen()), RETRY_MS);
		});
	};
	listen();
}
