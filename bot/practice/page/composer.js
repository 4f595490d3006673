// Where people write: completes slash commands with their hints, and @people.
import { html, useRef, useState } from "./preact.js";

export function Composer({ name, commands, people, words, send, upload, compact }) {
  const [text, setText] = useState("");
  const [files, setFiles] = useState([]);
  const [chosen, choose] = useState(0);
  const field = useRef(null);
  const offers = completions(text, commands, people);

  const take = (offer) => {
    setText(offer.text);
    choose(0);
    field.current.focus();
  };
  const go = async () => {
    if (!text.trim() && !files.length) return;
    const [written, attached] = [text.trim(), files];
    setText("");
    setFiles([]);
    const failed = await send(written, attached.map((one) => one.id));
    if (failed) setText(written); // nothing typed is lost
  };
  const key = (event) => {
    if (offers.length && ["ArrowDown", "ArrowUp"].includes(event.key)) {
      choose((chosen + (event.key === "ArrowDown" ? 1 : offers.length - 1)) % offers.length);
      event.preventDefault();
    } else if (offers.length && (event.key === "Tab" || (event.key === "Enter" && offers[chosen]?.unfinished))) {
      take(offers[chosen] || offers[0]);
      event.preventDefault();
    } else if (event.key === "Enter" && !event.shiftKey) {
      go();
      event.preventDefault();
    } else if (event.key === "Escape") {
      setText("");
    }
  };
  return html`<div class="composer">
    ${offers.length > 0 && html`<ul class="offers" role="listbox">${offers.map((offer, at) => html`
      <li role="option" aria-selected=${at === chosen} onMouseDown=${(event) => { event.preventDefault(); take(offer); }}>
        <b>${offer.shown}</b> <span>${offer.about}</span> <code>${offer.hint}</code></li>`)}</ul>`}
    ${files.length > 0 && html`<div class="attached">${files.map((one) => html`<span>📎 ${one.name}</span>`)}</div>`}
    <textarea ref=${field} rows=${compact ? 1 : 2} value=${text} placeholder=${words("write", { name })} aria-label=${words("write", { name })}
      onInput=${(event) => { setText(event.target.value); choose(0); }} onKeyDown=${key}></textarea>
    <div class="tools">
      <label class="attach" title=${words("files")}>📎<input type="file" aria-label=${words("files")}
        onChange=${async (event) => { const added = await Promise.all([...event.target.files].map(upload)); setFiles([...files, ...added]); event.target.value = ""; }} /></label>
      <button type="button" class="button primary send" onClick=${go}>${words("send")}</button>
    </div>
  </div>`;
}

function completions(text, commands, people) {
  if (/^\/\S*$/.test(text)) {
    return commands.filter((one) => one.command.startsWith(text.toLowerCase()))
      .map((one) => ({ text: `${one.command} `, shown: one.command, about: one.description, hint: one.usage_hint || "", unfinished: one.command !== text }));
  }
  const at = text.match(/(^|\s)@([\w.-]*)$/);
  if (!at) return [];
  const typed = at[2].toLowerCase();
  return people.filter((one) => !one.deleted && (one.name.startsWith(typed) || one.real_name.toLowerCase().includes(typed))).slice(0, 8)
    .map((one) => ({ text: text.slice(0, text.length - at[2].length) + `${one.name} `, shown: `@${one.name}`, about: one.real_name, hint: one.title, unfinished: true }));
}
