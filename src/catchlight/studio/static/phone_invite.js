// On the photos page: letting a phone in as the camera, and shutting it out again.

export default {
  props: { words: Object, door: Object, problem: String },
  emits: ["on", "off"],
  template: `
    <section class="phone" :aria-label="words.label">
      <div v-if="!door" class="camera-invite">
        <button type="button" class="button" @click="$emit('on')">{{ words.on }}</button>
        <p class="quiet small">{{ words.about }}</p>
      </div>
      <p v-if="problem" class="note" role="alert">{{ problem }}</p>
      <div v-if="door && !door.came" class="phone-door">
        <img :src="door.code" :alt="words.code" />
        <div>
          <h2>{{ words.scan }}</h2>
          <p>{{ words.how.replace("{minutes}", door.minutes) }}</p>
          <p>{{ words.warns }}</p>
          <p class="small quiet">{{ words.fingerprint }}</p>
          <p class="fingerprint"><code>{{ door.fingerprint }}</code></p>
          <p class="small quiet">{{ words.link }}</p>
          <p><code>{{ door.url }}</code></p>
          <div class="buttons"><button type="button" class="button" @click="$emit('off')">{{ words.off }}</button></div>
        </div>
      </div>
      <div v-if="door && door.came" class="camera-invite">
        <button type="button" class="button" @click="$emit('off')">{{ words.off }}</button>
        <button type="button" class="button" @click="$emit('on')">{{ words.another }}</button>
        <p role="status">{{ words.came }}</p>
      </div>
    </section>`,
};
