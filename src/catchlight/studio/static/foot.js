// Under the photos: agreeing that faces are compared, starting to look, and how far it is.

export default {
  props: { words: Object, consent: Boolean, ready: Number, job: Object, problem: String, stale: Boolean },
  emits: ["consent", "look", "cancel"],
  template: `
    <div class="foot">
      <template v-if="job">
        <div class="grow"><p role="status">{{ words.looking }} <span class="quiet">{{ job.total ? job.done + " / " + job.total : "" }}</span></p>
          <div class="bar large" role="progressbar" :aria-label="words.looking" aria-valuemin="0" :aria-valuemax="job.total" :aria-valuenow="job.done">
            <i :style="{width: (job.total ? 100 * job.done / job.total : 3) + '%'}"></i></div></div>
        <button type="button" class="button" @click="$emit('cancel')">{{ words.cancel }}</button>
      </template>
      <template v-else>
        <div class="grow">
          <label class="check"><input type="checkbox" :checked="consent" :disabled="consent" @change="$emit('consent')" />{{ words.consent }}</label>
          <p v-if="problem" class="note" role="alert">{{ problem }}</p>
          <p v-else-if="said" class="note" role="alert">{{ said }}</p>
          <p v-else-if="stale" class="note">{{ words.stale }}</p>
        </div>
        <span class="quiet" v-if="ready">{{ words.ready.replace("{n}", ready) }}</span>
        <button type="button" class="button primary" @click="look">{{ words.look }}</button>
      </template>
    </div>`,
  data: () => ({ said: "" }),
  watch: { consent() { this.said = ""; }, ready() { this.said = ""; } },
  methods: {
    look() {
      if (!this.ready) this.said = this.words.few;
      else if (!this.consent) this.said = this.words.consent_first;
      else this.$emit("look");
    },
  },
};
