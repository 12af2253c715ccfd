// Opening a team's folder by its path.

export default {
  props: { words: Object, problem: String },
  emits: ["open"],
  template: `
    <form class="team-open" @submit.prevent="folder.trim() && $emit('open', folder)">
      <label class="field"><span>{{ words.path }}</span>
        <input v-model="folder" autocomplete="off" spellcheck="false" :aria-invalid="!!problem" aria-describedby="team-open-said" /></label>
      <button type="submit" class="button primary">{{ words.open }}</button>
      <p id="team-open-said" class="note" role="alert" v-if="problem">{{ problem }}</p>
      <p class="quiet small">{{ words.how }} <code>{{ words.command }}</code></p>
    </form>`,
  data: () => ({ folder: "" }),
};
