/* Small comforts at the desk: selecting words, Ctrl+S, not leaving typed words behind. All of it works without. */
(function () {
  "use strict";

  // Selected words go into the form, with the place where they were selected. The text may come later, by htmx.
  var words = document.getElementById("id_words");
  var start = document.getElementById("id_start");
  var picked = document.getElementById("picked");
  function paragraphOf(node) {
    var element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    return element && element.closest("[data-start]");
  }
  function take() {
    var text = document.getElementById("text");
    var selection = document.getSelection();
    if (!text || !selection || selection.isCollapsed || !selection.rangeCount) return;
    var range = selection.getRangeAt(0);
    var first = paragraphOf(range.startContainer);
    var last = paragraphOf(range.endContainer);
    if (!first || !text.contains(first)) return;
    if (first !== last) {
      picked.textContent = "These words go over more than one paragraph: paste them instead.";
      return;
    }
    var before = document.createRange();
    before.selectNodeContents(first);
    before.setEnd(range.startContainer, range.startOffset);
    var exact = range.toString();
    var blanks = exact.length - exact.replace(/^\s+/, "").length;
    words.value = exact.trim();
    // The server counts characters as Unicode code points, the browser as UTF-16 units.
    start.value = Number(first.dataset.start) + Array.from(before.toString()).length + blanks;
    picked.textContent = words.value.split(/\s+/).length + " words selected: “" + words.value.slice(0, 60) + (words.value.length > 60 ? "…" : "") + "”";
  }
  if (words && start) {
    document.addEventListener("mouseup", take);
    document.addEventListener("keyup", function (event) {
      if (event.shiftKey || event.key === "Shift") take();
    });
    words.addEventListener("input", function () { start.value = ""; });
  }

  // The day of a source is proposed as the day on which it happened, where none is typed yet: it is seen, and can be changed.
  function proposeDay(day) {
    var box = document.getElementById("id_effective_on");
    if (!box || box.value || !day) return;
    box.value = day;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  }
  // A text that is shown already is not shown anew: what is ticked in it stays.
  document.addEventListener("htmx:beforeSwap", function (event) {
    var shown = event.detail.target;
    if (shown.id !== "source-words" || !shown.dataset.source) return;
    if (event.detail.requestConfig.path.endsWith("source=" + shown.dataset.source)) event.detail.shouldSwap = false;
  });
  document.addEventListener("htmx:afterSettle", function () {
    var chosen = document.getElementById("source-words");
    if (chosen) proposeDay(chosen.dataset.day);
  });
  document.addEventListener("change", function (event) {
    if (event.target.id === "id_new-published_on") proposeDay(event.target.value);
  });

  // A form that was open while somebody signed in again in another tab is sent with the token of today's session.
  function token() {
    var cookie = /(?:^|; )(?:__Host-)?csrftoken=([^;]+)/.exec(document.cookie);
    return cookie ? cookie[1] : "";
  }
  document.addEventListener("htmx:configRequest", function (event) {
    if (event.detail.verb === "post" && token()) event.detail.formData.set("csrfmiddlewaretoken", token());
  });
  document.addEventListener("submit", function (event) {
    var box = event.target.querySelector("[name=csrfmiddlewaretoken]");
    if (box && token()) box.value = token();
  }, true);

  // Words that are typed and not sent: leaving the page asks first.
  var typedIn = new Set();
  var NOT_TYPED = ["checkbox", "radio", "hidden", "submit", "button", "file"];
  document.addEventListener("input", function (event) {
    var box = event.target, owner = box.form;
    if (!owner || owner.method !== "post" || owner.id === "draft-form" || owner.querySelector("[hx-post]")) return;
    if (box.tagName === "TEXTAREA" || box.tagName === "INPUT" && NOT_TYPED.indexOf(box.type) < 0) typedIn.add(owner);
  });
  document.addEventListener("submit", function (event) { typedIn.delete(event.target); });
  window.addEventListener("beforeunload", function (event) {
    if (typedIn.size) event.preventDefault();
  });

  // The draft saves itself. ``typed`` counts what was typed, ``kept`` is its count when the last save that succeeded began.
  var form = document.getElementById("draft-form");
  var autosave = document.getElementById("autosave");
  if (!form) return;
  var typed = 0, sent = 0, kept = 0, again = 0;
  // The evidence is not saved by itself: a new source, the words that are taken, and the note about them.
  function isChanged(box) {
    if (box.tagName !== "SELECT") return box.value !== box.defaultValue;
    var first = box.querySelector("option[selected]") || box.options[0];
    return Boolean(first) && box.value !== first.value;
  }
  function unsent() {
    return Array.from(form.elements).some(function (box) {
      return (box.name === "words" || box.name === "note" || box.name.indexOf("new-") === 0) && isChanged(box);
    });
  }
  function say(words, isWrong, link) {
    var saved = document.getElementById("saved");
    saved.classList.toggle("wrong", Boolean(isWrong));
    if (saved.textContent !== words) saved.textContent = words;
    if (!link) return;
    var way = document.createElement("a");
    way.href = saved.dataset.signIn;
    way.target = "_blank";
    way.textContent = link;
    saved.append(" ", way);
  }
  function saveAgain() {
    clearTimeout(again);
    if (autosave && typed > kept) window.htmx.trigger(autosave, "save-again");
  }
  function failed(status) {
    if (status === 401) {
      say("Not saved: you are signed out. Your words stay here, and are saved when you come back to this tab.", true, "Sign in again in a new tab");
      return;
    }
    var offline = status ? "the server did not take it" : "the server cannot be reached";
    say("Not saved: " + offline + ". Your words stay here, and it tries again by itself.", true);
    clearTimeout(again);
    again = setTimeout(saveAgain, 10000);
  }
  function noteTyping() {
    if (kept === Infinity) kept = typed; // the form was sent, and the page stayed
    typed += 1;
    if (!document.getElementById("saved").classList.contains("wrong")) say("Not saved yet.");
  }
  form.addEventListener("input", noteTyping);
  form.addEventListener("change", noteTyping);
  form.addEventListener("submit", function () { kept = Infinity; });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) kept = 0;
  });
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden) saveAgain();
  });
  window.addEventListener("focus", saveAgain);
  window.addEventListener("beforeunload", function (event) {
    if (kept !== Infinity && (typed > kept || unsent())) event.preventDefault();
  });
  // htmx tells each event where its answer goes: only those that the autosave began are looked at.
  function onAutosave(name, act) {
    document.addEventListener(name, function (event) {
      if (event.detail.requestConfig && event.detail.requestConfig.elt === autosave) act(event.detail, event.detail.xhr);
    });
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (kept === Infinity && event.detail.requestConfig.elt === autosave) event.preventDefault(); // the form was sent
  });
  onAutosave("htmx:beforeSend", function () { sent = typed; });
  onAutosave("htmx:beforeSwap", function (detail, xhr) {
    if (xhr.status !== 200 || xhr.getResponseHeader("X-Autosave")) return;
    detail.shouldSwap = false; // an answer of something between here and the server
    failed(xhr.status);
  });
  onAutosave("htmx:afterRequest", function (detail, xhr) {
    if (xhr.status === 200 && xhr.getResponseHeader("X-Autosave") === "saved") kept = Math.max(kept, sent);
  });
  onAutosave("htmx:afterSwap", function (detail, xhr) {
    if (xhr.getResponseHeader("X-Autosave") === "again") return saveAgain(); // with the version that came
    var saved = document.getElementById("saved"), later = "The evidence is saved with “Save the draft”.";
    if (typed > sent) say("Not saved yet.");
    else if (unsent() && saved.textContent.indexOf(later) < 0) saved.append(" " + later);
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    onAutosave(name, function (detail, xhr) { failed(xhr.status); });
  });
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      form.querySelector("[value=save]").click();
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && form.contains(document.activeElement)) {
      event.preventDefault();
      form.querySelector("[value=submit]").click();
    }
  });
})();
