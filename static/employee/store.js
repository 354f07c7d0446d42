// What must survive a reload lies in IndexedDB: the token, the open tap, sound not yet delivered.

const NAME = 'sobani';
const VERSION = 1;
let opened;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('facts');
      db.createObjectStore('recordings', { keyPath: 'client_id' });
      db.createObjectStore('units', { keyPath: ['client_id', 'seq'] });
      db.createObjectStore('digests', { keyPath: ['client_id', 'seq'] });
      db.createObjectStore('fixes', { autoIncrement: true });
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}

// One transaction; `work` gets the stores by name and may return a request, whose result is given.
export async function transact(stores, mode, work) {
  const db = await open();
  return new Promise((resolve, reject) => {
    // Strict: a unit counts as kept only once it is on the disk.
    const transaction = db.transaction(stores, mode, { durability: 'strict' });
    const byName = Object.fromEntries(stores.map((one) => [one, transaction.objectStore(one)]));
    const request = work(byName);
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
  });
}

export const getFact = (name) => transact(['facts'], 'readonly', ({ facts }) => facts.get(name));

export const setFact = (name, value) =>
  transact(['facts'], 'readwrite', ({ facts }) => facts.put(value, name));

export const dropFact = (name) =>
  transact(['facts'], 'readwrite', ({ facts }) => facts.delete(name));

export const rangeOf = (clientId, from = 0, to = Infinity) =>
  IDBKeyRange.bound([clientId, from], [clientId, to]);

export const allOf = (store) =>
  transact([store], 'readonly', (stores) => stores[store].getAll());

export const putIn = (store, value) =>
  transact([store], 'readwrite', (stores) => stores[store].put(value));
