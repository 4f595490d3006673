// The practice page: choose who you are, and use the workspace as they would.
import { html, render, useEffect, useMemo, useRef, useState } from "./preact.js";
import { Blocks } from "./blocks.js";
import { Composer } from "./composer.js";
import { Modal } from "./modal.js";
import { Panel } from "./panel.js";
import { mrkdwn } from "./text.js";
import { wordsFor } from "./words.js";

const OPTIONAL = { en: "optional", sv: "valfritt", de: "optional", es: "opcional" };

function App() {
  const [me, setMe] = useState(localStorage.getItem("me") || "U0ANNA");
  const [place, setPlace] = useState(localStorage.getItem("place") || "home");
  const [thread, setThread] = useState(null);
  const [panel, setPanel] = useState(innerWidth > 1200);
  const [menu, setMenu] = useState(false);
  const [mistake, setMistake] = useState("");
  const state = useLive(me);

  const act = async (gesture) => {
    const answer = await fetch("/act", { method: "POST", body: JSON.stringify({ user: me, ...gesture }) })
      .then((response) => response.json()).catch(() => ({ error: "…" }));
    if (answer.error) { setMistake(answer.error); setTimeout(() => setMistake(""), 6000); }
    return answer;
  };
  useEffect(() => { localStorage.setItem("me", me); localStorage.setItem("place", place); }, [me, place]);
  useEffect(() => { if (place === "home") act({ kind: "home" }); setThread(null); }, [me, place]);

  const user = state?.users.find((one) => one.id === me);
  const words = useMemo(() => wordsFor(user?.locale), [user?.locale]);
  useEffect(() => { if (user) document.documentElement.lang = user.locale.slice(0, 2); }, [user?.locale]);
  if (!state || state.me !== me) return html`<p class="loading">${words("offline")}</p>`;

  const world = {
    me: user, people: state.users, channels: state.channels, now: () => new Date(state.now),
    person: (id) => state.users.find((one) => one.id === id), channel: (id) => state.channels.find((one) => one.id === id),
    choose: words("choose"), optional: OPTIONAL[user.locale.slice(0, 2)] || OPTIONAL.en,
  };
  const direct = state.channels.find((one) => one.is_im && one.user === me);
  const channel = place === "home" ? null : state.channels.find((one) => one.id === place) || direct;
  const go = (where) => { setPlace(where); setMenu(false); };
  const upload = (file) => new Promise((done) => {
    const reader = new FileReader();
    reader.onload = async () => {
      const answer = await act({ kind: "upload", name: file.name, content: String(reader.result).split(",")[1] || "" });
      done({ id: answer.file, name: file.name, permalink: `https://practice.slack.com/files/${me}/${answer.file}` });
    };
    reader.readAsDataURL(file);
  });
  const view = state.views.at(-1);
  return html`<div class="frame ${panel ? "with-panel" : ""}">
    <${Sidebar} state=${state} me=${me} setMe=${setMe} place=${channel ? channel.id : "home"} go=${go} words=${words} open=${menu} act=${act} direct=${direct} />
    <main>
      <header class="top">
        <button type="button" class="icon only-narrow" onClick=${() => setMenu(!menu)} aria-label=${words("menu")}>☰</button>
        <h1>${channel ? (channel.is_im ? "Deskhand" : `${channel.is_private ? "🔒 " : "# "}${channel.name}`) : words("home")}</h1>
        <small>${channel?.topic?.value || ""}</small>
        ${state.connections === 0 && html`<span class="warn">${words("notRunning")}</span>`}
        <button type="button" class="button small" onClick=${() => setPanel(!panel)} aria-pressed=${panel}>${words("panel")}</button>
      </header>
      ${channel
        ? html`<${Channel} key=${channel.id + me} channel=${channel} state=${state} world=${world} words=${words} act=${act} upload=${upload} openThread=${setThread} />`
        : html`<${Home} state=${state} world=${world} words=${words} act=${act} />`}
    </main>
    ${thread && channel && html`<${Thread} channel=${channel} ts=${thread} state=${state} world=${world} words=${words} act=${act} upload=${upload} close=${() => setThread(null)} />`}
    ${panel && html`<${Panel} state=${state} act=${act} words=${words} close=${() => setPanel(false)} />`}
    ${view && html`<${Modal} view=${view} depth=${state.views.length} act=${act} world=${world} words=${words} upload=${upload} />`}
    ${mistake && html`<div class="toast" role="alert">${mistake}</div>`}
  </div>`;
}

