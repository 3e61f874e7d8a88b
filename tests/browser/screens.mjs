/* The picture of the home page for the README, taken again from the demo plan. */
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { account, launch, open, signIn } from './browser.mjs';

const LIMIT_BYTES = 200 * 1000;
const target = fileURLToPath(new URL('../../web/home.png', import.meta.url));
const browser = await launch();
try {
	const { page } = await open(browser, { width: 1280, height: 1240 });
	await signIn(page, account('coordinator'));
	await page.screenshot({ path: target });
	const { size } = statSync(target);
	if (size > LIMIT_BYTES) throw new Error(`${target}: ${size} bytes, ${LIMIT_BYTES} at most`);
	console.log(`${target}: ${size} bytes`);
} finally {
	await browser.close();
}
