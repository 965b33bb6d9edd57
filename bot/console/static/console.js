// The console's page, kept alive: changes arrive and are merged in place, presses and questions go out once, keys do everything.
// Nothing here decides what anybody may see or do; what a person typed stays in this page until they send it.
"use strict";

const here = document.body.dataset.here;
const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const inField = (target) => target.matches("input, textarea, select");
const named = (attribute, value, root = document) => one(`[${attribute}="${CSS.escape(value)}"]`, root);

/* ---------- requests: JSON, one event id for a request and all its repetitions ---------- */

class Refusal extends Error {}

async function send(path, body) {
  let answer;
  try {
    answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  } catch {
    throw new Refusal("Deskside could not be reached. Nothing was lost; try again.");
  }
  if (answer.status === 401) throw new Refusal("You were signed out. Sign in again in another tab, then try again here.");
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refusal(said.error || `That did not work (${answer.status}). Try again.`);
  return said;
}

// A repetition after a failure must be the same event, so the id lives until the request was accepted.
const eventIds = new Map();
function eventId(key) {
  if (!eventIds.has(key)) eventIds.set(key, newId());
  return eventIds.get(key);
}
function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/* ---------- what was typed: survives every update of its card ---------- */

const typed = new Map();
const typedKey = (field) => `${field.closest("[data-message]")?.dataset.message}/${field.dataset.input}`;

function restoreTyped(root) {
  for (const field of all("[data-input]", root)) {
    const text = typed.get(typedKey(field));
    if (text !== undefined && field.value !== text) field.value = text;
  }
}

// Makes `old` like `fresh` without replacing what stays: focus, caret, open details and typed text survive.
function morph(old, fresh) {
  for (const name of old.getAttributeNames()) {
    if (!fresh.hasAttribute(name) && !(name === "open" && old.matches("details"))) old.removeAttribute(name);
  }
  for (const name of fresh.getAttributeNames()) {
    if (old.getAttribute(name) !== fresh.getAttribute(name)) old.setAttribute(name, fresh.getAttribute(name));
  }
  if (old.matches("textarea, select, input")) return morphField(old, fresh);
  const wanted = [...fresh.childNodes];
  for (const [index, child] of wanted.entries()) {
    const existing = old.childNodes[index];
    if (!existing) old.append(child);
    else if (sameKind(existing, child)) existing.nodeType === 1 ? morph(existing, child) : (existing.data = child.data);
    else insertOrReplace(old, existing, child);
  }
  while (old.childNodes.length > wanted.length) old.lastChild.remove();
}
function sameKind(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return false;
  // A button that means something else is another button: a key pressed twice must not do what was never read.
  return old.nodeType !== 1 || (old.id === fresh.id && old.dataset.press === fresh.dataset.press && fieldsIn(old) === fieldsIn(fresh));
}
const fieldsIn = (node) => (node.matches("[data-input]") ? node.dataset.input : all("[data-input]", node).map((field) => field.dataset.input).join());
function insertOrReplace(parent, existing, child) {
  // Where the same block merely moved down, something new came before it: keep the block.
  const later = existing.nodeType === 1 && fieldsIn(existing);
  if (later && !(child.nodeType === 1 && fieldsIn(child))) parent.insertBefore(child, existing);
  else existing.replaceWith(child);
}
function morphField(old, fresh) {
  const isTyped = typed.has(typedKey(old));
  if (old.matches("select")) {
    const chosen = old.value;
    old.replaceChildren(...fresh.childNodes);
    old.value = isTyped ? chosen : fresh.value;
  } else if (!isTyped) {
    old.value = fresh.value;
  }
  if (old.matches("textarea")) old.defaultValue = fresh.defaultValue;
}

function fragment(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

/* ---------- the sign-in page: a link from another site does not carry the cookie, a request of our own does ---------- */

if (here === "sign-in" && !one(".problem")) {
  fetch("/console/api/me").then((answer) => answer.json()).then((me) => me.signed_in && location.replace("/console"));
}

/* ---------- pages beside the chat ---------- */

const address = one("[data-address]")?.dataset.address;
if (address) history.replaceState(null, "", address);

const refreshing = one("[data-refresh]");
if (refreshing) {
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const page = one("[data-refresh]", fresh);
    if (page) morph(refreshing, page);
  }, Number(refreshing.dataset.refresh) * 1000);
}

/* ---------- the chat ---------- */

let chat = one("[data-chat]");
let seq = Number(chat?.dataset.seq || 0);
const list = (name) => named("data-list", name, chat);
const announce = (text) => (one("[data-announce]").textContent = text);
const agentName = one(".me__who strong")?.textContent;

