/* <under-way>: shows every two seconds how far something is, and where it led to when it is done.
   The page itself is asked: what stands in its <under-way> takes the place of what stands here.
   Whoever listens instead of looking hears every tenth of the way, and what has changed in words. */
const EVERY = 2000;

class UnderWay extends HTMLElement {
  connectedCallback() {
    this.said = this.querySelector("[data-said]");
    this.heard = this.state();
    this.wait();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  wait() {
    this.timer = setTimeout(() => (document.hidden ? this.wait() : this.look()), EVERY);
  }

  async look() {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const next = page.querySelector("under-way");
        if (!next) {
          location.replace(response.url);
          return;
        }
        this.show(next);
      }
    } catch {
      /* The connection is away: it is tried again, and what stands here stays true. */
    }
    this.wait();
  }

  show(next) {
    next.querySelector("[data-said]").remove();
    this.replaceChildren(...next.childNodes, this.said);
    const state = this.state();
    if (state !== this.heard) {
      this.heard = state;
      this.said.textContent = this.querySelector("label").textContent;
    }
  }

  state() {
    const tenth = Math.floor(Number(this.querySelector("[data-percent]").dataset.percent) / 10);
    return [this.querySelector("h1").textContent, tenth, Boolean(this.querySelector(".callout"))].join("|");
  }
}

customElements.define("under-way", UnderWay);
