// The loupe: one picture before and after, or two side by side, looked at closely together.
// Sizes: s is CSS pixels for each pixel of the finished picture; at 100 % that is one of the screen.

const clamp = (v, a, b) => Math.min(Math.max(v, a), b);

export default {
  props: {
    panes: Array, // [{url, full, width, height, label, x, y}]; x, y: shares, what to look at
    mode: String, // "split": the first over the second at one place; "pair": beside each other
    marks: Array, guides: Object, words: Object,
    brush: Object, // {of, width}: strokes are drawn, as wide as that share of the picture's width
  },
  emits: ["full", "mark", "stroke"],
  template: `
    <div class="loupe" :class="[mode, {near: close, moving: !!drag, painting: !!brush}]" ref="box" role="group"
      tabindex="0" :aria-label="brush ? words.paint : words.loupe" @keydown="key" @wheel.prevent="wheel"
      @pointerdown="down" @pointermove="move" @pointerup="up" @pointercancel="up"
      @pointerleave="spot = null" @dblclick="!brush && toggle($event)">
      <div v-for="(pane, i) in shown" :key="i" class="pane" :style="paneStyle(i)">
        <img :src="source(pane)" :alt="pane.label" draggable="false" :style="placed(pane, i)" />
        <span class="tag" :class="'tag' + i">{{ pane.label }}</span>
      </div>
      <svg v-if="guides && box.w" class="guides" aria-hidden="true" :style="placed(panes[0], -1)"
        viewBox="0 0 1000 1000" preserveAspectRatio="none">
        <line x1="0" x2="1000" :y1="guides.eye * 1000" :y2="guides.eye * 1000" />
        <ellipse v-if="guides.circle" :cx="guides.circle[0] * 1000" :cy="guides.circle[1] * 1000"
          :rx="guides.circle[2] * 1000" :ry="guides.circle[3] * 1000" />
      </svg>
      <svg v-if="brush && box.w" class="strokes" aria-hidden="true" :style="placed(panes[0], -1)"
        :viewBox="'0 0 ' + panes[0].width + ' ' + panes[0].height">
        <polyline v-for="(stroke, i) in [...drawn, ...(way ? [way] : [])]" :key="i" :class="stroke.of"
          :points="line(stroke)" :stroke-width="stroke.width * panes[0].width" />
        <circle v-if="spot" :class="brush.of" :cx="spot[0] * panes[0].width" :cy="spot[1] * panes[0].height"
          :r="brush.width * panes[0].width / 2" />
      </svg>
      <button v-for="(mark, i) in marks || []" :key="'m' + i" type="button" class="mark"
        :class="mark.fate" :style="at(mark)" :aria-pressed="mark.fate === 'healed'"
        :aria-label="words[mark.fate] + ': ' + mark.why" :title="words[mark.fate] + ': ' + mark.why"
        @pointerdown.stop @click.stop="$emit('mark', mark)" @dblclick.stop></button>
      <div v-if="mode === 'split' && panes.length > 1" class="divider" :style="{left: split * 100 + '%'}"
        role="slider" tabindex="0" :aria-label="words.divider" aria-valuemin="0" aria-valuemax="100"
        :aria-valuenow="Math.round(split * 100)" @pointerdown.stop="dividerDown"
        @keydown="dividerKey"><span aria-hidden="true"></span></div>
      <div class="zoom" role="group" :aria-label="words.zoom">
        <button type="button" @click.stop="fit" :aria-pressed="!close">{{ words.fit }}</button>
        <button type="button" @click.stop="toggle()" :aria-pressed="close">{{ percent }}</button>
      </div>
    </div>`,
  data: () => ({ box: { w: 0, h: 0 }, s: 0, off: { x: 0, y: 0 }, split: 0.5, drag: null, sharp: false,
    drawn: [], way: null, spot: null }),
  computed: {
    shown() { return this.mode === "split" ? [...this.panes].reverse() : this.panes; },
    two() { return this.mode === "pair" && this.panes.length === 2; },
    wide() { return this.box.w / (this.two && this.box.w >= this.box.h ? 2 : 1); },
    high() { return this.box.h / (this.two && this.box.w < this.box.h ? 2 : 1); },
    whole() {
      return Math.min(...this.panes.map((p) => Math.min(this.wide / p.width, this.high / p.height)));
    },
    real() { return 1 / (window.devicePixelRatio || 1); },
    close() { return this.s > this.whole * 1.02; },
    scale() { return this.close ? this.s : this.whole; },
    percent() { return this.close ? Math.round((this.scale / this.real) * 100) + " %" : "100 %"; },
  },
  watch: {
    "panes.length"() { this.fit(); },
    close(is) { if (is && !this.sharp) { this.sharp = true; this.$emit("full"); } },
    brush(is) { if (!is) { this.drawn = []; this.way = this.spot = null; } },
    panes(now, old) {
      if (now[0].url !== (old[0] || {}).url) this.drawn = []; // what was drawn is in the picture now
      if (now.some((p, i) => !old[i] || p.url !== old[i].url)) {
        this.sharp = false;
        if (this.close) { this.sharp = true; this.$emit("full"); }
      }
    },
  },
  mounted() {
    this.watcher = new ResizeObserver(() => this.measure());
    this.watcher.observe(this.$refs.box);
    this.measure();
  },
  unmounted() { this.watcher.disconnect(); },
  methods: {
    measure() { this.box = { w: this.$refs.box.clientWidth, h: this.$refs.box.clientHeight }; },
    source(pane) { return this.close && pane.full ? pane.full : pane.url; },
    // Where a picture's upper left corner lies in its pane, in CSS pixels.
    corner(pane) {
      const w = pane.width * this.scale, h = pane.height * this.scale;
      if (!this.close) return [(this.wide - w) / 2, (this.high - h) / 2, w, h];
      const x = this.wide / 2 - pane.x * w + this.off.x, y = this.high / 2 - pane.y * h + this.off.y;
      return [w > this.wide ? clamp(x, this.wide - w, 0) : (this.wide - w) / 2,
        h > this.high ? clamp(y, this.high - h, 0) : (this.high - h) / 2, w, h];
    },
    placed(pane, i) {
      const [x, y, w, h] = this.corner(pane);
      const style = { left: x + "px", top: y + "px", width: w + "px", height: h + "px" };
      if (i >= 0 && this.mode === "split" && this.panes.length > 1) {
        const at = clamp((this.split * this.box.w - x) / w, 0, 1) * 100;
        style.clipPath = i === 1 ? `inset(0 0 0 ${at}%)` : `inset(0 ${100 - at}% 0 0)`;
      }
      return style;
    },
    paneStyle(i) {
      if (!this.two) return { inset: 0 };
      return this.box.w >= this.box.h
        ? { left: i * 50 + "%", width: "50%", top: 0, bottom: 0 }
        : { top: i * 50 + "%", height: "50%", left: 0, right: 0 };
    },
    at(mark) {
      const [x, y, w, h] = this.corner(this.panes[0]), r = Math.max(12, mark.radius * w * 1.6);
      return { left: x + mark.x * w - r + "px", top: y + mark.y * h - r + "px",
        width: 2 * r + "px", height: 2 * r + "px" };
    },
    fit() { this.s = 0; this.off = { x: 0, y: 0 }; },
    toggle(event) {
      if (this.close) return this.fit();
      this.s = Math.max(this.real, this.whole * 1.5);
      this.off = { x: 0, y: 0 };
      if (event) this.centre(event);
    },
    centre(event) {
      const r = this.$refs.box.getBoundingClientRect(), p = this.panes[0];
      const inPane = (event.clientX - r.left) % this.wide, k = this.whole;
      const x = (inPane - (this.wide - p.width * k) / 2) / (p.width * k);
      const y = ((event.clientY - r.top) % this.high - (this.high - p.height * k) / 2) / (p.height * k);
      this.off = { x: (p.x - x) * p.width * this.s, y: (p.y - y) * p.height * this.s };
    },
    wheel(event) {
      const before = this.scale, after = clamp(before * Math.exp(-event.deltaY / 400), this.whole, this.real * 4);
      this.off = { x: this.off.x * after / before, y: this.off.y * after / before };
      this.s = after;
    },
    down(event) {
      if (event.button) return;
      this.points = { ...(this.points || {}), [event.pointerId]: [event.clientX, event.clientY] };
      if (this.brush && Object.keys(this.points).length === 1) {
        this.way = { ...this.brush, points: [this.place(event)] };
        return this.$refs.box.setPointerCapture(event.pointerId);
      }
      this.way = null; // two fingers zoom
      this.drag = { x: event.clientX - this.off.x, y: event.clientY - this.off.y, apart: this.apart(), s: this.scale };
      this.$refs.box.setPointerCapture(event.pointerId);
    },
    apart() {
      const [a, b] = Object.values(this.points || {});
      return b ? Math.hypot(a[0] - b[0], a[1] - b[1]) : 0;
    },
    move(event) {
      if (this.points && event.pointerId in this.points) this.points[event.pointerId] = [event.clientX, event.clientY];
      if (this.slides) return this.slideTo(event);
      if (this.brush) this.spot = this.place(event);
      if (this.way) return this.way.points.push(this.spot);
      if (!this.drag) return;
      if (this.drag.apart && this.apart())
        this.s = clamp(this.drag.s * this.apart() / this.drag.apart, this.whole, this.real * 4);
      else if (this.close) this.off = { x: event.clientX - this.drag.x, y: event.clientY - this.drag.y };
    },
    up(event) {
      delete (this.points || {})[event.pointerId]; this.drag = null; this.slides = false;
      if (this.way && event.type === "pointerup") this.draw(this.way);
      this.way = null;
    },
    draw(stroke) { this.drawn = [...this.drawn, stroke]; this.$emit("stroke", stroke); },
    line(stroke) { // a dot is a line of no length
      const p = stroke.points.length > 1 ? stroke.points : [stroke.points[0], stroke.points[0]];
      return p.map(([x, y]) => `${x * this.panes[0].width},${y * this.panes[0].height}`).join(" ");
    },
    // Where a pointer is, in shares of the picture.
    place(event) {
      const r = this.$refs.box.getBoundingClientRect(), [x, y, w, h] = this.corner(this.panes[0]);
      return [(event.clientX - r.left - x) / w, (event.clientY - r.top - y) / h];
    },
    dividerDown(event) { this.slides = true; this.$refs.box.setPointerCapture(event.pointerId); event.target.focus?.(); },
    slideTo(event) {
      const r = this.$refs.box.getBoundingClientRect();
      this.split = clamp((event.clientX - r.left) / r.width, 0.01, 0.99);
    },
    dividerKey(event) {
      const step = { ArrowLeft: -0.05, ArrowRight: 0.05, Home: -1, End: 1 }[event.key];
      if (step === undefined) return;
      event.preventDefault(); event.stopPropagation();
      this.split = clamp(this.split + step, 0.01, 0.99);
    },
    key(event) {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      if (this.brush && event.target === this.$refs.box && (step || event.key === "Enter")) {
        event.preventDefault();
        const [x, y] = this.spot || [this.panes[0].x, this.panes[0].y], by = this.brush.width / 120;
        if (step) this.spot = [clamp(x - step[0] * by, 0, 1), clamp(y - step[1] * by, 0, 1)];
        else this.draw({ ...this.brush, points: [[x, y]] });
      } else if (step && this.close) {
        event.preventDefault();
        this.off = { x: this.off.x + step[0], y: this.off.y + step[1] };
      } else if (event.key === "+" || event.key === "-") {
        this.wheel({ deltaY: event.key === "+" ? -120 : 120 });
      }
    },
  },
};
