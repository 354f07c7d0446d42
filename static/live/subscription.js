// The subscription by which a browser is woken, for the server's present key.

const bytesOf = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));

/** The known one, unless the push service refuses it or it is for another key: then a new one. */
export async function subscriptionFor(pushManager, key, { isRefused }) {
  const known = await pushManager.getSubscription();
  const isGood = known && !isRefused && hasKey(known, bytesOf(key));
  if (isGood) return known;
  await known?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

// A subscription for an older key of the server takes no notice of the newer one.
function hasKey({ options }, ours) {
  const theirs = new Uint8Array(options.applicationServerKey ?? []);
  return theirs.length === ours.length && ours.every((byte, i) => byte === theirs[i]);
}
