// For every combination of what the server and the device may know: what both screens say of it.
// Returned as numbers of sentences, in the order of the product, the last axis turning fastest.

async (axes) => {
  const app = document.querySelector('script[type=module][src*="employee/"]').src;
  const [{ openScreen }, { discreetLine, mustSee }, { recordsOn }] = await Promise.all(
    ['open_screen.js', 'discreet_line.js', 'course.js'].map((name) => import(new URL(name, app))),
  );
  const serverAt = Date.parse('2026-11-30T00:57:00Z');
  const at = Date.now();
  const ago = (seconds) => new Date(serverAt - seconds * 1000).toISOString();
  const only = (isSo, value) => (isSo ? value : null);

  const SOUND = {
    heard: { status: 'recording', heardAt: at - 1000, unsentSeconds: 0 },
    unsent: { status: 'recording', heardAt: at - 12_000, unsentSeconds: 12 },
    young: { status: 'recording', heardAt: null, unsentSeconds: 3 },
    paused: { status: 'paused', heardAt: at - 1000, unsentSeconds: 0 },
    muted: { status: 'muted', heardAt: at - 1000, unsentSeconds: 0 },
    denied: { status: 'denied', heardAt: null, unsentSeconds: 0 },
    off: { status: 'off', heardAt: at - 1000, unsentSeconds: 0 },
  };
  const PLACE = {
    shared: { status: 'granted', heardAt: at - 30_000, unsent: 0 },
    unsent: { status: 'granted', heardAt: null, unsent: 3 },
    waiting: { status: 'unknown', heardAt: null, unsent: 0 },
    denied: { status: 'denied', heardAt: null, unsent: 0 },
  };
  const DESK = { requested: 'requested', silent: 'unanswered', acting: 'claimed', ended: 'ended' };

  function seenOf({ seen, coming, message, desk, closed }) {
    if (['sending', 'late', 'refused'].includes(seen)) return null;
    const isOpen = closed === 'open' || closed === 'safe';
    const comes = ['coming', 'arrived'].includes(coming);
    const isAlone = closed === 'open' && !comes && ['silent', 'alone'].includes(desk);
    const nobody = seen === 'nobody' ? 'nobody_reached' : 'nobody_came';
    const danger = only(isAlone, desk === 'silent' ? 'desk_silent' : nobody);
    const mine = { id: 'm1', author: '髙橋 美咲', mine: true, text: '場所を離れます', at: ago(18) };
    const theirs = { ...mine, id: 'm2', author: '佐藤 健一', mine: false, text: 'その場を離れて' };
    return {
      id: 'i', state: isOpen ? 'open' : 'closed', drill: 'none', opened_at: ago(61),
      notified_count: seen === 'nobody' ? 0 : 2,
      acknowledged_by: only(seen === 'acknowledged', '佐藤さん'),
      acknowledged_at: only(seen === 'acknowledged', ago(50)),
      coming_by: only(comes, '佐藤さん'), coming_at: only(comes, ago(25)),
      arrived_by: only(coming === 'arrived', '佐藤さん'), arrived_at: only(coming === 'arrived', ago(22)),
      asked_on_site: null, late_minutes: null,
      pressed_again_at: null, called_again_at: null, again_at: null,
      danger, danger_at: danger && ago(35),
      support: DESK[desk] ?? 'none', support_at: only(DESK[desk], ago(40)),
      support_asked_by: only(DESK[desk], 'supervisor'), support_requested_at: only(DESK[desk], ago(40)),
      support_step: null, support_result: only(desk === 'ended', '沈静化'),
      safe_at: only(['safe', 'answered', 'self', 'mistaken'].includes(closed), ago(5)),
      closed_by: isOpen ? null : ['self', 'mistaken'].includes(closed) ? '髙橋 美咲' : '佐藤さん',
      closed_at: only(!isOpen, ago(5)),
      answer_wanted: closed === 'asked', upload_until: only(!isOpen, ago(closed === 'asked' ? -295 : 5)),
      messages: [...(message === 'none' ? [] : [mine]), ...(message === 'theirs' ? [theirs] : [])],
    };
  }

  function factsOf(row) {
    const seen = seenOf(row);
    const tap = {
      seen, body: {}, unheard: [], pressed: at - (row.sound === 'young' ? 3000 : 60_000),
      late: ['late', 'refused'].includes(row.seen), refused: row.seen === 'refused' ? 500 : 0,
      lost: row.coming === 'lost' ? { name: '佐藤さん', at: ago(30) } : undefined,
      mistaken_at: row.closed === 'mistaken' ? seen?.closed_at : undefined,
      recorded: row.sound !== 'denied', shared: row.place === 'shared',
    };
    const device = { network: row.network, token: row.token, sound: SOUND[row.sound], place: PLACE[row.place] };
    const rest = { holder: '髙橋 美咲', site: '日本橋本店', isSample: false };
    return { at, serverAt, tap, device, isOn: recordsOn(tap, serverAt), ...rest };
  }

  const numbers = new Map([['', 0]]);
  const number = (text) => {
    if (!numbers.has(text)) numbers.set(text, numbers.size);
    return numbers.get(text);
  };

  function say(row) {
    const f = factsOf(row);
    const { red, state, also, head, truths, areTruthsShown, ended, support } = openScreen(f);
    const shown = areTruthsShown ? truths : [];
    const open = [
      red?.title, red?.text, state?.text, state?.detail, also.text, also.detail, head.text, ended,
      support?.text, support?.detail, ...shown.flatMap(({ text, detail }) => [text, detail]),
    ].filter(Boolean);
    const { text } = discreetLine(f);
    return [mustSee(f) ? 1 : 0, number(text), ...open.map(number)];
  }

  const names = Object.keys(axes);
  const rows = names.reduce(
    (all, name) => all.flatMap((row) => axes[name].map((value) => ({ ...row, [name]: value }))), [{}],
  );
  return { said: rows.map(say), sentences: [...numbers.keys()] };
}
