/*
 * The editor of plugins: CodeMirror in a shadow root, where its style sheets pass the strict policy.  Tab leaves it, so
 * that nobody is caught inside.
 */
import { EditorState, Compartment } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers, tooltips } from '@codemirror/view';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { HighlightStyle, StreamLanguage, bracketMatching, indentOnInput, syntaxHighlighting } from '@codemirror/language';
import { autocompletion, completionKeymap } from '@codemirror/autocomplete';
import { setDiagnostics } from '@codemirror/lint';
import { tags } from '@lezer/highlight';
import { lua } from '@codemirror/legacy-modes/mode/lua';

const look = EditorView.theme({
	'&': { color: 'var(--ink)', backgroundColor: 'var(--surface)', border: '1px solid var(--edge)', borderRadius: 'var(--radius)' },
	'&.cm-focused': { outline: '3px solid var(--focus)' },
	'.cm-scroller': { fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace', fontSize: '.875rem', lineHeight: '1.5', maxHeight: '36rem', minHeight: '16rem' },
	'.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--muted)', borderRight: '1px solid var(--line)' },
	'.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--raised) 60%, transparent)' },
	'.cm-cursor': { borderLeftColor: 'var(--ink)' },
	'.cm-content': { caretColor: 'var(--ink)' },
	'&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--accent-soft)' },
	'.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--edge)' },
	'.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-accent)' },
	'.cm-completionDetail': { fontStyle: 'normal', marginLeft: '1em' },
	'.cm-lintRange-error': { backgroundImage: 'none', textDecoration: 'underline wavy var(--blocked)' },
	'.cm-fault': { backgroundColor: 'var(--blocked-soft)' },
});

const colours = HighlightStyle.define([
	{ tag: tags.keyword, color: 'var(--hold-ink)', fontWeight: '600' },
	{ tag: tags.string, color: 'var(--done-ink)' },
	{ tag: tags.comment, color: 'var(--muted)', fontStyle: 'italic' },
	{ tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--late-ink)' },
	{ tag: [tags.standard(tags.variableName), tags.function(tags.variableName)], color: 'var(--accent-strong)' },
]);

/* The words of the contract, and by name the values between quotes that each may have; fetched when first asked for. */
let proposals;
async function known() {
	if (!proposals) {
		const { default: words } = await import('plugin:words');
		const valued = words.filter((word) => word.values);
		proposals = { words, values: new Map(valued.map(({ label, values }) => [label, values.map((value) => ({ label: value }))])) };
	}
	return proposals;
}

/* `status == "`, `levels = { "national", "` or `series "`, and what is begun of a value. */
const VALUE = /(\w+)\s*(?:[=~]?=|\()?\s*\{?(?:\s*"[^"]*"\s*,)*\s*"([\w.-]*)$/;

/* Within quotes the values that fit, elsewhere words, methods with their colon, after two signs or when asked for. */
async function propose(context) {
	const value = VALUE.exec(context.matchBefore(VALUE)?.text ?? '');
	if (value) {
		const options = (await known()).values.get(value[1]);
		return options ? { from: context.pos - value[2].length, options, validFor: /^[\w.-]*$/ } : null;
	}
	const word = context.matchBefore(/:?[\w.]+/);
	if (!context.explicit && (word?.text.length ?? 0) < 2) return null;
	return { from: word?.from ?? context.pos, options: (await known()).words, validFor: /^:?[\w.]*$/ };
}

/* Puts an editor in `host`.  → { text(), replace(text), mark(finding or null), lock(yes) } */
export function luaEditor(host, { text, label, onChange }) {
	const root = host.attachShadow({ mode: 'open' });
	const locked = new Compartment();
	const view = new EditorView({
		root,
		parent: root,
		state: EditorState.create({
			doc: text,
			extensions: [
				lineNumbers(),
				history(),
				drawSelection(),
				indentOnInput(),
				bracketMatching(),
				highlightActiveLine(),
				StreamLanguage.define(lua),
				syntaxHighlighting(colours),
				autocompletion({ override: [propose], icons: false }),
				tooltips({ position: 'absolute' }),
				keymap.of([...completionKeymap, ...defaultKeymap, ...historyKeymap]),
				EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
				EditorView.updateListener.of((update) => update.docChanged && onChange()),
				locked.of(EditorState.readOnly.of(false)),
				look,
			],
		}),
	});
	return {
		text: () => view.state.doc.toString(),
		replace: (value) =>
			view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: value } }),
		lock: (yes) => view.dispatch({ effects: locked.reconfigure(EditorState.readOnly.of(yes)) }),
		mark(finding) {
			const found = [];
			if (finding?.line && finding.line <= view.state.doc.lines) {
				const { from, to } = view.state.doc.line(finding.line);
				found.push({ from, to, severity: 'error', message: finding.cause });
			}
			view.dispatch(setDiagnostics(view.state, found));
		},
		go(number) {
			const line = view.state.doc.line(Math.min(number, view.state.doc.lines));
			view.dispatch({ selection: { anchor: line.from }, effects: EditorView.scrollIntoView(line.from, { y: 'center' }) });
			view.focus();
		},
	};
}
