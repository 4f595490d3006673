// Block Kit as real form controls. `surface` says what happens: press(action), and the values of a form.
import { html, useState } from "./preact.js";
import { mrkdwn, plain } from "./text.js";

export function Blocks({ blocks, surface, world }) {
  return html`<div class="blocks">
    ${blocks.map((block) => html`<${Block} key=${block.block_id} block=${block} surface=${surface} world=${world} />`)}
  </div>`;
}

function Block({ block, surface, world }) {
  switch (block.type) {
    case "header": return html`<h3 class="b-header">${plain(block.text.text)}</h3>`;
    case "divider": return html`<hr />`;
    case "context": return html`<div class="b-context">${block.elements.map((one) =>
      one.type === "image" ? html`<img src=${one.image_url} alt=${one.alt_text} />` : html`<span>${text(one, world)}</span>`)}</div>`;
    case "section": return html`<${Section} block=${block} surface=${surface} world=${world} />`;
    case "actions": return html`<div class="b-actions">${block.elements.map((one) =>
      html`<${Element} key=${one.action_id} element=${one} block=${block} surface=${surface} world=${world} />`)}</div>`;
    case "input": return html`<${Input} block=${block} surface=${surface} world=${world} />`;
    case "image": return html`<img class="b-image" src=${block.image_url} alt=${block.alt_text} />`;
    default: return html`<div class="b-context">[${block.type}]</div>`;
  }
}

function Section({ block, surface, world }) {
  return html`<div class="b-section">
    <div class="b-text">
      ${block.text && html`<p class=${block.text.type === "plain_text" ? "typed" : ""}>${text(block.text, world)}</p>`}
      ${block.fields && html`<dl>${block.fields.map((one) => html`<div>${text(one, world)}</div>`)}</dl>`}
    </div>
    ${block.accessory && html`<${Element} element=${block.accessory} block=${block} surface=${surface} world=${world} />`}
  </div>`;
}

function Input({ block, surface, world }) {
  const error = surface.errors?.[block.block_id];
  const id = `${block.block_id}-field`;
  const grouped = ["checkboxes", "radio_buttons"].includes(block.element.type);
  const body = html`<${Element} element=${block.element} block=${block} surface=${surface} world=${world} id=${id} inForm />
    ${block.hint && !error && html`<small>${plain(block.hint.text)}</small>`}
    ${error && html`<small class="error" role="alert">${error}</small>`}`;
  const label = html`${plain(block.label.text)} ${block.optional && html`<i>(${world.optional})</i>`}`;
  return grouped
    ? html`<fieldset class="b-input ${error ? "wrong" : ""}"><legend>${label}</legend>${body}</fieldset>`
    : html`<div class="b-input ${error ? "wrong" : ""}"><label for=${id}>${label}</label>${body}</div>`;
}

function Element(given) {
  const { element } = given;
  switch (element.type) {
    case "button": return html`<${Button} ...${given} />`;
    case "plain_text_input": return html`<${TextInput} ...${given} />`;
    case "static_select": return html`<${Select} ...${given} options=${groups(element)} />`;
    case "users_select": return html`<${Select} ...${given} options=${people(given.world)} />`;
    case "conversations_select": return html`<${Select} ...${given} options=${channels(given.world)} />`;
    case "multi_static_select": return html`<${Several} ...${given} options=${groups(element)} />`;
    case "multi_users_select": return html`<${Several} ...${given} options=${people(given.world)} />`;
    case "checkboxes": return html`<${Several} ...${given} options=${groups(element)} open />`;
    case "overflow": return html`<${Overflow} ...${given} />`;
    case "radio_buttons": return html`<${Radio} ...${given} />`;
    case "datepicker": return html`<${Picker} ...${given} kind="date" />`;
    case "timepicker": return html`<${Picker} ...${given} kind="time" />`;
    case "file_input": return html`<${FileInput} ...${given} />`;
    default: return html`<span>[${element.type}]</span>`;
  }
}

