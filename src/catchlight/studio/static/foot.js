// Under the photos: agreeing that faces are compared, starting to look, and how far it is.

export default {
  props: { words: Object, consent: Object, until: String, most: String, ready: Number, job: Object, problem: String, stale: Boolean },
  emits: ["consent", "withdraw", "look", "cancel"],
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
          <p v-if="consent" class="agreed">{{ words.agreed.replace("{who}", consent.who).replace("{until}", consent.until) }}
            <button type="button" class="button small" @click="$emit('withdraw')">{{ words.withdraw }}</button></p>
          <template v-else>
            <label class="check"><input type="checkbox" :checked="consent" @change="agree" />{{ words.consent }}</label>
            <div class="agree"><label>{{ words.consent_who }} <input type="text" maxlength="120" autocomplete="name" :placeholder="words.consent_nobody" v-model="who" /></label>
              <label>{{ words.consent_until }} <input type="date" :max="most" v-model="day" /></label></div>
          </template>
          <p v-if="problem" class="note" role="alert">{{ problem }}</p>
          <p v-else-if="said" class="note" role="alert">{{ said }}</p>
          <p v-else-if="stale" class="note">{{ words.stale }}</p>
        </div>
        <span class="quiet" v-if="ready">{{ words.ready.replace("{n}", ready) }}</span>
        <button type="button" class="button primary" @click="look">{{ words.look }}</button>
      </template>
    </div>`,
  data() { return { said: "", who: "", day: this.until }; },
  watch: { consent() { this.said = ""; }, ready() { this.said = ""; } },
  methods: {
    agree(event) {
      event.target.checked = false; // ticked is what the studio has written down
      this.$emit("consent", { who: this.who, until: this.day });
    },
    look() {
      if (!this.ready) this.said = this.words.few;
      else if (!this.consent) this.said = this.words.consent_first;
      else this.$emit("look");
    },
  },
};
