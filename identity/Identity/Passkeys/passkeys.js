// Passkeys: adding one on the account pages, signing in with one. WebAuthn only speaks through script; every other journey does without.
(() => {
  'use strict';
  const form = document.querySelector('form[data-passkey-create], form[data-passkey-sign-in]');
  if (!form) return;
  const creating = form.hasAttribute('data-passkey-create');
  const status = form.querySelector('[role="status"]') || document.querySelector('[role="status"][data-passkey-status]');
  let waiting = null;

  // Words come from the page, in its language: data-text-cancelled, -failed, -exists, -unsupported, -waiting.
  const say = (name, reference) => {
    if (!status) return;
    const text = status.getAttribute('data-text-' + name) || form.getAttribute('data-text-' + name) || '';
    status.textContent = text && reference ? text + ' ' + reference : text;
    status.hidden = !text;
  };

  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  // parse…OptionsFromJSON and toJSON are younger than WebAuthn itself.
  const parse = (json) => {
    const own = creating ? PublicKeyCredential.parseCreationOptionsFromJSON : PublicKeyCredential.parseRequestOptionsFromJSON;
    if (own) return own.call(PublicKeyCredential, json);
    const ids = (list) => (list || []).map((entry) => ({ ...entry, id: decode(entry.id) }));
    const options = { ...json, challenge: decode(json.challenge) };
    if (json.user) options.user = { ...json.user, id: decode(json.user.id) };
    if (json.excludeCredentials) options.excludeCredentials = ids(json.excludeCredentials);
    if (json.allowCredentials) options.allowCredentials = ids(json.allowCredentials);
    return options;
  };
  const write = (credential) => {
    try {
      if (credential.toJSON) return credential.toJSON();
    } catch { /* Some password managers replace the object and break toJSON. */ }
    const from = credential.response;
    const response = { clientDataJSON: encode(from.clientDataJSON) };
    for (const name of ['attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
      if (from[name]) response[name] = encode(from[name]);
    }
    if (from.getTransports) response.transports = from.getTransports();
    return {
      id: credential.id, rawId: encode(credential.rawId), type: credential.type, response,
      authenticatorAttachment: credential.authenticatorAttachment || undefined,
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  };

  const post = async (url, body) => {
    const answer = await fetch(url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Form-Token': form.elements['_token'].value },
      body: JSON.stringify(body),
    });
    const type = answer.headers.get('Content-Type') || '';
    const json = type.includes('json') ? await answer.json() : {};
    if (answer.ok) return json;
    if (json.location) location.assign(json.location);
    throw Object.assign(new Error('refused'), { reference: json.correlation });
  };

  const ceremony = async (mediation) => {
    if (waiting) waiting.abort();
    const abort = new AbortController();
    waiting = abort;
    const publicKey = parse(await post(form.dataset.optionsUrl, {}));
    if (abort.signal.aborted) return;
    const credential = creating
      ? await navigator.credentials.create({ publicKey, signal: abort.signal })
      : await navigator.credentials.get({ publicKey, mediation, signal: abort.signal });
    if (!mediation) say('waiting');
    const body = creating ? { name: form.elements.name.value, credential: write(credential) } : write(credential);
    location.assign((await post(form.dataset.completeUrl, body)).location);
  };

  const offer = async () => {
    // Autofill: passkeys appear among the names the browser suggests. Silent when it cannot, or when the person ignores it.
    if (creating || !document.querySelector('input[autocomplete~="webauthn"]')) return;
    if (!PublicKeyCredential.isConditionalMediationAvailable || !await PublicKeyCredential.isConditionalMediationAvailable()) return;
    await ceremony('conditional');
  };

  if (!window.PublicKeyCredential) {
    say('unsupported');
    return;
  }

  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (form.getAttribute('aria-busy') === 'true') return;
    form.setAttribute('aria-busy', 'true');
    say('none');
    try {
      await ceremony();
    } catch (error) {
      if (error.name === 'InvalidStateError') say('exists');
      else if (error.name === 'NotAllowedError' || error.name === 'AbortError') say('cancelled');
      else say('failed', error.reference);
    } finally {
      form.removeAttribute('aria-busy');
    }
  });
  // A page left open outlives its challenge; whoever then picked a passkey must hear why nothing happened.
  offer().catch((error) => { if (error.message === 'refused') say('failed', error.reference); });
})();
