/* The table of proposals: keys for what its buttons do, and ticking without a round to the server. All works without. */
(function () {
  "use strict";

  var form = document.getElementById("proposals");
  var help = document.getElementById("keys-help");
  if (!form || !help) return;
  function boxes() { return Array.from(form.querySelectorAll(".row-tick")); }
  var keys = document.getElementById("keys-on");
  help.hidden = false;

  function tell() {
    var status = document.getElementById("ticked-number");
    var number = boxes().filter(function (box) { return box.checked; }).length;
    status.textContent = number ? number + " ticked" : "";
  }
  form.addEventListener("change", tell);
  form.querySelectorAll("[data-ticks]").forEach(function (button) {
    button.addEventListener("click", function (event) {
      event.preventDefault();
      boxes().forEach(function (box) { box.checked = button.dataset.ticks === "all"; });
      tell();
    });
  });

  function press(box, verb) {
    var button = form.querySelector('[name="do"][value="' + verb + ":" + box.value + '"]');
    if (button) button.click();
  }
  function merge(box) {
    var row = box.closest("tr");
    var details = row.querySelector(".merge");
    details.open = true;
    (row.querySelector('[value^="merge:' + box.value + ':"]') || details.querySelector("input")).focus();
  }
  var deeds = {
    j: function (box, at) { if (boxes()[at + 1]) boxes()[at + 1].focus(); },
    k: function (box, at) { if (boxes()[at - 1]) boxes()[at - 1].focus(); },
    x: function (box) { box.click(); },
    a: function (box) { press(box, "accept"); },
    r: function (box) { press(box, "reject"); },
    m: merge,
    t: function (box) { box.closest("tr").querySelector("select").focus(); }
  };
  // Keys of one letter act only while a row's tick box has the focus.
  form.addEventListener("keydown", function (event) {
    var at = boxes().indexOf(event.target);
    if (at < 0 || !keys.checked || event.ctrlKey || event.metaKey || event.altKey) return;
    var deed = Object.prototype.hasOwnProperty.call(deeds, event.key) && deeds[event.key];
    if (!deed) return;
    event.preventDefault();
    deed(event.target, at);
  });

  // A row that answers in its place: the focus goes on to the next box, or stays at the row's own button.
  var after = null;
  form.addEventListener("htmx:beforeSwap", function (event) {
    var row = event.detail.target;
    after = null;
    if (!row.contains(document.activeElement)) return;
    var rest = boxes().filter(function (box) {
      return !row.contains(box) && row.compareDocumentPosition(box) & Node.DOCUMENT_POSITION_FOLLOWING;
    });
    after = rest[0] ? "[value='" + rest[0].value + "'].row-tick" : "#" + row.id + " button, #" + row.id + " .row-tick";
  });
  document.addEventListener("htmx:afterSettle", function () {
    var next = after && form.querySelector(after);
    after = null;
    if (next) next.focus();
  });
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    form.addEventListener(name, function (event) {
      document.getElementById("ticked-number").textContent = event.detail.xhr.status === 401
        ? "Not decided: you are signed out. Sign in in another tab, come back and press again."
        : "Not decided: the server did not take it. Open this page again.";
    });
  });

  // After a decision the address names the next row: the focus goes there, once the browser has scrolled to it.
  var next = /^#candidate-\d+$/.test(location.hash) && document.querySelector(location.hash + " .row-tick");
  if (next) window.addEventListener("load", function () { setTimeout(function () { next.focus(); }); });
  tell();
})();
