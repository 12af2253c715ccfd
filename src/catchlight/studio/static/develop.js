// Developing: the picture large, before and after, and what can be changed, to the bound.

import Loupe from "/studio/static/loupe.js";

const MOST_SCRIBBLES = 60, MOST_POINTS = 200; // of a stroke; as the API has them

// The points of a way that are further apart than that, and its last.
function thinned(points, apart) {
  const kept = [points[0]];
  for (const p of points.slice(1, -1)) {
    const last = kept[kept.length - 1];
    if (Math.hypot(p[0] - last[0], p[1] - last[1]) > apart) kept.push(p);
  }
  return points.length > 1 ? [...kept, points[points.length - 1]] : kept;
}

export default {
  components: { Loupe },
  props: {
    words: Object, picture: Object, choices: Object, values: Object, sliders: Array, looks: Array,
    backdrops: Array, history: Object, facts: Object, busy: String, colour: String, session: String,
  },
  emits: ["slide", "choose", "step", "full", "flip", "deliver", "backdrop"],
  template: `
    <div class="develop">
      <div class="stage" :class="{busy: !!busy}">
        <loupe v-if="picture.url" :panes="panes" mode="split" :words="words.loupe" ref="loupe"
          :marks="showMarks ? facts.marks : []" :guides="showGuides ? guides : null"
          :brush="painting && facts.brush && !full ? {of, width: width * facts.brush.unit} : null"
          @full="$emit('full')" @mark="(m) => $emit('flip', m)" @stroke="scribble"></loupe>
        <div v-else class="waiting"><div class="pulse" aria-hidden="true"></div><p>{{ busy || words.opening }}</p></div>
        <div class="stage-tools">
          <p v-if="picture.url && showMarks" class="legend">{{ words.legend_marks }}</p>
          <p v-if="picture.url && showGuides" class="legend">{{ words.legend_guides }}</p>
          <div v-if="picture.url && painting" class="legend paint">
            <template v-if="facts.brush">
              <div class="segments" role="radiogroup" :aria-label="words.cutout">
                <label v-for="(title, name) in {background: words.is_background, person: words.is_person}" :key="name" :class="[name, {on: of === name}]">
                  <input type="radio" name="of" :checked="of === name" @change="of = name" />{{ title }}</label>
              </div>
              <div class="segments" role="radiogroup" :aria-label="words.brush">
                <label v-for="(title, i) in words.brushes" :key="i" :class="{on: width === widths[i]}">
                  <input type="radio" name="brush" :checked="width === widths[i]" @change="width = widths[i]" />{{ title }}</label>
              </div>
              <button type="button" class="chip" :disabled="!choices.scribbles.length" @click="choose({scribbles: []})">{{ words.brush_back }} <span class="count">{{ choices.scribbles.length }}</span></button>
            </template>
            <p>{{ !facts.brush ? words.cutout_moved : full ? words.cutout_full : words.cutout_hint }}</p>
          </div>
          <button type="button" class="chip" :aria-pressed="side" @click="side = !side">{{ words.compare }}</button>
          <button type="button" class="chip" :aria-pressed="showMarks" @click="showMarks = !showMarks">{{ words.marks }} <span class="count">{{ facts.marks ? facts.marks.length : 0 }}</span></button>
          <button type="button" class="chip" :aria-pressed="painting" @click="paint">{{ words.cutout }}</button>
          <button type="button" class="chip" :aria-pressed="showGuides" @click="showGuides = !showGuides">{{ words.guides }}</button>
          <span class="spring"></span>
          <button type="button" class="chip" :disabled="!history.undo" @click="$emit('step', 'undo')">{{ words.undo }}</button>
          <button type="button" class="chip" :disabled="!history.redo" @click="$emit('step', 'redo')">{{ words.redo }}</button>
          <button type="button" class="chip" :disabled="!history.undo" @click="$emit('step', 'reset')">{{ words.reset }}</button>
        </div>
        <p class="busy-words" role="status">{{ busy }}</p>
      </div>
      <div class="panel">
        <section :aria-label="words.look"><h2>{{ words.look }}</h2>
          <div class="strip" role="radiogroup" :aria-label="words.look">
            <label v-for="look in looks" :key="look.name" class="swatch" :class="{on: choices.look === look.name}">
              <input type="radio" name="look" :checked="choices.look === look.name" @change="choose({look: look.name})" />
              <img v-if="look.url" :src="look.url" alt="" /><span v-else class="blank" aria-hidden="true"></span>
              <span>{{ look.title }}</span></label>
          </div>
          <p class="quiet small">{{ currentLook }}</p>
        </section>
        <section :aria-label="words.backdrop"><h2>{{ words.backdrop }}</h2>
          <div class="strip" role="radiogroup" :aria-label="words.backdrop">
            <label v-for="b in backdrops" :key="b.name" class="swatch" :class="{on: currentBackdrop === b.name}">
              <input type="radio" name="backdrop" :checked="currentBackdrop === b.name" @change="choose({backdrop: b.name})" />
              <img v-if="b.url" :src="b.url" alt="" /><span v-else class="blank" aria-hidden="true" :style="b.color ? {background: b.color} : {}"></span>
              <span>{{ b.title }}</span></label>
          </div>
          <label class="colour"><input type="color" :value="colour || '#8090a0'" @change="choose({backdrop: $event.target.value})" /> {{ words.own_colour }}</label>
          <div class="buttons"><button type="button" class="button small" :disabled="sending" @click="$refs.photo.click()">{{ sending ? words.sending : words.own_photo }}</button>
            <input ref="photo" type="file" class="unseen" tabindex="-1" accept="image/*,.heic,.heif" :aria-label="words.own_photo" @change="sendBackdrop" /></div>
          <p v-if="refused" class="note" role="alert">{{ refused }}</p>
          <p v-if="facts.sure === false" class="note">{{ words.unsure }}</p>
        </section>
        <section :aria-label="words.light"><h2>{{ words.light }}</h2>
          <div v-for="s in sliders" :key="s.name" class="slider">
            <label :for="'s-' + s.name">{{ words[s.name] }}</label>
            <output :for="'s-' + s.name">{{ said(s) }}</output>
            <div class="track">
              <input type="range" :id="'s-' + s.name" :min="s.least" :max="s.most" :step="s.step" :value="value(s)"
                :aria-describedby="'why-' + s.name" :aria-valuetext="said(s)"
                @input="slide(s, $event)" @change="settle(s, $event)" />
              <i class="own" :style="{left: place(s, s.own)}" :title="words.own" aria-hidden="true"></i>
            </div>
            <p class="bound" :id="'why-' + s.name" :class="{at: atBound(s)}"><span>{{ words.ends[s.name][0] }}</span><b v-if="atBound(s)">{{ words.why[s.name] }}</b><span>{{ words.ends[s.name][1] }}</span></p>
          </div>
        </section>
        <section :aria-label="words.skin"><h2>{{ words.skin }}</h2>
          <div class="segments" role="radiogroup" :aria-label="words.skin">
            <label v-for="level in ['none', 'light', 'standard']" :key="level" :class="{on: values.retouch === level}">
              <input type="radio" name="retouch" :checked="values.retouch === level" @change="choose({retouch: level})" />{{ words.levels[level] }}</label>
          </div>
          <p class="quiet small">{{ words.skin_hint }}</p>
          <label class="check"><input type="checkbox" :checked="choices.keep_all" @change="choose({keep_all: $event.target.checked})" />{{ words.keep_all }}</label>
          <label class="check"><input type="checkbox" :checked="choices.perspective === 'on'" @change="choose({perspective: $event.target.checked ? 'on' : 'off'})" />{{ words.perspective }}</label>
        </section>
        <details class="told"><summary>{{ words.told }}</summary>
          <ul><li v-for="line in facts.edits || []" :key="line">{{ line }}</li></ul></details>
        <ul v-if="(facts.notes || []).length" class="notes"><li v-for="line in facts.notes" :key="line" class="note">{{ line }}</li></ul>
        <div class="panel-foot"><button type="button" class="button primary wide" :disabled="!picture.url" @click="$emit('deliver')">{{ words.deliver }}</button></div>
      </div>
    </div>`,
  data: () => ({ side: true, showMarks: false, showGuides: false, moving: {}, sending: false, refused: "",
    painting: false, of: "background", width: 0.15, widths: [0.04, 0.15, 0.4] }),
  computed: {
    panes() {
      const eyes = this.facts.eyes || [[0.4, 0.4], [0.6, 0.4]];
      const like = { width: this.picture.width, height: this.picture.height,
        x: (eyes[0][0] + eyes[1][0]) / 2, y: (eyes[0][1] + eyes[1][1]) / 2 + 0.04 };
      const after = { ...like, url: this.picture.url, full: this.picture.full, label: this.words.after };
      const before = { ...like, url: this.picture.before, full: this.picture.full_before, label: this.words.before };
      return this.side && this.picture.before ? [after, before] : [after];
    },
    guides() {
      const eyes = this.facts.eyes || [[0.4, 0.4], [0.6, 0.4]], aspect = this.picture.width / this.picture.height;
      const x = (eyes[0][0] + eyes[1][0]) / 2, y = (eyes[0][1] + eyes[1][1]) / 2;
      const r = Math.min(0.5, y * 1.28 / aspect, 1 - x, x);
      return { eye: y, circle: [x, Math.max(r * aspect, y + 0.06), r, r * aspect] };
    },
    full() { return this.choices.scribbles.length >= MOST_SCRIBBLES; },
    currentLook() { return (this.looks.find((l) => l.name === this.choices.look) || {}).for_whom; },
    currentBackdrop() { return this.choices.backdrop || this.values.backdrop; },
  },
  watch: {
    // Every picture that arrives brings the values along; a hand on a slider goes before the same ones.
    values(now, old) { if (JSON.stringify(now) !== JSON.stringify(old)) this.moving = {}; },
  },
  mounted() { document.addEventListener("keydown", this.keys); },
  unmounted() { document.removeEventListener("keydown", this.keys); },
  methods: {
    choose(changes) { this.$emit("choose", changes); },
    paint() { this.painting = !this.painting; this.side = !this.painting; }, // what was there before lies over it
    // A stroke on the picture becomes one on the photograph, without points that tell nothing.
    scribble(stroke) {
      const [[a, b, c], [d, e, f]] = this.facts.brush.to_photo;
      let apart = stroke.width / 8, kept = stroke.points;
      do { kept = thinned(kept, apart); apart *= 1.5; } while (kept.length > MOST_POINTS);
      const round = (v) => Math.min(Math.max(Math.round(v * 1e4) / 1e4, 0), 1);
      const points = kept.map(([x, y]) => [round(a * x + b * y + c), round(d * x + e * y + f)]);
      this.choose({ scribbles: [...this.choices.scribbles, { of: stroke.of, width: this.width, points }] });
    },
    async sendBackdrop(event) {
      const file = event.target.files[0];
      event.target.value = "";
      if (!file) return;
      this.sending = true; this.refused = "";
      try {
        const sent = await fetch(`/api/v1/sessions/${this.session}/backdrops`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: file });
        const answer = await sent.json();
        if (sent.ok) this.$emit("backdrop", answer.backdrop);
        else this.refused = answer.detail || this.words.unsent;
      } catch { this.refused = this.words.unsent; }
      this.sending = false;
    },
    value(s) { return s.name in this.moving ? this.moving[s.name] : this.values[s.name]; },
    slide(s, event) { this.moving = { ...this.moving, [s.name]: +event.target.value }; this.$emit("slide", { name: s.name, value: +event.target.value }); },
    settle(s, event) { this.$emit("choose", { [s.name]: +event.target.value }); },
    place(s, v) { return `calc(${(v - s.least) / (s.most - s.least)} * (100% - 1.25rem) + 0.625rem)`; },
    atBound(s) { const v = this.value(s); return v <= s.least + 1e-6 || v >= s.most - 1e-6; },
    said(s) {
      const v = this.value(s), sign = (x, d) => (x > 0 ? "+" : x < 0 ? "−" : "±") + Math.abs(x).toFixed(d);
      return { exposure: () => sign((2 ** v - 1) * 100, 0) + " %", contrast: () => sign(v * 100, 0) + " %", saturation: () => sign((v - 1) * 100, 0) + " %",
        key_to_fill: () => this.words.ratio.replace("{n}", (2 ** v).toFixed(1)), head_height: () => this.words.of_height.replace("{n}", Math.round(v * 100)) }[s.name]();
    },
    keys(event) {
      if (/INPUT|TEXTAREA|SELECT/.test(event.target.tagName) && event.target.type === "text") return;
      const command = event.ctrlKey || event.metaKey, key = event.key.toLowerCase();
      if (command && key === "z") { event.preventDefault(); this.$emit("step", event.shiftKey ? "redo" : "undo"); }
      else if (command && key === "y") { event.preventDefault(); this.$emit("step", "redo"); }
      else if (command || event.altKey) return;
      else if (key === "z") this.$refs.loupe?.toggle();
      else if (key === "g") this.showGuides = !this.showGuides;
      else if (key === "c") this.paint();
      else if (key === "m") this.showMarks = !this.showMarks;
      else if (key === " " && !/BUTTON|SUMMARY|INPUT/.test(event.target.tagName)) { event.preventDefault(); this.side = !this.side; }
      else if (/^[1-5]$/.test(key) && this.looks[+key - 1]) this.choose({ look: this.looks[+key - 1].name });
    },
  },
};
