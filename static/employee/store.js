// What must survive a reload: the token, the open tap, sound not yet delivered. It lies in IndexedDB,
// and in memory for as long as IndexedDB does not take it: browsers close the connection behind a
// page's back, refuse it in private windows, run out of room or hang, and an alarm must not notice.

const NAME = 'sobani';
const VERSION = 1;
const PATIENCE = 2000;
const REST = 5000;
const STORES = ['facts', 'recordings', 'digests', 'fixes', 'units'];
const KEYED_OUTSIDE = ['facts', 'fixes'];

export const disk = { fails: false };
let opened;
let flushing;
const facts = new Map();
const unkept = new Map(STORES.map((store) => [store, new Map()]));
const otherTabs = new BroadcastChannel('sobani-facts');

// The connection

function open() {
  if (opened) return opened;
  const mine = new Promise(connect);
  opened = mine;
  mine
    .then((db) => Object.assign(db, { onclose: () => giveUp(mine), onversionchange: () => giveUp(mine) }))
    .catch(() => giveUp(mine));
  return mine;
}

function connect(resolve, reject) {
  const request = indexedDB.open(NAME, VERSION);
  request.onupgradeneeded = () => createStores(request.result);
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
}

function createStores(db) {
  db.createObjectStore('facts');
  db.createObjectStore('recordings', { keyPath: 'client_id' });
  db.createObjectStore('units', { keyPath: ['client_id', 'seq'] });
  db.createObjectStore('digests', { keyPath: ['client_id', 'seq'] });
  db.createObjectStore('fixes', { autoIncrement: true });
}

function giveUp(connection) {
  if (opened === connection) opened = undefined;
  connection.then((db) => db.close()).catch(() => {});
}

// One transaction, on a new connection if the known one turns out to be dead. A disk that does not
// answer is left alone, so that nobody waits for it again and again, until it does.
async function transact(...wish) {
  if (disk.fails) throw new Error('the disk does not answer');
  const connection = open();
  try {
    return await once(connection, ...wish);
  } catch (error) {
    if (error.name === 'QuotaExceededError') throw error;
    giveUp(connection);
    return error.name === 'TimeoutError' ? fail(error) : once(open(), ...wish).catch(fail);
  }
}

function fail(error) {
  disk.fails = true;
  setTimeout(probe, REST);
  throw error;
}

async function probe() {
  const connection = open();
  try {
    await once(connection, ['facts'], 'readonly', () => {});
    disk.fails = false;
    await flush();
  } catch {
    giveUp(connection);
    setTimeout(probe, REST);
  }
}

function once(connection, stores, mode, work) {
  const late = new DOMException('the disk hangs', 'TimeoutError');
  let timer;
  const patience = new Promise((_resolve, reject) => {
    timer = setTimeout(reject, PATIENCE, late);
  });
  const done = connection.then((db) => finished(db, stores, mode, work));
  return Promise.race([done, patience]).finally(() => clearTimeout(timer));
}

function finished(db, stores, mode, work) {
  return new Promise((resolve, reject) => {
    // Strict: a unit counts as kept only once it is on the disk.
    const transaction = db.transaction(stores, mode, { durability: 'strict' });
    const result = work((store) => transaction.objectStore(store));
    transaction.oncomplete = () => resolve(result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });
}

// Writing. What the disk does not take now stays in memory, is read from there, and is tried again.

const idOf = (key) => JSON.stringify(key);

// Each entry is [store, key, value]; without a value it is deleted. All of them or none.
export async function keep(...entries) {
  for (const entry of entries) unkept.get(entry[0]).set(idOf(entry[1]), entry);
  try {
    await write(entries);
    if (unkeptEntries().length) flushSoon();
  } catch {
    flushSoon();
  }
}

async function write(entries) {
  if (!entries.length) return;
  const stores = [...new Set(entries.map(([store]) => store))];
  await transact(stores, 'readwrite', (storeNamed) => {
    for (const [name, key, value] of entries) {
      const store = storeNamed(name);
      if (value === undefined) store.delete(key);
      else if (KEYED_OUTSIDE.includes(name)) store.put(value, key);
      else store.put(value);
    }
  });
  for (const entry of entries) {
    const waiting = unkept.get(entry[0]);
    if (waiting.get(idOf(entry[1])) === entry) waiting.delete(idOf(entry[1]));
  }
}

const unkeptEntries = () => STORES.flatMap((store) => [...unkept.get(store).values()]);

function flushSoon() {
  flushing ??= setTimeout(flush, REST);
}

// Store by store, the smallest first: what finds room is kept.
async function flush() {
  clearTimeout(flushing);
  for (const store of STORES) {
    const entries = [...unkept.get(store).values()];
    if (entries.length) await write(entries).catch(() => {});
  }
  flushing = undefined;
  if (unkeptEntries().length) flushSoon();
}

// Reading

// Throws when the disk does not answer: that is not the same as "not there".
export async function get(store, key) {
  const waiting = unkept.get(store).get(idOf(key));
  if (waiting) return waiting[2];
  const found = await transact([store], 'readonly', (storeNamed) => storeNamed(store).get(key));
  return found.result;
}

// Pairs of key and value; `first` is what a compound key begins with. What is in memory is found
// even when the disk does not answer.
export async function entriesOf(store, first) {
  const kept = await entriesOnDisk(store, first).catch(() => []);
  const mine = [...unkept.get(store).values()].filter(([, key]) => !first || key[0] === first);
  const known = new Set(mine.map(([, key]) => idOf(key)));
  const rest = kept.filter(([key]) => !known.has(idOf(key)));
  const added = mine.filter(([, , value]) => value !== undefined);
  return [...rest, ...added.map(([, key, value]) => [key, value])];
}

async function entriesOnDisk(store, first) {
  const range = first && IDBKeyRange.bound([first, 0], [first, Infinity]);
  const [keys, values] = await transact([store], 'readonly', (storeNamed) => [
    storeNamed(store).getAllKeys(range),
    storeNamed(store).getAll(range),
  ]);
  return keys.result.map((key, i) => [key, values.result[i]]);
}

export async function keysOf(store, first) {
  const range = IDBKeyRange.bound([first, 0], [first, Infinity]);
  const found = await transact([store], 'readonly', (one) => one(store).getAllKeys(range));
  const waiting = [...unkept.get(store).values()].filter(([, key]) => key[0] === first);
  const gone = new Set(waiting.filter(([, , value]) => value === undefined).map(([, key]) => idOf(key)));
  const added = waiting.filter(([, , value]) => value !== undefined).map(([, key]) => key);
  return [...found.result.filter((key) => !gone.has(idOf(key))), ...added];
}

export const allOf = async (store) => (await entriesOf(store)).map(([, value]) => value);

// Facts are known without the disk once they were read or written; another tab says what it changes.

export async function getFact(name) {
  if (!facts.has(name)) await learn(name).catch(() => {});
  return facts.get(name);
}

async function learn(name) {
  const value = await get('facts', name);
  facts.set(name, value);
}

export async function setFact(name, value) {
  facts.set(name, value);
  await keep(['facts', name, value]);
  otherTabs.postMessage(name);
}

export const dropFact = (name) => setFact(name, undefined);

otherTabs.addEventListener('message', ({ data }) => learn(data).catch(() => {}));
