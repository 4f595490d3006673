// Slack's mrkdwn and plain text -> elements. Nothing is ever put in as HTML.
import { html } from "./preact.js";

const EMOJI = { white_check_mark: "✅", alarm_clock: "⏰", red_circle: "🔴", wave: "👋", eyes: "👀", tada: "🎉", thumbsup: "👍" };
const TOKEN = /<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>/g;
const MARKS = [[/`([^`\n]+)`/, "code"], [/\*([^*\n]+)\*/, "b"], [/_([^_\n]+)_/, "i"], [/~([^~\n]+)~/, "s"]];

export function plain(text) {
  return lines(text, (line) => [emoji(line)]);
}

export function mrkdwn(text, world) {
  return lines(text, (line) => tokens(line, world));
}

export function unescaped(text) {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

function lines(text, inner) {
  return (text || "").split("\n").map((line, at) => html`${at > 0 && html`<br />`}${inner(line)}`);
}

function tokens(line, world) {
  const parts = [];
  let last = 0;
  for (const found of line.matchAll(TOKEN)) {
    parts.push(...marked(line.slice(last, found.index), world));
    parts.push(token(found, world));
    last = found.index + found[0].length;
  }
  parts.push(...marked(line.slice(last), world));
  return parts;
}

function token([, mark, name, label], world) {
  if (mark === "@") return html`<span class="mention">@${world.person(name)?.real_name || label || name}</span>`;
  if (mark === "#") return html`<span class="mention">#${world.channel(name)?.name || label || name}</span>`;
  if (mark === "!" && name.startsWith("date^")) return html`<time>${date(name, label, world)}</time>`;
  if (mark === "!" && name.startsWith("subteam^")) return html`<span class="mention">${label || name}</span>`;
  if (mark === "!") return html`<span class="mention loud">@${name}</span>`;
  const shown = unescaped(label || name);
  return /^https?:/.test(name) ? html`<a href=${unescaped(name)} target="_blank" rel="noreferrer">${shown}</a>` : shown;
}

function date(name, label, world) {
  const [, unix, format] = name.split("^");
  const moment = new Date(Number(unix) * 1000);
  const zone = { timeZone: world.me?.tz || "UTC" };
  const locale = world.me?.locale || "en";
  const day = (moment) => moment.toLocaleDateString("en-CA", zone);
  const words = { 0: "today", 1: "tomorrow", "-1": "yesterday" };
  const near = Math.round((new Date(day(moment)) - new Date(day(world.now()))) / 86400000);
  const relative = words[near] && new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(near, "day");
  const short = moment.toLocaleDateString(locale, { ...zone, month: "short", day: "numeric", year: "numeric" });
  return format
    .replace("{date_short_pretty}", relative || short)
    .replace("{date_short}", short)
    .replace("{time}", moment.toLocaleTimeString(locale, { ...zone, hour: "2-digit", minute: "2-digit" })) || label;
}

function marked(text, world) {
  for (const [pattern, tag] of MARKS) {
    const found = text.match(pattern);
    if (found) {
      const inner = tag === "code" ? unescaped(found[1]) : marked(found[1], world);
      return [...marked(text.slice(0, found.index), world), html`<${tag}>${inner}<//>`,
        ...marked(text.slice(found.index + found[0].length), world)];
    }
  }
  return [emoji(unescaped(text))];
}

function emoji(text) {
  return text.replace(/:([a-z_]+):/g, (all, name) => EMOJI[name] || all);
}
