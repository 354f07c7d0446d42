// The live page of one incident: position, sound and who else is looking.

import { Listening } from '../live/listening.js';
import { IncidentMap } from '../live/map.js';
import { Conversation } from './conversation.js';
import { live, shell } from './shell.js';
import { startThumb } from './thumb.js';

const data = JSON.parse(document.getElementById('incident-data').textContent);
const words = data.words;
const $ = (id) => document.getElementById(id);

const milliseconds = (value) => (typeof value === 'number' ? value : Date.parse(value));
// By the server's clock: the device's own may be anything.
const asFix = (fix) => ({ ...fix, recorded_at: milliseconds(fix.at) });

function ageText(age) {
  const seconds = Math.max(0, Math.round(age / 1000));
  if (seconds < 120) return words.secondsAgo.replace('{n}', seconds);
  if (seconds < 7200) return words.minutesAgo.replace('{n}', Math.floor(seconds / 60));
  return words.hoursAgo.replace('{n}', Math.floor(seconds / 3600));
}

function startMap() {
  const map = new IncidentMap($('map'), {
    ...data.map,
    words,
    onFollow: (on) => {
      $('follow').setAttribute('aria-pressed', String(on));
      $('follow').querySelector('span').textContent = on ? words.following : words.follow;
    },
  });
  map.onTilesLost = (again) => {
    $('tiles-retry').hidden = false;
    $('tiles-retry').onclick = () => {
      $('tiles-retry').hidden = true;
      again();
    };
  };
  $('follow').addEventListener('click', () => map.follow(!map.following));
  $('trail-play').addEventListener('click', () => map.playTrail());
  return map;
}

function showFix(map) {
  const age = map.showAge(live.now());
  if (!age) return;
  const fix = map.last;
  const tag = $('fix-age');
  const closed = Boolean(data.closed);
  const text = closed ? words.lastFix : words.updated.replace('{age}', ageText(age.age));
  tag.className = closed ? 'tag' : `tag ${age.tone}`;
  if (tag.textContent !== text) tag.textContent = text;
  const accuracy = fix.accuracy_m == null ? words.accuracyUnknown : words.accuracy.replace('{m}', Math.round(fix.accuracy_m));
  $('fix-accuracy').textContent = accuracy;
  $('map-coordinates').textContent = `${fix.latitude.toFixed(5)}, ${fix.longitude.toFixed(5)}`;
  const sentence = `${data.map.place}、${accuracy}、${text}`;
  if ($('map').getAttribute('aria-label') !== sentence) $('map').setAttribute('aria-label', sentence);
}

async function loadFixes(map) {
  const after = map.last ? `?after=${map.last.recorded_at - 60000}` : '';
  const wanted = fetch(data.positions + after, { headers: { Accept: 'application/json' } });
  const answer = await wanted.catch(() => null);
  if (!answer?.ok) return;
  map.setFixes((await answer.json()).fixes.map(asFix));
  showFix(map);
}

let people = [];
function showPresence() {
  const box = $('presence');
  const others = people.filter((one) => one.id !== data.me);
  box.hidden = others.length === 0;
  box.textContent = words.looking.replace('{names}', others.map((one) => one.name).join('、'));
}

// A page that is loaded again, or gone back to, begins without a dialog and without sound.
const isListeningWanted = new URLSearchParams(location.search).get('do') === 'listen';
if (location.search) history.replaceState(history.state, '', location.pathname + location.hash);

const map = startMap();
const listening = new Listening(data, shell.token, live);
startThumb(words, isListeningWanted);
new Conversation(data.read, shell.token);
map.setFixes(data.fixes.map(asFix));
showFix(map);
setInterval(() => showFix(map), 1000);

live.look(data.pk);
live.addEventListener('position', ({ detail }) => {
  if (detail.pk !== data.pk) return;
  map.setFixes([asFix(detail)]);
  showFix(map);
});
live.addEventListener('presence', ({ detail }) => {
  if (detail.pk !== data.pk) return;
  people = detail.people;
  showPresence();
});
live.addEventListener('level', ({ detail }) => listening.level(detail));
// Hints may be given up on the way: each poll fills in what they would have said.
live.addEventListener('status', () => loadFixes(map));
live.addEventListener('refill', () => listening.refill());
live.addEventListener('status', () => live.state === 'lost' && listening.refill());
// A confirmation of what was done must not outlive the state that it speaks of.
const READING_TIME = 10000;
let answeredAt = 0;
let fading;
document.body.addEventListener('htmx:afterRequest', ({ detail }) => {
  if (detail.requestConfig.verb !== 'get') {
    answeredAt = Date.now();
    clearTimeout(fading);
    fading = setTimeout(() => $('flash').replaceChildren(), READING_TIME);
  } else if (Date.now() - answeredAt > 3000) $('flash').replaceChildren();
});
document.body.addEventListener('htmx:oobAfterSwap', () => {
  showPresence();
  listening.recordingsChanged();
  const isClosed = Boolean(document.querySelector('#hero [data-until]'));
  if (isClosed && !data.closed) listening.alarmClosed();
  data.closed = isClosed;
});
