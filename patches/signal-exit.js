/** https://github.com/tapjs/signal-exit/blob/v3.0.7/index.js */
export default {
  dependency: 'signal-exit',
  // Of `assert`, which takes 4 ms to load, it uses one function, to check that what Ink gives it is a function.
  modules: {assert: 'module.exports = {equal() {}}'},
}
