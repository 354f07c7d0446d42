// The bell: whether notices reach this browser and this person, in words, and a test that only the
// person can confirm.

import { askForNotices, isFault, subscribeNotices } from './notices.js';

const $ = (id) => document.getElementById(id);
const LOOK_AGAIN = 3000;
const UNANSWERED = ['sent', 'displayed'];

export class Bell {
  constructor({ push, token, tests, words }) {
    Object.assign(this, { push, token, tests, words });
    this.device = 'off';
    this.standing = { push: 'none', test: null };
    $('notices-on').addEventListener('click', () => this.switchOn());
    $('notices-test').addEventListener('click', () => this.post(this.tests.send));
    $('notices-came').addEventListener('click', () => this.answer('confirmed'));
    $('notices-missed').addEventListener('click', () => this.answer('missed'));
    $('dialog-notices').addEventListener('dialog:opened', () => this.look());
    this.start();
  }

  async start() {
    await this.look();
    await this.renew();
    // A test's own link leads here.
    if (location.hash === '#notices') $('notify-toggle').click();
  }

  async switchOn() {
    await askForNotices();
    await this.renew();
  }

  async renew() {
    const isRefused = this.standing.push === 'failing';
    this.device = await subscribeNotices(this.push, this.token, { isRefused });
    await this.look();
  }

  answer(stage) {
    return this.post(this.tests.answer, { stage });
  }

  async post(address, fields = {}) {
    const body = new URLSearchParams(fields);
    const headers = { 'X-CSRFToken': this.token };
    const answer = await fetch(address, { method: 'POST', body, headers }).catch(() => null);
    $('notices-not-sent').hidden = answer?.ok ?? false;
    await this.look();
  }

  /** What the server knows; while a test is under way, again and again. */
  async look() {
    clearTimeout(this.timer);
    const answer = await fetch(this.tests.standing).catch(() => null);
    if (answer?.ok && !answer.redirected) this.standing = await answer.json();
    this.draw();
    const isWaiting = UNANSWERED.includes(this.standing.test?.state);
    if (isWaiting && $('dialog-notices').open) {
      this.timer = setTimeout(() => this.look(), LOOK_AGAIN);
    }
  }

  /** Why notices do not get through, or nothing. */
  get fault() {
    const { push, test } = this.standing;
    if (isFault(this.device)) return this.words[this.device];
    if (this.device === 'on' && push === 'failing') return this.words.pushFailing;
    if (test?.state === 'missed') return this.words.missed;
    if (test?.state !== 'confirmed' && test?.failed.length) {
      return this.words.failed.replace('{ways}', test.failed.join(', '));
    }
    return test?.state === 'failed' ? this.words.noWay : '';
  }

  draw() {
    const { test } = this.standing;
    const isOn = this.device === 'on';
    const bell = $('notify-toggle');
    bell.setAttribute('aria-pressed', String(isOn));
    bell.title = isOn ? this.words.on : this.words.off;
    const use = bell.querySelector('use');
    use.setAttribute('href', use.getAttribute('href').replace(/#.*/, isOn ? '#bell-ring' : '#bell'));
    for (const id of ['notices-failing', 'notices-fault']) {
      $(id).hidden = !this.fault;
      $(id).querySelector('[data-why]').textContent = this.fault;
    }
    $('notices-device').textContent = this.words[this.device] ?? '';
    $('notices-on').hidden = isOn || ['unsupported', 'denied'].includes(this.device);
    $('notices-question').hidden = !UNANSWERED.includes(test?.state);
    $('notices-state').textContent = this.words[`test-${test?.state ?? 'none'}`];
  }
}
