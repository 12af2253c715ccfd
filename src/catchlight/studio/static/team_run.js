// Over a team: bringing it up to date with how far it is, and handing over what is approved.

export default {
  props: { words: Object, team: String, approved: Number, unsaid: Number, until: String, most: String, job: Object, problem: String, said: String },
  emits: ["run", "cancel", "deliver"],
  template: `
    <section class="team-run" :aria-label="words.run">
      <template v-if="job">
        <div class="grow"><p role="status">{{ stage }} <span class="quiet">{{ job.total ? job.done + " / " + job.total : "" }}</span></p>
          <div class="bar large" role="progressbar" :aria-label="words.run" aria-valuemin="0" :aria-valuemax="job.total || null" :aria-valuenow="job.total ? job.done : null">
            <i v-if="job.total" :style="{width: 100 * job.done / job.total + '%'}"></i><i v-else class="running"></i></div></div>
        <button type="button" class="button" @click="$emit('cancel')">{{ words.stop }}</button>
      </template>
      <template v-else>
        <button type="button" class="button primary" @click="run">{{ words.run }}</button>
        <label class="check"><input type="checkbox" v-model="anew" />{{ words.anew }}</label>
        <span class="spring"></span>
        <div class="buttons">
          <button type="button" class="button" :disabled="!approved" @click="$emit('deliver')">{{ words.deliver }} <span class="count">{{ approved }}</span></button>
          <a v-if="approved" class="button" :href="'/api/v1/teams/' + team + '/approved.zip'" download>{{ words.zip }}</a>
        </div>
      </template>
      <div v-if="unsaid && !job" class="team-unsaid"><label class="check"><input type="checkbox" v-model="agreed" />{{ words.unsaid.replace("{n}", unsaid) }}</label>
        <div class="agree"><label>{{ words.unsaid_until }} <input type="date" :max="most" v-model="day" /></label></div></div>
      <p v-if="problem" class="note team-said" role="alert">{{ problem }}</p>
      <p v-else-if="said" class="note team-said" role="status">{{ said }}</p>
    </section>`,
  data() { return { anew: false, agreed: false, day: this.until }; },
  methods: {
    run() {
      this.$emit("run", { new_series: this.anew, until: this.unsaid && this.agreed ? this.day : "" });
      this.agreed = false;
    },
  },
  computed: {
    stage() { const s = this.job.stage || this.words.waiting; return s[0].toUpperCase() + s.slice(1); },
  },
};
