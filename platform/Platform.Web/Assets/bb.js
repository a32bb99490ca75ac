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

  // What only works with script is hidden until there is script.
  doc.querySelectorAll('[data-bb-script]').forEach((part) => { part.hidden = false; });

  // An answer that must travel as a form (response_mode=form_post) sends itself.
  const carrier = doc.querySelector('form[data-bb-submit]');
  if (carrier) carrier.submit();

  const summary = doc.querySelector('.errors');
  if (summary) summary.focus();
})();