function Button({ element, block, surface, world }) {
  const [asking, ask] = useState(false);
  const [busy, setBusy] = useState(false);
  const go = async () => {
    ask(false);
    setBusy(true);
    await surface.press(block.block_id, { type: "button", action_id: element.action_id, value: element.value, text: element.text });
    setBusy(false);
  };
  return html`<button type="button" class="button ${element.style || ""}" aria-busy=${busy}
      onClick=${() => (element.confirm ? ask(true) : go())}>${plain(element.text.text)}</button>
    ${asking && html`<div class="veil"><div class="confirm" role="alertdialog" aria-modal="true">
      <h4>${plain(element.confirm.title.text)}</h4><p>${text(element.confirm.text, world)}</p>
      <div class="b-actions"><button type="button" class="button" onClick=${() => ask(false)}>${plain(element.confirm.deny.text)}</button>
        <button type="button" class="button primary" onClick=${go}>${plain(element.confirm.confirm.text)}</button></div>
    </div></div>`}`;
}

function Overflow({ element, block, surface, world }) {
  const [open, setOpen] = useState(false);
  const choose = async (option) => {
    setOpen(false);
    await surface.press(block.block_id, { type: "overflow", action_id: element.action_id, selected_option: option });
  };
  const leave = (event) => { if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false); };
  return html`<div class="overflow" onFocusOut=${leave} onKeyDown=${(event) => event.key === "Escape" && setOpen(false)}>
    <button type="button" class="button" aria-haspopup="menu" aria-expanded=${open} aria-label=${world.more || "…"}
      onClick=${() => setOpen(!open)}>⋯</button>
    ${open && html`<div class="overflow-menu" role="menu">${element.options.map((option) => html`
      <button type="button" role="menuitem" onClick=${() => choose(option)}>${plain(option.text.text)}</button>`)}</div>`}
  </div>`;
}

function TextInput({ element, block, surface, id }) {
  const held = value(surface, block, element)?.value ?? element.initial_value ?? "";
  const change = (event) => surface.set(block.block_id, element.action_id, { type: element.type, value: event.target.value || null });
  const most = element.max_length || 3000;
  return element.multiline
    ? html`<textarea id=${id} rows="4" maxlength=${most} placeholder=${element.placeholder?.text || ""} value=${held} onInput=${change}></textarea>`
    : html`<input id=${id} type="text" maxlength=${most} placeholder=${element.placeholder?.text || ""} value=${held} onInput=${change} />`;
}

function Select({ element, block, surface, world, options, id, inForm }) {
  const field = { users_select: "selected_user", conversations_select: "selected_conversation" }[element.type];
  const initial = field ? element.initial_user || element.initial_conversation : element.initial_option?.value;
  const state = value(surface, block, element);
  const held = (field ? state?.[field] : state?.selected_option?.value) ?? (state ? "" : initial ?? "");
  const change = (event) => {
    const all = options.flatMap((group) => group.options);
    const chosen = all.find((one) => one.value === event.target.value);
    const option = element.options?.find((one) => one.value === chosen?.value)
      || element.option_groups?.flatMap((group) => group.options).find((one) => one.value === chosen?.value);
    const found = { type: element.type, ...(field ? { [field]: chosen?.value ?? null } : { selected_option: option ?? null }) };
    surface.set?.(block.block_id, element.action_id, found);
    if ((!inForm || block.dispatch_action) && chosen) surface.press(block.block_id, { ...found, action_id: element.action_id });
  };
  return html`<select id=${id} value=${held} onChange=${change} aria-label=${element.placeholder?.text || block.label?.text || ""}>
    <option value="" disabled=${!block.optional && !!held}>${element.placeholder?.text || world.choose}</option>
    ${options.map((group) => group.label
      ? html`<optgroup label=${group.label}>${group.options.map(optionOf)}</optgroup>`
      : group.options.map(optionOf))}
  </select>`;
}

