// The brief: what it is for and how it should feel; the look that follows, and why.

export default {
  props: { brief: Object, suggestion: Object, purposes: Array, words: Object },
  emits: ["brief", "next"],
  template: `
    <div class="brief">
      <form class="brief-form" @submit.prevent="$emit('next')">
        <fieldset><legend>{{ words.purpose }}</legend>
          <div class="cards">
            <label v-for="p in purposes" :key="p" class="card" :class="{on: brief.purpose === p}">
              <input type="radio" name="purpose" :value="p" :checked="brief.purpose === p" @change="tell({purpose: p})" />
              <b>{{ words.purposes[p][0] }}</b><span>{{ words.purposes[p][1] }}</span></label>
          </div>
        </fieldset>
        <fieldset><legend>{{ words.feel }}</legend>
          <div v-for="name in ['authority', 'modernity']" :key="name" class="between">
            <span aria-hidden="true">{{ words[name][0] }}</span>
            <input type="range" min="-1" max="1" step="0.1" :value="brief[name]" :aria-label="words[name].join(' – ')"
              :aria-valuetext="said(name)" @input="tell({[name]: +$event.target.value})" />
            <span aria-hidden="true">{{ words[name][1] }}</span>
          </div>
        </fieldset>
        <fieldset><legend>{{ words.colour }}</legend>
          <div class="colour-row">
            <label class="check"><input type="checkbox" :checked="!!brief.colour" @change="tell({colour: $event.target.checked ? last : ''})" />{{ words.use_colour }}</label>
            <input type="color" v-if="brief.colour" :value="brief.colour" :aria-label="words.colour" @input="tell({colour: last = $event.target.value})" />
            <input type="text" class="code" v-if="brief.colour" :value="brief.colour" :aria-label="words.code" :title="words.code"
              maxlength="7" spellcheck="false" autocomplete="off" @change="typed" />
          </div>
        </fieldset>
      </form>
      <aside class="suggestion" aria-live="polite">
        <div class="set" :style="{background: paper}" aria-hidden="true">
          <svg viewBox="-50 -20 300 270" preserveAspectRatio="xMidYMid slice"><defs><radialGradient id="lit" cx="0.68" cy="0.25" r="0.9">
            <stop offset="0" stop-color="#fff" stop-opacity="0.3" /><stop offset="0.75" stop-color="#fff" stop-opacity="0" /></radialGradient></defs>
            <rect x="-50" y="-20" width="300" height="270" fill="url(#lit)" />
            <path class="sitter" d="M100 58c25 0 36 19 35 44-1 26-13 48-35 48s-34-22-35-48c-1-25 10-44 35-44zM82 146h36l3 20c26 5 52 13 58 34l9 50H12l9-50c6-21 32-29 58-34z" /></svg>
        </div>
        <div class="suggestion-words">
          <p class="eyebrow">{{ words.suggests }}</p>
          <h2>{{ suggestion.title }}</h2>
          <p>{{ suggestion.why }}</p>
          <p class="quiet small">{{ words.later }}</p>
          <button type="button" class="button primary" @click="$emit('next')">{{ words.next }}</button>
        </div>
      </aside>
    </div>`,
  data: () => ({ last: "#5b6b7a" }),
  computed: { paper() { return this.brief.colour || this.suggestion.paper; } },
  methods: {
    typed(event) {
      const said = event.target.value.trim().toLowerCase().replace(/^#?/, "#");
      if (/^#[0-9a-f]{6}$/.test(said)) this.tell({ colour: this.last = said });
      else event.target.value = this.brief.colour;
    },
    tell(changes) { this.$emit("brief", { ...this.brief, ...changes }); },
    said(name) {
      const v = this.brief[name], [low, high] = this.words[name];
      return Math.abs(v) < 0.15 ? this.words.between : (v < 0 ? low : high);
    },
  },
};
