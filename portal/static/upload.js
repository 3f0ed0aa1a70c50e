// Enhances <form data-upload>: files can be dropped on it, and each is sent by itself with a progress bar and an
// outcome. Without this file the form sends all files at once and gets a page of results.
//
// The form's attribute data-max-bytes is the size of the largest file; its action answers each file with JSON:
// {"outcome": "imported" | "updated" | "unchanged" | "refused", "message": "...", "url": "..."}.
// A file name.json goes along with the document called name, which it describes.
"use strict";

const OUTCOMES = { imported: "imported", updated: "new version", unchanged: "already there", refused: "refused" };

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function sizeOf(bytes) {
  return bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

class Line {
  constructor(list, file) {
    this.row = document.createElement("li");
    this.progress = document.createElement("progress");
    this.progress.max = 100;
    this.progress.value = 0;
    this.progress.setAttribute("aria-label", `Progress of ${file.name}`);
    this.message = element("span", "portal-uploads__message", `Waiting, ${sizeOf(file.size)}`);
    this.row.append(element("span", "portal-uploads__name", file.name), this.progress, this.message);
    list.append(this.row);
  }

  sent(fraction) {
    this.progress.value = Math.round(fraction * 100);
    this.message.textContent = fraction < 1 ? "Sending" : "Being read";
  }

  end({ outcome, message, url }) {
    const known = outcome in OUTCOMES ? outcome : "refused";
    this.row.dataset.outcome = known;
    this.progress.remove();
    this.message.textContent = known === "refused" ? `Refused. ${message}` : message;
    // Only addresses of our own: the answer says where the document is, and nothing else.
    if (!url || !url.startsWith("/") || url.startsWith("//")) return;
    const link = element("a", "usa-link", "Open");
    link.href = url;
    link.setAttribute("aria-label", `Open ${this.row.firstChild.textContent}`);
    this.row.append(link);
  }
}

// A portal that does not know the sender any more answers with its sign-in page.
function isSignedOut(request) {
  return Boolean(request.responseURL) && new URL(request.responseURL).pathname === "/sign-in";
}

function answerOf(request) {
  if (isSignedOut(request)) {
    return { outcome: "refused", message: "You are signed out. Sign in and send the file again." };
  }
  try {
    return JSON.parse(request.responseText);
  } catch {
    const message =
      request.status === 413
        ? "The file is over the limit of the portal."
        : "The portal did not answer as expected. Reload the page and send the file again.";
    return { outcome: "refused", message };
  }
}

const isSidecar = (file) => file.name.toLowerCase().endsWith(".json");
const stem = (file) => file.name.slice(0, file.name.lastIndexOf("."));

// Each document with its side-car; a side-car without its document stands alone.
function parcels(files) {
  const documents = files.filter((file) => !isSidecar(file));
  const sidecars = files.filter(isSidecar);
  const described = documents.map((file) => [file, ...sidecars.filter((other) => stem(other) === stem(file))]);
  const used = new Set(described.flat());
  return [...described, ...sidecars.filter((file) => !used.has(file)).map((file) => [file])];
}

function refusal(parcel, largest) {
  const message = isSidecar(parcel[0])
    ? "It describes a document of the same name, which is missing. Send both together."
    : parcel[0].size > largest && `The file is over ${sizeOf(largest)}.`;
  return message && { outcome: "refused", message };
}

function send(form, field, parcel, line) {
  return new Promise((done) => {
    const body = new FormData(form);
    body.delete(field);
    for (const file of parcel) body.append(field, file, file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("X-CSRFToken", body.get("csrf_token"));
    request.upload.addEventListener("progress", (event) => line.sent(event.loaded / event.total));
    request.addEventListener("load", () => done(answerOf(request)));
    const lost = "The connection was lost before the file had arrived. Send it again.";
    request.addEventListener("error", () => done({ outcome: "refused", message: lost }));
    request.send(body);
  });
}

function enhance(form) {
  const input = form.querySelector("input[type=file]");
  const zone = input.parentElement;
  const list = element("ul", "portal-uploads");
  const status = element("p", "portal-quiet");
  const largest = Number(form.dataset.maxBytes || 50e6);
  const waiting = [];
  const counts = Object.fromEntries(Object.keys(OUTCOMES).map((key) => [key, 0]));
  let busy = false;

  status.setAttribute("role", "status");
  list.setAttribute("aria-label", "Files and their outcomes");
  zone.classList.add("portal-drop");
  zone.append(element("p", "portal-quiet", "Or drop files here."));
  form.after(status, list);

  function summary() {
    const parts = Object.keys(counts).filter((key) => counts[key]);
    const said = parts.map((key) => `${counts[key]} ${OUTCOMES[key]}`).join(", ");
    return waiting.length ? `${said || "Sending"}; ${waiting.length} to go.` : `Done: ${said}.`;
  }

  async function work() {
    if (busy) return;
    busy = true;
    while (waiting.length) {
      const { parcel, line } = waiting[0];
      line.end(refusal(parcel, largest) || (await send(form, input.name, parcel, line)));
      counts[line.row.dataset.outcome] += 1;
      waiting.shift();
      status.textContent = summary();
    }
    busy = false;
  }

  function take(files) {
    if (!form.reportValidity()) return;
    for (const parcel of parcels(files)) waiting.push({ parcel, line: new Line(list, parcel[0]) });
    work();
  }

  // In the capture phase, before the page's own guard against sending a form twice sees the event.
  form.addEventListener(
    "submit",
    (event) => {
      event.preventDefault();
      take([...input.files]);
      input.value = "";
    },
    true,
  );
  for (const name of ["dragenter", "dragover", "dragleave", "drop"]) {
    zone.addEventListener(name, (event) => {
      event.preventDefault();
      zone.classList.toggle("is-over", name === "dragenter" || name === "dragover");
    });
  }
  zone.addEventListener("drop", (event) => {
    const had = input.required;
    input.required = false;
    take([...event.dataTransfer.files]);
    input.required = had;
  });
}

for (const form of document.querySelectorAll("form[data-upload]")) enhance(form);
