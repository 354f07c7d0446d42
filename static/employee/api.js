// Calls to the device API. The token travels only in the Authorization header, never a cookie.

import { getFact, setFact } from './store.js';
import { start } from './words.js';

const PATIENCE = 5000;
const OWN = 'device';
export const FIRST_WAIT = 250;
export const LONGEST_WAIT = 30_000;
// While somebody waits for it at the other end: an alarm, its positions, its live sound.
export const URGENT_WAIT = 1500;

export class Refused extends Error {
  constructor(status, problem, retryAfter) {
    super(`${status} ${problem?.code ?? ''}`);
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }

  // Sending the same again cannot help: the server has understood, and said no.
  get isFinal() {
    return this.status >= 400 && this.status < 500 && ![401, 408, 425, 429].includes(this.status);
  }
}

// Whether the server knows this device: what it said last, also to an earlier page.
export const registration = { isRefused: false };
const listeners = new Set();

export const onRegistration = (listener) => listeners.add(listener);

export async function rememberRegistration() {
  registration.isRefused = Boolean(await getFact('refused'));
}

export function noteRegistration(isRefused) {
  if (registration.isRefused === isRefused) return;
  registration.isRefused = isRefused;
  setFact('refused', isRefused);
  for (const listener of listeners) listener();
}

export async function send(url, { method = 'GET', body, headers = {}, patience = PATIENCE } = {}) {
  const token = await getFact('token');
  const response = await fetch(url, {
    method,
    body,
    headers: token ? { Authorization: `Bearer ${token}`, ...headers } : headers,
    credentials: 'omit',
    cache: 'no-store',
    redirect: 'error',
    signal: AbortSignal.timeout(patience),
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => null);
  throw new Refused(response.status, problem, Number(response.headers.get('Retry-After')) || 0);
}

export async function call(path, { method = 'GET', json, patience } = {}) {
  const headers = { 'Accept-Language': start.language };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  const body = json === undefined ? undefined : JSON.stringify(json);
  const response = await send(start.api + path, { method, body, headers, patience }).catch(noteRefusal);
  // A revoked phone may still press: only this says that it is a good one.
  if (path === OWN) noteRegistration(false);
  const text = await response.text();
  return text ? JSON.parse(text) : null;
}

function noteRefusal(error) {
  const isRevoked = error.problem?.code === 'device-revoked';
  if (error.status === 401 || isRevoked) noteRegistration(true);
  throw error;
}

export const post = (path, json = {}) => call(path, { method: 'POST', json });

// Full jitter: anything between nothing and the doubled wait, so that a site that comes back to
// the network does not arrive all at once.
export class Backoff {
  #attempt = 0;

  next(atLeast = 0, longest = LONGEST_WAIT) {
    const most = Math.min(longest, FIRST_WAIT * 2 ** this.#attempt++);
    return Math.max(atLeast * 1000, Math.random() * most);
  }

  reset() {
    this.#attempt = 0;
  }
}

// Resolves after the wait, or at once when the network or the person comes back.
export function sleep(milliseconds) {
  return new Promise((resolve) => {
    const resume = () => {
      clearTimeout(timer);
      removeEventListener('online', resume);
      resolve();
    };
    const timer = setTimeout(resume, milliseconds);
    addEventListener('online', resume);
  });
}

// Tries until it is answered; `until` ends it. A final refusal is thrown.
export async function retry(attempt, { onFailure = () => {}, until = () => false, longest } = {}) {
  const backoff = new Backoff();
  while (!until()) {
    try {
      return await attempt();
    } catch (error) {
      if (error instanceof Refused && error.isFinal) throw error;
      onFailure(error);
      await sleep(backoff.next(error.retryAfter ?? 0, longest));
    }
  }
  return null;
}

export const seconds = (date = new Date()) => `${date.toISOString().slice(0, 19)}Z`;
