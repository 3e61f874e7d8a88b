/*
 * The way to the server: one function a method, JSON in and out.
 * Every refusal is a Failure with the problem document; status 0 means that nothing answered.
 */
import { lang } from './i18n.js';

const base = '/api/v1';
let session = null;
let read = null;

export class Failure extends Error {
	constructor(status, problem = {}, headers = new Headers()) {
		super(problem.detail ?? problem.title ?? String(status));
		this.status = status;
		this.problem = problem;
		this.retryAfter = headers.get('Retry-After');
		this.etag = headers.get('ETag');
	}
}

/* A path of codes, each encoded: path('plans', plan, 'actions', number). */
export const path = (...parts) => '/' + parts.map(encodeURIComponent).join('/');

async function send(method, where, { query, body, etag, key, minimal } = {}) {
	/* The page's language, which may be another than the one of the account. */
	const url = new URL(base + where, location.origin);
	url.searchParams.set('lang', lang);
	for (const [name, value] of Object.entries(query ?? {}))
		if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, value);
	const headers = { Accept: 'application/json' };
	/* A file goes as it is. */
	const file = body instanceof Blob;
	if (body !== undefined) headers['Content-Type'] = file ? body.type : 'application/json';
	if (etag) headers['If-Match'] = etag;
	if (key) headers['Idempotency-Key'] = key;
	if (minimal) headers.Prefer = 'return=minimal';
	if (method !== 'GET' && session?.csrf_token) headers['X-CSRF-Token'] = session.csrf_token;
	let response;
	try {
		response = await fetch(url, {
			method,
			headers,
			body: file ? body : body && JSON.stringify(body),
		});
	} catch {
		throw new Failure(0);
	}
	const json = /\bjson\b/.test(response.headers.get('Content-Type') ?? '');
	let data = null;
	try {
		if (json) data = await response.json();
	} catch {
		throw new Failure(response.ok ? 0 : response.status);
	}
	if (!response.ok) throw new Failure(response.status, data ?? {}, response.headers);
	read = new Date().toISOString();
	return { data, etag: response.headers.get('ETag'), status: response.status };
}

/* When the server last answered: the instant of what is on the page. */
export const lastRead = () => read ?? new Date().toISOString();

export const get = (where, query) => send('GET', where, { query });

/* The answer of GET /session, kept; `again` asks the server once more. */
export async function readSession(again = false) {
	if (!session || again) session = (await get('/session')).data;
	return session;
}

export const currentSession = () => session;

/* A page left open may hold a token of an earlier session: it is renewed once. */
async function write(method, where, options) {
	await readSession();
	try {
		return await send(method, where, options);
	} catch (failure) {
		const token = failure.problem?.errors?.some(({ header }) => /csrf/i.test(header ?? ''));
		if (failure.status !== 403 || !token) throw failure;
		await readSession(true);
		return send(method, where, options);
	}
}

export const post = (where, body, options) => write('POST', where, { body, ...options });
export const put = (where, body, options) => write('PUT', where, { body, ...options });
export const patch = (where, body, options) => write('PATCH', where, { body, ...options });
export const remove = (where, options) => write('DELETE', where, options);

export async function signIn(login, password) {
	await post('/session', { login, password });
	return readSession(true);
}

export async function signOut() {
	await remove('/session');
	session = null;
}

/* A key that makes a repeated sending harmless; it works without a secure context too. */
export function idempotencyKey() {
	return [...crypto.getRandomValues(new Uint8Array(16))]
		.map((byte) => byte.toString(16).padStart(2, '0'))
		.join('');
}

/* All rows of a list, page after page. */
export async function all(where, query = {}) {
	const items = [];
	let cursor;
	do {
		const { data } = await get(where, { limit: 200, ...query, cursor });
		items.push(...data.items);
		cursor = data.next_cursor;
	} while (cursor);
	return items;
}
