// SPDX-License-Identifier: GPL-2.0
// Opens a page in a browser without a screen, and says what is wrong with it: a JSON object, by kind a list of
// complaints, and what of it a test wants to know.
//
//	node page_look.js FILE WIDTH light|dark
'use strict';
const { spawn } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const [file, width, scheme] = process.argv.slice(2);
const HEIGHT = 800;
const LIMIT_MS = 120000;

// The browser speaks over two pipes, a zero byte behind each message.
class Browser {
	constructor() {
		this.home = fs.mkdtempSync(path.join(os.tmpdir(), 'oscope-page-'));
		this.child = spawn('chromium', ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run',
			'--disable-background-networking', '--user-data-dir=' + this.home, '--remote-debugging-pipe'],
			{ stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
		this.calls = new Map();
		this.heard = [];
		this.next = 1;
		let text = '';
		this.child.stdio[4].on('data', (data) => {
			const parts = (text + data).split('\0');
			text = parts.pop();
			parts.forEach((part) => this.take(JSON.parse(part)));
		});
	}
	take(message) {
		const call = this.calls.get(message.id);
		if (!call) {
			this.heard.push(message);
			return;
		}
		this.calls.delete(message.id);
		if (message.error)
			call.fail(new Error(JSON.stringify(message.error)));
		else
			call.done(message.result);
	}
	call(method, params = {}, sessionId = this.session) {
		const id = this.next++;
		this.child.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0');
		return new Promise((done, fail) => this.calls.set(id, { done, fail }));
	}
	async heardOf(method) {
		while (!this.heard.some((m) => m.method === method))
			await new Promise((later) => setTimeout(later, 20));
	}
	async evaluate(fn, ...args) {
		const expression = `(${fn})(${args.map((a) => JSON.stringify(a)).join(', ')})`;
		const got = await this.call('Runtime.evaluate', { expression, returnByValue: true });
		if (got.exceptionDetails)
			throw new Error(JSON.stringify(got.exceptionDetails));
		return got.result.value;
	}
	async end() {
		const gone = new Promise((done) => this.child.on('exit', done));
		await this.call('Browser.close', {}, undefined).catch(() => {});
		await gone;
		fs.rmSync(this.home, { recursive: true, force: true });
	}
}

// In the page: text whose contrast is below 4.5 (WCAG 2, AA), by the colours that are computed. What is read out only has none.
function poorContrast() {
	const numbers = (color) => color.match(/[\d.]+/g).map(Number);
	const light = (c) => {
		const part = (v) => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
		return 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
	};
	const behind = (element) => {
		for (let e = element; e; e = e.parentElement) {
			const c = numbers(getComputedStyle(e).backgroundColor);
			if (c.length < 4 || c[3] === 1)
				return c;
		}
		return [255, 255, 255];
	};
	const poor = new Set();
	const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walk.nextNode()) {
		const element = walk.currentNode.parentElement;
		if (!walk.currentNode.data.trim() || ['title', 'desc'].includes(element.tagName))
			continue;
		const style = getComputedStyle(element);
		const color = numbers(element instanceof SVGElement ? style.fill : style.color);
		const a = light(color) + 0.05, b = light(behind(element)) + 0.05;
		const ratio = Math.max(a, b) / Math.min(a, b);
		if (ratio < 4.5)
			poor.add(`${element.tagName}.${element.className.baseVal ?? element.className} ${ratio.toFixed(2)}`);
	}
	return [...poor];
}