function useLive(me) {
  const [state, setState] = useState(null);
  const socket = useRef(null);
  useEffect(() => {
    let ended = false;
    const connect = () => {
      socket.current = new WebSocket(`ws://${location.host}/watch?user=${me}`);
      socket.current.onmessage = (event) => setState(JSON.parse(event.data));
      socket.current.onclose = () => { if (!ended) setTimeout(connect, 500); };
    };
    connect();
    return () => { ended = true; socket.current.close(); };
  }, [me]);
  return state;
}

function Sidebar({ state, me, setMe, place, go, words, open, act, direct }) {
  const people = state.users.filter((one) => !one.is_bot);
  const about = (one) => (one.deleted ? ` · ${words("left")}` : one.is_restricted ? ` · ${words("guest")}` : one.is_stranger ? ` · ${words("needNote")}` : "");
  const item = (id, label, unread = 0) => html`<button type="button" class="item ${place === id ? "here" : ""} ${unread ? "unread" : ""}" aria-current=${place === id} onClick=${() => go(id)}>
    <span>${label}</span>${unread > 0 && html`<b class="badge">${unread}</b>`}</button>`;
  return html`<nav class="sidebar ${open ? "open" : ""}">
    <div class="team">${state.team}</div>
    <label class="who">${words("you")}
      <select value=${me} onChange=${(event) => setMe(event.target.value)}>
        ${people.map((one) => html`<option key=${one.id} value=${one.id}>${one.real_name} – ${one.title}${about(one)}</option>`)}
      </select></label>
    <h2>Deskhand</h2>
    ${item("home", `🏠 ${words("home")}`)}
    ${direct && item(direct.id, `💬 ${words("direct")}`, direct.unread)}
    <h2>${words("channels")}</h2>
    ${state.channels.filter((one) => !one.is_im).map((one) => item(one.id, `${one.is_private ? "🔒" : "#"} ${one.name}`, one.unread))}
    <h2>${words("shortcuts")}</h2>
    ${state.shortcuts.filter((one) => one.type === "global").map((one) => html`<button type="button" class="item" onClick=${() => act({ kind: "shortcut", callback_id: one.callback_id })}>⚡ ${one.name}</button>`)}
  </nav>`;
}

function Home({ state, world, words, act }) {
  const view = state.home;
  if (!view) return html`<div class="page"><p class="quiet">${words("homeEmpty")}</p></div>`;
  const surface = { press: (block_id, action) => act({ kind: "click", place: { view_id: view.id }, block_id, action, values: {} }) };
  return html`<div class="page home"><${Blocks} blocks=${view.blocks} surface=${surface} world=${world} /></div>`;
}

