// The camera with the coach: one frame at a time goes to the coach, one instruction comes back.
// Frames live in memory only; pictures that are taken are sent as dropped files are.

const LONGEST = 1280, MOST_BYTES = 250000, LEAST_MS = 50, PHOTO_MS = 4000, WORTH = 1.15;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const within = (promise, ms) => Promise.race([promise, pause(ms).then(() => { throw new Error("too late"); })]);
const named = () => [...crypto.getRandomValues(new Uint8Array(8))].map((b) => b.toString(16).padStart(2, "0")).join("");
const jpeg = (canvas, quality) => new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "absent", OverconstrainedError: "absent", NotReadableError: "busy", AbortError: "busy" };

export default {
  props: { session: String, words: Object, right: Array },
  emits: ["taken"],
  template: `
    <section class="camera" :class="state" :aria-label="words.label">
      <div class="camera-invite">
        <button ref="open" type="button" class="button" @click="begin">{{ words.open }}</button>
        <p class="quiet small">{{ words.about }}</p>
      </div>
      <p v-if="problem && state === 'off'" class="note" role="alert">{{ problem }}</p>
      <dialog ref="room" class="camera-room" :aria-label="words.label" @cancel.prevent="stop(true)">
        <div class="camera-says" aria-live="polite" aria-atomic="true">
          <p class="camera-text">{{ text }}</p><p class="camera-why">{{ why }}</p>
        </div>
        <div class="camera-stage"><div class="camera-view" :style="{aspectRatio: ratio, '--ratio': ratio}">
          <video ref="video" muted playsinline aria-hidden="true"></video>
          <svg v-if="said" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" :class="{held: said.code === 'hold'}">
            <path class="around" fill-rule="evenodd" :d="'M0 0H1V1H0Z' + oval" /><path class="oval" :d="oval" />
          </svg>
          <p v-if="count" class="camera-count" aria-hidden="true">{{ count }}</p>
          <i v-if="flash" class="camera-flash"></i>
        </div></div>
        <div class="camera-side">
          <div class="gauges">
            <div><p class="gauge-name"><b>{{ words.light }}</b><span class="quiet">{{ lit }}</span></p>
              <div class="gauge" role="meter" :aria-label="words.light" aria-valuemin="0" aria-valuemax="100" :aria-valuenow="light ?? 0"
                :aria-valuetext="lit || words.unknown"><i :style="{width: (light ?? 0) + '%'}"></i></div></div>
            <div><p class="gauge-name"><b>{{ words.distance }}</b><span class="quiet">{{ away }}</span></p>
              <div class="gauge" role="meter" :aria-label="words.distance" aria-valuemin="-100" aria-valuemax="100" :aria-valuenow="near ?? 0"
                :aria-valuetext="away || words.unknown"><u :style="{left: along((1 + right[0]) / 2), right: along((1 - right[1]) / 2)}"></u>
                <s v-if="near !== null" :style="{left: along((100 + near) / 200)}"></s></div>
              <p class="gauge-ends small quiet" aria-hidden="true"><span>{{ words.far }}</span><span>{{ words.right }}</span><span>{{ words.near }}</span></p></div>
          </div>
          <p v-if="problem" class="note" role="alert">{{ problem }}</p>
          <figure v-if="last" class="camera-last"><img :src="last.url" :alt="words.last" /><figcaption role="status">{{ last.text }}</figcaption></figure>
          <div class="camera-tools">
            <button v-if="said && said.code === 'done'" type="button" class="button primary" @click="again">{{ words.again }}</button>
            <button ref="take" type="button" class="button" :disabled="state !== 'on' || taking" @click="take">{{ words.take }}</button>
            <button type="button" class="button" @click="stop(true)">{{ words.stop }}</button>
            <label v-if="voice" class="check"><input type="checkbox" v-model="speaking" />{{ words.speak }}</label>
          </div>
        </div>
      </dialog>
    </section>`,
  data: () => ({ state: "off", problem: "", said: null, ratio: 16 / 9, taking: false, flash: false, last: null, speaking: false,
    sitting: "", voice: "speechSynthesis" in window }),
  computed: {
    text() {
      if (this.taking) return this.words.taking;
      if (this.problem) return this.words.alone;
      return this.said ? this.said.text : this.state === "on" ? this.words.warming : this.words.starting;
    },
    why() {
      if (this.taking || this.problem) return "";
      return this.said ? this.said.why : this.state === "on" ? this.words.warming_why : this.words.starting_why;
    },
    light() { return this.said?.light == null ? null : Math.round(100 * this.said.light); },
    lit() { return this.light === null ? "" : this.light > 99 ? this.words.right : this.light > 50 ? this.words.nearly : this.words.wrong; },
    near() { return this.said?.nearness == null ? null : Math.round(100 * Math.max(-1, Math.min(1, this.said.nearness))); },
    away() { return this.said?.distance_cm == null ? "" : this.words.centimetres.replace("{cm}", this.said.distance_cm); },
    count() { return this.said?.code === "hold" && !this.taking ? Math.max(1, 3 - Math.floor(3 * this.said.progress)) : 0; },
    oval() {
      const [x, y, w, h] = this.said.target;
      return `M${x - w / 2} ${y}a${w / 2} ${h / 2} 0 1 0 ${w} 0a${w / 2} ${h / 2} 0 1 0 ${-w} 0Z`;
    },
  },
  watch: {
    text(now) {
      if (!this.voice) return;
      speechSynthesis.cancel();
      if (this.speaking && this.state === "on") speechSynthesis.speak(new SpeechSynthesisUtterance(now));
    },
    speaking(on) { if (!on) speechSynthesis.cancel(); },
  },
  mounted() { this.left = () => this.stop(false); addEventListener("pagehide", this.left); },
  beforeUnmount() { removeEventListener("pagehide", this.left); this.stop(false); },
  methods: {
    along(share) { return `calc(0.6rem + ${share} * (100% - 1.2rem))`; },  // the knob stays within the gauge
    again() { this.forget(this.sitting); this.sitting = named(); this.said = null; this.$refs.take.focus(); },
    base() { return `/api/v1/sessions/${this.session}`; },
    async begin() {
      this.problem = "";
      if (!navigator.mediaDevices?.getUserMedia) { this.problem = this.words.unable; return; }
      this.state = "starting";
      this.$refs.room.showModal();
      const sitting = this.sitting = named();
      fetch(`${this.base()}/coach`, { method: "POST" }).catch(() => 0);  // gets ready while the browser asks
      const size = { width: { ideal: 3840 }, height: { ideal: 2160 }, facingMode: "user" };
      const ask = (video) => navigator.mediaDevices.getUserMedia({ video, audio: false });
      try {
        const stream = await ask({ ...size, frameRate: { min: 12, ideal: 30 } }).catch((error) => {
          if (error.name === "OverconstrainedError") return ask(size);
          throw error;
        });
        if (this.sitting !== sitting) { stream.getTracks().forEach((track) => track.stop()); return; }
        this.stream = stream;
        stream.getVideoTracks()[0].addEventListener("ended", () => { if (this.stream === stream) { this.stop(true); this.problem = this.words.lost; } });
        const video = this.$refs.video;
        video.srcObject = stream;
        await video.play();
        await this.prepare(stream);
        if (this.stream !== stream) return;
        this.ratio = video.videoWidth / video.videoHeight;
        this.state = "on";
        this.$nextTick(() => this.$refs.take?.focus());
        this.follow(stream);
      } catch (error) {
        if (this.sitting !== sitting) return;
        this.stop(true);
        this.problem = this.words[WHY[error.name] || "busy"];
      }
    },
    async prepare(stream) {
      this.photo = null; this.largest = null;
      if (!("ImageCapture" in window)) return;
      try {  // stills are worth their wait only where they are larger than the stream's frames
        const photo = new ImageCapture(stream.getVideoTracks()[0]), can = await within(photo.getPhotoCapabilities(), 1500);
        if ((can.imageWidth?.max || 0) < WORTH * this.$refs.video.videoWidth) return;
        this.largest = { imageWidth: can.imageWidth.max, imageHeight: can.imageHeight.max };
        this.photo = photo;
      } catch { this.photo = null; }
    },
    async follow(stream) {
      const video = this.$refs.video, canvas = document.createElement("canvas"), pen = canvas.getContext("2d");
      let quality = 0.8, failed = 0;
      while (this.stream === stream) {
        if (document.hidden || this.taking || !video.videoWidth) { await pause(100); continue; }
        const began = performance.now(), sitting = this.sitting;
        const by = Math.min(1, LONGEST / Math.max(video.videoWidth, video.videoHeight));
        canvas.width = Math.round(video.videoWidth * by); canvas.height = Math.round(video.videoHeight * by);
        this.ratio = canvas.width / canvas.height;
        pen.drawImage(video, 0, 0, canvas.width, canvas.height);
        const frame = await jpeg(canvas, quality);
        if (frame.size > MOST_BYTES && quality > 0.3) { quality -= 0.1; continue; }
        const still = Math.max(this.largest?.imageWidth || 0, video.videoWidth) / canvas.width;
        try {
          const asked = `time=${(began / 1000).toFixed(3)}&scale=${Math.min(still, 20).toFixed(3)}`;
          const answer = await fetch(`${this.base()}/coach/${sitting}?${asked}`, { method: "POST", headers: { "content-type": "image/jpeg" }, body: frame });
          if (!answer.ok) throw new Error(String(answer.status));
          const said = await answer.json();
          if (this.stream !== stream || this.sitting !== sitting) continue;
          if (failed) this.problem = "";
          failed = 0;
          this.said = said;
          this.$el.dataset.ms = Math.round(performance.now() - began);
          if (said.capture) this.take();
        } catch {
          failed += 1;
          if (failed >= 3 && this.stream === stream) { this.problem = this.words.silent; this.said = null; }
          await pause(failed < 3 ? 200 : 1000);
        }
        await pause(Math.max(0, LEAST_MS - (performance.now() - began)));
      }
    },
    async take() {
      if (this.taking || !this.stream) return;
      const stream = this.stream;
      this.taking = true;
      try {
        const picture = await this.still();
        if (this.stream !== stream) return;
        this.flash = true;
        setTimeout(() => { this.flash = false; }, 350);
        this.keep(picture);
      } finally { this.taking = false; }
    },
    async still() {
      const video = this.$refs.video, canvas = document.createElement("canvas");
      canvas.width = video.videoWidth; canvas.height = video.videoHeight;
      canvas.getContext("2d").drawImage(video, 0, 0);
      if (this.photo) {
        try {
          const picture = await within(this.photo.takePhoto(this.largest), PHOTO_MS);
          const seen = await createImageBitmap(picture), enough = seen.width * seen.height > canvas.width * canvas.height;
          seen.close();
          if (enough) return picture;
        } catch { this.photo = null; }  // many cameras have no stills: from now on the stream's own frames
      }
      return jpeg(canvas, 0.96);
    },
    async keep(picture) {
      if (this.last) URL.revokeObjectURL(this.last.url);
      const last = this.last = Vue.reactive({ url: URL.createObjectURL(picture), text: this.words.saving });
      const when = new Date(Date.now() - new Date().getTimezoneOffset() * 60000).toISOString().slice(0, 19).replace(/[T:]/g, "-");
      let why = "";
      try {
        const sent = await fetch(`${this.base()}/photos?name=camera-${when}.${picture.type === "image/png" ? "png" : "jpg"}`, { method: "POST", headers: { "content-type": "application/octet-stream" }, body: picture });
        const row = await sent.json();
        why = sent.ok ? row.reason : row.detail;
        if (!why) {
          last.text = this.words.kept;
          this.$emit("taken");
          const told = await fetch(`${this.base()}/photos/${row.id}/verdict`), verdict = await told.json();
          last.text = told.ok ? verdict.text : this.words.kept;
        }
      } catch { if (last.text !== this.words.kept) why = this.words.unsent; }
      if (why) last.text = this.words.unkept.replace("{why}", why);
    },
    stop(focus) {
      if (this.stream) this.stream.getTracks().forEach((track) => track.stop());
      if (this.$refs.video) this.$refs.video.srcObject = null;
      this.stream = this.photo = null;
      this.state = "off"; this.said = null; this.problem = "";
      if (this.sitting) this.forget(this.sitting);
      this.sitting = "";
      if (this.voice) speechSynthesis.cancel();
      if (this.$refs.room?.open) this.$refs.room.close();
      if (focus) this.$nextTick(() => this.$refs.open?.focus());
    },
    forget(sitting) { fetch(`${this.base()}/coach/${sitting}`, { method: "DELETE", keepalive: true }).catch(() => 0); },
  },
};
