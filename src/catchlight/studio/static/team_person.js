// One person of a team, as whoever runs it has them: no face before its yes, the link, the answers.

export default {
  props: { row: Object, team: String, near: Boolean, words: Object, made: Object, problem: String, copied: String },
  emits: ["close", "copy", "link", "unlink", "retake", "yes", "forget"],
  template: `
    <div class="table team-drawer" role="dialog" aria-modal="true" :aria-label="row.name" ref="drawer" tabindex="-1" @click.self="$emit('close')" @keydown.esc="$emit('close')" @keydown.tab="keep">
      <aside class="table-side">
        <button type="button" class="close" :aria-label="words.close" @click="$emit('close')">×</button>
        <p class="eyebrow">{{ words.states[row.status] }}</p>
        <h2>{{ row.name }}</h2>
        <p v-if="row.title || row.email" class="quiet">{{ [row.title, row.email].filter(Boolean).join(" · ") }}</p>
        <p v-if="problem" class="note" role="alert">{{ problem }}</p>
        <img v-if="row.shown" class="team-picture" :src="picture" :alt="words.picture.replace('{name}', row.name)" />
        <p v-else class="team-unseen">{{ row.proof ? words.unseen : words.unmade }}</p>
        <p v-if="row.said" class="quiet small">{{ words.said.replace("{how}", row.said) }}</p>

        <section v-if="row.proof">
          <h3>{{ words.personal }}</h3>
          <p class="small" role="status">{{ linked }}</p>
          <template v-if="made && !row.link.opened">
            <label class="field"><span>{{ words.once }}</span><input class="team-url" readonly :value="made.url" @focus="$event.target.select()" /></label>
            <p class="quiet small">{{ near ? words.near : words.far }}</p>
          </template>
          <div class="buttons">
            <button v-if="made && !row.link.opened" type="button" class="button primary" @click="$emit('copy', made.url, 'url')">{{ copied === "url" ? words.copied : words.copy }}</button>
            <button v-else type="button" class="button" :class="{primary: row.status === 'proof ready' && !row.link.until}" @click="$emit('link')">{{ row.link.until ? words.new_link : words.make_link }}</button>
            <button v-if="row.link.until" type="button" class="button" @click="$emit('unlink')">{{ words.end_link }}</button>
          </div>
        </section>

        <section v-if="row.message">
          <h3>{{ words.to_send }}</h3>
          <p class="note">{{ row.message }}</p>
          <div class="buttons"><button type="button" class="button" @click="$emit('copy', row.message, 'line')">{{ copied === "line" ? words.copied : words.copy }}</button></div>
        </section>

        <details v-if="row.status !== 'invited'" ref="retake">
          <summary>{{ words.ask }}</summary>
          <form @submit.prevent="$emit('retake', why); why = ''">
            <label class="field"><span>{{ words.why }}</span><textarea rows="2" maxlength="500" v-model="why"></textarea></label>
            <button type="submit" class="button">{{ words.ask }}</button>
          </form>
        </details>
        <details v-if="row.proof && !row.shown">
          <summary>{{ words.elsewhere }}</summary>
          <form @submit.prevent="$emit('yes', how.trim())">
            <label class="field"><span>{{ words.how_said }}</span><input required minlength="3" maxlength="200" v-model="how" /></label>
            <button type="submit" class="button">{{ words.record }}</button>
          </form>
        </details>
        <details v-if="row.notes.length"><summary>{{ words.notes }}</summary><ul class="reasons"><li v-for="note in row.notes" :key="note">{{ note }}</li></ul></details>
        <details><summary>{{ words.delete }}</summary>
          <p class="small">{{ words.delete_why }}</p>
          <button type="button" class="button" @click="$emit('forget')">{{ words.delete_yes }}</button></details>
      </aside>
    </div>`,
  data: () => ({ why: "", how: "" }),
  computed: {
    picture() { return `/api/v1/teams/${this.team}/people/${encodeURIComponent(this.row.person)}/picture.jpg?of=${this.row.picture.slice(0, 12)}`; },
    linked() {
      const { opened, until } = this.row.link, day = (when) => new Date(when).toLocaleDateString("en-GB", { day: "numeric", month: "long" });
      if (!until) return this.words.no_link;
      return opened ? this.words.link_opened.replace("{day}", day(opened)) : this.words.link_waits.replace("{day}", day(until));
    },
  },
  mounted() { this.$refs.drawer.focus(); },
  updated() { // what was pressed may be gone: the focus stays inside
    const { drawer } = this.$refs;
    if (!drawer.contains(document.activeElement)) (drawer.querySelector(".team-url") ?? drawer).focus();
  },
  methods: {
    keep(event) {
      const stops = [...this.$refs.drawer.querySelectorAll("button, a[href], input, textarea, summary")].filter((e) => e.checkVisibility());
      const end = event.shiftKey ? stops[0] : stops.at(-1);
      if (document.activeElement === end) { event.preventDefault(); (event.shiftKey ? stops.at(-1) : stops[0]).focus(); }
    },
  },
};
