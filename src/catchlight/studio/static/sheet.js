// The contact sheet: ranked, with reasons; a light table for one proof, a loupe for two.

import Loupe from "/studio/static/loupe.js";

export default {
  components: { Loupe },
  props: { session: String, rows: Array, words: Object, busy: Boolean, problem: String },
  emits: ["favour", "develop", "person"],
  template: `
    <div class="sheet-page" @keydown="keys">
      <p v-if="busy" class="note" role="status">{{ words.again }}</p>
      <p v-else-if="problem" class="note" role="alert">{{ problem }}</p>
      <div class="sheet-tools" :inert="!!opened || pair">
        <div class="segments" role="radiogroup" :aria-label="words.filter">
          <label v-for="name in filters" :key="name" :class="{on: filter === name}">
            <input type="radio" name="filter" :value="name" v-model="filter" />
            {{ words[name] }} <span class="count">{{ count(name) }}</span></label>
        </div>
        <button type="button" class="button" :disabled="chosen.length !== 2" @click="pair = true">
          {{ words.compare }} <span class="count">{{ chosen.length }}/2</span></button>
      </div>
      <ul class="sheet" ref="sheet" :inert="!!opened || pair">
        <li v-for="(row, i) in visible" :key="row.id" class="proof" :class="[row.status, {first: row.rank === 1 && filter !== 'unused', chosen: chosen.includes(row.id)}]">
          <button type="button" class="proof-picture" :tabindex="i === at ? 0 : -1" @focus="at = i"
            :aria-label="label(row)" :disabled="!row.width" @click="open = row.id">
            <img v-if="row.width" :src="thumb(row)" alt="" loading="lazy" :style="centred(row)" />
            <span v-else class="tile-kind" aria-hidden="true">{{ row.name.split(".").pop() }}</span>
            <span v-if="row.rank" class="rank">{{ row.rank }}</span>
          </button>
          <div v-if="row.width && row.status !== 'rejected'" class="proof-tools">
            <button type="button" class="star" :aria-pressed="!!row.favourite" :aria-label="words.favourite + ' ' + row.name"
              @click="$emit('favour', {id: row.id, favourite: !row.favourite})">{{ row.favourite ? "★" : "☆" }}</button>
            <label class="pick-two"><input type="checkbox" :checked="chosen.includes(row.id)"
              :aria-label="words.compare + ' ' + row.name" @change="choose(row.id)" /><span aria-hidden="true">{{ words.pair }}</span></label>
          </div>
          <div class="proof-words">
            <p class="proof-name">{{ row.name }}<span v-if="row.score !== null" class="score" :title="words.score">{{ Math.round(row.score) }}<span class="of"> / 100</span></span></p>
            <p class="reason" v-for="reason in row.reasons.slice(0, row.rank === 1 ? 3 : 2)" :key="reason">{{ reason }}</p>
            <button v-if="row.rank === 1 && filter !== 'unused'" type="button" class="button primary" @click="$emit('develop', row.id)">{{ words.develop }}</button>
          </div>
        </li>
      </ul>
      <p v-if="!visible.length" class="quiet empty">{{ words.none }}</p>
      <div v-if="opened" class="table" role="dialog" aria-modal="true" :aria-label="opened.name" ref="table" @keydown.esc="open = null">
        <loupe class="table-loupe" mode="pair" :panes="[pane(opened)]" :words="words.loupe" ref="one"></loupe>
        <aside class="table-side">
          <button type="button" class="close" @click="open = null" :aria-label="words.close" ref="close">×</button>
          <p class="eyebrow">{{ opened.rank ? words.rank.replace("{n}", opened.rank) : words.unranked }}</p>
          <h2>{{ opened.name }}</h2>
          <ul class="reasons"><li v-for="reason in opened.reasons" :key="reason">{{ reason }}</li></ul>
          <div class="buttons">
            <button v-if="opened.rank" type="button" class="button primary" @click="$emit('develop', opened.id)">{{ words.develop }}</button>
            <button v-if="!opened.rank" type="button" class="button" @click="$emit('person', opened.id); open = null">{{ words.this_is_me }}</button>
            <button type="button" class="button" :aria-pressed="!!opened.favourite" @click="$emit('favour', {id: opened.id, favourite: !opened.favourite})">{{ opened.favourite ? "★" : "☆" }} {{ words.favourite }}</button>
          </div>
          <div class="buttons"><button v-for="by in [-1, 1]" :key="by" type="button" class="button small" :disabled="!near(by)" @click="open = near(by)">
            {{ by < 0 ? words.before : words.after }}</button></div>
          <p class="quiet hint">{{ words.keys }}</p>
        </aside>
      </div>
      <div v-if="pair && two.length === 2" class="table" role="dialog" aria-modal="true" :aria-label="words.compare" @keydown.esc="pair = false">
        <loupe class="table-loupe" mode="pair" :panes="two.map(pane)" :words="words.loupe" ref="both"></loupe>
        <div class="table-foot">
          <button v-for="row in two" :key="row.id" type="button" class="button" @click="$emit('develop', row.id)">{{ words.take.replace("{name}", row.name) }}</button>
          <button type="button" class="button" @click="pair = false">{{ words.close }}</button>
        </div>
      </div>
    </div>`,
  data: () => ({ filter: "all", at: 0, open: null, chosen: [], pair: false, filters: ["all", "picked", "favourites", "unused"] }),
  computed: {
    visible() { return this.rows.filter((row) => this.is(row, this.filter)); },
    opened() { return this.rows.find((row) => row.id === this.open); },
    covered() { return !!this.opened || (this.pair && this.two.length === 2); },
    two() { return this.chosen.map((id) => this.rows.find((row) => row.id === id)).filter(Boolean); },
  },
  watch: {
    covered(is) { for (const part of document.querySelectorAll(".skip, .top")) part.inert = is; },
    open(now, old) {
      if (now) this.$nextTick(() => this.$refs.close?.focus());
      else if (old) this.$nextTick(() => this.focus(this.at));
    },
    pair(now) { if (now) this.$nextTick(() => { this.$refs.both?.$el.focus(); this.$refs.both?.toggle(); }); },
  },
  mounted() { document.addEventListener("keydown", this.globally); },
  unmounted() {
    document.removeEventListener("keydown", this.globally);
    for (const part of document.querySelectorAll(".skip, .top")) part.inert = false;
  },
  methods: {
    is(row, filter) {
      return { all: row.status !== "rejected", picked: row.status === "picked", favourites: !!row.favourite, unused: row.status === "rejected" }[filter];
    },
    count(filter) { return this.rows.filter((row) => this.is(row, filter)).length; },
    thumb(row) { return `/api/v1/sessions/${this.session}/photos/${row.id}/thumb.jpg`; },
    large(row) { return `/api/v1/sessions/${this.session}/photos/${row.id}/large.jpg`; },
    centred(row) { return row.eyes ? { objectPosition: `${row.eyes[0] * 100}% ${Math.max(row.eyes[1] * 100 - 8, 0)}%` } : {}; },
    pane(row) {
      return { url: this.large(row), full: this.large(row), width: row.width, height: row.height, label: row.name,
        x: row.eyes ? row.eyes[0] : 0.5, y: row.eyes ? row.eyes[1] : 0.5 };
    },
    label(row) { return `${row.rank ? this.words.rank.replace("{n}", row.rank) + ", " : ""}${row.name}: ${row.reasons.slice(0, 2).join(", ")}`; },
    near(by) { return this.visible[this.visible.findIndex((row) => row.id === this.open) + by]?.id; },
    choose(id) {
      this.chosen = this.chosen.includes(id) ? this.chosen.filter((c) => c !== id) : [...this.chosen.slice(-1), id];
    },
    focus(i) { this.$refs.sheet?.querySelectorAll(".proof-picture")[i]?.focus(); },
    keys(event) {
      if (this.open || this.pair || !event.target.classList.contains("proof-picture")) return;
      const items = [...this.$refs.sheet.querySelectorAll(".proof-picture")];
      const row = this.visible[this.at];
      const tops = items.map((item) => item.getBoundingClientRect());
      const near = (up) => {
        const here = tops[this.at], there = tops.map((r, i) => [r, i]).filter(([r]) => up ? r.top < here.top - 20 : r.top > here.top + 20);
        there.sort((a, b) => Math.abs(a[0].top - here.top) - Math.abs(b[0].top - here.top) || Math.abs(a[0].left - here.left) - Math.abs(b[0].left - here.left));
        return there.length ? there[0][1] : this.at;
      };
      const next = { ArrowRight: () => this.at + 1, ArrowLeft: () => this.at - 1, ArrowDown: () => near(false), ArrowUp: () => near(true), Home: () => 0, End: () => items.length - 1 }[event.key];
      if (next) { event.preventDefault(); this.focus(Math.min(Math.max(next(), 0), items.length - 1)); }
      else if (event.key === " ") { event.preventDefault(); this.choose(row.id); if (this.chosen.length === 2) this.pair = true; }
      else if (event.key.toLowerCase() === "f") this.$emit("favour", { id: row.id, favourite: !row.favourite });
    },
    globally(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA|SELECT/.test(event.target.tagName) && event.target.type !== "checkbox") return;
      if (event.key.toLowerCase() === "z") (this.$refs.both || this.$refs.one)?.toggle?.();
      else if (event.key === "Escape") { this.open = null; this.pair = false; }
      else if (/^[1-5]$/.test(event.key) && !this.pair) {
        const row = this.rows.find((r) => r.rank === +event.key);
        if (row) this.open = row.id;
      } else if (this.open && /^Arrow(Left|Right)$/.test(event.key) && !this.$refs.one?.close) {
        this.open = this.near(event.key === "ArrowRight" ? 1 : -1) || this.open;
      }
    },
  },
};
