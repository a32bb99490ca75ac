// Extras only: every page works without this file. Listeners sit on document, so they survive whatever replaces the page.
(() => {
  'use strict';
  const doc = document;

  // After submit: say "busy", refuse the second press. Not "disabled": that would drop the pressed button's value.
  doc.addEventListener('submit', (event) => {
    const form = event.target;
    if (event.defaultPrevented) return;
    if (form.getAttribute('aria-busy') === 'true') {
      event.preventDefault();
      return;
    }
    if (form.method !== 'post') return;
    form.setAttribute('aria-busy', 'true');
    setTimeout(() => doc.documentElement.classList.add('waiting'), 1000);
  });
  addEventListener('pageshow', () => {
    doc.documentElement.classList.remove('waiting');
    doc.querySelectorAll('form[aria-busy]').forEach((form) => form.removeAttribute('aria-busy'));
  });

  doc.addEventListener('click', (event) => {
    const button = event.target.closest('[data-bb-reveal],[data-bb-copy]');
    if (button && button.dataset.bbReveal) {
      const field = doc.getElementById(button.dataset.bbReveal);
      const show = field.type === 'password';
      field.type = show ? 'text' : 'password';
      button.setAttribute('aria-pressed', String(show));
      field.focus();
    }
    if (button && button.dataset.bbCopy) {
      navigator.clipboard.writeText(doc.getElementById(button.dataset.bbCopy).innerText)
        .then(() => { button.classList.add('done'); });
    }
    // A menu closes when the person goes elsewhere.
    doc.querySelectorAll('details.menu[open]').forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  doc.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    const menu = event.target.closest && event.target.closest('details.menu[open]');
    if (menu) { menu.open = false; menu.querySelector('summary').focus(); }
  });

  // A live table asks for what is new and puts it on top, but never moves what somebody is reading: then a button says how much waits.
  const follow = (part) => {
    const [body, region] = [part.querySelector('tbody'), part.querySelector('.table')];
    const of = (name) => part.querySelector(`[data-live="${name}"]`);
    const [pause, state, show] = [of('pause'), of('state'), of('show')];
    const text = (name, value) => part.dataset[`text${name}`].replace('{0}', value);
    const clock = () => new Date().toLocaleTimeString(doc.documentElement.lang, { hour12: false });
    const most = 200;
    let [since, waiting, left, paused, last] = [part.dataset.since, [], 0, false, ''];
    const isRead = () => region.matches(':hover, :focus-within') || region.getBoundingClientRect().top < 0;
    const tell = () => {
      show.hidden = waiting.length === 0;
      show.textContent = text('Waiting', waiting.length) + (left > 0 ? ` · ${text('Left', left)}` : '');
      if (last) state.textContent = paused ? part.dataset.textPaused : text('Going', last);
    };
    const put = () => {
      body.prepend(...waiting);
      [waiting, left] = [[], 0];
      while (body.rows.length > most) body.lastElementChild.remove();
      tell();
    };
    pause.addEventListener('click', () => {
      paused = !paused;
      pause.setAttribute('aria-pressed', String(paused));
      state.textContent = part.dataset.textPaused;
      if (!paused) put();
    });
    show.addEventListener('click', put);
    const take = async () => {
      const answer = await fetch(`${part.dataset.bbLive}${part.dataset.bbLive.includes('?') ? '&' : '?'}since=${since}`, { redirect: 'manual' });
      if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) return false;
      if (!answer.ok) throw new Error(String(answer.status));
      since = answer.headers.get('Audit-Next');
      if (answer.status === 200) {
        const rows = doc.createElement('tbody');
        rows.innerHTML = await answer.text();
        waiting = [...rows.children, ...waiting].slice(0, most);
        left += Number(answer.headers.get('Audit-Left-Out'));
        last = clock();
      }
      if (paused || isRead() || left > 0) tell(); else put();
      return true;
    };
    const run = async () => {
      for (let lost = '';;) {
        try {
          if (!await take()) {
            state.textContent = part.dataset.textEnded;
            of('again').hidden = false;
            return;
          }
          lost = '';
        } catch {
          lost = lost || clock();
          state.textContent = text('Lost', lost);
          await new Promise((go) => { setTimeout(go, 3000); });
        }
      }
    };
    run();
  };
  doc.querySelectorAll('[data-bb-live]').forEach(follow);

  // What only works with script is hidden until there is script.
  doc.querySelectorAll('[data-bb-script]').forEach((part) => { part.hidden = false; });

  // An answer that must travel as a form (response_mode=form_post) sends itself.
  const carrier = doc.querySelector('form[data-bb-submit]');
  if (carrier) carrier.submit();

  const summary = doc.querySelector('.errors');
  if (summary) summary.focus();
})();
