/*
 * A real mail server on this machine (the npm package smtp-server), in the process of the test: what it takes is looked
 * at where it lies, and it can be told to answer anything, to hold an answer back, or to drop dead at a given moment.
 *
 *	const smtp = await mailServer();
 *	smtp.onData = () => refusal(451);
 *	smtp.mails                    [{ from, to, headers: { subject, … }, body, raw }]
 *	await smtp.stop();
 */
import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';

/* What the server answers instead of 250. */
export const refusal = (code, text = 'no') => Object.assign(new Error(text), { responseCode: code });

/* "=?UTF-8?B?…?=" words as text. */
const words = (text) => text.replace(/\?=\r\n =\?UTF-8\?B\?/g, '?==?UTF-8?B?').replace(/(=\?UTF-8\?B\?[^?]*\?=)+/g, (all) =>
	Buffer.concat([...all.matchAll(/\?B\?([^?]*)\?=/g)].map(([, b]) => Buffer.from(b, 'base64'))).toString());

/* Quoted-printable as text. */
const decoded = (text) => Buffer.from(text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1').toString();

function parse(raw) {
	const end = raw.indexOf('\r\n\r\n');
	const headers = {};
	for (const line of raw.slice(0, end).replace(/\r\n[ \t]/g, '\u0000').split('\r\n')) {
		const [name, ...value] = line.split(': ');
		headers[name.toLowerCase()] = words(value.join(': ').replaceAll('\u0000', '\r\n '));
	}
	return { headers, body: decoded(raw.slice(end + 4)).replaceAll('\r\n', '\n'), raw };
}

class MailServer {
	constructor(options) {
		this.options = options;
		this.mails = [];
		this.onRcpt = () => null;	/* an error to answer, or null */
		this.onData = async () => null;	/* the same, once the text is there; may wait, and may kill the server */
	}

	async start(port = 0) {
		this.server = new SMTPServer({ authOptional: true, disableReverseLookup: true, disabledCommands: ['STARTTLS', 'AUTH'], logger: false,
			onRcptTo: (address, session, answer) => answer(this.onRcpt(address.address)),
			onData: (stream, session, answer) => this.take(stream, session, answer), ...this.options });
		this.server.on('error', () => {}); // a client that goes away is none of the test's business
		this.server.listen(port, '127.0.0.1');
		await once(this.server.server, 'listening');
		this.port = this.server.server.address().port;
		return this;
	}

	async take(stream, session, answer) {
		const pieces = [];
		for await (const piece of stream) pieces.push(piece);
		const mail = { from: session.envelope.mailFrom.address, to: session.envelope.rcptTo.map((r) => r.address), user: session.user, secure: session.secure,
			...parse(Buffer.concat(pieces).toString('latin1')) };
		const error = await this.onData(mail);
		if (!error) this.mails.push(mail);
		answer(error);
	}

	/* Every connection ends now, without a word. */
	kill() {
		for (const connection of this.server.connections) connection._socket.destroy();
		return this.stop();
	}

	stop() {
		return new Promise((resolve) => this.server.close(resolve));
	}
}

export const mailServer = (options) => new MailServer(options).start();
