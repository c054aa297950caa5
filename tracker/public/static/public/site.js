/* Small comforts on pages that are complete without them. No state, no storage, nobody else is asked. */
(function () {
  "use strict";

  // Leave this site: blank at once, then replace this page's entry in the history of the tab.
  var leave = document.getElementById("leave");
  function goAway() {
    document.documentElement.classList.add("left");
    window.location.replace(leave.href);
  }
  var shifts = [];
  if (leave) {
    leave.addEventListener("click", function (event) {
      event.preventDefault();
      goAway();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key !== "Shift") {
        shifts = [];
        return;
      }
      if (event.repeat) return;
      shifts = shifts.filter(function (then) { return event.timeStamp - then < 5000; });
      shifts.push(event.timeStamp);
      if (shifts.length === 3) goAway();
    });
  }

  // htmx, which swaps the list when a filter changes, is half of all that a first visit could fetch: it is fetched
  // when somebody turns to a filter. What was chosen before it came is sent when it is there.
  var swaps = document.querySelector("meta[name=swaps]");
  var events = ["pointerover", "focusin", "input", "change"];
  var chosen = null;
  function fetchSwaps() {
    var script = document.createElement("script");
    script.src = swaps.content;
    script.integrity = swaps.dataset.integrity;
    script.addEventListener("load", function () {
      events.forEach(function (name) { document.removeEventListener(name, turned); });
      if (chosen) chosen.dispatchEvent(new Event("change", { bubbles: true }));
    });
    document.head.append(script);
  }
  function turned(event) {
    if (window.htmx || !event.target.closest || !event.target.closest("[hx-get]")) return;
    if (event.type === "input" || event.type === "change") chosen = event.target;
    if (swaps.dataset.asked) return;
    swaps.dataset.asked = "yes";
    if (document.readyState === "complete") fetchSwaps();
    else window.addEventListener("load", fetchSwaps);
  }
  if (swaps) {
    events.forEach(function (name) { document.addEventListener(name, turned); });
    // An address from before this page was loaded, to which the browser goes back: nobody else shows it.
    window.addEventListener("popstate", function (event) {
      if (!window.htmx && event.state && event.state.htmx) window.location.reload();
    });
  }

  // An address of a filtered list names only the filters in force.
  document.addEventListener("htmx:configRequest", function (event) {
    var form = event.detail.formData;
    Array.from(form.entries()).forEach(function (pair) {
      if (pair[1] === "") form.delete(pair[0]);
    });
  });

  // A swap that took the focused control away moves the focus to the heading of what replaced it.
  document.addEventListener("htmx:beforeRequest", function (event) {
    event.detail.target.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterSettle", function (event) {
    if (document.activeElement && document.activeElement !== document.body) return;
    var heading = document.querySelector("#results-h");
    if (heading && event.detail.target.id === "results") heading.focus();
  });

  // Text that is there to be taken gets a button that copies it; without this it is selected by hand.
  Array.from(document.querySelectorAll("[data-copy]")).forEach(function (text) {
    if (!navigator.clipboard) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = text.dataset.copy;
    button.addEventListener("click", function () {
      navigator.clipboard.writeText(text.value).then(function () { button.textContent = "Copied"; });
    });
    text.after(button);
  });

  // A day is typed as people write it; a button beside the box opens the browser's own calendar, where it has one.
  function addCalendar(box) {
    if (box.disabled || box.dataset.calendar || !HTMLInputElement.prototype.showPicker) return;
    box.dataset.calendar = "yes";
    var frame = document.createElement("span");
    var calendar = document.createElement("input");
    var button = document.createElement("button");
    frame.className = "day";
    calendar.type = "date";
    calendar.tabIndex = -1;
    calendar.setAttribute("aria-hidden", "true");
    button.type = "button";
    button.className = "button button-quiet";
    button.setAttribute("aria-label", "Choose from a calendar");
    button.innerHTML = '<svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true"><path fill="none" ' +
      'stroke="currentColor" stroke-width="2" d="M3 5h14v12H3zM3 9h14M7 2v4M13 2v4"/></svg>';
    box.before(frame);
    frame.append(box, calendar, button);
    button.addEventListener("click", function () {
      calendar.showPicker();
    });
    calendar.addEventListener("change", function () {
      if (!calendar.value) return;
      var form = { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" };
      box.value = new Date(calendar.value).toLocaleDateString("en-GB", form);
      box.dispatchEvent(new Event("change", { bubbles: true }));
      box.focus();
    });
  }
  Array.from(document.querySelectorAll("input[data-day]")).forEach(addCalendar);

  // Where a swap fails the browser loads the page itself: an answer, or the server's own message.
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function (event) {
      if (event.detail.requestConfig.verb !== "get") return;
      window.location.assign(event.detail.pathInfo.finalRequestPath);
    });
  });
})();
