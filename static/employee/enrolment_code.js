// A registration code as people type, scan and paste it.

const LENGTH = 12;
const READS_AS = { O: '0', I: '1', L: '1' };

// Full width and small letters, dashes of any kind, whole addresses: the code alone, as printed.
export function codeIn(text) {
  const plain = text.normalize('NFKC');
  const inAddress = /[#&?]code=([^&\s]*)/i.exec(plain)?.[1];
  const typed = inAddress === undefined ? plain : unescaped(inAddress);
  const code = typed.toUpperCase().replace(/[^0-9A-Z]/g, '').replace(/[OIL]/g, (one) => READS_AS[one]);
  return code.length === LENGTH ? code.match(/.{4}/g).join('-') : typed.trim().slice(0, 40);
}

function unescaped(text) {
  try {
    return decodeURIComponent(text).normalize('NFKC');
  } catch {
    return text;
  }
}

// The code comes after the #, which no server ever sees; it leaves the address bar at once.
export function codeFromAddress() {
  if (!/[#&]code=/.test(location.hash)) return '';
  const code = codeIn(location.hash);
  history.replaceState(null, '', location.pathname);
  return code;
}
