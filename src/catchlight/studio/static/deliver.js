// Delivering: where the picture goes, seen in place; then the files, and what was measured.

export default {
  props: { words: Object, places: Array, headshot: String, job: Object, result: Object, base: String, problem: String, made: Array, signed: Boolean },
  emits: ["tick", "make", "cancel"],
  template: `
    <div class="deliver">
      <section class="places" :aria-label="words.where">
        <label class="place always"><span class="place-head"><input type="checkbox" checked disabled /> <b>{{ words.full }}</b></span>
          <span class="scene plain"><img v-if="headshot" :src="headshot" :alt="words.full" /></span>
          <span class="quiet small">{{ words.full_hint }}</span></label>
        <label v-for="p in places" :key="p.name" class="place" :class="{on: p.on}">
          <span class="place-head"><input type="checkbox" :checked="p.on" @change="$emit('tick', {name: p.name, on: $event.target.checked})" />
            <b>{{ p.title }}</b><span class="quiet small">{{ p.size }}</span></span>
          <span class="scene" :class="p.scene" aria-hidden="true">
            <template v-if="p.scene === 'profile'"><i class="banner"></i><span class="round big"><img v-if="p.url" :src="p.url" alt="" /></span><i class="line w60"></i><i class="line w40"></i></template>
            <template v-else-if="p.scene === 'chat'"><span class="row" v-for="n in 2" :key="n"><span class="round small56"><img v-if="p.url" :src="p.url" alt="" /></span><span class="lines"><i class="line w40"></i><i class="line w80"></i></span></span></template>
            <template v-else-if="p.scene === 'signature'"><i class="line w80"></i><i class="line w60"></i><span class="row sig"><span class="square72"><img v-if="p.url" :src="p.url" alt="" /></span><span class="lines"><i class="line w60 strong"></i><i class="line w80"></i><i class="line w40"></i></span></span></template>
            <template v-else-if="p.scene === 'call'"><span class="wide"><img v-if="p.url" :src="p.url" alt="" /></span></template>
            <template v-else><span class="sheetpaper"><img v-if="p.url" :src="p.url" alt="" /></span></template>
          </span>
          <span v-for="note in p.notes" :key="note" class="note">{{ note }}</span>
        </label>
      </section>
      <aside class="handover" aria-live="polite">
        <template v-if="job">
          <h2>{{ words.making }}</h2>
          <p role="status">{{ words.stages[job.stage] || job.stage || words.starting }}</p>
          <div class="bar large" role="progressbar" :aria-label="words.making"><i class="running"></i></div>
          <p class="quiet small">{{ words.waits }}</p>
          <button type="button" class="button" @click="$emit('cancel')">{{ words.cancel }}</button>
        </template>
        <template v-else-if="result">
          <p class="eyebrow">{{ words.done }}</p>
          <h2>{{ kept ? words.kept : words.some }}</h2>
          <a class="button primary wide" :href="base + '/headshot.zip'" download>{{ words.zip }}</a>
          <p class="quiet small">{{ words.where_to }}</p>
          <ul class="files"><li v-for="f in result.files" :key="f.path"><a :href="base + '/files/' + f.path.split('/').pop()" download>{{ f.title }}</a>
            <span class="quiet small">{{ f.width }}×{{ f.height }} · {{ size(f.bytes) }}</span></li>
            <li><a :href="base + '/show/report.html'" target="_blank" rel="noopener">{{ words.report }}</a></li>
            <li v-if="result.proof"><a :href="base + '/files/headshot.jpg.proof.json'" download>{{ words.proof }}</a></li>
            <li><a :href="base + '/files/recipe.toml'" download>{{ words.recipe }}</a></li></ul>
          <h3>{{ words.measured }}</h3>
          <p class="quiet small">{{ words.bounds }}</p>
          <ul class="bounds"><li v-for="b in result.bounds" :key="b.name" :class="b.status"><i aria-hidden="true">{{ b.status === "ok" ? "✓" : "–" }}</i><span>{{ b.title }}</span><b>{{ b.value === null ? words.unknown : number(b.value) }}</b><span class="quiet small">{{ b.value === null ? b.sentence : allowed(b) }}</span></li></ul>
          <p v-for="note in result.notes" :key="note" class="note">{{ note }}</p>
          <button type="button" class="button wide" :class="{primary: other}" @click="$emit('make')">{{ other ? words.make.replace("{n}", chosen + 2) : words.again }}</button>
        </template>
        <template v-else>
          <h2>{{ words.title }}</h2>
          <p v-if="problem" class="note" role="alert">{{ problem }}</p>
          <p v-else>{{ words.hint }}</p>
          <button type="button" class="button primary wide" @click="$emit('make')">{{ words.make.replace("{n}", chosen + 2) }}</button>
          <p v-if="places.some((p) => !p.url)" class="quiet small" role="status">{{ words.preparing }}</p>
          <p class="quiet small">{{ signed ? words.signed : words.unsigned }}</p>
        </template>
      </aside>
    </div>`,
  computed: {
    chosen() { return this.places.filter((p) => p.on).length; },
    other() { return this.places.some((p) => p.on !== (this.made || []).includes(p.name)); },
    kept() { return this.result.bounds.every((b) => b.status === "ok"); },
  },
  methods: {
    size(n) { return n > 1e6 ? (n / 1e6).toFixed(1) + " MB" : Math.round(n / 1e3) + " kB"; },
    allowed(bound) {
      const said = typeof bound.least === "number" ? this.words.range.replace("{least}", this.number(bound.least)) : this.words.most;
      return said.replace("{limit}", this.number(bound.limit)).replace("{unit}", bound.unit);
    },
    number(v) { return Math.abs(v) >= 10 ? v.toFixed(1) : +v.toFixed(3) + ""; },
  },
};