// At the end, or at the top of a last message that is taller than the pane.
function atLatest(scroll) {
  const last = all("[data-message]", scroll).at(-1);
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 80;
  return atEnd || !last || Math.abs(scroll.scrollTop - (last.offsetTop - scroll.offsetTop - 12)) < 80;
}
function toEnd(scroll) {
  scroll.scrollTop = scroll.scrollHeight;
}

function merge(change) {
  seq = Math.max(seq, change.seq);
  const isHere = change.channel_id === chat.dataset.channel;
  if (isHere && !change.thread_id && chat.dataset.newest) place(list("channel"), change);
  if (isHere && change.thread_id && change.thread_id === chat.dataset.thread) place(list("thread"), change);
  if (isHere && change.message_id === chat.dataset.thread) retitle(change);
  if (isHere && change.thread_id) countReplies(change);
  if (!change.mine) announce(change.said);
  if (isHere && !document.hidden) markSeen(change);
  else if (!change.mine) {
    noteCall(change);
    countUnread();
  }
}

function place(scroll, change) {
  const stays = atLatest(scroll);
  const fresh = fragment(change.html);
  const old = named("data-message", change.message_id, scroll);
  if (old) update(old, fresh);
  else {
    const next = all("[data-message]", scroll).find((other) => Number(other.dataset.position) > change.position);
    scroll.insertBefore(fresh, next || one("[data-empty]", scroll));
    fresh.classList.add("message--new");
  }
  one("[data-empty]", scroll).hidden = true;
  if (stays && !old && !scroll.contains(document.activeElement)) toLatest(scroll);
}

function update(old, fresh) {
  const problem = one(".message__problem", old);
  const lost = lostText(old, fresh);
  const pending = pendingPresses.get(old.dataset.message);
  const hadFocus = old.contains(document.activeElement);
  morph(old, fresh);
  if (hadFocus && !old.contains(document.activeElement)) old.focus({ preventScroll: true }); // the pressed button is gone
  if (!problem.hidden) one(".message__problem", old).replaceWith(problem);
  if (lost && lost !== lastSent.get(old.dataset.message)) keepText(old, lost);
  if (pending) showPending(old, pending);
  old.classList.add("message--changed");
  setTimeout(() => old.classList.remove("message--changed"), 1600);
}

// The input is gone from the card (a colleague sent, say) and what was typed in it was not sent: it is kept beside the card.
function lostText(old, fresh) {
  for (const field of all("[data-input]", old)) {
    const text = typed.get(typedKey(field));
    if (text && !named("data-input", field.dataset.input, fresh)) {
      typed.delete(typedKey(field));
      return text;
    }
  }
  return "";
}
function keepText(message, text) {
  const kept = fragment('<details class="kept" open><summary>What you were writing was not sent; it is kept here</summary><pre></pre></details>');
  one("pre", kept).textContent = text;
  message.after(kept);
}

function retitle(change) {
  const title = one(".card__title, .message__text", fragment(change.html))?.textContent;
  if (title) one("[data-thread-title]").textContent = title;
}

function countReplies(change) {
  const link = one("[data-open-thread]", named("data-message", change.thread_id, list("channel")) || document.createElement("i"));
  if (link) link.textContent = change.replies === 1 ? "1 reply" : `${change.replies} replies`;
}

/* unread: this browser remembers the last position seen in each channel */

const seenKey = `deskside-seen-${document.body.dataset.agent}`;
const seen = () => JSON.parse(localStorage.getItem(seenKey) || "{}");
function markSeen(change) {
  localStorage.setItem(seenKey, JSON.stringify({ ...seen(), [change.channel_id]: Math.max(change.position, seen()[change.channel_id] || 0) }));
}
let unreadTimer;
function countUnread() {
  clearTimeout(unreadTimer);
  unreadTimer = setTimeout(async () => {
    const { unread } = await send("/console/api/unread", seen()).catch(() => ({ unread: {} }));
    for (const link of all("[data-channel-link]")) {
      const number = chat && link.dataset.channelLink === chat.dataset.channel && !document.hidden ? 0 : unread[link.dataset.channelLink] || 0;
      const badge = one("[data-unread]", link);
      const called = number > 0 && calledIn.has(link.dataset.channelLink);
      badge.hidden = !number;
      badge.textContent = (called ? "@" : "") + (number > 99 ? "99+" : String(number));
      badge.setAttribute("aria-label", `${number} unread${called ? ", one calls you" : ""}`);
    }
    const total = all("[data-unread]:not([hidden])").length;
    document.title = (total ? "● " : "") + document.title.replace(/^● /, "");
  }, 200);
}
// Called by name in a message not seen yet: the badge says so until the channel is opened.
const calledIn = new Set();
function noteCall(change) {
  const open = chat && change.channel_id === chat.dataset.channel && !document.hidden;
  if (change.calls_you && !change.mine && !open) calledIn.add(change.channel_id);
}
function seeChannel() {
  calledIn.delete(chat.dataset.channel);
  const positions = all("[data-message]", chat).map((message) => Number(message.dataset.position));
  markSeen({ channel_id: chat.dataset.channel, position: Math.max(0, seq, ...positions) });
  countUnread();
}