function Several({ element, block, surface, options, open, world }) {
  const users = element.type === "multi_users_select";
  const state = value(surface, block, element);
  const held = new Set(state ? (users ? state.selected_users : state.selected_options.map((one) => one.value))
    : users ? element.initial_users || [] : (element.initial_options || []).map((one) => one.value));
  const toggle = (one) => {
    held.has(one.value) ? held.delete(one.value) : held.add(one.value);
    surface.set(block.block_id, element.action_id, users
      ? { type: element.type, selected_users: [...held] }
      : { type: element.type, selected_options: element.options.filter((option) => held.has(option.value)) });
  };
  const boxes = options.flatMap((group) => group.options).map((one) => html`<label class="check">
    <input type="checkbox" checked=${held.has(one.value)} onChange=${() => toggle(one)} /> ${one.text}</label>`);
  const summary = options.flatMap((group) => group.options).filter((one) => held.has(one.value)).map((one) => one.text).join(", ");
  return open ? html`<div class="checks">${boxes}</div>`
    : html`<details class="several"><summary>${summary || world.choose}</summary><div class="checks">${boxes}</div></details>`;
}

function Radio({ element, block, surface }) {
  const state = value(surface, block, element);
  const held = state ? state.selected_option?.value : element.initial_option?.value;
  return html`<div class="checks">${element.options.map((one) => html`<label class="check">
    <input type="radio" name=${block.block_id} checked=${held === one.value}
      onChange=${() => surface.set(block.block_id, element.action_id, { type: element.type, selected_option: one })} /> ${one.text.text}</label>`)}</div>`;
}

function Picker({ element, block, surface, kind, id }) {
  const state = value(surface, block, element);
  const held = (state ? state[`selected_${kind}`] : element[`initial_${kind}`]) ?? "";
  return html`<input id=${id} type=${kind} value=${held}
    onInput=${(event) => surface.set(block.block_id, element.action_id, { type: element.type, [`selected_${kind}`]: event.target.value || null })} />`;
}

function FileInput({ element, block, surface, id }) {
  const held = value(surface, block, element)?.files || [];
  const add = async (event) => {
    const files = await Promise.all([...event.target.files].slice(0, element.max_files || 10).map(surface.upload));
    surface.set(block.block_id, element.action_id, { type: element.type, files });
  };
  return html`<input id=${id} type="file" multiple onChange=${add} />${held.map((one) => html`<small>📎 ${one.name}</small>`)}`;
}

// What a form holds before anybody has touched it: Slack sends initial values too.
export function initialValues(blocks) {
  const values = {};
  for (const block of blocks.filter((one) => one.type === "input")) {
    const element = block.element;
    const held = { type: element.type };
    if (element.initial_value) held.value = element.initial_value;
    if (element.initial_option) held.selected_option = element.initial_option;
    if (element.initial_options) held.selected_options = element.initial_options;
    if (element.initial_user) held.selected_user = element.initial_user;
    if (element.initial_users) held.selected_users = element.initial_users;
    if (element.initial_conversation) held.selected_conversation = element.initial_conversation;
    if (element.initial_date) held.selected_date = element.initial_date;
    if (element.initial_time) held.selected_time = element.initial_time;
    values[block.block_id] = { [element.action_id]: held };
  }
  return values;
}

function value(surface, block, element) {
  return surface.values?.[block.block_id]?.[element.action_id];
}

function text(object, world) {
  return object.type === "mrkdwn" ? mrkdwn(object.text, world) : plain(object.text);
}

function groups(element) {
  const shown = (options) => options.map((one) => ({ value: one.value, text: one.text.text }));
  return element.option_groups
    ? element.option_groups.map((group) => ({ label: group.label.text, options: shown(group.options) }))
    : [{ options: shown(element.options || []) }];
}

function people(world) {
  return [{ options: world.people.filter((one) => !one.is_bot && !one.deleted).map((one) => ({ value: one.id, text: one.real_name })) }];
}

function channels(world) {
  return [{ options: world.channels.filter((one) => one.name).map((one) => ({ value: one.id, text: `#${one.name}` })) }];
}

function optionOf(one) {
  return html`<option key=${one.value} value=${one.value}>${one.text}</option>`;
}
