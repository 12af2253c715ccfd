// The phone's page: the camera with the coach, and nothing else.
import * as Vue from "/phone/vue.js";
import Camera from "/studio/static/camera.js";

window.Vue = Vue;
const given = JSON.parse(document.getElementById("given").textContent);
Vue.createApp(Camera, given).mount("#camera");
