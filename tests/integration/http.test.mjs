/*
 * HTTP as it is spoken on the wire: what is refused, what is answered, and that
 * no request ever hides inside another.
 */
import assert from 'node:assert/strict';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { raw, sleep, startServer, statuses } from './client.mjs';

let server, pages;
const script = 'export const text = "a page of the test";\n'.repeat(200);

before(async () => {
	pages = await mkdtemp(join(tmpdir(), 'vigie-pages-'));
	await mkdir(join(pages, 'assets'));
	await writeFile(join(pages, 'index.html'), '<!doctype html><title>Home</title>' + '<p>text</p>'.repeat(100));
	await writeFile(join(pages, '404.html'), '<!doctype html><title>Nothing here</title>');
	await writeFile(join(pages, 'assets/home-1a2b.js'), script);
	await writeFile(join(pages, '.hidden'), 'secret');
	server = await startServer({ args: [`--web-dir=${pages}`, '--request-ms=2000'] });
});

after(async () => {
	assert.equal(await server?.stop(), 0, server?.log);
	await rm(pages, { recursive: true });
});

const CRLF = '\r\n';
const H = 'Host: 127.0.0.1\r\n';
const hidden = `GET /hidden-request HTTP/1.1${CRLF}${H}${CRLF}`;

/* name → bytes.  Each hides a second request where a reader might be fooled, or is wrong in itself. */
const hostile = {
	'two lengths': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 0${CRLF}Content-Length: ${hidden.length}${CRLF}${CRLF}${hidden}`,
	'two equal lengths': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 3${CRLF}Content-Length: 3${CRLF}${CRLF}abc${hidden}`,
	'length and chunked': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 4${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'chunked and length': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: chunked${CRLF}Content-Length: 4${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'two codings': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: chunked${CRLF}Transfer-Encoding: identity${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'coding identity': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: identity${CRLF}${CRLF}${hidden}`,
	'coding list': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: gzip, chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'coding with a tab': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding:\tchunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'coding with a blank before the colon': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding : chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'coding behind vertical tab': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: \x0bchunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'coding in HTTP/1.0': `POST /healthz HTTP/1.0${CRLF}${H}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'coding quoted': `POST /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: "chunked"${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'length +0': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: +0${CRLF}${CRLF}${hidden}`,
	'length 0x0': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 0x0${CRLF}${CRLF}${hidden}`,
	'length 0abc': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 0abc${CRLF}${CRLF}${hidden}`,
	'length -1': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: -1${CRLF}${CRLF}${hidden}`,
	'length list': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 0, 0${CRLF}${CRLF}${hidden}`,
	'length empty': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length:${CRLF}${CRLF}${hidden}`,
	'length of ten digits': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 4294967296${CRLF}${CRLF}${hidden}`,
	'length beyond 64 bits': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length: 18446744073709551616${CRLF}${CRLF}${hidden}`,
	'length with a blank before the colon': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length : 0${CRLF}${CRLF}${hidden}`,
	'length folded': `POST /healthz HTTP/1.1${CRLF}${H}Content-Length:${CRLF} 0${CRLF}${CRLF}${hidden}`,
	'folded header': `GET /healthz HTTP/1.1${CRLF}${H}X: a${CRLF} b${CRLF}Content-Length: 5${CRLF}${CRLF}`,
	'folded header with a tab': `GET /healthz HTTP/1.1${CRLF}${H}X: a${CRLF}\tb${CRLF}${CRLF}`,
	'first header folded': `GET /healthz HTTP/1.1${CRLF} Host: x${CRLF}${CRLF}`,
	'64 headers': `GET /healthz HTTP/1.1${CRLF}${H}${'X: y\r\n'.repeat(63)}${CRLF}`,
	'65 headers, the last a length': `POST /healthz HTTP/1.1${CRLF}${H}${'X: y\r\n'.repeat(63)}Content-Length: ${hidden.length}${CRLF}${CRLF}${hidden}`,
	'500 headers': `GET /healthz HTTP/1.1${CRLF}${H}${'X: y\r\n'.repeat(500)}${CRLF}`,
	'a header of 20 KB': `GET /healthz HTTP/1.1${CRLF}${H}X: ${'y'.repeat(20000)}${CRLF}${CRLF}`,
	'a path of 20 KB': `GET /${'y'.repeat(20000)} HTTP/1.1${CRLF}${H}${CRLF}`,
	'header without a name': `GET /healthz HTTP/1.1${CRLF}${H}: x${CRLF}${CRLF}`,
	'header without a colon': `GET /healthz HTTP/1.1${CRLF}${H}nonsense${CRLF}${CRLF}`,
	'header name with a blank': `GET /healthz HTTP/1.1${CRLF}${H}X Y: z${CRLF}${CRLF}`,
	'header name with a bracket': `GET /healthz HTTP/1.1${CRLF}${H}X(Y: z${CRLF}${CRLF}`,
	'NUL in a header': `GET /healthz HTTP/1.1${CRLF}${H}X: a\0b${CRLF}${CRLF}`,
	'NUL in the path': `GET /healthz\0 HTTP/1.1${CRLF}${H}${CRLF}`,
	'bell in a header': `GET /healthz HTTP/1.1${CRLF}${H}X: a\x07b${CRLF}${CRLF}`,
	'carriage return in a header': `GET /healthz HTTP/1.1${CRLF}${H}X: a\rContent-Length: 5${CRLF}${CRLF}`,
	'bare line feeds': `GET /healthz HTTP/1.1\nHost: x\n\n`,
	'one bare line feed': `GET /healthz HTTP/1.1${CRLF}X: y\nHost: x${CRLF}${CRLF}`,
	'bare line feed after the request line': `GET /healthz HTTP/1.1\nHost: x${CRLF}${CRLF}`,
	'blank line first': `${CRLF}GET /healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'blank lines alone, then a request': `${CRLF}${CRLF}${hidden}`,
	'a blank first': ` GET /healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'two blanks in the request line': `GET  /healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'a tab in the request line': `GET\t/healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'a blank after the version': `GET /healthz HTTP/1.1 ${CRLF}${H}${CRLF}`,
	'no version': `GET /healthz${CRLF}${H}${CRLF}`,
	'version 0.9': `GET /healthz HTTP/0.9${CRLF}${H}${CRLF}`,
	'version 2.0': `GET /healthz HTTP/2.0${CRLF}${H}${CRLF}`,
	'version 1.10': `GET /healthz HTTP/1.10${CRLF}${H}${CRLF}`,
	'HTTP/2 preface': `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}`,
	'no host': `GET /healthz HTTP/1.1${CRLF}${CRLF}`,
	'no host in HTTP/1.0': `GET /healthz HTTP/1.0${CRLF}${CRLF}`,
	'two hosts': `GET /healthz HTTP/1.1${CRLF}${H}Host: evil${CRLF}${CRLF}`,
	'an empty host': `GET /healthz HTTP/1.1${CRLF}Host:${CRLF}${CRLF}`,
	'a host with a path': `GET /healthz HTTP/1.1${CRLF}Host: x/y${CRLF}${CRLF}`,
	'absolute address': `GET http://127.0.0.1/healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'another host\'s address': `GET http://evil/healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'star': `OPTIONS * HTTP/1.1${CRLF}${H}${CRLF}`,
	'upgrade to websocket': `GET /healthz HTTP/1.1${CRLF}${H}Connection: Upgrade${CRLF}Upgrade: websocket${CRLF}Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==${CRLF}Sec-WebSocket-Version: 13${CRLF}${CRLF}`,
	'upgrade to HTTP/2': `GET /healthz HTTP/1.1${CRLF}${H}Connection: Upgrade, HTTP2-Settings${CRLF}Upgrade: h2c${CRLF}HTTP2-Settings: AAMAAABkAAQAAP__${CRLF}${CRLF}`,
	'TRACE': `TRACE /healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'CONNECT': `CONNECT 127.0.0.1:22 HTTP/1.1${CRLF}${H}${CRLF}`,
	'PROPFIND': `PROPFIND / HTTP/1.1${CRLF}${H}${CRLF}`,
	'a made-up method': `FETCH / HTTP/1.1${CRLF}${H}${CRLF}`,
	'a method in lower case': `get /healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'GET with a body': `GET /healthz HTTP/1.1${CRLF}${H}Content-Length: ${hidden.length}${CRLF}${CRLF}${hidden}`,
	'HEAD with a body': `HEAD /healthz HTTP/1.1${CRLF}${H}Content-Length: ${hidden.length}${CRLF}${CRLF}${hidden}`,
	'DELETE with a body': `DELETE /healthz HTTP/1.1${CRLF}${H}Content-Length: ${hidden.length}${CRLF}${CRLF}${hidden}`,
	'GET with chunks': `GET /healthz HTTP/1.1${CRLF}${H}Transfer-Encoding: chunked${CRLF}${CRLF}0${CRLF}${CRLF}${hidden}`,
	'expectation': `POST /healthz HTTP/1.1${CRLF}${H}Expect: 999-magic${CRLF}Content-Length: 0${CRLF}${CRLF}`,
	'two tokens': `GET /healthz HTTP/1.1${CRLF}${H}Authorization: Bearer a${CRLF}Authorization: Bearer b${CRLF}${CRLF}`,
	'two cookies': `GET /healthz HTTP/1.1${CRLF}${H}Cookie: vigie=a${CRLF}Cookie: vigie=b${CRLF}${CRLF}`,
	'%00': `GET /healthz%00.html HTTP/1.1${CRLF}${H}${CRLF}`,
	'%2e%2e': `GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1${CRLF}${H}${CRLF}`,
	'..': `GET /../../etc/passwd HTTP/1.1${CRLF}${H}${CRLF}`,
	'.': `GET /./healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'a hidden file': `GET /.hidden HTTP/1.1${CRLF}${H}${CRLF}`,
	'%2f': `GET /assets%2fhome-1a2b.js HTTP/1.1${CRLF}${H}${CRLF}`,
	'%5c': `GET /assets%5chome-1a2b.js HTTP/1.1${CRLF}${H}${CRLF}`,
	'%0d%0a': `GET /healthz%0d%0aX:%20y HTTP/1.1${CRLF}${H}${CRLF}`,
	'broken escape': `GET /healthz% HTTP/1.1${CRLF}${H}${CRLF}`,
	'bad UTF-8': `GET /%c3%28 HTTP/1.1${CRLF}${H}${CRLF}`,
	'bytes above 127 in the path': `GET /\xe9 HTTP/1.1${CRLF}${H}${CRLF}`,
	'//': `GET //healthz HTTP/1.1${CRLF}${H}${CRLF}`,
	'semicolon in the path': `GET /healthz;x=y HTTP/1.1${CRLF}${H}${CRLF}`,
	'fragment': `GET /healthz#x HTTP/1.1${CRLF}${H}${CRLF}`,
	'control character in the query': `GET /healthz?lang=%0a HTTP/1.1${CRLF}${H}${CRLF}`,
	'TLS hello': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'.padEnd(60, '\x42'),
	'nonsense': 'hello, server\r\n\r\n',
};

test('at least sixty hostile requests are tried', () => {
	assert.ok(Object.keys(hostile).length >= 60, String(Object.keys(hostile).length));
});

for (const [name, bytes] of Object.entries(hostile))
	test(`refused and closed, nothing hidden in it is seen: ${name}`, async () => {
		const before = await server.metric('vigie_http_seen_total');
		const { text, closed } = await raw(server.port, bytes);
		const seen = (await server.metric('vigie_http_seen_total')) - before - 1; // the last scrape itself
		const answers = statuses(text);
		assert.ok(closed, `still open after ${JSON.stringify(text)}`);
		assert.ok(answers.length <= 1, text);
		assert.ok(seen <= 1, `${seen} requests seen`);
		for (const status of answers) assert.ok(status >= 400 && status < 500, text);
		if (answers.length) assert.match(text, /Content-Type: application\/problem\+json/);
		assert.doesNotMatch(text, /hidden-request|passwd|secret|Access-Control/i);
	});

test('a request after a refused one on the same connection is not read', async () => {
	const before = await server.metric('vigie_http_seen_total');
	const { text, closed } = await raw(server.port, `GET //x HTTP/1.1${CRLF}${H}${CRLF}${hidden}${hidden}`);
	assert.deepEqual(statuses(text), [400]);
	assert.ok(closed);
	assert.equal((await server.metric('vigie_http_seen_total')) - before, 2); // the scrape is one
});

test('bytes of an earlier connection are never read as a request', async () => {
	const good = `GET /healthz HTTP/1.1${CRLF}${H}${CRLF}`;
	for (let i = 0; i < 30; i++) {
		await raw(server.port, good + good + good, { ms: 50 });
		const { text } = await raw(server.port, `${CRLF}${CRLF}${' '.repeat(good.length * 2 - 4)}`, { ms: 100, end: true });
		assert.deepEqual(statuses(text).filter((s) => s < 400), [], text);
	}
});

test('keep-alive and pipelined requests are answered in order', async () => {
	const { text } = await raw(server.port,
		`GET /healthz HTTP/1.1${CRLF}${H}${CRLF}GET /nope HTTP/1.1${CRLF}${H}${CRLF}GET /healthz HTTP/1.1${CRLF}${H}Connection: close${CRLF}${CRLF}`);
	assert.deepEqual(statuses(text), [200, 404, 200]);
});

test('HTTP/1.0 closes unless asked to stay', async () => {
	const one = await raw(server.port, `GET /healthz HTTP/1.0${CRLF}${H}${CRLF}`);
	assert.ok(one.closed);
	assert.match(one.text, /\r\nConnection: close\r\n/);
	const two = await raw(server.port, `GET /healthz HTTP/1.0${CRLF}${H}Connection: keep-alive${CRLF}${CRLF}`, { ms: 200 });
	assert.ok(!two.closed);
	assert.match(two.text, /\r\nConnection: keep-alive\r\n/);
});

test('a length of 1 GB is refused within a second, unread', async () => {
	const { text, closed, ms } = await raw(server.port,
		[`POST /api/v1/session HTTP/1.1${CRLF}${H}Content-Type: application/json${CRLF}Content-Length: 999999999${CRLF}${CRLF}`, 'x'.repeat(100000)]);
	assert.ok([401, 404, 413].includes(statuses(text)[0]), text);
	assert.ok(closed);
	assert.ok(ms < 1000, `${ms} ms`);
});

test('a small body that nobody wants leaves the connection usable', async () => {
	const { text } = await raw(server.port,
		[`POST /api/v1/nope HTTP/1.1${CRLF}${H}Content-Length: 5${CRLF}${CRLF}`, `hello${hidden}`], { ms: 300 });
	assert.deepEqual(statuses(text), [401, 404]);
});

test('bodies that come slowly or never are given up', async () => {
	const head = `POST /api/v1/nope HTTP/1.1${CRLF}${H}Content-Length: 50${CRLF}${CRLF}`;
	const never = await raw(server.port, head, { ms: 8000 });
	assert.ok(never.closed);
	assert.ok(never.ms < 5000, `${never.ms} ms`);
	const slow = await raw(server.port, [head, ...'x'.repeat(49)], { ms: 8000, pause: 200 });
	assert.ok(slow.closed);
	assert.ok(slow.ms < 5000, `${slow.ms} ms`);
});

test('an unfinished header is given up', async () => {
	const { closed, ms } = await raw(server.port, `GET /healthz HTTP/1.1${CRLF}Host`, { ms: 6000 });
	assert.ok(closed);
	assert.ok(ms < 5000, `${ms} ms`);
});

test('exact headers of a small answer', async () => {
	const { text } = await raw(server.port, `GET /healthz HTTP/1.1${CRLF}${H}Origin: http://evil${CRLF}Connection: close${CRLF}${CRLF}`);
	const [head, body] = text.split('\r\n\r\n');
	const names = head.split(CRLF).slice(1).map((line) => line.slice(0, line.indexOf(':')));
	assert.deepEqual(names, ['Date', 'X-Request-Id', 'Content-Type', 'Content-Length', 'Vary', 'Cache-Control',
		'Content-Security-Policy', 'X-Content-Type-Options', 'Referrer-Policy', 'Connection']);
	assert.equal(body, '{"status":"ok"}');
});

test('an answer arrives in one piece', async () => {
	const pieces = await new Promise((resolve) => {
		const socket = net.connect(server.port, '127.0.0.1');
		let n = 0;
		socket.on('data', () => n++);
		socket.on('close', () => resolve(n));
		socket.write(`GET / HTTP/1.1${CRLF}${H}Connection: close${CRLF}${CRLF}`);
	});
	assert.equal(pieces, 1);
});

test('HEAD has the headers of GET and no body', async () => {
	const headers = (text) => text.split('\r\n\r\n')[0].replace(/^(Date|X-Request-Id): .*\r\n/gm, '');
	for (const path of ['/healthz', '/', '/assets/home-1a2b.js', '/api/v1/openapi.json', '/nope', '/api/v1/nope']) {
		const get = await raw(server.port, `GET ${path} HTTP/1.1${CRLF}${H}Connection: close${CRLF}${CRLF}`);
		const head = await raw(server.port, `HEAD ${path} HTTP/1.1${CRLF}${H}Connection: close${CRLF}${CRLF}`);
		assert.equal(headers(head.text), headers(get.text), path);
		assert.ok(head.text.endsWith('\r\n\r\n'), path);
	}
});

test('OPTIONS says the methods and nothing of other origins', async () => {
	const { status, headers } = await server.anonymous().request('OPTIONS', '/healthz',
		{ headers: { Origin: 'http://evil', 'Access-Control-Request-Method': 'POST' } });
	assert.equal(status, 204);
	assert.equal(headers.get('allow'), 'GET, HEAD, OPTIONS');
});

test('pages: policy, no-cache, ETag, 304, gzip', async () => {
	const page = await server.anonymous().get('/');
	assert.equal(page.status, 200);
	assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
	assert.equal(page.headers.get('cache-control'), 'no-cache');
	assert.equal(page.headers.get('content-security-policy'),
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types lit-html");
	assert.equal(page.headers.get('referrer-policy'), 'same-origin');
	assert.equal(page.headers.get('strict-transport-security'), null);
	assert.match(page.etag, /^"[0-9a-f]{24}\.gz"$/); // fetch asks for gzip
	for (const tag of [page.etag, page.etag.replace('.gz', ''), `W/${page.etag}`, `"x", ${page.etag}`, '*']) {
		const again = await server.anonymous().get('/', { headers: { 'If-None-Match': tag } });
		assert.equal(again.status, 304, tag);
		assert.equal(again.headers.get('etag'), page.etag);
	}
	assert.equal((await server.anonymous().get('/', { headers: { 'If-None-Match': '"other"' } })).status, 200);
});

test('assets are kept for ever and compressed once', async () => {
	const head = `GET /assets/home-1a2b.js HTTP/1.1${CRLF}${H}Connection: close${CRLF}`;
	const plain = await raw(server.port, head + CRLF);
	const gzip = await raw(server.port, `${head}Accept-Encoding: gzip${CRLF}${CRLF}`);
	assert.match(plain.text, /\r\nCache-Control: public, max-age=31536000, immutable\r\n/);
	assert.match(plain.text, /\r\nVary: Accept-Encoding\r\n/);
	assert.equal(plain.text.slice(plain.text.indexOf('\r\n\r\n') + 4), script);
	assert.match(gzip.text, /\r\nContent-Encoding: gzip\r\n/);
	assert.equal(gunzipSync(Buffer.from(gzip.text.slice(gzip.text.indexOf('\r\n\r\n') + 4), 'latin1')).toString(), script);
	const tag = (text) => text.match(/ETag: "(.*)"/)[1];
	assert.equal(tag(gzip.text), `${tag(plain.text)}.gz`);
});

test('a large answer of the interface is compressed for those who ask', async () => {
	const head = `GET /api/v1/openapi.json HTTP/1.1${CRLF}${H}Connection: close${CRLF}`;
	const gzip = await raw(server.port, `${head}Accept-Encoding: gzip${CRLF}${CRLF}`);
	const plain = await raw(server.port, head + CRLF);
	const body = gunzipSync(Buffer.from(gzip.text.slice(gzip.text.indexOf('\r\n\r\n') + 4), 'latin1'));
	assert.equal(body.toString('latin1'), plain.text.slice(plain.text.indexOf('\r\n\r\n') + 4));
	assert.match(gzip.text, /ETag: "h[0-9a-f]{24}\.[0-9]{8}\.fr\.gz"/);
	assert.match(plain.text, /ETag: "h[0-9a-f]{24}\.[0-9]{8}\.fr"/);
});

test('unknown addresses: a page for people, a problem for programs', async () => {
	const page = await server.anonymous().get('/nope');
	assert.equal(page.status, 404);
	assert.match(page.text, /Nothing here/);
	assert.equal((await server.anonymous().get('/assets/')).status, 404);
	assert.equal((await server.anonymous().get('/404.html')).status, 200);
	const api = await server.anonymous().get('/api/v1/nope');
	assert.equal(api.status, 401);
	assert.equal(api.headers.get('www-authenticate'), 'Bearer realm="vigie"');
});

test('methods: 405 says which ones there are', async () => {
	for (const [method, path] of [['POST', '/healthz'], ['DELETE', '/api/v1/openapi.json'], ['PUT', '/']]) {
		const answer = await server.anonymous().request(method, path);
		assert.equal(answer.status, 405, `${method} ${path}`);
		assert.equal(answer.headers.get('allow'), 'GET, HEAD, OPTIONS');
	}
});

test('query: unknown names the nearest, repeated and broken are refused', async () => {
	const near = await server.anonymous().get('/healthz?lnag=en', { headers: { 'Accept-Language': 'en' } });
	assert.equal(near.status, 400);
	assert.equal(near.json.errors[0].parameter, 'lnag');
	assert.match(near.json.errors[0].detail, /“lang”/);
	assert.equal((await server.anonymous().get('/healthz?lang=en&lang=fr')).json.errors[0].code, 'repeated_parameter');
	assert.equal((await server.anonymous().get('/healthz?lang=de')).json.errors[0].code, 'bad_choice');
	assert.equal((await server.anonymous().get('/healthz?x=%zz')).status, 400);
	assert.equal((await server.anonymous().get('/healthz?as_of=2026-01-01')).status, 400);
});

test('language: French by default, lang= wins over the header', async () => {
	const title = async (path, lang) => (await server.anonymous({ lang }).get(path)).json.title;
	assert.equal(await title('/api/v1/nope', 'de'), 'Personne n’est connecté');
	assert.equal(await title('/api/v1/nope', 'en-GB,fr;q=0.5'), 'Nobody is signed in');
	assert.equal(await title('/api/v1/nope?lang=fr', 'en'), 'Personne n’est connecté');
});

test('the description of the interface is OpenAPI 3.1 and names only what it has', () => {
	const { openapi } = server;
	assert.equal(openapi.openapi, '3.1.0');
	for (const [, ref] of JSON.stringify(openapi).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
		const target = ref.split('/').reduce((node, step) => node?.[step], openapi);
		assert.ok(target, ref);
	}
});

test('every route of the description refuses a stranger or answers', async () => {
	for (const [path, methods] of Object.entries(server.openapi.paths))
		for (const method of Object.keys(methods)) {
			const concrete = path.replace(/\{[^}]*\}/g, 'x1');
			const answer = await server.anonymous().request(method.toUpperCase(), concrete,
				{ headers: { Accept: 'application/json' } });
			const open = methods[method].security.length === 0;
			if (!open) assert.equal(answer.status, 401, `${method} ${path}`);
			else assert.notEqual(answer.status, 500, `${method} ${path}`);
		}
});

test('what the client forwards is not believed without a proxy', async () => {
	assert.equal((await server.anonymous().get('/metrics', { headers: { 'X-Forwarded-For': '192.0.2.1' } })).status, 200);
});

test('behind a proxy, metrics are for this machine alone and the last address counts', async () => {
	const proxied = await startServer({ args: ['--trusted-proxy=127.0.0.1', '--public-url=https://vigie.example'] });
	const from = (address) => proxied.anonymous().get('/metrics', { headers: { 'X-Forwarded-For': address } });
	assert.equal((await from('192.0.2.1')).status, 403);
	assert.equal((await from('127.0.0.1, 192.0.2.1')).status, 403);
	assert.equal((await from('192.0.2.1, 127.0.0.1')).status, 200);
	const health = await proxied.anonymous().get('/healthz');
	assert.equal(health.headers.get('strict-transport-security'), 'max-age=31536000');
	assert.equal(await proxied.stop(), 0);
});

test('health: alive without a database, not ready', async () => {
	const alone = await startServer({ database: 'postgresql:///vigie?host=/nonexistent' });
	assert.equal((await alone.anonymous().get('/healthz')).status, 200);
	const ready = await alone.anonymous().get('/readyz');
	assert.equal(ready.status, 503);
	assert.ok(Number(ready.headers.get('retry-after')) >= 1);
	assert.doesNotMatch(ready.text, /nonexistent/);
	assert.equal(await alone.stop(), 0);
});

test('one line a request, and nobody can forge one', async () => {
	const lines = server.log.length;
	await raw(server.port, `GET /nope?x=%22+level%3dforged HTTP/1.1${CRLF}${H}X-Request-Id: forged${CRLF}User-Agent: a" level=error${CRLF}Connection: close${CRLF}${CRLF}`);
	await sleep(50);
	const log = server.log.slice(lines).trim().split('\n');
	assert.equal(log.length, 1, log.join('\n'));
	assert.match(log[0], /^time=\S+ level=info event=request id=[0-9a-f]{16} method=GET route=\S+ status=40[04] ms=/);
	assert.doesNotMatch(log[0], /forged/);
});

test('256 connections kept open are all served', async () => {
	const sockets = await Promise.all(Array.from({ length: 256 }, () => new Promise((resolve) => {
		const s = net.connect(server.port, '127.0.0.1', () => resolve(s));
		s.on('error', () => {});
	})));
	const served = await Promise.all(sockets.map((s) => new Promise((resolve) => {
		s.once('data', (d) => resolve(statuses(d.toString('latin1'))[0]));
		s.write(`GET /healthz HTTP/1.1${CRLF}${H}${CRLF}`);
	})));
	assert.ok(served.every((status) => status === 200));
	sockets.forEach((s) => s.destroy());
});

test('a stop answers what is in flight and refuses what comes after', async () => {
	const own = await startServer();
	const busy = raw(own.port, [`POST /api/v1/nope HTTP/1.1${CRLF}${H}Content-Length: 5${CRLF}${CRLF}`, 'hel', 'lo'], { pause: 400 });
	await sleep(200); // in flight: two pieces of its body are still to come
	const idle = net.connect(own.port, '127.0.0.1');
	await new Promise((resolve) => idle.once('connect', resolve));
	const ended = new Promise((resolve) => idle.once('close', resolve));
	idle.on('error', () => {});
	idle.resume();
	const began = Date.now();
	const code = await own.stop();
	assert.equal(code, 0);
	assert.ok(Date.now() - began < 10000);
	await ended;
	const { text } = await busy;
	assert.deepEqual(statuses(text), [401]);
	assert.match(text, /\r\nConnection: close\r\n/);
	await assert.rejects(fetch(`${own.url}/healthz`));
});

test('the next free port is taken when asked to, and said', async () => {
	const own = await startServer({ args: [`--port=${server.port}`, '--port-search=on'] });
	assert.notEqual(own.port, server.port);
	assert.match(own.log, new RegExp(`port ${server.port} is taken`));
	await own.stop();
	await assert.rejects(startServer({ args: [`--port=${server.port}`] }), /the server ended/);
});
