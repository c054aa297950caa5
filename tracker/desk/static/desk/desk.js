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

  var form = document.getElementById("draft-form");
  if (!form) return;
  var unsaved = false;
  form.addEventListener("input", function () { unsaved = true; });
  form.addEventListener("submit", function () { unsaved = false; });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful && event.detail.requestConfig.verb === "post") unsaved = false;
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () {
      var saved = document.getElementById("saved");
      saved.classList.add("wrong");
      saved.textContent = "Not saved: the server did not take it. Your words are still here; save the draft to see why.";
    });
  });
  window.addEventListener("beforeunload", function (event) {
    if (unsaved) event.preventDefault();
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
