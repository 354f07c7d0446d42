// How far a list of employees has come, until the page has something else to say.

const page = document.querySelector('[data-progress]');
const bar = page.querySelector('[role=progressbar]');
const count = page.querySelector('[data-count]');
const heard = page.querySelector('[data-heard]');
const PAUSE = 1000;
let quarter = 0;

async function ask() {
  try {
    const answer = await fetch(page.dataset.progress, { headers: { Accept: 'application/json' } });
    if (answer.ok) show(await answer.json());
  } catch {
    // The next answer says it.
  }
  setTimeout(ask, PAUSE);
}

function show({ state, done, rows }) {
  if (state !== page.dataset.state) {
    location.reload();
    return;
  }
  if (!rows) return;
  const words = { done: done.toLocaleString(), rows: rows.toLocaleString() };
  const text = done < rows ? fill(count.dataset.count, words) : count.dataset.last;
  bar.setAttribute('aria-valuemax', rows);
  bar.setAttribute('aria-valuenow', done);
  bar.setAttribute('aria-valuetext', text);
  bar.firstElementChild.style.width = `${(100 * done) / rows}%`;
  count.textContent = text;
  const now = Math.floor((4 * done) / rows); // read aloud at each quarter, not at each second
  if (now > quarter) heard.textContent = text;
  quarter = now;
}

function fill(text, words) {
  return text.replace(/\{(\w+)\}/g, (_all, name) => words[name]);
}

ask();
