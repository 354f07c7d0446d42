"""By what a browser is woken: it is renewed when it is no longer good."""

import pytest
from playwright.sync_api import Browser

from notifications.models import PushSubscription
from tenants.context import run_in
from tests.live.conftest import Live
from tests.live.stress.conftest import phone_of
from tests.support.waiting import until

pytestmark = pytest.mark.browser

P256 = "BIPUL12DLfytvTajnryr2PRdAgXS3HGKiLqndGcJGabyhHheJYlNGCeXl1dn18gSJ1WAkAPIxr4gK0_dQds4yiI"
AUTH = "FPssNDTKnInHVndSTdbKFw"
PUSH = """
const key = new Uint8Array(65).fill(4);
const at = 'https://fcm.googleapis.com/fcm/send/';
const made = (name, key) => ({
  endpoint: at + name,
  options: { applicationServerKey: key.buffer },
  unsubscribe: async () => { localStorage.gone = name; return true; },
  toJSON: () => ({ endpoint: at + name, keys: { p256dh: 'P256', auth: 'AUTH' } }),
});
PushManager.prototype.getSubscription = async () =>
  localStorage.gone ? null : made('old', key);
PushManager.prototype.subscribe = async (wish) => made('new', wish.applicationServerKey);
""".replace("P256", P256).replace("AUTH", AUTH)


def test_a_subscription_for_an_older_key_is_renewed(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, script=PUSH, more=("notifications",))
    phone.page.reload()
    until(
        shop,
        PushSubscription.objects.filter(endpoint="https://fcm.googleapis.com/fcm/send/new").exists,
    )
    assert phone.page.evaluate("localStorage.gone") == "old"


GIVEN_UP = """async (given) => {
  const subscription = (name) => ({
    toJSON: () => ({
      endpoint: 'https://fcm.googleapis.com/fcm/send/' + name,
      keys: { p256dh: 'P256', auth: 'AUTH' },
    }),
  });
  let wanted = null;
  PushManager.prototype.subscribe = async (wish) => {
    wanted = wish.applicationServerKey;
    return subscription('asked');
  };
  const event = new Event('pushsubscriptionchange');
  event.newSubscription = given ? subscription('given') : null;
  let work;
  event.waitUntil = (promise) => { work = promise; };
  self.dispatchEvent(event);
  await work;
  return wanted;
}"""
"""The service worker hears it as from the browser, which then gives it another one, or none."""


def test_what_the_browser_gives_up_the_worker_replaces(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, more=("notifications",))
    (worker,) = phone.context.service_workers or [phone.context.wait_for_event("serviceworker")]
    script = GIVEN_UP.replace("P256", P256).replace("AUTH", AUTH)
    key = phone.page.evaluate("JSON.parse(document.querySelector('#app-data').text).pushKey")
    for name, is_given in {"given": True, "asked": False}.items():
        asked_for = worker.evaluate(script, is_given)
        assert asked_for == (None if is_given else key)
        endpoint = f"https://fcm.googleapis.com/fcm/send/{name}"
        assert run_in(shop.company, PushSubscription.objects.filter(endpoint=endpoint).exists)


FAILURES = {
    "no service": "PushManager.prototype.subscribe = () => Promise.reject(new Error('none'));",
    "no worker": "ServiceWorkerContainer.prototype.register = async () => undefined;",
}


@pytest.mark.parametrize("why", FAILURES)
def test_a_browser_that_gets_no_subscription_says_so(
    shop: Live, browser: Browser, why: str
) -> None:
    phone = phone_of(shop, browser, script=PUSH + FAILURES[why], more=("notifications",))
    phone.until("notices === 'failing'")