function Channel({ channel, state, world, words, act, upload, openThread }) {
  const all = state.messages[channel.id] || [];
  const shown = all.filter((one) => !one.thread_ts || one.thread_ts === one.ts).sort((a, b) => a.ts - b.ts);
  const end = useRef(null);
  const last = shown.at(-1)?.ts;
  useEffect(() => { end.current?.scrollIntoView({ block: "end" }); }, [last, channel.id]);
  useEffect(() => { if (channel.unread) act({ kind: "read", channel: channel.id }); }, [channel.unread, channel.id]);
  return html`<div class="page" role="log">
      ${shown.length === 0 && html`<p class="quiet">${words("empty")}</p>`}
      ${shown.map((one) => html`<${Message} key=${one.ts} message=${one} channel=${channel} state=${state} world=${world} words=${words} act=${act}
        replies=${all.filter((other) => other.thread_ts === one.ts && other.ts !== one.ts).length} openThread=${openThread} />`)}
      <div ref=${end}></div></div>
    <${Composer} name=${channel.is_im ? "Deskhand" : `#${channel.name}`} commands=${state.commands} people=${state.users.filter((one) => !one.is_bot)} words=${words} upload=${upload}
      send=${async (text, files) => (await act({ kind: "say", channel: channel.id, text, files })).error} />`;
}

function Thread({ channel, ts, state, world, words, act, upload, close }) {
  const shown = (state.messages[channel.id] || []).filter((one) => one.ts === ts || one.thread_ts === ts);
  return html`<aside class="thread" aria-label=${words("thread")}>
    <header><h2>${words("thread")}</h2><button type="button" class="icon" onClick=${close} aria-label=${words("close")}>✕</button></header>
    <div class="page">${shown.map((one) => html`<${Message} key=${one.ts} message=${one} channel=${channel} state=${state} world=${world} words=${words} act=${act} />`)}</div>
    <${Composer} compact name=${words("thread")} commands=${[]} people=${state.users.filter((one) => !one.is_bot)} words=${words} upload=${upload}
      send=${async (text, files) => (await act({ kind: "say", channel: channel.id, text, files, thread_ts: ts })).error} />
  </aside>`;
}

function Message({ message, channel, state, world, words, act, replies = 0, openThread }) {
  const author = world.person(message.user);
  const when = new Date(message.ts * 1000);
  const zone = { timeZone: world.me.tz };
  const time = when.toLocaleTimeString(world.me.locale, { ...zone, hour: "2-digit", minute: "2-digit" });
  const day = when.toLocaleDateString(world.me.locale, { ...zone, weekday: "short", day: "numeric", month: "short" });
  const today = world.now().toLocaleDateString(world.me.locale, { ...zone, weekday: "short", day: "numeric", month: "short" });
  const surface = { press: (block_id, action) => act({ kind: "click", place: { channel: channel.id, ts: message.ts }, block_id, action }) };
  const bot = author?.is_bot || message.is_ephemeral;
  return html`<article class="message ${message.is_ephemeral ? "ephemeral" : ""}">
    <div class="avatar ${bot ? "bot" : ""}" style=${bot ? "" : `--hue:${hue(message.user)}`} aria-hidden="true">${bot ? "D" : initials(author?.real_name)}</div>
    <div class="said">
      ${message.is_ephemeral && html`<div class="only">👁 ${words("onlyYou")}</div>`}
      <div class="by"><b>${bot ? "Deskhand" : author?.real_name}</b> ${bot && html`<span class="tag">APP</span>`} <time>${day === today ? "" : `${day}, `}${time}</time>
        ${message.edited && html` <i>(${words("edited")})</i>`}</div>
      ${message.blocks?.length
        ? html`<${Blocks} blocks=${message.blocks} surface=${surface} world=${world} />`
        : html`<p>${mrkdwn(message.text, world)}</p>`}
      ${message.files?.map((one) => /\.png$/.test(one.name)
        ? html`<a class="picture" href=${`/files/${one.id}`}><img src=${`/files/${one.id}`} alt=${one.title || one.name} /></a>`
        : html`<a class="file" href=${`/files/${one.id}`}>📎 ${one.name}</a>`)}
      ${replies > 0 && html`<button type="button" class="link" onClick=${() => openThread(message.ts)}>${words("replies", { n: replies })}</button>`}
    </div>
    ${!message.is_ephemeral && openThread && html`<div class="hover">
      <button type="button" class="icon" title=${words("reply")} aria-label=${words("reply")} onClick=${() => openThread(message.ts)}>💬</button>
      ${state.shortcuts.filter((one) => one.type === "message").map((one) => html`<button type="button" class="icon" title=${one.name} aria-label=${one.name}
        onClick=${() => act({ kind: "shortcut", callback_id: one.callback_id, channel: channel.id, ts: message.ts })}>⚡</button>`)}</div>`}
  </article>`;
}

function initials(name = "?") {
  return name.split(" ").map((part) => part[0]).join("").slice(0, 2);
}

function hue(id = "") {
  return [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 360, 7);
}

render(html`<${App} />`, document.getElementById("app"));
