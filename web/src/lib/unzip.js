/* In place of fflate for the reader of spreadsheets: it would unpack big files in a worker made of text, which the policy refuses. */
import { unzipSync } from 'fflate';

export { strFromU8, Unzip } from 'fflate';

export function unzip(archive, ...rest) {
	const done = rest.pop();
	let files;
	try {
		files = unzipSync(archive, ...rest);
	} catch (fault) {
		done(fault);
		return;
	}
	done(null, files);
}