/* live: Server-Sent Events, resumed by the last sequence; polling where they do not get through */

let source, failures = 0, pollTimer;
function live(text, state) {
  one("[data-live]").dataset.state = state;
  one("[data-live-text]").textContent = text;
}
function listen() {
  source = new EventSource(`/console/api/stream?after=${seq}`);
  source.onopen = () => {
    failures = 0;
    clearInterval(pollTimer);
    pollTimer = undefined;
    live("Live", "on");
  };
  source.addEventListener("message", (event) => merge(JSON.parse(event.data)));
  source.onerror = () => {
    source.close();
    failures += 1;
    live("Reconnecting …", "off");
    if (failures > 2 && !pollTimer) pollTimer = setInterval(poll, 3000);
    setTimeout(listen, Math.min(1000 * failures, 15000));
  };
}
async function poll() {
  const answer = await fetch(`/console/api/changes?after=${seq}`).catch(() => null);
  if (answer?.status === 401) return live("Signed out", "off");
  if (!answer?.ok) return live("Not connected", "off");
  live("Live (polling)", "on");
  for (const change of (await answer.json()).changes) merge(change);
}

/* presses */

const pendingPresses = new Map();
const lastSent = new Map();
const WAIT_STEPS = [300, 400, 500, 700, 1000, 1000, 1500, 2000];

async function press(button) {
  const message = button.closest("[data-message]");
  if (pendingPresses.has(message.dataset.message)) return;
  const inputs = readInputs(button, message);
  if (inputs === null) return;
  if (button.dataset.confirm && !(await confirmed(button))) return;
  const pending = { press: button.dataset.press };
  if (Object.keys(inputs).length) lastSent.set(message.dataset.message, Object.values(inputs)[0]);
  pendingPresses.set(message.dataset.message, pending);
  problem(message, "");
  showPending(message, pending);
  const key = `${message.dataset.message}/${button.dataset.press}/${JSON.stringify(inputs)}`;
  try {
    await send("/console/api/press", {
      event_id: eventId(key),
      channel_id: chat.dataset.channel,
      thread_id: message.dataset.thread === message.dataset.message ? null : message.dataset.thread,
      message_id: message.dataset.message,
      press: JSON.parse(button.dataset.press),
      inputs,
    });
    if (message.closest("[data-list=channel]")) openThread(message.dataset.message, false);
    const effect = await settled(eventId(key));
    eventIds.delete(key);
    if (!effect) problem(message, "This takes longer than usual. It goes on by itself; you will see it here.");
  } catch (error) {
    problem(message, error instanceof Refusal ? error.message : "That did not work. Try again.");
  } finally {
    pendingPresses.delete(message.dataset.message);
    clearPending(current(message));
  }
}

const current = (message) => named("data-message", message.dataset.message, chat) || message;

function readInputs(button, message) {
  if (!("needsInputs" in button.dataset)) return {};
  const fields = all("[data-input]", message);
  const missing = fields.find((field) => field.required && !field.value.trim());
  if (missing) {
    problem(message, `“${one(`label[for="${CSS.escape(missing.id)}"]`, message).firstChild.textContent.trim()}” is needed.`);
    missing.focus();
    return null;
  }
  return Object.fromEntries(fields.map((field) => [field.dataset.input, field.value]));
}

// Until everything the request led to has ended; false when that is not seen within about half a minute.
async function settled(id) {
  for (let step = 0; step < 26; step += 1) {
    await new Promise((resume) => setTimeout(resume, WAIT_STEPS[Math.min(step, WAIT_STEPS.length - 1)]));
    const answer = await fetch(`/console/api/outcome?event_id=${encodeURIComponent(id)}`).catch(() => null);
    if (answer?.ok && (await answer.json()).settled) return true;
  }
  return false;
}

function showPending(message, pending) {
  for (const button of all("[data-press]", message)) {
    button.setAttribute("aria-disabled", "true");
    button.toggleAttribute("data-busy", button.dataset.press === pending.press);
  }
}
function clearPending(message) {
  for (const button of all("[data-press]", message)) {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-busy");
  }
}
function problem(message, text) {
  const place = one(".message__problem", message);
  place.textContent = text;
  place.hidden = !text;
}

