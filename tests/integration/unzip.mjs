import { inflateRawSync } from 'node:zlib';

/* The files of a zip archive by name, in their order, as texts; `method` says how each is stored. */
export function unzip(bytes) {
	const files = {}, end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
	let at = bytes.readUInt32LE(end + 16);
	for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
		const [method, size, nameLength] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20), bytes.readUInt16LE(at + 28)];
		const local = bytes.readUInt32LE(at + 42), name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
		const from = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		const raw = bytes.subarray(from, from + size);
		files[name] = { method, local, text: (method === 8 ? inflateRawSync(raw) : raw).toString('utf8') };
		at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
	}
	return files;
}