// In the page: what no page of ours may have, and words of which the reader may have none.
function strangers() {
	const found = [];
	for (const e of document.querySelectorAll('*')) {
		if (['SCRIPT', 'IMG', 'IFRAME', 'OBJECT', 'EMBED', 'FORM'].includes(e.tagName.toUpperCase()))
			found.push(e.tagName);
		for (const a of e.attributes) {
			if (/^on/i.test(a.name) || (/^(src|href|xlink:href)$/i.test(a.name) && !/^(#|data:,$)/.test(a.value)))
				found.push(`${e.tagName} ${a.name}`);
		}
	}
	const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
	found.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => `twice: ${id}`));
	for (const a of document.querySelectorAll('a[href^="#"]')) {
		if (!document.getElementById(a.hash.slice(1)))
			found.push(`nowhere: ${a.hash}`);
	}
	return found;
}

// In the page: what sticks out to the right, but for what scrolls by itself.
function tooWide() {
	if (document.documentElement.scrollWidth <= innerWidth)
		return [];
	return [...document.querySelectorAll('body *')].filter((e) => !e.closest('.scroll') &&
		e.getBoundingClientRect().right > innerWidth + 0.5).slice(0, 5).map((e) => `${e.tagName}.${e.className}`)
		.concat(`${document.documentElement.scrollWidth} of ${innerWidth}`);
}

// In the page: figures whose marks lie outside their box.
function outside() {
	return [...document.querySelectorAll('svg')].filter((svg) => {
		const box = svg.getBBox(), view = svg.viewBox.baseVal;
		return box.x < -1 || box.y < -1 || box.x + box.width > view.width + 1 || box.y + box.height > view.height + 1;
	}).map((svg) => svg.querySelector('title').textContent.slice(0, 60));
}

// In the page: where the keyboard is.
function focused() {
	const e = document.activeElement, style = getComputedStyle(e);
	return { tag: e.tagName, outline: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 };
}

// Roles that must have a name for those who do not see them.
const NAMED = ['link', 'region', 'image', 'img', 'navigation', 'table', 'article', 'DisclosureTriangle', 'button',
	'RootWebArea'];

// What the keyboard can reach must have one, too: a region without a name is none for the browser.
async function nameless(browser) {
	const { nodes } = await browser.call('Accessibility.getFullAXTree');
	const reached = (n) => (n.properties || []).some((p) => p.name === 'focusable' && p.value.value);
	return nodes.filter((n) => !n.ignored && (NAMED.includes(n.role.value) || reached(n)) && n.role.value !== 'main' &&
		!(n.name && n.name.value)).map((n) => n.role.value);
}

// Tab goes through everything that can be used, in order, and it is seen where it is.
async function keyboard(browser) {
	const wanted = await browser.evaluate(() => document.querySelectorAll('a[href], summary, .scroll').length);
	// Those inside of what is closed are not there yet.
	const closed = await browser.evaluate(() => document.querySelectorAll('details:not([open]) .scroll').length);
	const found = [], key = { key: 'Tab', code: 'Tab', windowsVirtualKeyCode: 9 };
	const most = Math.min(wanted - closed, 30);
	for (let i = 0; i < most; i++) {
		await browser.call('Input.dispatchKeyEvent', { type: 'keyDown', ...key });
		await browser.call('Input.dispatchKeyEvent', { type: 'keyUp', ...key });
		const at = await browser.evaluate(focused);
		if (at.tag === 'BODY')
			found.push(`${i} of ${most}: nowhere`);
		else if (!at.outline)
			found.push(`${i}: ${at.tag} does not show it`);
	}
	return found;
}

async function open(browser) {
	const { targetId } = await browser.call('Target.createTarget', { url: 'about:blank' });
	browser.session = (await browser.call('Target.attachToTarget', { targetId, flatten: true })).sessionId;
	for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'Accessibility'])
		await browser.call(domain + '.enable');
	await browser.call('Emulation.setDeviceMetricsOverride',
		{ width: +width, height: HEIGHT, deviceScaleFactor: 1, mobile: false });
	await browser.call('Emulation.setEmulatedMedia',
		{ features: [{ name: 'prefers-color-scheme', value: scheme }] });
	await browser.call('Page.navigate', { url: 'file://' + path.resolve(file) });
	await browser.heardOf('Page.loadEventFired');
}

function said(browser) {
	const of = (method) => browser.heard.filter((m) => m.method === method).map((m) => m.params);
	return {
		console: [...of('Runtime.consoleAPICalled'), ...of('Runtime.exceptionThrown'),
			...of('Log.entryAdded'), ...of('Page.javascriptDialogOpening')].map((p) => JSON.stringify(p)),
		requests: of('Network.requestWillBeSent').map((p) => p.request.url)
			.filter((url) => !url.startsWith('data:') && url !== 'file://' + path.resolve(file)),
	};
}

async function look(browser) {
	await open(browser);
	const facts = {
		strangers: await browser.evaluate(strangers),
		wide: await browser.evaluate(tooWide),
		contrast: await browser.evaluate(poorContrast),
		outside: await browser.evaluate(outside),
		nameless: await nameless(browser),
		keyboard: await keyboard(browser),
		lang: await browser.evaluate(() => document.documentElement.lang),
		background: await browser.evaluate(() => getComputedStyle(document.body).backgroundColor),
		articles: await browser.evaluate(() => document.querySelectorAll('article').length),
		dots: await browser.evaluate(() => document.querySelectorAll('path.dots').length),
		far: await browser.evaluate(() => document.querySelectorAll('path.far').length),
		lines: await browser.evaluate(() => document.querySelectorAll('path.l0:not(.bars)').length),
		text: await browser.evaluate(() => document.body.innerText),
	};
	return { ...facts, ...said(browser) };
}

const browser = new Browser();
const late = setTimeout(() => {
	browser.child.kill('SIGKILL');
	console.error('the browser did not answer');
	process.exit(1);
}, LIMIT_MS);
look(browser).then((facts) => console.log(JSON.stringify(facts)), (error) => {
	console.error(error.message);
	process.exitCode = 1;
}).then(() => browser.end()).then(() => clearTimeout(late));