function confirmed(button) {
  const dialog = named("data-dialog", "confirm");
  one("[data-confirm-text]", dialog).textContent = button.dataset.confirm;
  one("[data-confirm-yes]", dialog).textContent = button.textContent;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resume) => {
    dialog.addEventListener("close", () => (button.focus(), resume(dialog.returnValue === "yes")), { once: true });
  });
}

/* composers */

async function ask(form) {
  const field = one("textarea", form);
  const text = field.value.trim();
  if (!text || "busy" in form.dataset) return;
  form.dataset.busy = "";
  composerProblem(form, "");
  const thread = form.dataset.composer === "thread" ? chat.dataset.thread : null;
  const key = `ask/${chat.dataset.channel}/${thread}/${text}`;
  const id = eventId(key);
  try {
    const said = await send("/console/api/ask", { event_id: id, channel_id: chat.dataset.channel, thread_id: thread, text });
    eventIds.delete(key);
    field.value = "";
    fit(field);
    const waiting = said.opens_thread ? openThread(`q-${id}`, false) : Promise.resolve();
    await waiting;
    thinking(said.opens_thread || thread ? "thread" : "channel", id);
  } catch (error) {
    composerProblem(form, error instanceof Refusal ? error.message : "That did not work. Try again.");
  } finally {
    delete form.dataset.busy;
  }
}
async function thinking(name, id) {
  const scroll = list(name);
  const sign = fragment('<p class="thinking" role="status"><span aria-hidden="true"></span>Deskside is looking it up …</p>');
  scroll.append(sign);
  toEnd(scroll);
  await settled(id);
  sign.remove();
}
function composerProblem(form, text) {
  const place = one("[data-problem]", form);
  place.textContent = text;
  place.hidden = !text;
}
function fit(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, 220)}px`;
}

// Slash commands: while only the command's name is typed, those that begin so are offered.
function offerCommands(form) {
  const menu = one("[data-commands]", form);
  const start = one("textarea", form).value;
  const offered = /^\/[a-z]*$/i.test(start);
  let first = true;
  for (const item of all("[data-command]", menu)) {
    item.hidden = !offered || !item.dataset.command.startsWith(start.toLowerCase());
    item.setAttribute("aria-selected", String(!item.hidden && first));
    if (!item.hidden) first = false;
  }
  menu.hidden = first;
}
function chooseCommand(form, item) {
  const field = one("textarea", form);
  field.value = `${item.dataset.command} `;
  offerCommands(form);
  field.focus();
}
function moveCommand(form, by) {
  const shown = all("[data-command]:not([hidden])", form);
  const index = shown.findIndex((item) => item.getAttribute("aria-selected") === "true");
  shown.forEach((item, number) => item.setAttribute("aria-selected", String(number === (index + by + shown.length) % shown.length)));
}

/* threads: the page is asked for whole and the thread's part of it put in place */

async function openThread(id, focus = true) {
  const slug = encodeURIComponent(chat.dataset.slug);
  if (chat.dataset.thread !== id) {
    await showThread(`/console?channel=${slug}&thread=${encodeURIComponent(id)}`, id);
  }
  if (focus) (all("[data-message]", list("thread")).at(-1) || one("[data-thread-title]")).focus({ preventScroll: true });
}
async function showThread(url, id) {
  const answer = await fetch(url).catch(() => null);
  if (!answer?.ok || answer.redirected) return location.assign(url);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  one("[data-thread-pane]").replaceWith(one("[data-thread-pane]", page));
  chat.dataset.thread = one("[data-chat]", page).dataset.thread || id;
  showPanes();
  one("[data-thread-pane]").hidden = false;
  one("[data-no-thread]").hidden = true;
  restoreTyped(one("[data-thread-pane]"));
  for (const [message, pending] of pendingPresses) {
    const shown = named("data-message", message, list("thread"));
    if (shown) showPending(shown, pending);
  }
  toLatest(list("thread"));
  history.replaceState(null, "", url);
}
function closeThread() {
  const id = chat.dataset.thread;
  chat.dataset.thread = "";
  one("[data-thread-pane]").hidden = true;
  one("[data-no-thread]").hidden = false;
  showPanes();
  history.replaceState(null, "", `/console?channel=${encodeURIComponent(chat.dataset.slug)}`);
  (named("data-message", id, list("channel")) || list("channel")).focus();
}
function showPanes() {
  chat.classList.toggle("chat--thread", Boolean(chat.dataset.thread));
  for (const message of all("[data-message]", list("channel"))) {
    message.classList.toggle("message--open", message.dataset.message === chat.dataset.thread);
  }
}
// The last message from its top: a long card is read from its beginning.
function toLatest(scroll) {
  const last = all("[data-message]", scroll).at(-1);
  if (last) scroll.scrollTop = Math.max(0, last.offsetTop - scroll.offsetTop - 12);
}

/* keys */

function move(by) {
  const pane = document.activeElement?.closest?.("[data-list]") || list("channel");
  const messages = all("[data-message]", pane);
  const index = messages.indexOf(document.activeElement?.closest?.("[data-message]"));
  const next = index < 0 ? messages.at(by > 0 ? 0 : -1) : messages[index + by];
  if (index < 0 && messages.length) (messages.at(-1)).focus();
  else next?.focus();
  document.activeElement?.scrollIntoView?.({ block: "nearest" });
}
function reply() {
  const drafts = all("[data-list=thread] textarea[data-input]", chat);
  const field = drafts.at(-1) || (chat.dataset.thread ? one("#composer-thread") : one("#composer-channel"));
  field.focus();
}
function keys(event) {
  const target = event.target;
  if (event.defaultPrevented || event.altKey || one("dialog[open]")) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) return sendByKey(event, target);
  if (event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") return escape(target);
  if (inField(target)) return composerKeys(event, target);
  if (event.key === "c" && !chat) return location.assign("/console/customer");
  if (!chat) return;
  const actions = {
    j: () => move(1),
    k: () => move(-1),
    o: () => openFocused(target),
    Enter: () => target.matches("[data-message]") && openFocused(target),
    r: reply,
    "/": () => one("#composer-channel").focus(),
    "?": () => named("data-dialog", "shortcuts").showModal(),
    c: () => location.assign("/console/customer"),
  };
  const action = actions[event.key];
  if (!action || (event.key === "Enter" && !target.matches("[data-message]"))) return;
  event.preventDefault();
  action();
}
function openFocused(target) {
  const message = target.closest("[data-list=channel] [data-message]");
  if (message) openThread(message.dataset.message);
}
function sendByKey(event, target) {
  event.preventDefault();
  const composer = target.closest("[data-composer]");
  if (composer) return ask(composer);
  const button = one("[data-needs-inputs].button--primary, [data-needs-inputs]", target.closest("[data-message]") || document.createElement("i"));
  if (button && target.matches("[data-input]")) press(button);
}
function escape(target) {
  const menu = one("[data-commands]:not([hidden])");
  if (menu) menu.hidden = true;
  else if (inField(target)) (target.closest("[data-message]") || target.closest(".pane")?.querySelector("[data-list]"))?.focus();
  else if (chat?.dataset.thread) closeThread();
}
function composerKeys(event, target) {
  const form = target.closest("[data-composer]");
  if (!form) return;
  const offered = one("[data-command][aria-selected=true]:not([hidden])", one("[data-commands]:not([hidden])", form) || document.createElement("i"));
  if (offered && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    moveCommand(form, event.key === "ArrowDown" ? 1 : -1);
  } else if (offered && (event.key === "Tab" || event.key === "Enter") && !event.shiftKey) {
    event.preventDefault();
    chooseCommand(form, offered);
  } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    ask(form);
  }
}

document.addEventListener("keydown", keys);
document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.matches("[data-input]")) typed.set(typedKey(field), field.value);
  const form = field.closest("[data-composer]");
  if (form) fit(field), offerCommands(form);
});
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-composer]");
  if (form) event.preventDefault(), ask(form);
});
document.addEventListener("click", (event) => {
  const target = event.target.closest("a, button, [data-command], [data-message]");
  if (!target) return;
  if (target.matches("[data-press]") && chat) press(target);
  else if (target.matches("[data-shortcuts]")) named("data-dialog", "shortcuts").showModal();
  else if (target.matches("[data-command]")) chooseCommand(target.closest("[data-composer]"), target);
  else if (target.matches("[data-open-thread]") && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openThread(target.closest("[data-message]").dataset.message);
  } else if (target.matches("[data-close-thread]")) {
    event.preventDefault();
    closeThread();
  }
});
window.addEventListener("beforeunload", (event) => {
  const composers = all("[data-composer] textarea").some((field) => field.value.trim());
  if (typed.size || composers) event.preventDefault();
});

if (chat) {
  showPanes();
  toLatest(list("channel"));
  if (chat.dataset.thread) toLatest(list("thread"));
  seeChannel();
  listen();
  document.addEventListener("visibilitychange", () => document.hidden || seeChannel());
} else if (here !== "sign-in" && here !== "closed") {
  countUnread();
}
