// Dropping photos: thumbnails at once, a bar for each, the reason beside any that can't be used.

const SHOWN = /\.(jpe?g|png|webp|avif|gif|bmp)$/i;

export default {
  props: { session: String, photos: Array, words: Object, single: Boolean, target: String },
  emits: ["changed", "remove", "sent"],
  template: `
    <div class="drop-area" :class="{over, filled: tiles.length}" @dragenter.prevent="over = true"
      @dragover.prevent="over = true" @dragleave="leave" @drop.prevent="dropped">
      <div class="drop-invite">
        <svg viewBox="0 0 48 48" aria-hidden="true"><path d="M6 16h9l3-5h12l3 5h9v22H6z" /><circle cx="24" cy="26" r="7.5" /></svg>
        <p class="drop-title">{{ touch && words.add || words.title }}</p>
        <p class="quiet">{{ words.hint }}</p>
        <div class="buttons">
          <button type="button" class="button" :class="{primary: !tiles.length}" @click="$refs.files.click()">{{ words.files }}</button>
          <button v-if="!single && !touch" type="button" class="button" @click="$refs.folder.click()">{{ words.folder }}</button>
        </div>
        <input ref="files" type="file" class="unseen" tabindex="-1" :multiple="!single" :aria-label="words.files"
          accept="image/*,.heic,.heif,.dng,.cr2,.cr3,.nef,.arw,.raf,.rw2,.orf" @change="chosen" />
        <input v-if="!single" ref="folder" type="file" class="unseen" tabindex="-1" webkitdirectory multiple
          :aria-label="words.folder" @change="chosen" />
      </div>
      <p class="unseen" role="status">{{ said }}</p>
      <ul v-if="tiles.length" class="tiles">
        <li v-for="tile in tiles" :key="tile.key" class="tile" :class="tile.status">
          <div class="tile-picture">
            <img v-if="tile.url" :src="tile.url" alt="" loading="lazy" />
            <span v-else class="tile-kind" aria-hidden="true">{{ tile.name.split('.').pop() }}</span>
            <div v-if="tile.status === 'sending'" class="bar" role="progressbar" :aria-label="tile.name"
              aria-valuemin="0" aria-valuemax="100" :aria-valuenow="Math.round(tile.share * 100)">
              <i :style="{width: tile.share * 100 + '%'}"></i></div>
            <button v-if="tile.id || tile.status === 'failed'" type="button" class="tile-remove"
              :aria-label="words.remove + ' ' + tile.name" @click="remove(tile)">×</button>
          </div>
          <p class="tile-name" :title="tile.name">{{ tile.name }}</p>
          <p v-if="tile.reason" class="tile-reason">{{ tile.reason }}</p>
        </li>
      </ul>
    </div>`,
  // Fingers cannot drop files, and phones give no folders.
  data: () => ({ over: false, sending: [], said: "", touch: matchMedia("(hover: none)").matches }),
  computed: {
    tiles() {
      const stored = (this.photos || []).map((p) => ({
        key: p.id, id: p.id, name: p.name, status: p.status, reason: p.reason,
        url: p.status === "ready" ? `/api/v1/sessions/${this.session}/photos/${p.id}/thumb.jpg` : "",
      }));
      const known = new Set(stored.map((t) => t.id));
      return [...stored, ...this.sending.filter((t) => !known.has(t.id))];
    },
  },
  mounted() { addEventListener("beforeunload", this.unfinished); },
  unmounted() { removeEventListener("beforeunload", this.unfinished); },
  methods: {
    // Whoever leaves while photos are being sent is asked once more: the rest would not arrive.
    unfinished(event) { if (this.sending.some((tile) => tile.status === "sending")) event.preventDefault(); },
    leave(event) { if (!event.currentTarget.contains(event.relatedTarget)) this.over = false; },
    async dropped(event) {
      this.over = false;
      const entries = [...event.dataTransfer.items].map((i) => i.webkitGetAsEntry?.()).filter(Boolean);
      const files = entries.length ? (await Promise.all(entries.map(this.within))).flat() : [...event.dataTransfer.files];
      this.send(files);
    },
    async within(entry) {
      if (entry.isFile) return [await new Promise((good, bad) => entry.file(good, bad))];
      const reader = entry.createReader(), found = [];
      for (;;) {
        const part = await new Promise((good, bad) => reader.readEntries(good, bad));
        if (!part.length) break;
        found.push(...(await Promise.all(part.map(this.within))).flat());
      }
      return found;
    },
    chosen(event) { this.send([...event.target.files]); event.target.value = ""; },
    async send(files) {
      files = files.filter((f) => !f.name.startsWith("."));
      if (this.single) files = files.slice(0, 1);
      const tiles = files.map((file) => Vue.reactive({
        key: crypto.randomUUID(), file, name: file.name, status: "sending", share: 0, reason: "",
        url: SHOWN.test(file.name) ? URL.createObjectURL(file) : "",
      }));
      this.sending = [...this.sending, ...tiles];
      const queue = [...tiles];
      const worker = async () => { for (let t; (t = queue.shift()); ) await this.sendOne(t); };
      await Promise.all([worker(), worker(), worker()]);
      const bad = tiles.filter((t) => t.status !== "ready").length;
      this.said = this.words.sent.replace("{good}", tiles.length - bad).replace("{bad}", bad);
      this.$emit("changed");
    },
    sendOne(tile) {
      return new Promise((done) => {
        const request = new XMLHttpRequest();
        const target = this.target || `/api/v1/sessions/${this.session}/photos`;
        request.open("POST", `${target}?name=${encodeURIComponent(tile.name)}`);
        request.setRequestHeader("content-type", "application/octet-stream");
        request.upload.onprogress = (e) => { if (e.lengthComputable) tile.share = 0.95 * e.loaded / e.total; };
        request.onerror = () => { tile.status = "failed"; tile.reason = this.words.unsent; done(); };
        request.onload = () => {
          let answer = {};
          try { answer = JSON.parse(request.responseText); } catch { answer = {}; }
          if (request.status >= 300) { tile.status = "failed"; tile.reason = answer.detail || this.words.unsent; }
          else {
            tile.status = answer.status || "ready"; tile.reason = answer.reason || ""; tile.id = answer.id;
            if (answer.again) { tile.status = "again"; tile.reason = this.words.again; tile.id = undefined; setTimeout(() => this.gone(tile), 4000); }
            this.$emit("sent", answer);
          }
          done();
        };
        request.send(tile.file);
      });
    },
    gone(tile) { this.sending = this.sending.filter((t) => t !== tile); },
    remove(tile) {
      this.sending = this.sending.filter((t) => t.key !== tile.key && t.id !== tile.id);
      if (tile.id) this.$emit("remove", tile.id);
    },
  },
};
