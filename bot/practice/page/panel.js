// Beside the workspace: the clock, trouble on purpose, people who leave, and what went over the wire.
import { html, useState } from "./preact.js";

const SWITCHES = [["ratelimited", "ratelimited"], ["down", "down"], ["duplicates", "duplicates"], ["drop_after_post", "drop"]];

export function Panel({ state, act, words, close }) {
  const [moment, setMoment] = useState("");
  const me = state.users.find((one) => one.id === state.me);
  const now = new Date(state.now);
  const shown = now.toLocaleString(me?.locale || "en", { timeZone: me?.tz || "UTC", weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  return html`<aside class="panel" aria-label=${words("panel")}>
    <header><h2>${words("panel")}</h2><button type="button" class="icon" onClick=${close} aria-label=${words("close")}>✕</button></header>
    <section><h3>${words("clock")}</h3>
      <p class="clock"><b>${shown}</b> <small>${me?.tz}</small></p>
      <div class="b-actions">
        <button type="button" class="button" onClick=${() => act({ kind: "clock", minutes: 60 })}>${words("hour")}</button>
        <button type="button" class="button" onClick=${() => act({ kind: "clock", to: nextMorning(now, me?.tz || "UTC") })}>${words("morning")}</button>
      </div>
      <form class="row" onSubmit=${(event) => { event.preventDefault(); if (moment) act({ kind: "clock", to: inZone(moment, me?.tz || "UTC") }); }}>
        <input type="datetime-local" value=${moment} onInput=${(event) => setMoment(event.target.value)} aria-label=${words("clock")} />
        <button class="button">${words("set")}</button></form>
    </section>
    <section><h3>${words("trouble")}</h3>
      <label class="check"><input type="checkbox" checked=${state.trouble.slow_seconds > 0}
        onChange=${(event) => act({ kind: "trouble", switches: { slow_seconds: event.target.checked ? 2 : 0 } })} /> ${words("slow")}</label>
      ${SWITCHES.map(([name, word]) => html`<label class="check"><input type="checkbox" checked=${state.trouble[name]}
        onChange=${(event) => act({ kind: "trouble", switches: { [name]: event.target.checked } })} /> ${words(word)}</label>`)}
    </section>
    <details><summary>${words("people")}</summary>
      ${state.users.filter((one) => !one.is_bot).map((one) => html`<div class="person-row"><span>${one.real_name}</span>
        <label class="check"><input type="checkbox" checked=${one.deleted} onChange=${() => act({ kind: "person", who: one.id, flags: { deleted: !one.deleted } })} /> ${words("left")}</label>
        <label class="check"><input type="checkbox" checked=${one.is_restricted} onChange=${() => act({ kind: "person", who: one.id, flags: { is_restricted: !one.is_restricted } })} /> ${words("guest")}</label></div>`)}
    </details>
    <details open><summary>${words("wire")}</summary>
      <ol class="wire">${[...state.wire].reverse().map((line) => html`<li class=${line.direction}><details><summary><b>${line.direction}</b> ${line.what}</summary>
        <pre>${line.detail ? JSON.stringify(line.detail, null, 1) : ""}</pre></details></li>`)}</ol>
    </details>
  </aside>`;
}

// The offset of a zone at a wall time, by asking what the clock there shows.
function inZone(local, zone) {
  const guess = new Date(`${local}:00Z`);
  const shown = new Date(`${guess.toLocaleString("sv-SE", { timeZone: zone }).replace(" ", "T")}Z`);
  return new Date(guess.getTime() - (shown - guess)).toISOString().replace("Z", "+00:00");
}

function nextMorning(now, zone) {
  const day = new Date(`${now.toLocaleDateString("en-CA", { timeZone: zone })}T00:00:00Z`);
  do day.setUTCDate(day.getUTCDate() + 1); while ([0, 6].includes(day.getUTCDay()));
  return inZone(`${day.toISOString().slice(0, 10)}T08:00`, zone);
}
