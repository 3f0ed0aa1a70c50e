// Enhancements only: every page works without this file.
"use strict";

// After a refused form, the reader (and the screen reader) starts at what is wrong.
document.addEventListener("DOMContentLoaded", () => {
  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
});

// On a narrow screen contents and filters start folded, so that the text and the results come first.
document.addEventListener("DOMContentLoaded", () => {
  if (!window.matchMedia("(max-width: 63.99em)").matches) return;
  for (const list of document.querySelectorAll("details[data-fold]")) list.open = false;
});

// A table that is wider than its column scrolls; then the keyboard must be able to scroll it too.
document.addEventListener("DOMContentLoaded", () => {
  for (const table of document.querySelectorAll(".portal-document__text table:not(.usa-table)")) {
    if (table.scrollWidth > table.clientWidth) table.tabIndex = 0;
  }
});

// Moments are written in UTC; here they are shown in the reader's own time, and UTC stays in the title.
document.addEventListener("DOMContentLoaded", () => {
  const parts = { year: "numeric", month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" };
  const own = new Intl.DateTimeFormat("en-US", { ...parts, hourCycle: "h23", timeZoneName: "short" });
  for (const moment of document.querySelectorAll("time[datetime*=T]")) {
    moment.title = moment.textContent;
    moment.textContent = own.format(new Date(moment.dateTime));
  }
});

// "/" goes to the search box, as people know it from other tools; not while something is being typed.
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const search = document.getElementById("search-everywhere");
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing || !search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// A form is sent once: a second press while the first is under way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

// Back in a page that the browser kept, its forms may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
