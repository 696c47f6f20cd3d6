"use strict";
(() => {
  const find = document.getElementById("find");
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/g, "d").toLowerCase();
  let mood = "";

  const filter = () => {
    const words = plain(find.value.toLowerCase()).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const card of document.querySelectorAll("article")) {
      const text = plain(card.dataset.search);
      card.hidden = !((!mood || card.classList.contains(mood)) && words.every((word) => text.includes(word)));
      shown += !card.hidden;
    }
    document.getElementById("nothing").hidden = shown > 0 || !document.querySelector("article");
    for (const button of document.querySelectorAll("button"))
      button.setAttribute("aria-pressed", String(button.dataset.mood === mood));
  };

  const age = () => {
    const made = Number(document.body.dataset.made), old = Number(document.body.dataset.old);
    document.getElementById("old").hidden = Date.now() / 1000 - made < old;
  };

  const renew = async () => {
    if (document.hidden || !location.protocol.startsWith("http")) return;
    try {
      const answer = await fetch(location.href, { cache: "no-cache" });
      if (!answer.ok) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!fresh.querySelector("main")) return;
      for (const part of ["main", ".counts", ".made"])
        document.querySelector(part).replaceWith(document.adoptNode(fresh.querySelector(part)));
      document.body.dataset.made = fresh.body.dataset.made;
      if (mood && !document.querySelector(`button[data-mood=${mood}]`)) mood = "";
      filter();
    } catch {
      // The server is away; the age of the page will say so.
    } finally {
      age();
    }
  };

  find.addEventListener("input", filter);
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    mood = button.dataset.mood === mood ? "" : button.dataset.mood;
    filter();
  });
  document.addEventListener("visibilitychange", renew);
  setInterval(renew, 1000 * Number(document.body.dataset.every));
  setInterval(age, 10000);
  filter();
  age();
})();
