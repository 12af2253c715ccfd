// A team: its people with search and filter, who is asked for other photos, and how alike it is.

import Person from "/studio/static/team_person.js";

// As Python's casefold and NFKD do for the letters that names have: é is found by e.
const plain = (text) => text.toLowerCase().replaceAll("ß", "ss").normalize("NFKD").replace(/\p{M}/gu, "");

export default {
  components: { Person },
  props: { words: Object, team: String, rows: Array, sheet: Object, near: Boolean, links: Array, problem: String, frame: Array },
  emits: ["link", "links", "seen", "unlink", "retake", "yes", "forget"],
  template: `
    <div class="team" :style="{'--shape': frame[0] + ' / ' + frame[1]}">
      <div class="sheet-tools team-tabs" :inert="covered">
        <div class="segments" role="radiogroup" :aria-label="words.views">
          <label v-for="name in ['people', 'retakes', 'consistency']" :key="name" :class="{on: view === name}">
            <input type="radio" name="view" :value="name" v-model="view" />{{ words[name] }}
            <span v-if="name !== 'consistency'" class="count">{{ name === "people" ? rows.length : asked.length }}</span></label>
        </div>
      </div>

      <section v-if="view === 'people'" :aria-label="words.people" :inert="covered">
        <div class="team-find">
          <label class="field"><span>{{ words.find }}</span><input type="search" v-model="wanted" autocomplete="off" /></label>
          <div class="segments" role="radiogroup" :aria-label="words.filter">
            <label v-for="name in ['', ...present]" :key="name" :class="{on: status === name}">
              <input type="radio" name="status" :value="name" v-model="status" />{{ name ? words.states[name] : words.all }}
              <span class="count">{{ count(name) }}</span></label>
          </div>
          <span class="spring"></span>
          <button v-if="without || !unopened" type="button" class="button" :disabled="!without" @click="$emit('links', false)">{{ words.make_links }} <span class="count">{{ without }}</span></button>
          <button v-else type="button" class="button" @click="$emit('links', true)">{{ words.links_again }} <span class="count">{{ unopened }}</span></button>
        </div>
        <p class="unseen" role="status">{{ words.found.replace("{n}", visible.length) }}</p>
        <ul class="team-cards">
          <li v-for="row in visible" :key="row.person" class="team-card" :class="row.status.replace(' ', '-')">
            <button type="button" @click="show(row.person)" :data-person="row.person">
              <img v-if="row.shown" :src="card(row)" alt="" loading="lazy" />
              <span v-else class="initials" aria-hidden="true">{{ initials(row.name) }}</span>
              <b>{{ row.name }}</b>
              <span v-if="row.title" class="quiet small">{{ row.title }}</span>
              <span class="state"><i aria-hidden="true"></i>{{ words.states[row.status] }}</span>
            </button>
          </li>
        </ul>
        <p v-if="!visible.length" class="quiet empty">{{ words.none }}</p>
      </section>

      <section v-else-if="view === 'retakes'" :aria-label="words.retakes" :inert="covered">
        <p class="lead">{{ asked.length ? words.retakes_lead : words.no_retakes }}</p>
        <div v-if="asked.length" class="buttons">
          <button type="button" class="button" @click="copy(asked.map((r) => r.message).join('\\n'), 'all')">{{ copied === "all" ? words.copied : words.copy_all }}</button>
        </div>
        <ul class="kept team-asked">
          <li v-for="row in asked" :key="row.person">
            <div><b>{{ row.name }}</b> <span class="quiet small">{{ words.states[row.status] }}</span><p>{{ row.message }}</p></div>
            <div class="buttons">
              <button type="button" class="button" :aria-label="words.copy + ', ' + row.name" @click="copy(row.message, row.person)">{{ copied === row.person ? words.copied : words.copy }}</button>
              <a v-if="row.email" class="button" :href="mail(row)">{{ words.mail }}</a>
              <button type="button" class="button" @click="show(row.person)" :data-person="row.person" :aria-label="words.open + ' ' + row.name">{{ words.open }}</button>
            </div>
          </li>
        </ul>
      </section>

      <section v-else :aria-label="words.consistency" :inert="covered">
        <p class="lead">{{ words.consistency_lead.replace("{n}", sheet.in_series.length).replace("{m}", sheet.outside.length) }}</p>
        <p v-if="sheet.in_series.length < 2" class="note">{{ words.few }}</p>
        <div v-else class="team-scroll" tabindex="0" role="region" :aria-label="words.measured">
          <table>
            <thead><tr><th scope="col">{{ words.measured }}</th><th scope="col" class="number">{{ words.before }}</th><th scope="col" class="number">{{ words.after }}</th><th scope="col" class="number">{{ words.most }}</th><th scope="col">{{ words.unit }}</th><th scope="col">{{ words.farthest }}</th></tr></thead>
            <tbody><tr v-for="row in sheet.spreads" :key="row.name">
              <th scope="row">{{ row.title }}</th>
              <td class="number">{{ number(row.before?.farthest) }}</td>
              <td class="number" :class="{wide: row.after?.within === false}">{{ number(row.after?.farthest) }}<span class="verdict">{{ !row.after || row.after.within === null ? "" : row.after.within ? words.within : words.wide }}</span></td>
              <td class="number">{{ number(row.most) }}</td>
              <td class="quiet">{{ row.unit }}</td>
              <td>{{ row.after && row.after.farthest >= 0.01 ? row.after.who : "" }}</td>
            </tr></tbody>
          </table>
        </div>
        <p class="quiet small team-how">{{ words.how }}</p>
      </section>

      <person v-if="open" :row="open" :team="team" :near="near" :words="words" :made="made" :problem="problem" :key="open.person"
        @close="close" @copy="copy" :copied="copied"
        @link="$emit('link', open.person)" @unlink="$emit('unlink', open.person)" @forget="$emit('forget', open.person)"
        @retake="$emit('retake', {person: open.person, why: $event})" @yes="$emit('yes', {person: open.person, said: $event})"></person>

      <div v-if="!open && links.length" class="table team-drawer" role="dialog" aria-modal="true" :aria-label="words.links" ref="drawer" tabindex="-1" @click.self="$emit('seen')" @keydown.esc="$emit('seen')" @keydown.tab="keep">
        <aside class="table-side">
          <button type="button" class="close" :aria-label="words.close" @click="$emit('seen')">×</button>
          <h2>{{ words.links }}</h2>
          <p>{{ words.once }}</p>
          <p class="note">{{ near ? words.near : words.far }}</p>
          <div class="buttons">
            <button type="button" class="button primary" @click="copy(lines, 'links')">{{ copied === "links" ? words.copied : words.copy_all }}</button>
            <a class="button" :href="file" download="links.csv">{{ words.save }}</a>
          </div>
          <ul class="team-links"><li v-for="link in links" :key="link.person"><b>{{ link.name }}</b> <span class="quiet small">{{ link.email }}</span>
            <code>{{ link.url }}</code></li></ul>
        </aside>
      </div>
    </div>`,
  data: () => ({ view: "people", wanted: "", status: "", at: null, copied: "", from: null }),
  computed: {
    known() { return new Map(this.rows.map((row) => [row.person, plain(row.name + " " + row.title)])); },
    visible() {
      const asked = plain(this.wanted).split(/\s+/).filter(Boolean);
      return this.rows.filter((row) => (!this.status || row.status === this.status) && asked.every((part) => this.known.get(row.person).includes(part)));
    },
    present() { return Object.keys(this.words.states).filter((name) => this.count(name)); },
    asked() { return this.rows.filter((row) => row.message); },
    ready() { return this.rows.filter((row) => row.proof && row.status === "proof ready"); },
    without() { return this.ready.filter((row) => !row.link.until).length; },
    unopened() { return this.ready.filter((row) => row.link.until && !row.link.opened).length; },
    open() { return this.rows.find((row) => row.person === this.at); },
    covered() { return !!this.open || !!this.links.length; },
    made() { return this.links.find((link) => link.person === this.at); },
    lines() { return this.links.map((l) => [l.name, l.email, l.url].join("\t")).join("\n"); },
    file() {
      const cell = (text) => '"' + text.replaceAll('"', '""') + '"';
      const rows = [["name", "email", "link"], ...this.links.map((l) => [l.name, l.email, l.url])];
      return "data:text/csv;charset=utf-8," + encodeURIComponent("\ufeff" + rows.map((r) => r.map(cell).join(",")).join("\n"));
    },
  },
  watch: {
    covered(is) { this.cover(is); },
    present(names) { if (this.status && !names.includes(this.status)) this.status = ""; },
    links(now) { if (now.length && !this.open) this.$nextTick(() => this.$refs.drawer?.focus()); },
  },
  unmounted() { this.cover(false); },
  methods: {
    cover(is) { for (const part of document.querySelectorAll(".skip, .top, .team-run, .team-end")) part.inert = is; },
    count(name) { return name ? this.rows.filter((row) => row.status === name).length : this.rows.length; },
    initials(name) { return name.split(/\s+/).slice(0, 2).map((word) => word[0]).join("").toUpperCase(); },
    card(row) { return `/api/v1/teams/${this.team}/people/${encodeURIComponent(row.person)}/card.jpg?of=${row.picture.slice(0, 12)}`; },
    mail(row) { return `mailto:${encodeURIComponent(row.email)}?body=${encodeURIComponent(row.message)}`; },
    number(value) {
      if (value === null || value === undefined) return "–";
      return String(+(Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2))).replace("-", "−");
    },
    show(person) { this.from = document.activeElement; this.at = person; this.$emit("seen"); },
    close() { this.at = null; this.$emit("seen"); this.$nextTick(() => this.from?.focus()); },
    keep(event) {
      const stops = [...this.$refs.drawer.querySelectorAll("button, a[href]")], end = event.shiftKey ? stops[0] : stops.at(-1);
      if (document.activeElement === end) { event.preventDefault(); (event.shiftKey ? stops.at(-1) : stops[0]).focus(); }
    },
    async copy(text, what) {
      await navigator.clipboard.writeText(text);
      this.copied = what;
      setTimeout(() => { if (this.copied === what) this.copied = ""; }, 4000);
    },
  },
};
