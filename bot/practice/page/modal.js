// The top view of somebody's stack of windows, as a form.
import { html, useEffect, useRef, useState } from "./preact.js";
import { Blocks, initialValues } from "./blocks.js";
import { plain } from "./text.js";

export function Modal({ view, depth, act, world, words, upload }) {
  // What was typed stays through an update: values belong to a view and are found by block and action.
  const [held, setHeld] = useState({});
  const [errors, setErrors] = useState({});
  const [busy, setBusy] = useState(false);
  const box = useRef(null);
  useEffect(() => { setErrors({}); box.current?.querySelector("input, textarea, select, button.primary")?.focus({ preventScroll: true }); }, [view.id]);

  const values = merged(initialValues(view.blocks), held[view.id]);
  const surface = {
    values: held[view.id] || {},
    errors,
    upload,
    set: (block, action, value) => setHeld((old) => ({ ...old, [view.id]: { ...old[view.id], [block]: { [action]: value } } })),
    press: (block_id, action) => act({ kind: "click", place: { view_id: view.id }, block_id, action, values }),
  };
  const submit = async (event) => {
    event.preventDefault();
    setBusy(true);
    const answer = await act({ kind: "submit", view_id: view.id, values });
    setBusy(false);
    setErrors(answer?.errors || {});
  };
  const close = () => act({ kind: "close", view_id: view.id });
  return html`<div class="veil" onKeyDown=${(event) => event.key === "Escape" && close()}>
    <form class="modal" role="dialog" aria-modal="true" aria-label=${view.title.text} ref=${box} onSubmit=${submit} novalidate>
      <header><h2>${depth > 1 && html`<button type="button" class="icon" onClick=${close} aria-label="‹">‹</button>`}${plain(view.title.text)}</h2>
        <button type="button" class="icon" onClick=${close} aria-label=${words("close")}>✕</button></header>
      <div class="modal-body"><${Blocks} blocks=${view.blocks} surface=${surface} world=${world} /></div>
      <footer><button type="button" class="button" onClick=${close}>${plain(view.close?.text || words("close"))}</button>
        ${view.submit && html`<button type="submit" class="button primary" aria-busy=${busy}>${plain(view.submit.text)}</button>`}</footer>
    </form></div>`;
}

function merged(first, second) {
  const all = { ...first };
  for (const [block, actions] of Object.entries(second || {})) all[block] = { ...all[block], ...actions };
  const present = new Set(Object.keys(first));
  return Object.fromEntries(Object.entries(all).filter(([block]) => present.has(block)));
}
